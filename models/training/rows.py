"""The worked rewrites on disk, read and split; knows nothing of tokens."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.prompt import Mail, make_mail

DATA = Path(__file__).resolve().parent / "data"
SECOND = DATA / "second" / "scripts.jsonl"
HELD_OUT_SHARE = 8
"""One kind of business in so many is held out, with all its mails."""


class Step(BaseModel):
    """One step of a worked edit script, as data/README.md describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: Literal["keep", "rewrite", "insert", "delete"]
    source: int | None = None
    label: Label | None = None
    text: str | None = None

    def candidate(self) -> Candidate:
        """Return the step as what fills its slot."""
        return Candidate(Op(self.op), self.label, self.text)


class Row(BaseModel):
    """One worked rewrite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    domain: str
    customer_message: str | None
    greeting: str | None
    paragraphs: list[list[str]]
    closing: str | None
    script: list[Step]

    @property
    def sentences(self) -> list[str]:
        """The draft's sentences in order; a step's `source` counts them from 1."""
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]

    @property
    def held_out(self) -> bool:
        """Whether this mail is never trained on.

        Decided by a hash of its kind of business alone: mails of one kind tell of like situations,
        and would make the held-out loss look better than it is.
        """
        business = " ".join(re.findall(r"[a-z]+", self.domain.lower()))
        digest = hashlib.sha256(business.encode()).digest()
        return int.from_bytes(digest[:4], "big") % HELD_OUT_SHARE == 0

    def mail(self) -> Mail:
        """Return the mail as the model reads it."""
        return make_mail(self.customer_message, self.greeting, self.paragraphs)

    def draft(self) -> str:
        """Return the draft's text as an agent would have typed it."""
        body = "\n\n".join(" ".join(paragraph) for paragraph in self.paragraphs)
        return "\n\n".join(part for part in (self.greeting, body, self.closing) if part)

    def opening(self) -> Step | None:
        """Return the inserted opening, if there is one."""
        first = self.script[0]
        return first if first.op == "insert" else None

    def ending(self) -> Step | None:
        """Return the inserted closing, if there is one."""
        last = self.script[-1]
        return last if last.op == "insert" and len(self.script) > 1 else None


def load_rows(folder: Path = DATA) -> list[Row]:
    """Read all worked rewrites, in the order of the file names."""
    return [
        Row.model_validate(json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in _read_lines(path)
    ]


def load_second(rows: Iterable[Row], path: Path = SECOND) -> dict[str, Row]:
    """Return, by their ids, the rows that a second person has worked out, with that script."""
    scripts = {line["id"]: line["script"] for line in map(json.loads, _read_lines(path))}
    return {
        row.id: Row.model_validate(row.model_dump() | {"script": scripts[row.id]})
        for row in rows
        if row.id in scripts
    }


def _read_lines(path: Path) -> list[str]:
    # Not splitlines: it takes more than line feeds for the end of a line.
    return [line for line in path.read_text("utf-8").split("\n") if line.strip()]


def split_rows(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows to train on and the held-out ones."""
    train: list[Row] = []
    held_out: list[Row] = []
    for row in rows:
        (held_out if row.held_out else train).append(row)
    return train, held_out


def choose_rows(rows: Iterable[Row], files: Sequence[str]) -> list[Row]:
    """Return the rows of some files, by their stems; all of them where none is named.

    Raises:
        ValueError: a file has no row among them.

    """
    chosen = [row for row in rows if not files or row.id.rpartition("-")[0] in files]
    if missing := set(files) - {row.id.rpartition("-")[0] for row in chosen}:
        raise ValueError(f"there is nothing to learn from in {', '.join(sorted(missing))}")
    return chosen
