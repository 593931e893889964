"""The program as a person starts it, on a port of its own, with the real model."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 300.0
"""Seconds until the model stands: the first start converts it, and machines of tests are busy."""


@contextmanager
def serve() -> Iterator[str]:
    """Start `python -m drafting serve` and yield its address when it is ready."""
    address = f"http://127.0.0.1:{find_port()}"
    settings = {"DRAFTING_PORT": address.rpartition(":")[2], "DRAFTING_TIMEOUT": "1800"}
    process = subprocess.Popen(
        [sys.executable, "-m", "drafting", "serve"],
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + PATIENCE
    while not _is_ready(address):
        assert process.poll() is None, "the server stopped; `python -m drafting serve` says why"
        assert time.monotonic() < end, "the model took too long to load"
        time.sleep(0.25)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
