"""Canned responses a minute: written together against one at a time; and memory over many rows.

Compares within one run, since machines are noisy. Memory is measured with a tiny model with random
weights, whose rows take next to nothing themselves, in a process of its own for each size.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import psutil

from drafting.batch.item import Item, Outcome
from drafting.batch.journal import Journal
from drafting.batch.run import BatchRun, Options
from drafting.settings import load_settings
from models.loading import load_engine
from tests.drafts import rows
from tests.tiny import random_engine

SIZES = (100, 1_000, 10_000)


def take_items(count: int) -> list[Item]:
    """Return mails of four to six sentences of the training data."""
    fitting = [row.draft() for row in rows() if 4 <= len(row.sentences) <= 6]
    return [Item(str(n), n, text) for n, text in enumerate(fitting[:count], 1)]


def time_run(engine: object, items: list[Item], rows_at_once: int) -> float:
    """Return the seconds that a run over the items takes."""
    outcomes: list[Outcome] = []
    started = time.perf_counter()
    BatchRun(engine, Options(rows=rows_at_once), outcomes.append).run(items)  # type: ignore[arg-type]
    assert len(outcomes) == len(items)
    return time.perf_counter() - started


def measure_memory(count: int) -> None:
    """Run so many rows over a tiny model, with a journal, and print the growth of memory in MB."""
    # One in a hundred rows has work for the network: what is measured is what stays behind.
    kind, curt = "Thank you for writing. The parcel is on its way.", "Send the form now!!"
    items = [Item(str(n), n, kind if n % 100 else curt) for n in range(count)]
    engine = random_engine("causal")
    with tempfile.TemporaryDirectory() as folder:
        time_run(engine, items[:100], 16)
        before = psutil.Process().memory_info().rss
        with Journal(Path(folder) / "journal", {}).open() as journal:
            BatchRun(engine, Options(rows=16), journal.append).run(items)
        click.echo((psutil.Process().memory_info().rss - before) / 1e6)


@click.command()
@click.option("--items", default=12, show_default=True)
@click.option("--repeats", default=2, show_default=True)
@click.option("--memory", type=int, hidden=True)
def bench(items: int, repeats: int, memory: int | None) -> None:
    """Measure both ways in turn, then memory."""
    if memory is not None:
        measure_memory(memory)
        return
    engine = load_engine(load_settings())
    taken = take_items(items)
    time_run(engine, taken[:1], 64)
    ratios = []
    for _ in range(repeats):
        together = time_run(engine, taken, load_settings().rows)
        apart = sum(time_run(engine, [item], 64) for item in taken)
        ratios.append(apart / together)
        click.echo(
            f"together {60 * items / together:5.1f} a minute, one at a time "
            f"{60 * items / apart:5.1f} a minute, {ratios[-1]:.2f} times as many"
        )
    for size in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.batch", "--memory", str(size)]
        grown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        click.echo(f"{size:6d} rows: memory grew by {float(grown):.1f} MB")


if __name__ == "__main__":
    bench()
