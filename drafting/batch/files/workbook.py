"""Workbooks: XLSX in and out, ODS in and XLSX out.

Values are read with calamine. An XLSX is written by changing single cells in it with openpyxl, so
styles, widths, formulas and the other sheets stay; what openpyxl doesn't know (pictures, shapes,
some of what charts and pivot tables have) is lost, which a note says, except where nothing changes:
then it is copied. Of an ODS only the values come over.

The column for replies is the first one to the right of all others: a column put in between would
shift what formulas, widths and filters point at.
"""

import errno
import io
import os
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from drafting.batch.files.batch_input import BatchInput
from drafting.batch.files.fields import name_reply
from drafting.batch.files.sheets import Row, Sheet, find_sheet
from drafting.batch.files.storing import kind_output_errors, store
from drafting.batch.files.text_format import tell_formats
from drafting.batch.item import Item
from drafting.errors import BrokenFileError, OutputError, UnfitReplyError
from drafting.result import Format

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""
_MOST_BYTES = 512 * 1024 * 1024
"""A workbook may have unpacked; zip bombs have more."""
_UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, ValueError, KeyError, TypeError, IndexError,
    AttributeError, OSError,
)  # fmt: skip
_DRAWN = ("xl/media/", "xl/drawings/drawing", "xl/charts/", "xl/pivot", "xl/diagrams/")
_OUTPUT = {".xlsm": ".xlsm"}


class WorkbookInput(BatchInput):
    """An XLSX or ODS file."""

    def __init__(self, path: Path, data: bytes, field: str | None, format: Format | None) -> None:
        self.source = path
        self._data = data
        self._sheets = _read_sheets(path, data)
        self._sheet = find_sheet(self._sheets, field)
        self.field = self._sheet.names[self._sheet.column - 1]
        self.problems = self._sheet.problems
        self.notes = _notes(path, data)
        self._rows = {cell.key: cell for cell in self._sheet.texts}
        self.items = _make_items(self._sheet, self.field, format)

    def _write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        ending = _OUTPUT.get(self.source.suffix.lower(), ".xlsx")
        if target.suffix.lower() != ending:
            raise OutputError(f"A workbook is written as {ending}. Please name the output so.")
        changed = {key: text for key, text in replies.items() if text != self._rows[key].text}
        if in_place and not changed and self.source.suffix.lower() == ending:
            store(self._data, target, self.source)
            return
        _refuse_unfit(replies)
        book = self._load()
        sheet = book[self._sheet.name]
        assert isinstance(sheet, Worksheet)
        if in_place:
            self._replace(sheet, changed)
        else:
            self._put_beside(sheet, replies)
        with kind_output_errors(target):
            data = _save(book)
        store(data, target, self.source)

    def _load(self) -> Workbook:
        if self.source.suffix.lower() == ".ods":
            return _rebuild(self._sheets)
        macros = self.source.suffix.lower() == ".xlsm"
        try:
            with warnings.catch_warnings(action="ignore"):
                return load_workbook(io.BytesIO(self._data), keep_vba=macros, rich_text=True)
        except _UNREADABLE as error:
            raise BrokenFileError(
                f"{self.source.name} can be read but not written again. "
                "Please save it anew in your spreadsheet program and try again."
            ) from error

    def _replace(self, sheet: Worksheet, replies: Mapping[str, str]) -> None:
        cells = {key: self._cell(sheet, self._rows[key].row, self._sheet.column) for key in replies}
        if formulas := [key for key, cell in cells.items() if cell.data_type == "f"]:
            raise UnfitReplyError(
                f"{len(formulas)} texts are made by formulas, which a reply in place would delete. "
                "Please write the replies beside.",
                formulas,
            )
        for key, reply in replies.items():
            _set_text(cells[key], reply)

    def _put_beside(self, sheet: Worksheet, replies: Mapping[str, str]) -> None:
        column, new = self._sheet.column, _last_column(sheet) + 1
        name = name_reply(self.field, self._sheet.names)
        widths = sheet.column_dimensions
        widths[get_column_letter(new)].width = widths[get_column_letter(column)].width
        header = self._sheet.header
        _put_like(self._cell(sheet, header, column), self._cell(sheet, header, new), name)
        for key, reply in replies.items():
            row = self._rows[key].row
            _put_like(self._cell(sheet, row, column), self._cell(sheet, row, new), reply)

    def _cell(self, sheet: Worksheet, row: int, column: int) -> Cell:
        cell = sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            raise BrokenFileError(
                f"The cell {cell.coordinate} is merged with others. Please take the merge apart."
            )
        return cell


