"""Traps: read strictly, and passed only where all that they ask for holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.training.evaluation.traps import TRAPS, Trap, find_failures, read_traps

LINE: dict[str, Any] = {
    "id": "refusal-1",
    "kind": "double_negative",
    "customer_message": None,
    "draft": "We don't refuse refunds of $5.",
    "must_contain": ["$5"],
    "must_not_contain": [r"\bwe refuse\b"],
    "unchanged": False,
    "no_opening": False,
    "why": "Two negatives make a yes.",
}


def trap(**changes: Any) -> Trap:
    return Trap.model_validate(LINE | changes)


def write(folder: Path, *lines: str) -> Path:
    (folder / "some.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_line_is_read(tmp_path: Path) -> None:
    assert read_traps(write(tmp_path, json.dumps(LINE), "")) == [trap()]


def test_without_files_there_are_no_traps(tmp_path: Path) -> None:
    assert read_traps(tmp_path / "nowhere") == []


def test_the_traps_of_this_project_are_read() -> None:
    read = read_traps()
    assert all(one.draft for one in read)
    assert bool(read) == any(TRAPS.glob("*.jsonl"))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"kind": "Double negative"}, "kind"),
        ({"must_not_contain": ["("]}, "no regular expression"),
        ({"must_not_contain": ["a*"]}, "found in every reply"),
        ({"must_contain": [""]}, "must_contain.0"),
        ({"unchanged": "yes"}, "unchanged"),
        ({"draft": ""}, "draft"),
        ({"more": 1}, "more"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    folder = write(tmp_path, json.dumps(LINE), json.dumps(LINE | {"id": "two"} | changes))
    with pytest.raises(ValueError, match=r"some\.jsonl:2: .*") as caught:
        read_traps(folder)
    assert part in str(caught.value)


def test_broken_json_and_an_id_used_twice_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"some\.jsonl:1: not JSON"):
        read_traps(write(tmp_path, "{"))
    with pytest.raises(ValueError, match=r"some\.jsonl:2: the id 'refusal-1' is used twice"):
        read_traps(write(tmp_path, json.dumps(LINE), json.dumps(LINE)))


def test_a_field_that_is_missing_is_named(tmp_path: Path) -> None:
    line = {key: value for key, value in LINE.items() if key != "why"}
    with pytest.raises(ValueError, match="why"):
        read_traps(write(tmp_path, json.dumps(line)))


def test_a_reply_passes_where_all_holds() -> None:
    assert not list(find_failures(trap(), "Refunds of $5 are fine.", opened=True))


@pytest.mark.parametrize(
    ("changes", "reply", "failure"),
    [
        ({}, "Refunds are fine.", "lacks '$5'"),
        ({}, "WE REFUSE $5.", "holds 'WE REFUSE'"),
        ({"unchanged": True}, "Refunds of $5.", "was to stay"),
        ({"no_opening": True}, "Thanks. $5.", "was to get no opening"),
    ],
)
def test_each_thing_that_does_not_hold_is_told(
    changes: dict[str, Any], reply: str, failure: str
) -> None:
    failures = list(find_failures(trap(**changes), reply, opened=True))
    assert len(failures) == 1
    assert failure in failures[0]
