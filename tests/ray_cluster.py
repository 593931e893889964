"""A Ray cluster of one machine, started as people start one: elsewhere, and with a token."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

WORKER = "ray::MapWorker"
"""How the processes of workers call themselves."""
PATIENCE = 240


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that runs."""

    address: str
    environment: dict[str, str]
    """What whoever joins it needs."""
    folder: Path
    """Where it keeps its logs, and the code that it is sent."""
    pid: int

    def workers(self) -> list[psutil.Process]:
        """Return the workers that are up."""
        return find_workers(self.pid)

    def logs(self) -> str:
        """Return all that it has logged."""
        files = [path for path in self.folder.rglob("logs/**/*") if path.is_file()]
        return "\n".join(path.read_text("utf-8", errors="replace") for path in files)


def find_workers(pid: int) -> list[psutil.Process]:
    """Return the workers among the descendants of a process."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.cmdline()[:1] and process.cmdline()[0].startswith(WORKER):
                found.append(process)
    return found


def find_port() -> int:
    """Return a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start_cluster() -> Iterator[Cluster]:
    """Start a cluster of two CPUs, and stop it in the end."""
    # Not pytest's folder: the paths of Ray's sockets in it would be too long.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    port = find_port()
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    environment = {
        **os.environ,
        **token,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
    }
    command = f"start --head --block --port {port} --num-cpus 2 --object-store-memory {100 << 20}"
    options = f"--node-ip-address 127.0.0.1 --include-dashboard false --temp-dir {folder}"
    ray = Path(sys.executable).with_name("ray")
    process = subprocess.Popen(
        [str(ray), *command.split(), *options.split()],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Cluster(f"127.0.0.1:{port}", token, folder, process.pid)
    finally:
        for one in [*psutil.Process(process.pid).children(recursive=True), process]:
            with suppress(psutil.Error):
                one.kill()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(path: Path, lines: int, process: "subprocess.Popen[str]") -> None:
    """Wait until a file has so many lines, or whoever writes it has ended."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and not (
        path.exists() and path.read_bytes().count(b"\n") >= lines
    ):
        assert time.monotonic() < end, "waited for nothing"
        time.sleep(0.02)
