"""What the run is held against; each goal is met, missed, or couldn't be measured."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.contenders import NAMES
from tests.benchmarks.report import first_shares, ratios

SIZE = 5
"""Sentences of the mail that the goals speak of."""
FOUR_TIMES = 3.0
ONE_TIMES = 5.0
FIRST_SHARE = 0.25
BATCH_TIMES = 8.0
MOST_MB = 1000.0
MOST_START = 5.0


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal and what came out."""

    text: str
    found: str
    met: bool | None
    """None where it couldn't be measured."""

    def __str__(self) -> str:
        mark = {True: "pass", False: "FAIL", None: "none"}[self.met]
        return f"[{mark}] {self.text}: {self.found}"


def at_least(text: str, values: Sequence[float], bound: float, unit: str = "times") -> Goal:
    """Return the goal that the median of some values is no less than a bound."""
    if not values:
        return Goal(text, "not measured", None)
    middle = statistics.median(values)
    return Goal(text, f"{middle:.2f} {unit}", middle >= bound)


def at_most(text: str, values: Sequence[float], bound: float, unit: str) -> Goal:
    """Return the goal that the median of some values is no more than a bound."""
    if not values:
        return Goal(text, "not measured", None)
    middle = statistics.median(values)
    return Goal(text, f"{middle:.2f} {unit}", middle <= bound)


def judge_rewrite(results: dict[str, Any]) -> list[Goal]:
    """Hold the rewrites against their goals."""
    found = [
        at_least(
            f"{SIZE} sentences, 4 candidates: {FOUR_TIMES:.0f} times as fast as generate()",
            ratios(results, SIZE, "ours 4"),
            FOUR_TIMES,
        ),
        at_least(
            f"{SIZE} sentences, 1 candidate: {ONE_TIMES:.0f} times as fast as generate()",
            ratios(results, SIZE, "ours 1"),
            ONE_TIMES,
        ),
    ]
    for rival in ("openvino", "llamacpp"):
        text = f"{SIZE} sentences, 4 candidates: faster than {NAMES[rival]} with one whole reply"
        found.append(at_least(text, ratios(results, SIZE, "ours 4", rival), 1.0))
    for row in ("ours 1", "ours 4"):
        found.append(
            at_most(
                f"{SIZE} sentences, {row.split()[1]} candidate(s): first change within a quarter",
                first_shares(results, SIZE, row),
                FIRST_SHARE,
                "of the time",
            )
        )
    return found


def judge_batch(results: dict[str, Any]) -> list[Goal]:
    """Hold the batch against its goal."""
    text = f"canned responses together: {BATCH_TIMES:.0f} times generate() one at a time"
    return [
        at_least(f"{text}, {candidates} candidate(s)", times, BATCH_TIMES)
        for candidates, times in results["ratios"].items()
    ]


def judge_service(results: dict[str, Any]) -> list[Goal]:
    """Hold the service against its goals."""
    return [
        at_most("service: start to ready", results["ready_seconds"], MOST_START, "s"),
        at_most("service: resident at start", results["start_mb"], MOST_MB, "MB"),
        at_most("service: resident after its rewrites", results["later_mb"], MOST_MB, "MB"),
    ]


def show_goals(goals: Sequence[Goal]) -> str:
    """Return the goals, one a line."""
    return "\n".join(map(str, goals))
