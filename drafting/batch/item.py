"""One canned response of a batch, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from drafting.result import Applied, Format, Result


@dataclass(frozen=True, slots=True)
class Item:
    """One text of the input."""

    key: str
    """Where it stands in the input; unique there, and the same each time it is read."""
    number: int
    """Counts from 1 in the input's order: what people are told ("row 7")."""
    text: str
    format: Format = Format.TEXT
    name: str = ""
    """The title that the input gives it."""
    customer_message: str | None = None


class Reply(str):
    """A reply that knows what it was made of: a mail has its text twice, and both change alike."""

    applied: Applied

    def __new__(cls, applied: Applied) -> Self:
        """Return the reply of a result, or of a part of its changes."""
        reply = super().__new__(cls, applied.reply)
        reply.applied = applied
        return reply


class OutcomeState(StrEnum):
    """What became of an item."""

    REWRITTEN = "rewritten"
    KEPT = "kept"
    """Nothing was changed: kind already, in another language, or nothing was certain."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not asked for: empty, or left alone by an option."""


class Outcome(BaseModel):
    """What became of an item: one line of the journal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    number: int
    state: OutcomeState
    result: Result | None = None
    code: str | None = None
    """Of the error, or of the reason to skip it."""
    message: str | None = None
