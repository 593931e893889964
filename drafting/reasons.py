"""Why a change was made and why a sentence was left alone, in words for the person who reads it."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.prompt import PROMPTS, read_entry, read_mapping

REASONS = PROMPTS / "reasons.yaml"


class Why(BaseModel):
    """One sentence for each label; for a deletion one of three, by what is known of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acknowledgement: str
    benefit_of_the_doubt: str
    next_steps: str
    explanation: str
    stock: str
    sting: str
    left_out: str
    capital: str

    def of(self, candidate: Candidate) -> str:
        """Return why a candidate that changes something does so, going by its label alone."""
        return str(getattr(self, candidate.label.value)) if candidate.label else self.left_out


class Stings(BaseModel):
    """What is said of a sentence in which no rule found anything, by what the model would make of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acknowledgement: str
    benefit_of_the_doubt: str
    next_steps: str
    explanation: str
    delete: str

    def of(self, wish: Label | Op) -> str:
        """Return the message for a label, or for a deletion."""
        return str(getattr(self, wish.value))


class Notes(BaseModel):
    """The message of each note."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    already_kind: str
    kept_as_written: str
    may_go: str
    may_sting: Stings
    other_language: str
    opening_left_out: str
    other_text_kept: str
    formatting_simplified: str
    message_cut: str


class Reasons(BaseModel):
    """prompts/reasons.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: Why
    notes: Notes


@cache
def load_reasons(path: Path = REASONS) -> Reasons:
    """Read the reasons.

    Raises:
        PromptFileError: a text is missing or unknown.

    """
    return read_entry(Reasons, read_mapping(path), path.name)
