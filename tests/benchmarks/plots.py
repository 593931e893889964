"""Draw what was measured, in ratios alone: the pictures are for the README."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

import statistics

import matplotlib.pyplot as plt

from tests.benchmarks.growth import AXES, relative
from tests.benchmarks.places import HERE
from tests.benchmarks.report import ROWS, call, ratios, sizes_of

REWRITE = HERE / "rewrite.svg"
GROWTH = HERE / "growth.svg"
COLOURS = {
    "ours 1": "#1b6e5a",
    "ours 4": "#5fb49c",
    "generate": "#9aa0a6",
    "openvino": "#4a6fa5",
    "llamacpp": "#c08552",
}
STYLE: Any = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": "#5f6368",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e6e8",
    "font.family": "sans-serif",
    "font.size": 11,
    "svg.fonttype": "none",
    "svg.hashsalt": "drafting",
}


def draw_rewrite(results: dict[str, Any], path: Path = REWRITE) -> Path:
    """Draw how many times as fast as plain generate() each contender is, by size of the mail."""
    sizes = sizes_of(results)
    shown = [row for row in ROWS if any(ratios(results, size, row) for size in sizes)]
    width = 0.8 / len(shown)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8, 3.8), layout="constrained")
        for number, row in enumerate(shown):
            found = [ratios(results, size, row) or [0.0] for size in sizes]
            middles = [statistics.median(values) for values in found]
            places = [n + (number - (len(shown) - 1) / 2) * width for n in range(len(sizes))]
            ends = [
                [middle - min(values) for middle, values in zip(middles, found, strict=True)],
                [max(values) - middle for middle, values in zip(middles, found, strict=True)],
            ]
            bars = axes.bar(
                places,
                middles,
                width * 0.92,
                yerr=ends,
                label=call(row),
                color=COLOURS[row],
                error_kw={"elinewidth": 1, "ecolor": "#3c4043"},
            )
            axes.bar_label(bars, fmt="%.1f", padding=2, fontsize=9)
        axes.set_xticks(range(len(sizes)), [f"{size} sentences" for size in sizes])
        axes.set_ylabel("speed (times plain generate())")
        axes.set_xlabel("length of the draft; bars: median of three mails, lines: least and most")
        axes.grid(visible=False, axis="x")
        axes.legend(
            frameon=False,
            fontsize=9,
            ncols=len(shown),
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            columnspacing=1.0,
            handlelength=1.2,
        )
        return _save(figure, path)


def draw_growth(results: dict[str, Any], path: Path = GROWTH) -> Path:
    """Draw the cost by sentences, candidates and waiting drafts, as times that of the first point."""
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(1, len(AXES), figsize=(10.5, 3.4), layout="constrained")
        for axes, (name, label) in zip(panels, AXES.items(), strict=True):
            costs = relative(results["series"][name])
            points = list(costs)
            axes.plot(points, points, "--", color="#9aa0a6", label="proportional")
            axes.plot(points, list(costs.values()), "o-", color=COLOURS["ours 1"], label="measured")
            axes.set_xlabel(label)
            axes.set_xlim(0)
            axes.set_ylim(0)
        panels[0].set_ylabel("time until all is done\n(times that of one)")
        panels[0].legend(frameon=False)
        return _save(figure, path)


def _save(figure: Any, path: Path) -> Path:
    """Write a figure without the date, so that the same results give the same file."""
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path
