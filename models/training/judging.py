"""The judged candidates on disk; `judged/README.md` describes them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from drafting.candidate import Candidate, Op
from drafting.labels import Label

JUDGED = Path(__file__).resolve().parent / "judged"
REVISED = JUDGED / "revised"
WITHDRAWN = JUDGED / "withdrawn"
MAILS = JUDGED / "mails"
OPENINGS = JUDGED / "openings"
DELETIONS = JUDGED / "deletions"
DOUBTS = JUDGED / "doubts"
MEASURED_SHARE = 3
"""One plain mail in so many is never learnt from."""
Reason = Literal[
    "meaning",
    "person",
    "condition",
    "promise",
    "nonsense",
    "situation",
    "generic",
    "gushing",
    "canned",
    "stiff",
    "wordy",
    "label",
    "same",
    "delete",
]


class PlainMail(BaseModel):
    """A mail that was written to be rewritten, and that nobody has worked out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^plain-[a-z]+-[0-9]{3}$")
    customer_message: str | None
    draft: str

    @property
    def held_out(self) -> bool:
        """Whether it serves to measure alone."""
        digest = hashlib.sha256(self.id.encode()).digest()
        return int.from_bytes(digest[:4], "big") % MEASURED_SHARE == 0


class Written(BaseModel):
    """A filling of some mail's slot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mail: str
    """Id of a worked rewrite, of a plain mail, or of a real reply whose text isn't kept here."""
    op: Op
    label: Label | None
    text: str | None

    def candidate(self) -> Candidate:
        """Return it as what fills its slot."""
        return Candidate(self.op, self.label, self.text)


class Judged(Written):
    """One candidate that the model wrote, and what a reader said of it."""

    id: str
    slot: str = Field(pattern=r"^(opening|s[1-9][0-9]*|closing)$")
    verdict: Literal["good", "bad"]
    reason: Reason | None
    checkpoint: str
    temperature: float
    seed: int
    log_probability: float
    """Mean over the filling's tokens, in nats, under the checkpoint that wrote it."""
    share: float
    """Probability of the first word among those allowed."""

    @model_validator(mode="after")
    def _check(self) -> "Judged":
        if (self.reason is None) != (self.verdict == "good"):
            raise ValueError("a bad one has a reason, a good one has none")
        if (self.text is None) != (self.op is Op.DELETE):
            raise ValueError("a deletion alone has no text")
        return self


class Revision(Written):
    """A reader's repair of what the model wrote into a slot, as near to it as a good one can be."""

    slot: str = Field(pattern=r"^s[1-9][0-9]*$")

    @model_validator(mode="after")
    def _check(self) -> "Revision":
        wants = self.op is Op.REWRITE
        if (self.text is not None, self.label is not None) != (wants, wants):
            raise ValueError("a rewrite alone has label and text")
        return self


class Withdrawn(Written):
    """A worked text that a second reader found wrong; the worked rewrite has a better one now."""

    source: int | None = Field(ge=1)
    """Number of the sentence, None for an opening or closing."""
    reason: Reason


class MarkedOpening(BaseModel):
    """An opening for some mail, and what a reader said of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mail: str
    opening: str
    mark: Literal["good", "generic", "situation", "against", "grave", "clumsy", "none"]
    note: str | None = None
    written: bool = False
    """Whether the model wrote it; else it comes from phrasebook, echoes or occasions."""


class MarkedDeletion(BaseModel):
    """A sentence that the model might delete, and whether a reader would."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mail: str
    slot: str = Field(pattern=r"^s[1-9][0-9]*$")
    text: str
    """The sentence."""
    share: float = Field(ge=0, le=1)
    """Probability of deleting it among what may begin the filling, under the adapter of that time."""
    mark: Literal["go", "needed", "hangs", "harmless"]
    """`needed`: it says something; `hangs`: what stands beside it would refer to nothing."""


class MarkedDoubt(BaseModel):
    """A sentence in which no rule finds anything, and whether a reader would have it pointed out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mail: str
    """Id of a plain mail, or of a real reply whose text isn't kept here."""
    slot: str = Field(pattern=r"^s[1-9][0-9]*$")
    text: str | None
    """The sentence; None where it is one of a real reply."""
    keep: float = Field(ge=0, le=1)
    """Probability of keeping it among what may begin the filling, under the adapter of that time."""
    label: Label | None
    """The likeliest of the labels; None where deleting it was likelier than each."""
    mark: Literal["yes", "no"]


def load_judged(pattern: str = "*.jsonl", folder: Path = JUDGED) -> Iterator[Judged]:
    """Yield the candidates of the files that the pattern names, in their order."""
    for line in _read_lines(folder, pattern):
        yield Judged.model_validate_json(line)


def load_deletions(folder: Path = DELETIONS) -> Iterator[MarkedDeletion]:
    """Yield the marked deletions, in the order of the file names."""
    for line in _read_lines(folder):
        yield MarkedDeletion.model_validate_json(line)


def load_doubts(folder: Path = DOUBTS) -> Iterator[MarkedDoubt]:
    """Yield the marked doubts, in the order of the file names."""
    for line in _read_lines(folder):
        yield MarkedDoubt.model_validate_json(line)


def load_openings(folder: Path = OPENINGS) -> Iterator[MarkedOpening]:
    """Yield the marked openings, in the order of the file names."""
    for line in _read_lines(folder):
        yield MarkedOpening.model_validate_json(line)


def load_plain_mails(folder: Path = MAILS) -> Iterator[PlainMail]:
    """Yield the plain mails, in the order of the file names."""
    for line in _read_lines(folder):
        yield PlainMail.model_validate_json(line)


def load_revisions(folder: Path = REVISED) -> Iterator[Revision]:
    """Yield the revisions, in the order of the file names."""
    for line in _read_lines(folder):
        yield Revision.model_validate_json(line)


def load_withdrawn(folder: Path = WITHDRAWN) -> Iterator[Withdrawn]:
    """Yield the withdrawn texts, in the order of the file names."""
    for line in _read_lines(folder):
        yield Withdrawn.model_validate_json(line)


def _read_lines(folder: Path, pattern: str = "*.jsonl") -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        # Not splitlines: it takes more than line feeds for the end of a line.
        yield from filter(str.strip, path.read_text(encoding="utf-8").split("\n"))
