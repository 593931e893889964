"""Canned responses a minute: python -m tests.benchmarks.batch.

Written together by as many processes as the batch takes here, and by one process with all cores, against
our own one at a time and against plain generate() of one whole reply after the other; all in turn within
one run, since machines are noisy, and all with their models loaded. Then memory over many rows, which is
measured with a tiny model with random weights, whose rows take next to nothing themselves, in a
process of its own for each size.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import psutil

from drafting.batch.item import Item, Outcome
from drafting.batch.journal import Journal
from drafting.batch.machines import count_cores, count_workers
from drafting.batch.run import BatchRun, Options
from drafting.settings import load_settings
from tests.benchmarks.contenders import Contender, DroppedError, opened
from tests.benchmarks.goals import judge_batch, show_goals
from tests.benchmarks.report import keep, spread
from tests.benchmarks.rewrite import SYSTEM
from tests.drafts import rows
from tests.tiny import random_engine

SIZES = (100, 1_000, 10_000)
CANDIDATES = (1, 4)
SHARE = 4
"""One in so many responses is written one at a time in each repeat: others in the next."""


def take_drafts(count: int) -> list[str]:
    """Return mails of four to six sentences of the training data."""
    return [row.draft() for row in rows() if 4 <= len(row.sentences) <= 6][:count]


class Pool:
    """Processes that share a batch as `models.cluster.processes` shares it."""

    def __init__(self, processes: Sequence[Contender]) -> None:
        self._processes = processes

    def ask(self, drafts: Sequence[list[str]], **options: Any) -> float:
        """Return the seconds until the last process is done."""
        ordered = sorted(drafts, key=lambda draft: -len(draft[0]))
        size = len(self._processes)
        shares = [ordered[n::size] for n in range(size)]
        started = time.perf_counter()
        with ThreadPoolExecutor(size) as threads:
            for told in [
                threads.submit(process.ask, drafts=share, **options)
                for process, share in zip(self._processes, shares, strict=True)
                if share
            ]:
                told.result()
        return time.perf_counter() - started


class Run:
    """One interleaved run over some canned responses."""

    def __init__(self, pool: Pool, ours: Contender, plain: Contender, drafts: list[str]) -> None:
        self._pool = pool
        self._ours = ours
        self._plain = plain
        self._drafts = drafts
        self._tokens: list[int] = []
        self._repeat = 0
        self._asked = 1000
        self.rates: dict[str, list[float]] = {}
        """Responses a minute, by way and repeat."""

    def repeat(self) -> None:
        """Measure all ways once, after a first run that nobody counts."""
        if not self._repeat:
            self._together(self._drafts[:2], CANDIDATES[-1])
            self._share(self._drafts[: 2 * count_cores()], CANDIDATES[-1])
            self._write_whole(0, tokens=8)
        for candidates in CANDIDATES:
            answer = self._together(self._drafts, candidates)
            self._tokens = answer["tokens"]
            self._note(f"one process {candidates}", len(self._drafts) / answer["seconds"])
            seconds = self._share(self._drafts, candidates)
            self._note(f"together {candidates}", len(self._drafts) / seconds)
        part = range(self._repeat % SHARE, len(self._drafts), SHARE)
        for candidates in CANDIDATES:
            seconds = [self._together([self._drafts[n]], candidates)["seconds"] for n in part]
            self._note(f"apart {candidates}", len(part) / sum(seconds))
        seconds = [self._write_whole(n) for n in part]
        # The part's replies are longer or shorter than all are.
        longer = sum(self._tokens[n] for n in part) / len(part) / statistics.mean(self._tokens)
        self._note("generate", len(part) / sum(seconds) * longer)
        self._repeat += 1

    def _together(self, drafts: list[str], candidates: int) -> dict[str, Any]:
        rows = load_settings().rows
        return self._ours.ask(drafts=self._number(drafts), candidates=candidates, rows=rows)

    def _share(self, drafts: list[str], candidates: int) -> float:
        rows = load_settings().rows
        return self._pool.ask(self._number(drafts), candidates=candidates, rows=rows)

    def _number(self, drafts: list[str]) -> list[list[str]]:
        """Return drafts with another ticket each time, so that nobody has seen a prompt before."""
        self._asked += len(drafts)
        return [[draft, f"Ticket {self._asked - n}"] for n, draft in enumerate(drafts)]

    def _write_whole(self, number: int, tokens: int | None = None) -> float:
        prompt = self._ours.ask(prompt=[SYSTEM, f"The reply:\n{self._drafts[number]}"])["ids"]
        tokens = tokens or self._tokens[number]
        seconds: float = self._plain.ask(prompt=prompt, tokens=tokens)["seconds"]
        return seconds

    def _note(self, way: str, rate: float) -> None:
        self.rates.setdefault(way, []).append(60 * rate)


def measure_batch(items: int, repeats: int) -> dict[str, Any]:
    """Return responses a minute by way, and how many times as many together as by generate()."""
    size = count_workers(load_settings(), items)
    with ExitStack() as stack:
        ours = stack.enter_context(opened("ours"))
        plain = stack.enter_context(opened("generate"))
        each = max(1, count_cores() // size)
        pool = Pool([stack.enter_context(opened("ours", each)) for _ in range(size)])
        run = Run(pool, ours, plain, take_drafts(items))
        for _ in range(repeats):
            run.repeat()
    times = {
        str(candidates): [
            together / alone
            for together, alone in zip(
                run.rates[f"together {candidates}"], run.rates["generate"], strict=True
            )
        ]
        for candidates in CANDIDATES
    }
    return {
        "items": items,
        "repeats": repeats,
        "processes": size,
        "rates": run.rates,
        "ratios": times,
    }


def measure_memory() -> dict[int, float]:
    """Return the growth of memory in MB over batches of some sizes."""
    found = {}
    for size in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.batch", "--memory", str(size)]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        found[size] = float(run.stdout)
    return found


def print_memory(count: int) -> None:
    """Run so many rows over a tiny model, with a journal, and print the growth of memory in MB."""
    # One in a hundred rows has work for the network: what is measured is what stays behind.
    kind, curt = "Thank you for writing. The parcel is on its way.", "Send the form now!!"
    items = [Item(str(n), n, kind if n % 100 else curt) for n in range(count)]
    engine = random_engine("causal")
    outcomes: list[Outcome] = []
    BatchRun(engine, Options(rows=16), outcomes.append).run(items[:100])
    outcomes.clear()
    with tempfile.TemporaryDirectory() as folder:
        before = psutil.Process().memory_info().rss
        with Journal(Path(folder) / "journal", {}).open() as journal:
            BatchRun(engine, Options(rows=16), journal.append).run(items)
        click.echo((psutil.Process().memory_info().rss - before) / 1e6)


def show_batch(results: dict[str, Any]) -> str:
    """Return the rates and ratios, one way a line."""
    rates = results["rates"]
    lines = [f"{results['items']} canned responses of 4 to 6 sentences, a minute:"]
    for candidates in CANDIDATES:
        together, alone = rates[f"together {candidates}"], rates[f"one process {candidates}"]
        both = [a / b for a, b in zip(together, alone, strict=True)]
        lines.append(
            f"{candidates} candidate(s): {results['processes']} processes {spread(together)}, one "
            f"{spread(alone)} ({spread(both)} times); one at a time "
            f"{spread(rates[f'apart {candidates}'])}; together "
            f"{spread(results['ratios'][str(candidates)])} times generate()"
        )
    lines.append(f"plain generate(), one at a time: {spread(rates['generate'])}")
    lines += [
        f"{int(size):6d} rows: memory grew by {grown:.1f} MB"
        for size, grown in results.get("memory", {}).items()
    ]
    return "\n".join(lines)


@click.command()
@click.option("--items", default=96, show_default=True)
@click.option("--repeats", default=2, show_default=True)
@click.option("--quick", is_flag=True, help="Few responses, once, without memory.")
@click.option("--memory", type=int, hidden=True)
def bench(items: int, repeats: int, quick: bool, memory: int | None) -> None:
    """Print canned responses a minute, and the growth of memory."""
    if memory is not None:
        print_memory(memory)
        return
    try:
        results = measure_batch(16, 1) if quick else measure_batch(items, repeats)
    except DroppedError as error:
        raise SystemExit(f"The batch can't be measured: {error}") from None
    if not quick:
        results["memory"] = measure_memory()
    keep("batch", results)
    click.echo(show_batch(results))
    click.echo(show_goals(judge_batch(results)))


if __name__ == "__main__":
    bench()
