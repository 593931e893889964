"""The batch with several processes of this machine: same replies, interrupted, its workers killed."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from drafting.batch.machines import count_cores, count_workers
from tests.batch_runs import begin, read_keys, run, save_tiny_model, write_csv
from tests.drafts import rows
from tests.ray_cluster import PATIENCE, wait_for
from tests.serving import make_settings

CANARY = "Kanarienvogel"
SHORT = [f"You failed to pay {CANARY} bill {n} in time." for n in range(40)]
GIGABYTE = 1 << 30


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment whose model is a tiny one."""
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


def find_workers(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Return the processes of a run that have a model, or are about to."""
    with suppress(psutil.Error):
        children = psutil.Process(process.pid).children(recursive=True)
        return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    return []


def test_two_processes_write_what_one_writes(tmp_path: Path, tiny: dict[str, str]) -> None:
    source = write_csv(tmp_path / "in.csv", [*SHORT, "Send it now!!", " ", "x" * 20_001])
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    assert run(tiny, source, "-o", one, "--workers", 1)[0] == 1
    code, told = run(tiny, source, "-o", two, "--workers", 2)
    assert code == 1, told
    assert "row 43: The draft has 20,001 characters" in told
    assert two.read_bytes() == one.read_bytes()
    assert sorted(read_keys(tmp_path / "two.csv.journal")) == sorted(
        read_keys(tmp_path / "one.csv.journal")
    )


def test_the_real_model_writes_the_same_in_two_processes(tmp_path: Path) -> None:
    drafts = [draft for draft in (row.draft() for row in rows()) if 60 < len(draft) < 160]
    source = write_csv(tmp_path / "in.csv", drafts[:8])
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for target, workers in ((one, 1), (two, 2)):
        code, told = run({}, source, "-o", target, "--workers", workers)
        assert code == 0, told
    assert two.read_bytes() == one.read_bytes()


def test_ctrl_c_leaves_a_whole_journal_and_no_process(tmp_path: Path, tiny: dict[str, str]) -> None:
    source, target = write_csv(tmp_path / "in.csv", SHORT * 4), tmp_path / "out.csv"
    process = begin(
        tiny, source, "-o", target, "--candidates", 1, "--workers", 2, in_own_group=True
    )
    wait_for(tmp_path / "out.csv.journal", 10, process)
    workers = find_workers(process)
    assert len(workers) == 2
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, told.strip()) == (1, "Aborted!")
    psutil.wait_procs(workers, timeout=PATIENCE)
    assert not [worker for worker in workers if worker.is_running()]
    done = read_keys(tmp_path / "out.csv.journal")
    assert 9 <= len(done) == len(set(done)) < 160

    code, told = run(tiny, source, "-o", target, "--candidates", 1, "--workers", 2)
    assert code == 0, told
    assert f"{len(done)} of 160 are done already." in told


def test_workers_end_with_a_killed_driver(tmp_path: Path, tiny: dict[str, str]) -> None:
    source, target = write_csv(tmp_path / "in.csv", SHORT * 4), tmp_path / "out.csv"
    process = begin(tiny, source, "-o", target, "--candidates", 1, "--workers", 2)
    wait_for(tmp_path / "out.csv.journal", 10, process)
    workers = find_workers(process)
    process.kill()
    process.communicate(timeout=PATIENCE)
    psutil.wait_procs(workers, timeout=PATIENCE)
    assert len(workers) == 2
    assert not [worker for worker in workers if worker.is_running()]


def test_what_a_dead_worker_left_is_done_by_another(tmp_path: Path, tiny: dict[str, str]) -> None:
    source, target = write_csv(tmp_path / "in.csv", SHORT), tmp_path / "out.csv"
    process = begin(tiny, source, "-o", target, "--workers", 2)
    wait_for(tmp_path / "out.csv.journal", 3, process)
    find_workers(process)[0].kill()
    told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    assert "each is tried alone." in told
    assert CANARY not in told
    assert len(set(read_keys(tmp_path / "out.csv.journal"))) == len(SHORT)


def test_a_text_that_kills_its_workers_fails_alone(tmp_path: Path) -> None:
    texts = [*SHORT, "You failed the deadly form.", "No!!", "You failed the deadly desk."]
    source, target = write_csv(tmp_path / "in.csv", texts), tmp_path / "out.csv"
    process = begin({}, source, "-o", target, "--workers", 2, program="tests.deadly_batch")
    told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, told
    assert "2 failed." in told
    for row in (41, 43):
        assert f"row {row}: A worker died of this text" in told
    assert CANARY not in told
    assert len(set(read_keys(tmp_path / "out.csv.journal"))) == len(texts)


def test_a_worker_that_cannot_begin_is_told(tmp_path: Path, tiny: dict[str, str]) -> None:
    source, target = write_csv(tmp_path / "in.csv", SHORT), tmp_path / "out.csv"
    process = begin(tiny, source, "-o", target, "--workers", 2)
    while process.poll() is None and not find_workers(process):
        time.sleep(0.01)
    find_workers(process)[0].kill()
    told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2, told
    assert told.splitlines()[-1].endswith("please try --workers 1.")


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    source, target = write_csv(tmp_path / "in.csv", SHORT), tmp_path / "out.csv"
    code, told = run({"DRAFTING_MODEL": "/nowhere"}, source, "-o", target, "--workers", 2)
    assert code == 2, told
    assert "DRAFTING_MODEL" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("cores", "gigabytes", "items", "workers"),
    [
        (2, 8, 100, 2),
        (2, 8, 15, 1),
        (2, 3, 100, 1),
        (1, 64, 100, 1),
        (64, 256, 1000, 8),
        (4, 64, 25, 3),
    ],
)
def test_as_many_workers_as_pay(
    cores: int, gigabytes: int, items: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PHYS_PAGES": gigabytes * GIGABYTE // 4096, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    assert count_cores() == cores
    assert count_workers(make_settings(device="cpu"), items) == workers
    for other in ({"device": "cuda"}, {"model": "a/b", "device": "cpu"}):
        assert count_workers(make_settings(**other), items) == 1
