"""Which sheet of a workbook holds the texts, and where its header and its rows are.

Knows cells' values and not how a workbook stores them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils.cell import get_column_letter

from drafting.batch.files.batch_input import Problem
from drafting.batch.files.fields import CUSTOMER, TITLES, find_field, has_field, pick_field
from drafting.errors import EmptyInputError

Row = Sequence[object]
"""Values of a row from column A on; "" where a cell is empty."""
_HEADER_WITHIN = 20
"""Rows in which the header is looked for."""


@dataclass(frozen=True, slots=True)
class CellText:
    """One text of a sheet."""

    key: str
    """Sheet and cell, as spreadsheets write it: `Macros!C7`."""
    number: int
    row: int
    """From 1."""
    text: str
    name: str
    customer_message: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that holds the texts."""

    name: str
    header: int
    """Row of the header, from 1."""
    names: Sequence[str]
    column: int
    """Column of the texts, from 1."""
    texts: Sequence[CellText]
    problems: Sequence[Problem]


def find_sheet(sheets: Mapping[str, Sequence[Row]], field: str | None) -> Sheet:
    """Return the first sheet with a header that has the field.

    Raises:
        FieldError: none has, or it isn't clear which field is meant.
        EmptyInputError: there are no rows below the header.

    """
    name, header = _find_header(sheets, field)
    rows = sheets[name]
    names = [value.strip() if isinstance(value, str) else "" for value in rows[header]]
    column = pick_field(names, field)
    texts, problems = _read_rows(name, names, column, list(enumerate(rows))[header + 1 :])
    if not texts and not problems:
        raise EmptyInputError(f"The sheet {name} has no rows below its header.")
    return Sheet(name, header + 1, names, column + 1, texts, problems)


def _find_header(sheets: Mapping[str, Sequence[Row]], field: str | None) -> tuple[str, int]:
    """Return the sheet and the row, from 0; where none fits the first row that isn't empty."""
    first: tuple[str, int] | None = None
    for name, rows in sheets.items():
        for number, row in enumerate(rows[:_HEADER_WITHIN]):
            names = [value for value in row if isinstance(value, str) and value]
            if has_field(names, field):
                return name, number
            if names and first is None:
                first = name, number
    if first is None:
        raise EmptyInputError("The workbook has no texts.")
    return first


def _read_rows(
    sheet: str, names: Sequence[str], column: int, rows: Sequence[tuple[int, Row]]
) -> tuple[list[CellText], list[Problem]]:
    texts, problems = [], []
    title, customer = find_field(names, TITLES), find_field(names, CUSTOMER)
    title = None if title == column else title
    for number, (index, row) in enumerate(_filled(rows), 1):
        cell = f"{get_column_letter(column + 1)}{index + 1}"
        key, value = f"{sheet}!{cell}", row[column] if column < len(row) else ""
        if isinstance(value, str):
            name, message = _text(row, title), _text(row, customer)
            texts.append(CellText(key, number, index + 1, value, name, message or None))
        else:
            message = f"Row {number} (cell {cell}) has no text but a number, a date or the like."
            problems.append(Problem(key, number, "broken_row", message))
    return texts, problems


def _filled(rows: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    return ((index, row) for index, row in rows if any(value != "" for value in row))


def _text(row: Row, column: int | None) -> str:
    """Return what a cell says; numbers as they are written."""
    return str(row[column]) if column is not None and column < len(row) else ""
