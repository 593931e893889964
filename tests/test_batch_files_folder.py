"""A folder is mirrored: texts with replies are new, all other files are copies."""

import os
from pathlib import Path

import pytest

from drafting.application import Edit, apply_edits
from drafting.batch.files import BatchInput, open_input
from drafting.batch.item import Reply
from drafting.candidate import Op
from drafting.errors import (
    EmptyInputError,
    OutputError,
    SameFileError,
    UnfitReplyError,
    UnknownKindError,
)
from drafting.labels import Label
from drafting.result import Format
from drafting.rewriter import Request

FILES = {
    "refunds/late.html": "<p>Too late.</p>\r\n".encode("utf-8-sig"),
    "refunds/b.TXT": "Zu spät – nein.\r\n".encode("cp1252"),
    "a.md": b"# No\n",
    "logo.png": b"\x89PNG\0\xff",
    "broken.txt": b"\x81\0\xff",
    "mail.eml": b"Subject: x\n\nNo refund.\n\n> Where is it?\n",
    "sealed.eml": b"Content-Type: application/pkcs7-mime\n\nMIIB\n",
    ".hidden/x.txt": b"secret",
    ".DS_Store": b"\0",
    "empty.txt": b"",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    for name, data in FILES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(data)
    (source / "link.txt").symlink_to("a.md")
    (source / "away").symlink_to("/etc")
    (source / "a.md").chmod(0o640)
    return source


@pytest.fixture
def source(folder: Path) -> BatchInput:
    return open_input(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_texts_are_found_in_order(source: BatchInput) -> None:
    assert [(i.key, i.number, i.text, i.format, i.name) for i in source.items] == [
        ("a.md", 1, "# No\n", Format.TEXT, "a"),
        ("empty.txt", 3, "", Format.TEXT, "empty"),
        ("mail.eml", 4, "No refund.\n\n", Format.TEXT, "mail"),
        ("refunds/b.TXT", 5, "Zu spät – nein.\r\n", Format.TEXT, "b"),
        ("refunds/late.html", 6, "<p>Too late.</p>\r\n", Format.HTML, "late"),
    ]
    assert [(p.key, p.number, p.code) for p in source.problems] == [
        ("broken.txt", 2, "broken_file"),
        ("sealed.eml", 7, "sealed_mail"),
    ]
    assert [item.customer_message for item in source.items if item.key == "mail.eml"] == [
        "Where is it?"
    ]


def test_a_mail_gets_its_reply_and_keeps_the_rest(source: BatchInput, tmp_path: Path) -> None:
    item = next(item for item in source.items if item.key == "mail.eml")
    edit = Edit("s1", Op.REWRITE, Label.EXPLANATION, "I'm not able to refund this.")
    reply = Reply(apply_edits(Request(item.text, item.customer_message), [edit]))
    source.write({item.key: reply}, tmp_path / "out", in_place=False)
    written = (tmp_path / "out" / "mail.eml").read_bytes()
    assert written == b"Subject: x\n\nI'm not able to refund this.\n\n> Where is it?\n"


def test_a_mail_without_its_changes_is_named(source: BatchInput, tmp_path: Path) -> None:
    with pytest.raises(UnfitReplyError) as caught:
        source.write({"mail.eml": "Something else."}, tmp_path / "out", in_place=False)
    assert caught.value.keys == ["mail.eml"]


@pytest.mark.parametrize("in_place", [True, False])
def test_a_mirror_with_replies(source: BatchInput, tmp_path: Path, in_place: bool) -> None:
    replies = {"refunds/b.TXT": "Später – gern.\r\n", "refunds/late.html": "<p>Sorry.</p>\r\n"}
    target = tmp_path / "out"
    source.write(replies, target, in_place=in_place)
    expected = {name: data for name, data in FILES.items() if not name.startswith(".")}
    expected["refunds/b.TXT"] = replies["refunds/b.TXT"].encode("cp1252")
    expected["refunds/late.html"] = replies["refunds/late.html"].encode("utf-8-sig")
    assert files_of(target) == expected
    assert os.readlink(target / "link.txt") == "a.md"
    assert os.readlink(target / "away") == "/etc"
    assert (target / "a.md").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_the_input_stays_as_it_is(source: BatchInput, folder: Path, tmp_path: Path) -> None:
    source.write({"a.md": "# Yes\n"}, tmp_path / "out", in_place=True)
    assert files_of(folder) == FILES


def test_an_earlier_output_is_replaced(source: BatchInput, tmp_path: Path) -> None:
    source.write({"a.md": "one"}, tmp_path / "out", in_place=False)
    source.write({"a.md": "two"}, tmp_path / "out", in_place=False)
    assert (tmp_path / "out" / "a.md").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def test_somebody_elses_folder_is_not(source: BatchInput, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="new folder"):
        source.write({}, tmp_path / "out", in_place=False)
    assert files_of(tmp_path / "out") == {"thesis.txt": b"years of work"}


def test_a_file_in_the_way(source: BatchInput, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError):
        source.write({}, tmp_path / "out", in_place=False)
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("name", ["in", "in/out", "in/refunds", ".", "in/../in"])
def test_input_and_output_apart(source: BatchInput, tmp_path: Path, name: str) -> None:
    with pytest.raises(SameFileError):
        source.write({}, tmp_path / name, in_place=True)
    assert files_of(tmp_path / "in") == FILES


def test_a_reply_that_an_encoding_lacks_is_named(source: BatchInput, tmp_path: Path) -> None:
    with pytest.raises(UnfitReplyError) as caught:
        source.write({"a.md": "→", "refunds/b.TXT": "→"}, tmp_path / "out", in_place=False)
    assert caught.value.keys == ["refunds/b.TXT"]
    assert not (tmp_path / "out").exists()


def test_a_folder_without_texts(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"x")
    with pytest.raises(EmptyInputError, match=r"\.md"):
        open_input(tmp_path)


def test_a_single_mail_is_for_another_command(tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(b"x")
    with pytest.raises(UnknownKindError, match="mail"):
        open_input(tmp_path / "x.eml")


def test_a_name_that_is_not_utf8_is_told_and_copied(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text("x")
    with open(os.fsencode(source) + b"/b\xff.txt", "w") as file:
        file.write("y")
    folder = open_input(source)
    assert [problem.key for problem in folder.problems] == ["b\\udcff.txt"]
    folder.write({}, tmp_path / "out", in_place=True)
    assert len(list((tmp_path / "out").iterdir())) == 2
