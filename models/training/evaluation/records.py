"""What came of each case in each column, as JSON lines: a run that is ended goes on where it was.

A line is valid for what its key is made of (the column, its model, adapter and options, the draft and
the message) and for the state of the program that made it. Other lines stay in the file and are
passed over.
"""

import hashlib
import json
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from drafting.candidate import KEEP, Candidate, Op
from drafting.engine import Fillings
from drafting.labels import Label
from drafting.result import Change, Result
from models.training.evaluation.cases import Case


class Written(BaseModel):
    """One filling that the model wrote."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: Op
    label: Label | None
    text: str | None
    log_probability: float
    """Mean over its tokens, in nats."""
    share: float
    """Of the first word, among those allowed."""

    @property
    def candidate(self) -> Candidate:
        """The filling as the program knows it."""
        return Candidate(self.op, self.label, self.text)


class Record(BaseModel):
    """What a column made of a case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    program: str = ""
    """The state of the program's code and wording; see `columns.digest_program`."""
    column: str
    case: str
    result: Result | None
    """None where the draft was refused or the model failed: the draft stays as it is."""
    code: str | None = None
    """Why there is no result."""
    written: dict[str, list[Written]] = {}
    """What the model wrote by itself, by slot; the first filling is the likeliest."""

    @property
    def changes(self) -> list[Change]:
        """What was changed."""
        return self.result.changes if self.result else []

    def reply(self, case: Case) -> str:
        """Return the reply: the draft where nothing came of it."""
        return self.result.reply if self.result else case.draft

    def likeliest(self, slot: str) -> Candidate:
        """Return the model's likeliest filling of a slot, a keep where none was finished."""
        written = self.written.get(slot)
        return written[0].candidate if written else KEEP


def write_down(fillings: Fillings) -> dict[str, list[Written]]:
    """Return fillings as a record holds them."""
    return {
        slot: [
            Written(
                op=one.candidate.op,
                label=one.candidate.label,
                text=one.candidate.text,
                log_probability=one.log_probability,
                share=one.share,
            )
            for one in written
        ]
        for slot, written in fillings.items()
    }


def make_key(identity: str, case: Case) -> str:
    """Return what a record of a case is valid for, as 16 hexadecimal digits."""
    parts = [identity, case.name, case.draft, case.customer_message]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


class Store:
    """Records in a file, each written out as soon as it is there."""

    def __init__(self, path: Path, program: str, *, any_program: bool = False) -> None:
        """Open the file, or begin it; a line that a kill has torn is passed over.

        Records of another state than `program` count only where `any_program` says so.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._program = program
        self._records = {
            record.key: record for record in _read(path) if any_program or record.program == program
        }
        self._file = path.open("a", encoding="utf-8")
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def find(self, key: str) -> Record | None:
        """Return the record of a key, if it is there."""
        return self._records.get(key)

    def add(self, record: Record) -> None:
        """Keep a record."""
        made = record.model_copy(update={"program": self._program})
        self._records[record.key] = made
        self._file.write(made.model_dump_json() + "\n")
        self._file.flush()


def _read(path: Path) -> list[Record]:
    if not path.exists():
        return []
    records = []
    for line in path.read_text("utf-8", errors="replace").split("\n"):
        try:
            records.append(Record.model_validate_json(line))
        except ValidationError:
            # Empty, torn, or written by a program whose results look otherwise.
            continue
    return records
