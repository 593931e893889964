"""What is evaluated: held-out rewrites, traps and real replies, as cases of one shape.

Plain mails are cases, too, for the judge (`models.training.judge`); the evaluation doesn't take them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.training.evaluation.traps import Trap
from models.training.judging import PlainMail
from models.training.rows import Row


class Kind(StrEnum):
    """The sets, in the order that they are shown."""

    HELD_OUT = "held-out"
    TRAPS = "traps"
    REAL = "real"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Case:
    """One draft to rewrite, and what is known about how it should turn out."""

    kind: Kind
    id: str
    draft: str
    customer_message: str | None
    group: str
    """The kind of business, the kind of trap, or the repository that a real reply comes from."""
    row: Row | None = None
    trap: Trap | None = None

    @property
    def name(self) -> str:
        """A name that no case of another set has."""
        return f"{self.kind}/{self.id}"

    @property
    def situation(self) -> str:
        """What an acknowledgement may speak of: the customer's message, else the draft."""
        return self.customer_message or self.draft


def make_cases(rows: Sequence[Row]) -> list[Case]:
    """Return worked rewrites as cases."""
    return [
        Case(Kind.HELD_OUT, row.id, row.draft(), row.customer_message, row.domain, row=row)
        for row in rows
    ]


def make_trap_cases(traps: Sequence[Trap]) -> list[Case]:
    """Return traps as cases."""
    return [
        Case(Kind.TRAPS, trap.id, trap.draft, trap.customer_message, trap.kind, trap=trap)
        for trap in traps
    ]


def make_plain_cases(mails: Iterable[PlainMail]) -> list[Case]:
    """Return plain mails as cases; the group is their kind of business."""
    return [
        Case(Kind.PLAIN, mail.id, mail.draft, mail.customer_message, mail.id.split("-")[1])
        for mail in mails
    ]


def read_real(path: Path) -> list[Case]:
    """Read real replies: JSON lines with `id`, `source_repo` and `text`."""
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    return [Case(Kind.REAL, one["id"], one["text"], None, one["source_repo"]) for one in lines]


def find_twice(cases: Sequence[Case]) -> set[str]:
    """Return the names that more than one case has."""
    names = [case.name for case in cases]
    return {name for name in names if names.count(name) > 1}
