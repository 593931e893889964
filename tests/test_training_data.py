"""Every worked rewrite keeps the data's rules and is read by the program as it was written."""

import re

import pytest

from models.training.data.audit import find_faults, find_opinions, find_repeated
from models.training.data.check import problems
from models.training.rows import DATA, Row, load_rows

FILES = sorted(path.stem for path in DATA.glob("*.jsonl"))


def rows_of(stem: str) -> list[Row]:
    return [row for row in load_rows() if re.fullmatch(rf"{stem}-\d+", row.id)]


def change(row: Row, number: int, **fields: str) -> Row:
    steps = list(row.script)
    steps[number] = steps[number].model_copy(update=fields)
    return row.model_copy(update={"script": steps})


@pytest.mark.parametrize("stem", FILES)
def test_rows_keep_the_rules_of_the_data(stem: str) -> None:
    seen: set[str] = set()
    rows = rows_of(stem)
    assert rows
    found = {row.id: list(problems(row.model_dump(mode="json"), seen)) for row in rows}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("stem", FILES)
def test_rows_are_what_the_program_lets_through(stem: str) -> None:
    assert [fault for row in rows_of(stem) for fault in find_faults(row)] == []


def test_no_opening_is_nearly_another() -> None:
    rows = load_rows()
    assert list(find_repeated(rows, rows)) == []


def test_no_draft_stands_twice() -> None:
    drafts = [tuple(row.sentences) for row in load_rows()]
    assert len(set(drafts)) == len(drafts)


def test_faults_are_found() -> None:
    row = next(row for row in rows_of("hard") if row.id == "hard-001")
    changed = change(row, 2, text="That is why a charge was made on the final bill.")
    assert [fault.kind for fault in find_faults(changed)] == ["fact"]
    shielded = change(row, 2, text="Under our policy, £90 was charged on the final bill.")
    assert "wording" in {fault.kind for fault in find_faults(shielded)}
    split = row.model_copy(update={"paragraphs": [["One thing. Another one.", *row.sentences[1:]]]})
    assert [fault.kind for fault in find_faults(split)] == ["parse"]
    promised = change(row, 2, text="We have taken the £90 off the final bill.")
    assert list(find_opinions(promised))


def test_an_opening_written_twice_is_found() -> None:
    row = rows_of("hard")[0]
    twin = row.model_copy(update={"id": "hard-999"})
    assert {finding.row for finding in find_repeated([twin], [row, twin])} == {"hard-999"}
