"""All benchmarks in one run, held against the goals: python -m tests.benchmarks [--quick].

Each part runs in a process of its own and keeps its results under build/bench/results; one that fails
stops none of the others.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from tests.benchmarks.goals import Goal, judge_batch, judge_rewrite, judge_service, show_goals
from tests.benchmarks.machine import find_busy
from tests.benchmarks.places import ROOT
from tests.benchmarks.report import RESULTS, kept

PARTS = ("rewrite", "growth", "batch", "service", "gpu", "load")
WITHOUT_QUICK = ("gpu", "load")
"""Parts that a quick run does as it always does, or leaves out."""
MOST_BUSY = 0.3
"""Cores that others may use before it is worth a word."""
JUDGES: dict[str, Callable[[dict[str, Any]], list[Goal]]] = {
    "rewrite": judge_rewrite,
    "batch": judge_batch,
    "service": judge_service,
}


@click.command()
@click.option("--quick", is_flag=True, help="Few repeats of everything, and no load.")
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="These parts alone.")
def bench(quick: bool, only: tuple[str, ...]) -> None:
    """Run the parts one after the other, then say which goals are met."""
    failed = []
    for part in only or PARTS:
        if quick and part == "load":
            continue
        click.secho(f"\n== {part}", bold=True)
        if (busy := find_busy()) > MOST_BUSY:
            click.echo(f"Others use {busy:.1f} cores of this machine: its figures will be off.")
        (RESULTS / f"{part}.json").unlink(missing_ok=True)
        flags = ["--quick"] * (quick and part not in WITHOUT_QUICK)
        started = time.perf_counter()
        command = [sys.executable, "-m", f"tests.benchmarks.{part}", *flags]
        if subprocess.run(command, cwd=ROOT).returncode:
            failed.append(part)
        click.echo(f"({time.perf_counter() - started:.0f} s)")
    click.secho("\n== goals", bold=True)
    for part, judge in JUDGES.items():
        if part in (only or PARTS) and (results := kept(part)):
            click.echo(show_goals(judge(results)))
    if failed:
        raise SystemExit(f"These parts failed: {', '.join(failed)}.")


if __name__ == "__main__":
    bench()
