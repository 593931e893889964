"""How the cost grows with sentences, candidates and waiting drafts: python -m tests.benchmarks.growth."""

import statistics
from collections.abc import Callable
from typing import Any

import click

from drafting.settings import load_settings
from tests.benchmarks.contenders import Contender, opened
from tests.benchmarks.mails import SIZES, Mail, make_mail, take_mails
from tests.benchmarks.report import keep, spread, table

SENTENCES = (1, 2, 5, 10, 20, 30, 40)
CANDIDATES = (1, 2, 4, 8, 16)
WAITING = (1, 3, 6, 12, 24, 48, 64)
"""Multiples of the number of drafts of that size, but for the last."""
QUICK = 12
"""A quick run leaves out what lies beyond."""
AXES = {
    "sentences": "sentences (4 candidates)",
    "candidates": "candidates (5 sentences)",
    "waiting": "waiting drafts (1 candidate)",
}

Measure = Callable[[Contender, int, int], float]


def time_sentences(ours: Contender, sentences: int, number: int) -> float:
    """Return the seconds that a draft of so many sentences takes."""
    return _time_one(ours, make_mail(sentences), 4, number)


def time_candidates(ours: Contender, candidates: int, number: int) -> float:
    """Return the mean seconds that drafts take, each alone, with so many candidates."""
    mails = take_mails(SIZES[1])
    return statistics.mean(_time_one(ours, mail, candidates, number) for mail in mails)


def time_waiting(ours: Contender, waiting: int, number: int) -> float:
    """Return the seconds after which so many waiting drafts are all done."""
    if waiting == 1:
        return time_candidates(ours, 1, number)
    mails = take_mails(SIZES[1])
    chosen = [mails[n % len(mails)].numbered(number * 64 + n) for n in range(waiting)]
    drafts = [[mail.draft, mail.customer] for mail in chosen]
    seconds: float = ours.ask(drafts=drafts, candidates=1, rows=load_settings().rows)["seconds"]
    return seconds


def _time_one(ours: Contender, mail: Mail, candidates: int, number: int) -> float:
    mail = mail.numbered(number)
    answer = ours.ask(draft=mail.draft, customer=mail.customer, candidates=candidates)
    seconds: float = answer["seconds"]
    return seconds


SERIES: dict[str, tuple[tuple[int, ...], Measure]] = {
    "sentences": (SENTENCES, time_sentences),
    "candidates": (CANDIDATES, time_candidates),
    "waiting": (WAITING, time_waiting),
}


def measure_growth(repeats: int, most: int = 64) -> dict[str, Any]:
    """Return by series and point the seconds of each repeat; the points are taken in turn."""
    found: dict[str, dict[int, list[float]]] = {name: {} for name in SERIES}
    with opened("ours") as ours:
        time_candidates(ours, 4, 1)
        number = 10
        for _ in range(repeats):
            for name, (points, measure) in SERIES.items():
                for point in points:
                    if point <= most:
                        number += 1
                        found[name].setdefault(point, []).append(measure(ours, point, number))
    return {"repeats": repeats, "series": found}


def relative(series: dict[Any, list[float]]) -> dict[int, float]:
    """Return the cost of each point, as times that of the first."""
    medians = {int(point): statistics.median(times) for point, times in series.items()}
    first = medians[min(medians)]
    return {point: middle / first for point, middle in sorted(medians.items())}


def show_growth(results: dict[str, Any]) -> str:
    """Return a table for each series."""
    parts = []
    for name, series in results["series"].items():
        rows = [
            [str(point), f"{times:.1f}", spread(series.get(point) or series[str(point)], "{:.2f}")]
            for point, times in relative(series).items()
        ]
        parts.append(table([AXES[name], "times the first", "seconds"], rows))
    return "\n\n".join(parts)


@click.command()
@click.option("--repeats", default=3, show_default=True)
@click.option("--quick", is_flag=True, help="Small points alone, once.")
def bench(repeats: int, quick: bool) -> None:
    """Print how the cost grows, and draw it."""
    from tests.benchmarks.plots import draw_growth

    results = measure_growth(1, most=QUICK) if quick else measure_growth(repeats)
    keep("growth", results)
    click.echo(show_growth(results))
    if not quick:
        click.echo(f"Drawn: {draw_growth(results)}")


if __name__ == "__main__":
    bench()
