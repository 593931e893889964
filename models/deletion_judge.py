"""The judge of deletions: whether a sentence may be left out because it carries nothing but a sting.

A logistic regression over what is cheap to know: how likely the model would delete, keep or rewrite the
sentence, how often worked rewrites delete such words, what stands beside it and might refer to it, how
much of it the rest of the draft says. Trained on sentences that were read and marked
(`training/deletions.py`). What carries a fact, a duty or a decision is held back before it is asked
(`drafting/verification/deletion.py`). It knows nothing of bars, nor of what is then chosen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from drafting.findings import find_in_sentence
from models.judge import Floats, join_words, read_trained, split_words

FILE = "deletions.json"
_STEM = 5
_FEWEST_LETTERS = 4
_SURE = 1e-4
"""Shares nearer to 0 or 1 than this count as this."""
_REFERRING = frozenset(
    "it its it's that that's this these those they them so because instead then otherwise and but or also "
    "which there he she one yes no not".split()
)
"""First words of a sentence that may refer to the one before it."""
_ASKING = frozenset(
    "what when where who why how did do does have has is are can could would will".split()
)
_I, _WE, _YOU = (
    frozenset("i i'm i've i'd i'll me my".split()),
    frozenset("we we're we've we'd we'll us our".split()),
    frozenset("you you're you've you'd you'll your yours".split()),
)
_NOT = re.compile(r"n't|\bnot\b|\bno\b|\bnever\b|\bnobody\b|\bnothing\b|\bnone\b")


@dataclass(frozen=True, slots=True)
class DeletionEvidence:
    """A sentence with all that is known of leaving it out."""

    sentence: str
    before: tuple[str, ...]
    """The draft's sentences before it, in order."""
    after: tuple[str, ...]
    message: str
    """The customer's; empty where there is none."""
    shares: tuple[float, ...]
    """Probabilities that its filling begins with `delete`, `keep` and each label, in their order."""


class DeletionCounts(BaseModel):
    """In how many worked sentences a word or a pair of words stands: of those deleted, and of all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentences: tuple[int, int] = (0, 0)
    words: dict[str, tuple[int, int]] = {}
    joined: dict[str, tuple[int, int]] = {}
    """By "first second"."""


class DeletionJudge(BaseModel):
    """A trained judge of deletions, as it lies beside its adapter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: float
    """Log-odds where every feature has its mean."""
    means: list[float]
    weights: list[float]
    """Log-odds for each unit of a feature above its mean."""
    counts: DeletionCounts

    def weigh(self, evidence: DeletionEvidence) -> float:
        """Return the log-odds that a reader would let the sentence go."""
        features = describe_deletion(evidence, self.counts)
        return self.start + float((features - self.means) @ np.array(self.weights))


def load_deletion_judge(folder: Path) -> DeletionJudge | None:
    """Return the judge of deletions beside an adapter; None where there is none.

    Raises:
        AdapterError: its file can't be read.

    """
    return read_trained(folder / FILE, DeletionJudge)


def describe_deletion(evidence: DeletionEvidence, counts: DeletionCounts) -> Floats:
    """Return the features of a sentence to be deleted, in an order that trained judges rely on."""
    words = split_words(evidence.sentence)
    shares = [min(max(share, _SURE), 1 - _SURE) for share in evidence.shares]
    return np.array(
        [
            *(np.log(share / (1 - share)) for share in shares),
            *_describe_words(words, evidence.sentence),
            *_describe_odds(words, counts),
            *_describe_place(evidence, words),
        ],
        dtype=np.float64,
    )


def _describe_words(words: Sequence[str], sentence: str) -> Iterator[float]:
    """Yield what kind of sentence it is."""
    yield len(words)
    for persons in (_I, _WE, _YOU):
        yield sum(word in persons for word in words)
    first = words[0] if words else ""
    yield from (first in _REFERRING, first in _ASKING, first in _YOU, first in _WE | _I)
    yield from (sentence.rstrip().endswith(mark) for mark in ("?", "!", "..."))
    yield len(_NOT.findall(sentence.lower().replace("’", "'")))
    yield len(find_in_sentence(sentence))
    yield from (words.count(","), sum(map(str.isdigit, sentence)))


def _describe_odds(words: Sequence[str], counts: DeletionCounts) -> Iterator[float]:
    """Yield how much likelier worked rewrites delete sentences with such words, as log-odds ratios."""
    singles = [_ratio(counts.words, counts.sentences, word) for word in set(words)]
    pairs = [_ratio(counts.joined, counts.sentences, " ".join(pair)) for pair in join_words(words)]
    for ratios in (singles, pairs):
        yield sum(ratios)
        yield sum(ratios) / max(len(ratios), 1)
        yield min(ratios, default=0.0)
        yield max(ratios, default=0.0)


def _ratio(seen: Mapping[str, tuple[int, int]], sentences: tuple[int, int], key: str) -> float:
    deleted, all_of = seen.get(key, (0, 0))
    kept = all_of - deleted
    usual = (sentences[0] + 1) / (sentences[1] - sentences[0] + 1)
    return float(np.log((deleted + 0.5 * usual) / (kept + 0.5) / usual))


def _describe_place(evidence: DeletionEvidence, words: Sequence[str]) -> Iterator[float]:
    """Yield what stands around it, and how much of it is said there."""
    before, after = evidence.before, evidence.after
    yield from (len(before), len(after))
    last = split_words(before[-1]) if before else []
    following = split_words(after[0]) if after else []
    yield from (bool(before) and before[-1].rstrip().endswith("?"), len(last), len(following))
    yield from (following[:1] != [] and following[0] in word for word in (_REFERRING, _YOU))
    own = _stems(words)
    many = max(len(own), 1)
    rest = _stems(split_words(" ".join([*before, *after])))
    yield from (len(own), len(own & rest) / many)
    yield len(own & _stems(split_words(evidence.message))) / many
    yield len(own & _stems(following)) / many
    yield evidence.message.count("?")


def _stems(words: Sequence[str]) -> set[str]:
    return {word[:_STEM] for word in words if len(word) >= _FEWEST_LETTERS}
