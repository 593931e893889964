"""The judge of openings: whether a sentence that acknowledges something may stand before this very mail.

Gradient-boosted trees, as in `models/judge.py`, over what is cheap to know: how likely the model finds
the opening in its mail, and having none at all; how many of its words customer and draft use
themselves; how usual its words and their order are among worked openings. Trained on openings of
phrasebook and model that were read and marked (`training/openings.py`). It knows nothing of how
openings are made, nor which of them is then chosen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from drafting.engine import Fit
from models.judge import Floats, Forest, join_words, read_trained, split_words
from models.scoring import Likelihood

FILE = "openings.json"
_WORD = re.compile(r"[a-z']+")
_SILENT = frozenset(
    "the a an of to in on for and or is are was were be been it this that we you i your my our with at by "
    "from as have has had so when if not what which who there here they them can't would can i'm it's".split()
)
_STEM = 5
"""Letters by which words of one stem are told: "charged" and "charge"."""
_FEWEST_LETTERS = 3
_FRAME = 3
"""First words of an opening, by which its frame is told."""
_RARE = -5.0
_COMPLAINING = frozenset(
    "not never still again already twice no nobody nothing without wrong broken missing late lost wait waited "
    "waiting weeks months days charged stuck failed failing refused denied rejected".split()
)


@dataclass(frozen=True, slots=True)
class OpeningEvidence:
    """An opening with all that is known of it."""

    text: str
    message: str
    """The customer's."""
    draft: str
    written: bool
    """Whether the model wrote it, and no person."""
    likelihood: Likelihood
    """In its slot, given the mail."""
    keep: float
    """Log-probability (nats) of having no opening."""


class OpeningCounts(BaseModel):
    """In how many worked openings a word, a pair of words or a frame stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, int] = {}
    joined: dict[str, int] = {}
    """By "first second"."""
    frames: dict[str, int] = {}
    """By the first words."""


class OpeningJudge(BaseModel):
    """A trained judge of openings, as it lies beside its adapter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    good: Forest
    harmless: Forest
    counts: OpeningCounts

    def weigh(self, evidence: OpeningEvidence) -> Fit:
        """Return the log-odds that a reader finds the opening good, or harmless at least."""
        features = describe_opening(evidence, self.counts)
        return Fit(self.good.add_up(features), self.harmless.add_up(features))


def load_opening_judge(folder: Path) -> OpeningJudge | None:
    """Return the judge of openings beside an adapter; None where there is none.

    Raises:
        AdapterError: its file can't be read.

    """
    return read_trained(folder / FILE, OpeningJudge)


def find_frame(words: Sequence[str]) -> str:
    """Return what tells the frame of an opening: its first words."""
    return " ".join(words[:_FRAME])


def describe_opening(evidence: OpeningEvidence, counts: OpeningCounts) -> Floats:
    """Return the features of an opening, in an order that trained judges rely on."""
    words = split_words(evidence.text)
    message = _WORD.findall(evidence.message.lower().replace("’", "'"))
    total = evidence.likelihood.mean * evidence.likelihood.tokens
    return np.array(
        [
            *evidence.likelihood.summary(),
            evidence.keep,
            total - evidence.keep,
            evidence.written,
            *_describe_words(words, message, evidence.draft, counts),
            *_describe_order(words, counts),
            evidence.message.count("!"),
            evidence.message.count("?"),
            len(message),
            sum(word in _COMPLAINING for word in message),
            len(split_words(evidence.draft)),
        ],
        dtype=np.float64,
    )


def _describe_words(
    words: Sequence[str], message: Sequence[str], draft: str, counts: OpeningCounts
) -> Iterator[float]:
    """Yield how far the opening's words are those of the mail, and how usual the others are."""
    told = {word[:_STEM] for word in message}
    drafted = {word[:_STEM] for word in split_words(draft)}
    own = [word for word in words if word not in _SILENT and len(word) >= _FEWEST_LETTERS]
    in_message = [word[:_STEM] in told for word in own]
    in_draft = [word[:_STEM] in drafted for word in own]
    new = [w for w, a, b in zip(own, in_message, in_draft, strict=True) if not a and not b]
    usual, usual_new = (
        [float(np.log1p(counts.words.get(word, 0))) for word in some] for some in (own, new)
    )
    many = max(len(own), 1)
    yield from (len(words), len(own), sum(in_message), sum(in_message) / many)
    yield from (sum(in_draft) / many, len(new), len(own) - len(set(own)))
    for values in (usual, usual_new):
        yield min(values, default=8.0)
        yield sum(values) / len(values) if values else 8.0
    text = " ".join(words)
    yield from (word in words for word in ("sorry", "must", "when", "thank", "we", "our"))
    yield from ("i can see" in text, "i know" in text, words.count("."), words.count(","))


def _describe_order(words: Sequence[str], counts: OpeningCounts) -> Iterator[float]:
    """Yield how usual the frame is, and how surely each word follows the one before it, smoothed."""
    yield counts.frames.get(find_frame(words), 0)
    follows = [
        float(np.log((counts.joined.get(f"{a} {b}", 0) + 0.1) / (counts.words.get(a, 0) + 5)))
        for a, b in join_words(words)
    ]
    yield from (min(follows), sum(follows) / len(follows), sum(one < _RARE for one in follows))
