"""The judge: whether a rewrite that the model wrote may stand in place of its sentence.

Gradient-boosted trees over what is cheap to know of a rewrite: how likely the model finds it and, in
the other direction, the sentence behind it, which words came and went, and how often worked rewrites
bring, drop and join such words. Trained on candidates of the model that were read and marked
(`training/judge.py`), it tells good ones from bad ones better than any single measure, and far better
than the model when it is asked (`adapter/README.md`).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drafting.errors import AdapterError
from drafting.labels import Label
from models.scoring import Likelihood

FILE = "judge.json"
Floats = npt.NDArray[np.float64]
_TOKEN = re.compile(r"[a-z0-9']+|[.,;:?!]")
_PLAIN = frozenset(
    "the a an of to in on for and or is are was were be been it this that we you i our your my not can't "
    "don't with at by from as have has had will would can may please so . , ; : ? !".split()
)
"""Words that come and go in any rewrite."""
_PERSONS = ("i", "we", "you", "us", "me", "our", "your", "my", "it", "they")
_TURNING = tuple(
    "if or and any only must need should may might by until within when after before all no again then "
    "therefore now immediately but".split()
)
"""Words that come or go with a condition, a duty or a bound."""
_NOT = ("not", "can't", "don't", "won't", "isn't", "no", "never")
_START, _END = "^", "$"
Trained = TypeVar("Trained", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A rewrite with all that is known of it."""

    sentence: str
    label: Label
    text: str
    log_probability: float
    """Mean over its tokens under its grammar, in nats."""
    share: float
    """Probability of its label among the first words allowed."""
    behind: Likelihood
    """Of the sentence, given the rewrite."""
    found: tuple[int, int]
    """Findings in the sentence and in the rewrite."""


class WordCounts(BaseModel):
    """In how many worked rewrites a word came, went, or stood behind another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    came: dict[str, int] = {}
    went: dict[str, int] = {}
    stood: dict[str, int] = {}
    joined: dict[str, int] = {}
    """By "first second"."""


class Tree(BaseModel):
    """One tree, its nodes in parallel lists; a leaf has -1 for its feature."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feature: list[Annotated[int, Field(ge=-1)]]
    threshold: list[float]
    left: list[int]
    """Where to go with a value up to the threshold."""
    right: list[int]
    value: list[float]

    def weigh(self, features: Floats) -> float:
        """Return the value of the leaf that the features lead to."""
        node = 0
        while self.feature[node] >= 0:
            below = features[self.feature[node]] <= self.threshold[node]
            node = self.left[node] if below else self.right[node]
        return self.value[node]


class Forest(BaseModel):
    """Boosted trees: each adds to the log-odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: float
    """Log-odds before any tree has spoken."""
    trees: list[Tree]

    def add_up(self, features: Floats) -> float:
        """Return the log-odds."""
        return self.start + sum(tree.weigh(features) for tree in self.trees)


class Judge(Forest):
    """A trained judge, as it lies beside its adapter."""

    words: WordCounts

    def weigh(self, evidence: Evidence) -> float:
        """Return the log-odds that a reader would let the rewrite stand."""
        return self.add_up(describe(evidence, self.words))


def load_judge(folder: Path) -> Judge | None:
    """Return the judge beside an adapter; None where there is none.

    Raises:
        AdapterError: its file can't be read.

    """
    return read_trained(folder / FILE, Judge)


def read_trained(path: Path, kind: type[Trained]) -> Trained | None:
    """Return what was trained and lies in a file; None where there is none.

    Raises:
        AdapterError: it can't be read.

    """
    if not path.is_file():
        return None
    try:
        return kind.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise AdapterError(
            f"{path} can't be read. Restore the adapter's folder, or name another one."
        ) from error


def write_trained(path: Path, trained: BaseModel) -> None:
    """Write what was trained into a file, sorted: sets of words come in another order each time."""
    text = json.dumps(
        trained.model_dump(), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    path.write_text(text + "\n", encoding="utf-8")


def split_words(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def join_words(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return each word with the one behind it, from the beginning to the end of the text."""
    return list(zip([_START, *words], [*words, _END], strict=True))


def describe(evidence: Evidence, counts: WordCounts) -> Floats:
    """Return the features of a rewrite, in an order that trained judges rely on."""
    before, after = split_words(evidence.sentence), split_words(evidence.text)
    return np.array(
        [
            *evidence.behind.summary(),
            evidence.log_probability,
            evidence.share,
            *evidence.found,
            *(evidence.label is label for label in Label),
            *_describe_words(before, after),
            *_describe_counts(before, after, counts),
        ],
        dtype=np.float64,
    )


def _describe_words(before: Sequence[str], after: Sequence[str]) -> Iterable[float]:
    """Yield how much of a sentence's wording changed, and which of the words that decide meaning."""
    old, new = set(before), set(after)
    went = [word for word in before if word not in new and word not in _PLAIN]
    came = [word for word in after if word not in old and word not in _PLAIN]
    alike = SequenceMatcher(None, before, after, autojunk=False)
    yield from (len(before), len(after), len(after) / max(len(before), 1))
    yield from (
        len(went),
        len(came),
        len(went) / max(len(before), 1),
        len(came) / max(len(after), 1),
    )
    yield alike.ratio()
    yield sum(kind != "equal" for kind, *_ in alike.get_opcodes())
    yield from (after.count(word) - before.count(word) for word in (*_PERSONS, *_TURNING))
    yield sum(map(str.isdigit, before)) / max(len(before), 1)
    yield from (word in new for word in ("sorry", "please"))
    yield " ".join(after).count("i'm not able")
    yield from (word in new - old for word in ("because", "so"))
    yield sum(after.count(word) - before.count(word) for word in _NOT)


def _describe_counts(
    before: Sequence[str], after: Sequence[str], counts: WordCounts
) -> Iterable[float]:
    """Yield how usual it is among worked rewrites that such words come, go, and stand together."""
    old, new = set(before), set(after)
    came = _logs(counts.came, (w for w in after if w not in old and w not in _PLAIN))
    went = _logs(counts.went, (w for w in before if w not in new and w not in _PLAIN))
    known = set(join_words(before))
    pairs = [pair for pair in join_words(after) if pair not in known]
    joined = _logs(counts.joined, (" ".join(pair) for pair in pairs))
    # How surely the second follows the first, smoothed.
    follows = [
        float(np.log((counts.joined.get(f"{a} {b}", 0) + 0.1) / (counts.stood.get(a, 0) + 5)))
        for a, b in pairs
    ]
    for values, default in ((came, 6.0), (went, 6.0), (joined, 6.0), (follows, 0.0)):
        yield min(values, default=default)
        yield sum(values) / len(values) if values else default
    yield from (joined.count(0.0), len(pairs), came.count(0.0), went.count(0.0))


def _logs(counts: Mapping[str, int], words: Iterable[str]) -> list[float]:
    return [float(np.log1p(counts.get(word, 0))) for word in words]
