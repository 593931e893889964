"""Many clients at once: throughput and waiting times over HTTP, and what happens over the bound.

One client sends one draft after the other, so its throughput is that of one-at-a-time; more clients
have their drafts join the batch. Compares within one run, since machines are noisy.
"""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice

import click
import httpx

from drafting.settings import load_settings
from models.weights import load_local_engine
from tests.drafts import rows
from tests.serving import listening
from web.worker import Worker

UNLIMITED = "1000000 per minute"
QUEUE = 32
WAIT = 600.0


@dataclass
class Load:
    """What some clients saw."""

    seconds: list[float] = field(default_factory=list)
    """From request to answer, of each draft that was rewritten."""
    statuses: Counter[int] = field(default_factory=Counter)
    wall: float = 0.0

    def __str__(self) -> str:
        if not self.seconds:
            return f"answers {dict(self.statuses)}"
        ordered = sorted(self.seconds)
        late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        return (
            f"{len(ordered) / self.wall * 60:6.1f} drafts a minute, "
            f"median {statistics.median(ordered):5.1f} s, 95th percentile {late:5.1f} s, "
            f"answers {dict(self.statuses)}"
        )


def take_drafts(count: int) -> list[str]:
    """Return mails of four to six sentences of the training data, each as people type it."""
    fitting = [row.draft() for row in rows() if 4 <= len(row.sentences) <= 6]
    return list(islice(cycle(fitting), count))


def run_clients(address: str, clients: int, drafts: Sequence[str], candidates: int) -> Load:
    """Let clients send the drafts, each one after the other, and wait for all answers."""
    load, lock = Load(), threading.Lock()

    def send(draft: str) -> None:
        started = time.perf_counter()
        body = {"draft": draft, "candidates": candidates}
        answer = httpx.post(f"{address}/api/v1/rewrite", json=body, timeout=WAIT)
        with lock:
            load.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                load.seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, drafts))
    load.wall = time.perf_counter() - started
    return load


@click.command()
@click.option("--drafts", default=16, show_default=True, help="Drafts in each measurement.")
@click.option("--candidates", default=4, show_default=True)
@click.option("--repeats", default=2, show_default=True)
def bench(drafts: int, candidates: int, repeats: int) -> None:
    """Measure 1, 4 and 16 clients in turn, then more clients than the queue holds."""
    engine = load_local_engine(load_settings())
    limits = {"rewrite_limit": UNLIMITED, "other_limit": UNLIMITED, "timeout": WAIT}
    rates: dict[int, list[float]] = {}
    with listening(engine, queue=QUEUE, **limits) as (address, app):
        worker: Worker = app.extensions["drafting_worker"]
        run_clients(address, 1, take_drafts(1), candidates)
        for _ in range(repeats):
            for clients in (1, 4, 16):
                before = worker.counts.joined
                load = run_clients(address, clients, take_drafts(drafts), candidates)
                rates.setdefault(clients, []).append(len(load.seconds) / load.wall)
                click.echo(
                    f"{clients:3d} clients: {load}, {worker.counts.joined - before} joined another"
                )
        one = statistics.median(rates[1])
        for clients in (4, 16):
            ratio = statistics.median(rates[clients]) / one
            click.echo(f"{clients} clients against one at a time: {ratio:.2f} times the drafts")
        crowd = 3 * QUEUE
        load = run_clients(address, crowd, take_drafts(crowd), 1)
        click.echo(f"{crowd} clients at once, queue of {QUEUE}: {load}; all {crowd} were answered")


if __name__ == "__main__":
    bench()
