"""The journal: whatever is cut off, what was whole comes back, and nobody else's run goes on in it."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.batch.item import Outcome, OutcomeState
from drafting.batch.journal import Journal
from drafting.errors import JournalBusyError, JournalError, JournalMismatchError

RUN = {"input_sha256": "0" * 64, "seed": 0}


def outcome(number: int) -> Outcome:
    return Outcome(
        key=f"row {number} é\u2028",
        number=number,
        state=OutcomeState.FAILED,
        code="x",
        message="Über\nmut",
    )


def write(path: Path, *numbers: int) -> None:
    with Journal(path, RUN).open() as journal:
        for number in numbers:
            journal.append(outcome(number))


def read(path: Path) -> list[Outcome]:
    with Journal(path, RUN).open() as journal:
        return list(journal.outcomes.values())


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "j", 1, 2)
    write(tmp_path / "j", 3)
    assert read(tmp_path / "j") == [outcome(n) for n in (1, 2, 3)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 10_000), junk=st.binary(max_size=5))
def test_whatever_a_kill_has_torn_the_whole_lines_come_back(
    tmp_path: Path, cut: int, junk: bytes
) -> None:
    path = tmp_path / "j"
    path.unlink(missing_ok=True)
    write(path, 1, 2, 3)
    data = path.read_bytes()
    kept = data[: cut % (len(data) + 1)]
    path.write_bytes(kept + junk.replace(b"\n", b""))
    whole = max(kept.count(b"\n") - 1, 0)
    assert read(path) == [outcome(n) for n in range(1, whole + 1)]
    write(path, 9)
    assert [each.number for each in read(path)] == [*range(1, whole + 1), 9]


def test_another_run_is_told_what_differs(tmp_path: Path) -> None:
    write(tmp_path / "j", 1)
    with pytest.raises(JournalMismatchError, match=r"\(seed\).*--restart"):
        Journal(tmp_path / "j", RUN | {"seed": 1}).open()
    # The refusal has let go of it.
    assert len(read(tmp_path / "j")) == 1
    with Journal(tmp_path / "j", RUN | {"seed": 1}).open(restart=True) as journal:
        assert not journal.outcomes


@pytest.mark.parametrize("data", [b"id,text\n1,a\n", b'{"a": 1}\n', b"[]\n", b"\xff\n"])
def test_what_is_no_journal_is_not_overwritten(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "j").write_bytes(data)
    with pytest.raises(JournalError):
        Journal(tmp_path / "j", RUN).open()
    assert (tmp_path / "j").read_bytes() == data


def test_a_broken_line_inside_is_told_by_its_number(tmp_path: Path) -> None:
    write(tmp_path / "j", 1, 2)
    lines = (tmp_path / "j").read_bytes().splitlines(keepends=True)
    (tmp_path / "j").write_bytes(lines[0] + b"{}\n" + lines[2])
    with pytest.raises(JournalError, match="Line 2"):
        read(tmp_path / "j")


def test_two_runs_do_not_write_it_at_once(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", RUN).open(), pytest.raises(JournalBusyError):
        Journal(tmp_path / "j", RUN).open()


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes; the write that would is cut short, as on a full disk."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_is_told_and_what_was_whole_stays(tmp_path: Path) -> None:
    path = tmp_path / "j"
    write(path, 1, 2)
    size = path.stat().st_size
    journal = Journal(path, RUN).open()
    with little_room(size + 30), pytest.raises(JournalError, match="room"):
        journal.append(outcome(3))
    journal.close()
    assert path.stat().st_size == size
    assert len(read(path)) == 2
