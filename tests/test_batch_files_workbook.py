"""A workbook comes back with its styles, widths, formulas and other sheets; only cells are set."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from drafting.batch.files import BatchInput
from drafting.errors import (
    BrokenFileError,
    EmptyInputError,
    FieldError,
    OutputError,
    UnfitReplyError,
)
from drafting.result import Format
from tests.batch_files import opened, written

CELLS = [
    ["No", "Title", "Body", "Used", "Since"],
    [1, "Late", "Too late.\nNo refund!", 12, datetime.datetime(2024, 5, 1)],
    [2, "=odd", "<p>Send the form.</p>", 30, datetime.datetime(2024, 5, 2)],
    [3, "Empty", None, "=SUM(D3:D4)", None],
    [4, "Number", 17, 2, None],
]


def build() -> bytes:
    """Return a workbook as a team would have it: a title, a styled header, a second sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Macros"
    sheet["A1"] = "Our macros"
    for row, values in enumerate(CELLS, 3):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value
    sheet["B5"].data_type = "s"
    sheet["C3"].font = Font(bold=True, color="FF0000")
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["C4"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A4"].comment = Comment("checked", "Ann")
    sheet.column_dimensions["C"].width = 61
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:E7"
    sheet.merge_cells("A1:E1")
    other = book.create_sheet("Sums")
    other["A1"] = "=SUM(Macros!D4:D5)"
    other["A2"] = "body"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(data: bytes, name: str = "Macros") -> Worksheet:
    sheet = load_workbook(io.BytesIO(data), rich_text=True)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def described(sheet: Worksheet, *, but: str = "") -> dict[str, object]:
    """Return all there is to a sheet's cells, except in one column."""
    return {
        cell.coordinate: (cell.value, cell.data_type, repr([cell.font, cell.fill, cell.alignment]))
        for row in sheet.iter_rows()
        for cell in row
        if cell.coordinate[0] != but and (cell.value is not None or cell.has_style)
    }


@pytest.fixture
def source(tmp_path: Path) -> BatchInput:
    return opened(tmp_path, "a.xlsx", build())


def test_rows_are_found_below_a_title(source: BatchInput) -> None:
    assert source.field == "Body"
    assert [(i.key, i.number, i.text, i.name, i.format) for i in source.items] == [
        ("Macros!C4", 1, "Too late.\nNo refund!", "Late", Format.TEXT),
        ("Macros!C5", 2, "<p>Send the form.</p>", "=odd", Format.HTML),
        ("Macros!C6", 3, "", "Empty", Format.TEXT),
    ]
    assert [(p.key, p.number) for p in source.problems] == [("Macros!C7", 4)]


def test_beside_is_a_new_last_column(source: BatchInput) -> None:
    out = written(source, {"Macros!C4": "=1+1", "Macros!C5": "-x"}, in_place=False, name="b.xlsx")
    before, after = sheet_of(build()), sheet_of(out)
    assert described(after, but="F") == described(before)
    assert [after[f"F{row}"].value for row in range(3, 8)] == [
        "Body_reply",
        "=1+1",
        "-x",
        None,
        None,
    ]
    assert [after[f"F{row}"].data_type for row in (3, 4, 5)] == ["s", "s", "s"]
    assert repr(after["F3"].font) == repr(before["C3"].font)
    assert after["F4"].alignment.wrap_text
    assert after.column_dimensions["F"].width == 61


def test_in_place_only_cells_are_set(source: BatchInput) -> None:
    out = written(source, {"Macros!C4": "@new"}, in_place=True, name="b.xlsx")
    before, after = described(sheet_of(build())), described(sheet_of(out))
    assert after.pop("C4")[:2] == ("@new", "s")  # type: ignore[index]
    before.pop("C4")
    assert after == before
    sheet = sheet_of(out)
    assert sheet["C4"].alignment.vertical == "top"
    assert sheet["A4"].comment.text == "checked"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", "A3:E7")
    assert [str(cells) for cells in sheet.merged_cells.ranges] == ["A1:E1"]
    assert sheet["D6"].value == "=SUM(D3:D4)"
    assert described(sheet_of(out, "Sums")) == described(sheet_of(build(), "Sums"))


@pytest.mark.parametrize("replies", [{}, {"Macros!C4": "Too late.\nNo refund!"}])
def test_where_nothing_changes_it_is_copied(source: BatchInput, replies: dict[str, str]) -> None:
    data = (source.source).read_bytes()  # type: ignore[attr-defined]
    assert written(source, replies, in_place=True, name="b.xlsx") == data


def test_a_written_reply_is_read_back(source: BatchInput, tmp_path: Path) -> None:
    replies = {"Macros!C4": "Dear Ann,\n\n\tJa – é 😀\r\n= 3", "Macros!C6": " spaced "}
    out = written(source, replies, in_place=True, name="b.xlsx")
    again = opened(tmp_path, "c.xlsx", out)
    assert [item.text for item in again.items][::2] == list(replies.values())


def test_what_a_cell_cannot_hold_is_named(source: BatchInput) -> None:
    replies = {"Macros!C4": "x" * 32_768, "Macros!C5": "fine", "Macros!C6": "\x0b"}
    with pytest.raises(UnfitReplyError) as caught:
        written(source, replies, in_place=False, name="b.xlsx")
    assert caught.value.keys == ["Macros!C4", "Macros!C6"]


def test_a_formula_is_not_overwritten(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["text"])
    book.worksheets[0].append(['="a"&"b"'])
    book.save(tmp_path / "a.xlsx")
    data = (tmp_path / "a.xlsx").read_bytes()
    parts = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part in parts.namelist():
            old = b"<v></v>" if b"<v></v>" in parts.read(part) else b"<v />"
            new = parts.read(part).replace(b'r="A2"', b'r="A2" t="str"').replace(old, b"<v>ab</v>")
            packed.writestr(part, new)
    source = opened(tmp_path, "b.xlsx", out.getvalue())
    assert [item.text for item in source.items] == ["ab"]
    with pytest.raises(UnfitReplyError, match="formulas"):
        written(source, {"Sheet!A2": "new"}, in_place=True, name="c.xlsx")
    beside = sheet_of(written(source, {"Sheet!A2": "new"}, in_place=False, name="c.xlsx"), "Sheet")
    assert (beside["A2"].value, beside["B2"].value) == ('="a"&"b"', "new")


def test_the_output_must_be_a_workbook(source: BatchInput) -> None:
    with pytest.raises(OutputError, match=r"\.xlsx"):
        written(source, {}, in_place=True, name="b.csv")


@pytest.mark.parametrize("data", [b"no zip", b"PK\x03\x04 nearly"])
def test_no_workbook(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenFileError):
        opened(tmp_path, "a.xlsx", data)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(9):
            packed.writestr(f"xl/{number}.xml", b"\0" * (64 << 20))
    with pytest.raises(BrokenFileError, match="too large"):
        opened(tmp_path, "a.xlsx", out.getvalue())


@pytest.mark.parametrize(
    ("rows", "error"),
    [([], EmptyInputError), ([["body"]], EmptyInputError), ([["a", "b"], ["x", "y"]], FieldError)],
)
def test_nothing_to_do_is_said(
    rows: list[list[str]], error: type[Exception], tmp_path: Path
) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(error):
        opened(tmp_path, "a.xlsx", (tmp_path / "b.xlsx").read_bytes())


ODS_CELL = '<table:table-cell office:value-type="string">{}</table:table-cell>'
ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="Replies">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def ods_cell(text: str) -> str:
    # A run of spaces is one unless it is spelt out.
    lines = [escape(line).replace("  ", " <text:s/>") for line in text.split("\n")]
    lines = [line.replace("\t", "<text:tab/>") for line in lines]
    return ODS_CELL.format("".join(f"<text:p>{line}</text:p>" for line in lines))


def build_ods(rows: Sequence[Sequence[str]]) -> bytes:
    """Return an ODS file with one sheet; each line of a cell is a paragraph, as in real ones."""
    inner = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        packed.writestr("content.xml", ODS.format(inner))
    return out.getvalue()


def test_ods_in_xlsx_out(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.ods", build_ods([("name", "text"), ("Late", "=Too late")]))
    assert [(i.key, i.text, i.name) for i in source.items] == [("Replies!B2", "=Too late", "Late")]
    out = written(source, {"Replies!B2": "+x"}, in_place=False, name="b.xlsx")
    rows = [[(c.value, c.data_type) for c in row] for row in sheet_of(out, "Replies").iter_rows()]
    assert rows[1] == [("Late", "s"), ("=Too late", "s"), ("+x", "s")]
    assert written(source, {}, in_place=True, name="c.xlsx")
    with pytest.raises(OutputError):
        written(source, {}, in_place=True, name="c.ods")


def test_what_may_be_lost_is_said(source: BatchInput, tmp_path: Path) -> None:
    assert not source.notes
    assert opened(tmp_path, "a.ods", build_ods([("text", "x"), ("a", "b")])).notes
    book = load_workbook(io.BytesIO(build()))
    chart = BarChart()
    chart.add_data(Reference(book["Macros"], min_col=4, min_row=4, max_row=5))
    book["Sums"].add_chart(chart, "C3")
    book.save(tmp_path / "c.xlsx")
    drawn = opened(tmp_path, "d.xlsx", (tmp_path / "c.xlsx").read_bytes())
    assert ["charts" in note for note in drawn.notes] == [True]


def test_styled_but_empty_columns_do_not_push_replies_away(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["body", "x"], ["No.", 1]):
        book.worksheets[0].append(row)
    book.worksheets[0]["Z9"].font = Font(bold=True)
    book.save(tmp_path / "b.xlsx")
    source = opened(tmp_path, "a.xlsx", (tmp_path / "b.xlsx").read_bytes())
    out = sheet_of(written(source, {"Sheet!A2": "Yes."}, in_place=False, name="c.xlsx"), "Sheet")
    assert (out["C1"].value, out["C2"].value) == ("body_reply", "Yes.")
