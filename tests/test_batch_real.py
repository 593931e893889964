"""Every real reply through the batch, in each format: all else stays, and no fact is lost."""

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from drafting.batch import commands
from drafting.batch.files import open_input
from drafting.batch.item import OutcomeState
from drafting.batch.review import read_review
from drafting.commands import drafting
from tests.drafts import real_drafts, rows
from tests.scripted import ScriptedEngine
from tests.test_batch_files_workbook import build_ods

TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
Rows = list[dict[str, str]]
TEXTS = real_drafts() or tuple(row.draft() for row in rows()[:100])
"""The worked drafts stand in where the real replies aren't at hand."""


def make_rows() -> Rows:
    return [
        {"id": f"r{n}", "body": text, "owner": "=1+1", "note": ' "quoted", ; \t'}
        for n, text in enumerate(TEXTS)
    ]


def write_delimited(path: Path, table: Rows) -> None:
    delimiter = "\t" if path.suffix == ".tsv" else ";"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(table)


def read_delimited(path: Path) -> Rows:
    delimiter = "\t" if path.suffix == ".tsv" else ";"
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def write_lines(path: Path, table: Rows) -> None:
    lines = [json.dumps(row, ensure_ascii=len(row["body"]) % 2 == 0) for row in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_lines(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def write_workbook(path: Path, table: Rows) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.append(list(table[0]))
    for row in table:
        sheet.append([value.lstrip("=") for value in row.values()])
    book.save(path)


def read_workbook(path: Path) -> Rows:
    sheet = openpyxl.load_workbook(path).active
    assert sheet
    head, *lines = sheet.iter_rows(values_only=True)
    return [
        {str(name): str(value or "") for name, value in zip(head, line, strict=True)}
        for line in lines
    ]


def write_ods(path: Path, table: Rows) -> None:
    # What reads ODS files here drops tabs; the batch says so in a note.
    plain = ([value.lstrip("=").replace("\t", " ") for value in row.values()] for row in table)
    lines = [list(table[0]), *plain]
    path.write_bytes(build_ods(lines))


def read_ods(path: Path) -> Rows:
    """Read what stands in cells, be it the input or the workbook that is written for it."""
    if path.suffix == ".xlsx":
        return read_workbook(path)
    with zipfile.ZipFile(path) as packed:
        content = packed.read("content.xml").decode()
    tree = ElementTree.fromstring(
        content.replace("<text:s/>", " ").replace("<text:tab/>", "\t").encode()
    )
    rows = [
        ["\n".join("".join(p.itertext()) for p in cell) for cell in row]
        for row in tree.iter(f"{{{TABLE}}}table-row")
    ]
    return [dict(zip(rows[0], line, strict=True)) for line in rows[1:]]


FORMATS: dict[str, tuple[Callable[[Path, Rows], None], Callable[[Path], Rows]]] = {
    "in.csv": (write_delimited, read_delimited),
    "in.tsv": (write_delimited, read_delimited),
    "in.jsonl": (write_lines, read_lines),
    "in.json": (
        lambda path, table: path.write_text(json.dumps(table), encoding="utf-8") and None,
        lambda path: json.loads(path.read_text(encoding="utf-8")),
    ),
    "in.yaml": (
        lambda path, table: path.write_text(yaml.safe_dump(table), encoding="utf-8") and None,
        lambda path: yaml.safe_load(path.read_text(encoding="utf-8")),
    ),
    "in.xlsx": (write_workbook, read_workbook),
    "in.ods": (write_ods, read_ods),
}


@pytest.mark.parametrize("name", FORMATS)
def test_all_real_replies(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "load", lambda _: ScriptedEngine())
    write, read = FORMATS[name]
    ending = Path(name).suffix.replace(".ods", ".xlsx")
    source, target = tmp_path / name, tmp_path / f"out{ending}"
    write(source, make_rows())
    before = read(source)
    ended = CliRunner().invoke(
        drafting, ["batch", str(source), "-o", str(target), "--workers", "1"]
    )
    assert ended.exit_code in {0, 1}, ended.output
    after = read(target)
    assert len(after) == len(before) > 90
    review = read_review(target.with_name(target.name + ".review.json"))
    items = {item.key: item for item in open_input(source).items}
    by_number = {item.number: item for item in review.items}
    rewritten = 0
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        assert {key: new[key] for key in old} == old
        item = by_number[number]
        if item.state is not OutcomeState.REWRITTEN:
            assert not new.get("body_reply")
            continue
        rewritten += 1
        assert item.result
        assert new["body_reply"].lstrip("'") == item.result.reply.lstrip("'")
        # The parts of the draft that hold its facts stand in the reply, in their order.
        at = 0
        for fact in item.result.facts:
            at = item.result.reply_text.index(fact.text, at) + len(fact.text)
            assert item.result.draft_text[slice(*fact.draft_span)] == fact.text
        assert items[item.key].text == old["body"]
    assert rewritten > 30


def test_all_real_replies_as_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "load", lambda _: ScriptedEngine())
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for number, text in enumerate(TEXTS):
        (source / f"{number:03}.txt").write_text(text, encoding="utf-8", newline="")
    (source / "logo.png").write_bytes(bytes(range(256)))
    ended = CliRunner().invoke(
        drafting, ["batch", str(source), "-o", str(target), "--workers", "1"]
    )
    assert ended.exit_code in {0, 1}, ended.output
    review = read_review(target.with_name(target.name + ".review.json"))
    results = {item.key: item.result for item in review.items}
    assert (target / "logo.png").read_bytes() == bytes(range(256))
    rewritten = 0
    for number, text in enumerate(TEXTS):
        name = f"{number:03}.txt"
        assert (source / name).read_bytes() == text.encode()
        result = results[name]
        made = (target / name).read_bytes().decode()
        changed = result is not None and bool(result.changes)
        rewritten += changed
        assert made == (result.reply if result and changed else text)
    assert rewritten > 30
