"""The batch on real Rays of this machine: same replies, resumed, interrupted, its workers killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import torch
from click.testing import CliRunner

from drafting.commands import drafting
from tests.batch_runs import begin, read_keys, run, save_tiny_model, write_csv
from tests.drafts import rows
from tests.ray_cluster import PATIENCE, Cluster, start_cluster, wait_for

CANARY = "Kanarienvogel"
CURT = f"You failed to pay {CANARY} in time."
GERMAN = (
    "Wir haben Ihre Nachricht erhalten und werden Ihren Antrag so bald wie möglich bearbeiten. "
)
QUICK = [GERMAN * 9] * 16
"""They need no model, and fill the first part, since they are long."""
MORE = [f"You failed to pay bill {n} in time." for n in range(60)]
"""So many that a run isn't over before it can be interrupted."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment whose model is a tiny one."""
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with start_cluster() as started:
        yield started


def run_here(environment: dict[str, str], *arguments: object) -> tuple[int, str]:
    """Run it in this process, which has torch already, with as many threads as a worker has."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        ended = CliRunner(env=environment).invoke(drafting, ["batch", *map(str, arguments)])
    finally:
        torch.set_num_threads(threads)
    return ended.exit_code, ended.output


def test_a_ray_of_its_own_goes_on_where_another_run_was(
    tmp_path: Path, tiny: dict[str, str]
) -> None:
    texts = [CURT, *QUICK, *MORE, "Send it now!!", " ", "x" * 20_001]
    source = write_csv(tmp_path / "in.csv", texts)
    local, target = tmp_path / "a.csv", tmp_path / "b.csv"
    common = ("--candidates", 1)
    code, told = run_here(tiny, source, "-o", local, *common)
    assert code == 1, told
    left = set(os.listdir("/tmp"))

    # Ctrl+C once the first part is done: the journal is whole, and Ray is gone.
    ray = ("--engine", "ray", "--workers", 1 if os.cpu_count() == 1 else 2)
    journal = tmp_path / "b.csv.journal"
    process = begin(tiny, source, "-o", target, *common, *ray)
    wait_for(journal, 10, process)
    helpers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, told.strip()) == (1, "Aborted!")
    done = read_keys(journal)
    assert 9 <= len(done) == len(set(done)) < len(texts)
    psutil.wait_procs(helpers, timeout=PATIENCE)
    assert not [helper for helper in helpers if helper.is_running()]

    code, told = run(tiny, source, "-o", target, *common, *ray)
    assert code == 1, told
    assert f"{len(done)} of {len(texts)} are done already." in told
    assert f"row {len(texts)}: The draft has 20,001 characters" in told
    assert len(told.splitlines()) == 5, "Ray says nothing of its own"
    assert target.read_bytes() == local.read_bytes()
    assert sorted(read_keys(journal)) == sorted(read_keys(tmp_path / "a.csv.journal"))
    assert not {name for name in set(os.listdir("/tmp")) - left if name.startswith("drafting-")}

    # A run that was begun with Ray goes on without it, too: here, nothing is left to do.
    code, told = run_here(tiny, source, "-o", target, *common)
    assert f"{len(texts)} of {len(texts)} are done already." in told


def test_the_real_model_on_a_cluster_writes_what_it_writes_here(
    tmp_path: Path, cluster: Cluster
) -> None:
    drafts = [draft for draft in (row.draft() for row in rows()) if 60 < len(draft) < 120]
    texts = [*QUICK, CURT, *drafts[:5]]
    source = write_csv(tmp_path / "in.csv", texts)
    local, target = tmp_path / "a.csv", tmp_path / "b.csv"
    code, told = run_here({}, source, "-o", local, "--candidates", 1)
    assert code == 0, told
    process = begin(
        {**cluster.environment, "RAY_BACKEND_LOG_LEVEL": "info"},
        *(source, "-o", target, "--candidates", 1),
        *("--engine", "ray", "--address", cluster.address, "--workers", 1),
    )
    journal = tmp_path / "b.csv.journal"
    told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    assert target.read_bytes() == local.read_bytes()
    assert sorted(read_keys(journal)) == sorted(read_keys(tmp_path / "a.csv.journal"))
    assert "MapWorker" in cluster.logs()
    assert CANARY not in cluster.logs() + told


def test_workers_that_keep_dying_are_told(
    tmp_path: Path, tiny: dict[str, str], cluster: Cluster
) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT, GERMAN]), tmp_path / "out.csv"
    process = begin(
        {**tiny, **cluster.environment},
        *(source, "-o", target, "--engine", "ray", "--address", cluster.address),
    )
    while process.poll() is None:
        for worker in cluster.workers():
            worker.kill()
        time.sleep(0.05)
    assert process.stdout
    told = process.stdout.read()
    process.stdout.close()
    assert process.returncode, told + cluster.logs()[-4000:]
    deaths = [line for line in told.splitlines() if not line.startswith("The workers")]
    assert set(deaths) == {"A worker of the cluster died; it is started again."}
    # Seldom, Ray ends the command by itself with status 1 before it can say so.
    if process.returncode != 1:
        assert process.returncode == 2
        assert told.splitlines()[-1].startswith("The workers of the cluster keep dying.")
    assert read_keys(tmp_path / "out.csv.journal") == []


def test_a_text_that_kills_its_workers_fails_alone(
    tmp_path: Path, tiny: dict[str, str], cluster: Cluster
) -> None:
    slow = "You failed to pay. Send it now!! We refuse. It is final. " * 12
    source, target = write_csv(tmp_path / "in.csv", [*QUICK, "No!!", slow]), tmp_path / "out.csv"
    process = begin(
        {**tiny, **cluster.environment},
        *(source, "-o", target, "--engine", "ray", "--address", cluster.address),
    )
    wait_for(tmp_path / "out.csv.journal", 1 + len(QUICK), process)
    kills = 0
    while kills < 4 and process.poll() is None:
        for worker in cluster.workers():
            with suppress(psutil.Error):
                # So they call themselves at work; as they start, they are left in peace.
                if ".submit" in worker.cmdline()[0]:
                    worker.kill()
                    kills += 1
        time.sleep(0.05)
    told, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, kills) == (1, 4), told
    # Twice with the one beside it, twice by itself; then a new worker goes on with that one.
    assert "A worker of the cluster died; it is started again." in told
    assert "2 items; each is tried alone." in told
    assert "1 failed." in told
    assert "row 18: The worker died of this text" in told


def test_a_model_that_is_not_there_is_told(tmp_path: Path, cluster: Cluster) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT]), tmp_path / "out.csv"
    code, told = run(
        {**cluster.environment, "DRAFTING_MODEL": "/nowhere"},
        *(source, "-o", target, "--engine", "ray", "--address", cluster.address),
    )
    assert code == 2, told
    assert "DRAFTING_MODEL" in told
    assert len(told.splitlines()) == 1


def test_a_missing_ray_is_told(tmp_path: Path) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT]), tmp_path / "out.csv"
    program = (
        "import sys; sys.modules['ray'] = None; from drafting.commands import drafting; drafting()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "batch", source, "-o", target, "--engine", "ray"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 2, ended.stderr
    assert "pip install -r requirements-ray.txt" in ended.stderr


def test_addresses_that_cannot_be(tmp_path: Path) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT]), tmp_path / "out.csv"
    ended = CliRunner().invoke(
        drafting, ["batch", str(source), "-o", str(target), "--address", "auto"]
    )
    assert ended.exit_code == 2
    assert "--engine ray" in ended.output