def _read_sheets(path: Path, data: bytes) -> dict[str, Sequence[Row]]:
    """Return the rows of each sheet, from A1 on.

    Raises:
        BrokenFileError: it is no workbook, is protected by a password or too large.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _MOST_BYTES:
            raise BrokenFileError(f"{path.name} is too large: unpacked it has {size >> 20} MB.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise BrokenFileError(
            f"{path.name} isn't a workbook that can be read. Is it protected by a password?"
        ) from error


def _notes(path: Path, data: bytes) -> list[str]:
    """Return what may be lost on the way through openpyxl."""
    if path.suffix.lower() == ".ods":
        return [
            "Of an ODS file only values come over to XLSX: styles, formulas and tabs in texts don't."
        ]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        drawn = any(name.startswith(_DRAWN) for name in packed.namelist())
    return [f"Pictures, shapes or charts of {path.name} may be missing in the output."] * drawn


def _last_column(sheet: Worksheet) -> int:
    """Return the last column in which something stands; styles alone don't count."""
    return max(c.column for row in sheet.iter_rows() for c in row if c.value is not None)


def _make_items(sheet: Sheet, field: str, given: Format | None) -> list[Item]:
    formats = tell_formats([cell.text for cell in sheet.texts], field, given)
    return [
        Item(cell.key, cell.number, cell.text, kind, cell.name, cell.customer_message)
        for cell, kind in zip(sheet.texts, formats, strict=True)
    ]


def _refuse_unfit(replies: Mapping[str, str]) -> None:
    """Refuse what openpyxl would cut or stumble over."""
    unfit = [
        key
        for key, reply in replies.items()
        if len(reply) > LONGEST_CELL or ILLEGAL_CHARACTERS_RE.search(reply)
    ]
    if unfit:
        raise UnfitReplyError(
            f"{len(unfit)} replies have more than {LONGEST_CELL:,} characters or control "
            "characters, which a cell can't hold.",
            unfit,
        )


def _set_text(cell: Cell, text: str) -> None:
    """Set a cell to a text that is never taken for a formula, a number or an error."""
    cell.value = text
    cell.data_type = "s"


def _put_like(model: Cell, cell: Cell, text: str) -> None:
    """Put a text into a cell that is to look like another."""
    if model.has_style:
        cell._style = copy(model._style)  # type: ignore[attr-defined]
    _set_text(cell, text)


def _rebuild(sheets: Mapping[str, Sequence[Row]]) -> Workbook:
    """Return a new workbook with the values of all sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    _set_value(sheet.cell(row, column), value)
    return book


def _set_value(cell: Cell | MergedCell, value: object) -> None:
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        _set_text(cell, ILLEGAL_CHARACTERS_RE.sub("", value))
    else:
        cell.value = value  # type: ignore[assignment]


def _save(book: Workbook) -> bytes:
    """Return the bytes of a workbook.

    Raises:
        OSError: openpyxl's temporary files can't be written.

    """
    out = io.BytesIO()
    try:
        book.save(out)
    except OSError:
        raise
    except Exception as error:
        # Where lxml is installed openpyxl writes with it, and its errors only name the system's.
        code = getattr(errno, str(error).removeprefix("IO_"), None)
        if isinstance(code, int):
            raise OSError(code, os.strerror(code)) from error
        raise
    return out.getvalue()
