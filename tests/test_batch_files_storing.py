"""An output is written whole or not at all, and an error says what to do."""

import contextlib
import gc
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook

from drafting.batch.files import open_input
from drafting.errors import (
    EmptyInputError,
    InputMissingError,
    OutputError,
    SameFileError,
    UnfitReplyError,
    UnknownKindError,
)
from tests.batch_files import make

NOBODY = 65534
ROOM = 4096
LONG = "word " * ROOM
"""A text that has no room."""


def inputs(folder: Path) -> list[Path]:
    """Write an input of each kind, each with the same two texts."""
    sheet = Workbook()
    for row in (["id", "body"], [1, LONG], [2, "x"]):
        sheet.worksheets[0].append(row)
    sheet.save(folder / "a.xlsx")
    (folder / "texts").mkdir()
    make(folder / "texts", "a.txt", LONG)
    return [
        make(folder, "a.csv", f"id,body\n1,{LONG}\n2,x\n"),
        make(folder, "a.json", f'[{{"body": "{LONG}"}}, {{"body": "x"}}]'),
        make(folder, "a.jsonl", f'{{"body": "{LONG}"}}\n{{"body": "x"}}\n'),
        make(folder, "a.yaml", f"- body: {LONG}\n- body: x\n"),
        folder / "a.xlsx",
        folder / "texts",
    ]


KINDS = ["csv", "json", "jsonl", "yaml", "xlsx", "folder"]


@pytest.fixture(params=range(len(KINDS)), ids=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return inputs(tmp_path)[request.param]


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Give a folder 16 kB: a tmpfs where one can be mounted, else a limit on what a file may have."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    else:
        with limited_files():
            yield


@contextlib.contextmanager
def limited_files() -> Iterator[None]:
    """Let no file grow beyond 4 kB: writing on gives EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        gc.collect()
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody for a while where the tests run as root, whom no permission holds."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


# openpyxl's half-written temporary files complain once more when they are cleared away.
left_behind = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@left_behind
@pytest.mark.parametrize("disk", ["small", "limited"])
def test_a_full_disk_leaves_nothing(source: Path, disk: str, tmp_path: Path) -> None:
    opened = open_input(source)
    room = tmp_path / "room"
    room.mkdir()
    big = {item.key: f"{os.urandom(20_000).hex()[:30_000]}" for item in opened.items}
    with small_disk(room) if disk == "small" else limited_files():
        target = room / ("out" if source.is_dir() else f"out{source.suffix}")
        with pytest.raises(OutputError, match="no room left"):
            opened.write(big, target, in_place=True)
        assert list(room.iterdir()) == []


@left_behind
def test_a_full_disk_leaves_an_earlier_output(source: Path, tmp_path: Path) -> None:
    opened = open_input(source)
    target = tmp_path / ("out" if source.is_dir() else f"out{source.suffix}")
    opened.write({}, target, in_place=True)
    text = target / "a.txt" if target.is_dir() else target
    before, names = text.read_bytes(), sorted(tmp_path.iterdir())
    big = {opened.items[0].key: os.urandom(16_000).hex()}
    with limited_files(), pytest.raises(OutputError, match="no room left"):
        opened.write(big, target, in_place=True)
    assert text.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == names


def test_a_read_only_place(source: Path) -> None:
    opened = open_input(source)
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(OutputError, match="read-only"):
            opened.write({}, folder / f"out{source.suffix}", in_place=True)
        assert list(folder.iterdir()) == []
        folder.chmod(0o700)


def test_a_place_that_is_not_there(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="isn't there"):
        open_input(source).write({}, tmp_path / "no" / f"out{source.suffix}", in_place=True)


def test_the_input_is_never_overwritten(source: Path, tmp_path: Path) -> None:
    other = tmp_path / f"link{source.suffix}"
    other.symlink_to(source)
    for target in (source, source.parent / "." / source.name, other):
        with pytest.raises(SameFileError):
            open_input(source).write({}, target, in_place=True)


def test_a_hard_link_to_the_input_is_the_input(tmp_path: Path) -> None:
    source = make(tmp_path, "a.csv", "body\nx\n")
    (tmp_path / "b.csv").hardlink_to(source)
    with pytest.raises(SameFileError):
        open_input(source).write({}, tmp_path / "b.csv", in_place=True)


def test_permissions_of_an_earlier_output_stay(tmp_path: Path) -> None:
    source = open_input(make(tmp_path, "a.csv", "body\nx\n"))
    target = make(tmp_path, "b.csv", "old")
    target.chmod(0o640)
    source.write({}, target, in_place=True)
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_text() == "body\nx\n"


def test_a_new_output_is_readable_as_other_files(tmp_path: Path) -> None:
    source = open_input(make(tmp_path, "a.csv", "body\nx\n"))
    source.write({}, tmp_path / "b.csv", in_place=True)
    expected = make(tmp_path, "plain", "x").stat().st_mode
    assert (tmp_path / "b.csv").stat().st_mode == expected


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OutputError, match="that name"):
        open_input(make(tmp_path, "a.csv", "body\nx\n")).write(
            {}, tmp_path / "b.csv", in_place=True
        )


def test_the_format_stays(tmp_path: Path) -> None:
    source = open_input(make(tmp_path, "a.csv", "body\nx\n"))
    with pytest.raises(OutputError, match=r"\.csv"):
        source.write({}, tmp_path / "b.json", in_place=True)


def test_replies_of_another_input_are_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UnfitReplyError) as caught:
        open_input(source).write({"999": "x"}, tmp_path / "out", in_place=True)
    assert caught.value.keys == ["999"]


def test_what_is_not_there(tmp_path: Path) -> None:
    for name in ("a.csv", "a", "a.eml"):
        with pytest.raises(InputMissingError, match="There is no"):
            open_input(tmp_path / name)


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "yaml", "xlsx", "ods"])
def test_an_empty_file(ending: str, tmp_path: Path) -> None:
    with pytest.raises(EmptyInputError, match="is empty"):
        open_input(make(tmp_path, f"a.{ending}", ""))


def test_an_unknown_kind(tmp_path: Path) -> None:
    with pytest.raises(UnknownKindError, match=r"\.csv"):
        open_input(make(tmp_path, "a.docx", "x"))


def test_an_input_that_may_not_be_read() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = make(Path(name), "a.csv", "body\nx\n")
        path.chmod(0)
        with unprivileged(), pytest.raises(InputMissingError, match="permission"):
            open_input(path)
