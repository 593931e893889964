"""Set the bar of the reverse likelihood on held-out mails.

    python -m models.training.calibrate --adapter models/adapter

Good pairs are the held-out rewrites; bad ones are the same rewrites with a fault planted by program
(`models.training.planted`). For each measure it prints how well it tells the two apart (the area
under the ROC curve) and how many good ones are left at the bar that lets a twentieth of the bad ones
through.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from drafting.settings import load_settings
from models.engine import LocalEngine
from models.training.planted import KINDS
from models.training.rows import Row, load_rows, split_rows
from models.weights import load_local_engine

NEUTRAL = "Thank you."
"""What a sentence is predicted from when nothing is known of it."""
LET_THROUGH = 0.05


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, what may replace it, and the fault planted in that (empty for a good one)."""

    before: str
    after: str
    fault: str = ""


def make_pairs(rows: Sequence[Row]) -> Iterator[Pair]:
    """Yield good pairs, each followed by one bad pair of every fault that can be planted in it."""
    for row in rows:
        for step in row.script:
            if step.op == "rewrite" and step.source and step.text:
                before = row.sentences[step.source - 1]
                yield Pair(before, step.text)
                for name, plant in KINDS.items():
                    if broken := next(iter(plant(before, step.text)), None):
                        yield Pair(before, broken, name)


def measure(engine: LocalEngine, pairs: Sequence[Pair]) -> dict[str, list[float]]:
    """Return each measure's value for each pair, in nats a token."""
    raw = engine.score([(pair.before, pair.after) for pair in pairs])
    blind = engine.score([(pair.before, NEUTRAL) for pair in pairs])
    return {"reverse likelihood": raw, "gain over knowing nothing": _minus(raw, blind)}


def _minus(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(one, other, strict=True)]


def area(good: Sequence[float], bad: Sequence[float]) -> float:
    """Return the chance that a good pair scores above a bad one (ROC AUC; 0.5 is guessing)."""
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / max(len(good) * len(bad), 1)


def bar_for(bad: Sequence[float], share: float) -> float:
    """Return the score that only so large a share of the bad pairs reaches."""
    ranked = sorted(bad, reverse=True)
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)]


@click.command()
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
@click.option("--limit", type=int, default=0, help="Only so many of the held-out mails.")
def calibrate(adapter: str, limit: int) -> None:
    """Print how well each measure tells good rewrites from faulty ones."""
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    _, rows = split_rows(load_rows())
    pairs = list(make_pairs(rows[:limit] if limit else rows))
    for name, values in measure(engine, pairs).items():
        scores: dict[str, list[float]] = defaultdict(list)
        for pair, value in zip(pairs, values, strict=True):
            scores[pair.fault].append(value)
        good = scores.pop("")
        click.echo(f"{name}: {len(good)} good pairs")
        for fault, bad in scores.items():
            click.echo(f"  {fault:<24} AUC {area(good, bad):.3f} ({len(bad)})")
        bad = [value for values in scores.values() for value in values]
        bar = bar_for(bad, LET_THROUGH)
        kept = sum(value >= bar for value in good) / len(good)
        click.echo(f"  all: AUC {area(good, bad):.3f}; bar {bar:.2f} keeps {kept:.0%} of the good")


if __name__ == "__main__":
    calibrate()
