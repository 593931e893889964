"""The service as people run it: start to ready, and memory: python -m tests.benchmarks.service."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import httpx
import psutil

from tests.benchmarks.goals import judge_service, show_goals
from tests.benchmarks.mails import load_mails
from tests.benchmarks.places import BUILD, ROOT
from tests.benchmarks.report import keep, spread

REWRITES = 20
CANDIDATES = 4
PATIENCE = 300.0
MANY = "1000000 per minute"


@contextmanager
def served() -> Iterator[tuple[str, psutil.Process, float]]:
    """Yield a running service's address, its process, and the seconds until it was ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, (BUILD / "service.log").open("wb") as log:
        values = {"PORT": str(port), "DATA": data, "REWRITE_LIMIT": MANY, "OTHER_LIMIT": MANY}
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "drafting", "serve"],
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=os.environ | {f"DRAFTING_{name}": value for name, value in values.items()},
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, process)
            yield address, psutil.Process(process.pid), time.perf_counter() - started
        finally:
            process.kill()
            process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the service is ready."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise SystemExit("The service never became ready; see service.log beside the results.")


def memory_mb(process: psutil.Process, name: str = "VmRSS") -> float:
    """Return what the service and its children hold, in MB; `VmHWM` is the most they ever held."""
    return sum(_read(each, name) for each in [process, *process.children(recursive=True)])


def _read(process: psutil.Process, name: str) -> float:
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as file:
            lines = dict(line.split(":", 1) for line in file if ":" in line)
        return int(lines[name].split()[0]) * 1024 / 1e6
    except (OSError, KeyError):
        return float(process.memory_info().rss) / 1e6


def measure_service(starts: int, rewrites: int = REWRITES) -> dict[str, Any]:
    """Start the service some times; let each rewrite drafts, one after the other."""
    found: dict[str, list[float]] = {
        name: []
        for name in ("ready_seconds", "start_mb", "later_mb", "own_mb", "peak_mb", "seconds")
    }
    mails = load_mails()
    for start in range(starts):
        with served() as (address, process, seconds):
            found["ready_seconds"].append(seconds)
            found["start_mb"].append(memory_mb(process))
            for number in range(rewrites):
                mail = mails[number % len(mails)].numbered(start * rewrites + number)
                body = {"draft": mail.draft, "customer_message": mail.customer}
                began = time.perf_counter()
                answer = httpx.post(
                    f"{address}/api/v1/rewrite",
                    json=body | {"candidates": CANDIDATES},
                    timeout=PATIENCE,
                )
                answer.raise_for_status()
                found["seconds"].append(time.perf_counter() - began)
            found["later_mb"].append(memory_mb(process))
            found["own_mb"].append(memory_mb(process, "RssAnon"))
            found["peak_mb"].append(memory_mb(process, "VmHWM"))
    return {"rewrites": rewrites, **found}


def show_service(results: dict[str, Any]) -> str:
    """Return what was measured, one a line."""
    return "\n".join(
        [
            f"Service: start to ready {spread(results['ready_seconds'])} s",
            f"resident at start {spread(results['start_mb'], '{:.0f}')} MB, after "
            f"{results['rewrites']} rewrites {spread(results['later_mb'], '{:.0f}')} MB (of which "
            f"{spread(results['own_mb'], '{:.0f}')} MB are not mapped files), at its peak "
            f"{spread(results['peak_mb'], '{:.0f}')} MB",
            f"one rewrite over HTTP {spread(results['seconds'], '{:.2f}')} s",
        ]
    )


@click.command()
@click.option("--starts", default=3, show_default=True)
@click.option("--quick", is_flag=True, help="One start.")
def bench(starts: int, quick: bool) -> None:
    """Print start-up and memory of the real service."""
    results = measure_service(1 if quick else starts)
    keep("service", results)
    click.echo(show_service(results))
    click.echo(show_goals(judge_service(results)))


if __name__ == "__main__":
    bench()
