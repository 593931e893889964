"""CSV and TSV: every row's raw text is kept, and only replies are put in.

Dialect, line ends, byte order mark and encoding stay. A reply that a spreadsheet would take for a
formula gets an apostrophe before it (OWASP, "CSV Injection"); cells of the input are never altered.
A row that is broken, or has more or fewer cells than the header, is reported and keeps its cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drafting.batch.files.batch_input import Problem, TextInput
from drafting.batch.files.encoding import decode
from drafting.batch.files.fields import (
    CUSTOMER,
    TITLES,
    find_field,
    has_field,
    name_reply,
    pick_field,
)
from drafting.batch.files.records import Cell, Record, sniff
from drafting.batch.files.splicing import Edit
from drafting.batch.files.text_format import tell_formats
from drafting.batch.item import Item
from drafting.errors import BrokenFileError, EmptyInputError
from drafting.result import Format

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guard_formula(reply: str) -> str:
    """Return a reply as a spreadsheet will show it and not work it out."""
    return f"'{reply}" if reply.startswith(_FORMULA_STARTS) else reply


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is what."""

    width: int
    text: int
    name: int | None
    customer: int | None


class DelimitedInput(TextInput):
    """A CSV or TSV file."""

    def __init__(self, path: Path, data: bytes, field: str | None, format: Format | None) -> None:
        self.source = path
        self.text, self.encoding = decode(data)
        prefer = "," if path.suffix.lower() == ".csv" else "\t"
        self._dialect = sniff(self.text, lambda names: has_field(names, field), prefer=prefer)
        records = [r for r in self._dialect.records(self.text) if not r.is_blank]
        if len(records) < 2:
            raise EmptyInputError(f"{path.name} has no rows below its header.")
        self._header, rows = records[0], records[1:]
        if self._header.broken:
            raise BrokenFileError(f"The first row of {path.name} has a quote that is never closed.")
        self._names = [cell.value for cell in self._header.cells]
        self._columns = _find_columns(self._names, field)
        self.field = self._names[self._columns.text]
        self._rows = {str(i): row for i, row in enumerate(rows, 1)}
        self.problems = [p for key, row in self._rows.items() if (p := self._check(key, row))]
        broken = {problem.key for problem in self.problems}
        self._good = {key: row for key, row in self._rows.items() if key not in broken}
        self.items = self._make_items(format)

    def _check(self, key: str, row: Record) -> Problem | None:
        if row.broken:
            reason = "it has a quote that is never closed, or text after a closed one"
            return Problem(key, int(key), "broken_row", f"Row {key} can't be read: {reason}.")
        width = self._columns.width
        extra = any(cell.value for cell in row.cells[width:])
        if len(row.cells) >= width and not extra:
            return None
        reason = f"it has {len(row.cells)} cells and the header has {width}"
        return Problem(key, int(key), "broken_row", f"Row {key} can't be read: {reason}.")

    def _make_items(self, given: Format | None) -> Sequence[Item]:
        texts = [row.cells[self._columns.text].value for row in self._good.values()]
        formats = tell_formats(texts, self.field, given)
        return [
            Item(
                key=key,
                number=int(key),
                text=text,
                format=kind,
                name=_value(row, self._columns.name) or "",
                customer_message=_value(row, self._columns.customer),
            )
            for (key, row), text, kind in zip(self._good.items(), texts, formats, strict=True)
        ]

    def _edits(self, replies: Mapping[str, str], *, in_place: bool) -> list[Edit]:
        if in_place:
            return [
                Edit(cell.start, cell.end, self._write_cell(reply, cell))
                for key, reply in replies.items()
                if reply != (cell := self._good[key].cells[self._columns.text]).value
            ]
        return [self._header_edit(), *self._beside(replies)]

    def _header_edit(self) -> Edit:
        cell = self._header.cells[self._columns.text]
        name = name_reply(self.field, self._names)
        written = self._dialect.write(name, quoted=cell.quoted)
        return Edit(cell.end, cell.end, self._dialect.delimiter + written)

    def _beside(self, replies: Mapping[str, str]) -> list[Edit]:
        """Give each row one cell more, right after the text, so that columns stay below each other.

        Rows with too many cells get it too; those that are broken or too short have no such place.
        """
        edits = []
        for key, row in self._rows.items():
            if row.broken or len(row.cells) <= self._columns.text:
                continue
            cell = row.cells[self._columns.text]
            new = self._write_cell(replies[key], cell) if key in replies else ""
            edits.append(Edit(cell.end, cell.end, self._dialect.delimiter + new))
        return edits

    def _write_cell(self, reply: str, like: Cell) -> str:
        return self._dialect.write(guard_formula(reply), quoted=like.quoted)


def _find_columns(names: Sequence[str], field: str | None) -> _Columns:
    text = pick_field(names, field)
    name, customer = find_field(names, TITLES), find_field(names, CUSTOMER)
    return _Columns(len(names), text, name if name != text else None, customer)


def _value(row: Record, column: int | None) -> str | None:
    return row.cells[column].value or None if column is not None else None
