"""Charts in inline SVG: histograms of one column each on shared axes, and reliability diagrams.

Colours come from the page's style; each bar says in words what it stands for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.training.evaluation.calibration import Bin
from models.training.evaluation.page.markup import Html, tag

WIDTH, HEIGHT = 300, 130
LEFT, BOTTOM, TOP = 34, 20, 8
MOST_BINS = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """The bins that all histograms of one measure share."""

    low: float
    step: float
    bins: int
    whole: bool
    """Whether the values are counts, one a bin."""

    def place(self, value: float) -> int:
        """Return the bin of a value."""
        return min(self.bins - 1, max(0, int((value - self.low) / self.step)))

    def name(self, at: int) -> str:
        """Return a bin's values in words."""
        start = self.low + at * self.step
        return f"{start:g}" if self.whole else f"{start:g} to {start + self.step:g}"


def choose_scale(values: Sequence[float]) -> Scale:
    """Return bins that hold all values, at round numbers."""
    low, high = min(values), max(values)
    if all(value == int(value) for value in values) and high - low < MOST_BINS:
        return Scale(low, 1.0, int(high - low) + 1, whole=True)
    rough = (high - low) / (MOST_BINS - 2) or 1.0
    size = 10 ** np.floor(np.log10(rough))
    step = float(next(size * times for times in (1, 2, 5, 10) if size * times >= rough))
    start = float(np.floor(low / step) * step)
    return Scale(start, step, int((high - start) / step) + 1, whole=False)


def draw_histograms(columns: Mapping[str, Sequence[float]], unit: str) -> Iterator[Html]:
    """Yield a figure for each column; all have the same bins and the same height."""
    filled = {name: values for name, values in columns.items() if values}
    if not filled:
        return
    scale = choose_scale([value for values in filled.values() for value in values])
    counts = {name: _count(values, scale) for name, values in filled.items()}
    most = max(map(max, counts.values()))
    for name, values in filled.items():
        middle = float(np.median(values))
        caption = tag("figcaption", tag("b", name), f" median {middle:.3g}")
        yield tag("figure", caption, _draw(counts[name], scale, most, unit, middle))


def _count(values: Sequence[float], scale: Scale) -> list[int]:
    counts = [0] * scale.bins
    for value in values:
        counts[scale.place(value)] += 1
    return counts


def _draw(counts: Sequence[int], scale: Scale, most: int, unit: str, middle: float) -> Html:
    wide = (WIDTH - LEFT) / scale.bins
    bars = []
    for at, count in enumerate(counts):
        tall = (HEIGHT - BOTTOM - TOP) * count / most
        bars.append(
            tag(
                "rect",
                tag("title", f"{scale.name(at)} {unit}: {count} mails"),
                x=LEFT + at * wide + 0.5,
                y=HEIGHT - BOTTOM - tall,
                width=max(wide - 1, 0.5),
                height=tall,
            )
        )
    shift = 0.5 if scale.whole else 0.0
    place = LEFT + ((middle - scale.low) / scale.step + shift) * wide
    mark = tag("line", class_="median", x1=place, x2=place, y1=TOP, y2=HEIGHT - BOTTOM)
    ends = [(LEFT + wide / 2 if scale.whole else LEFT, scale.low, "start")]
    last = scale.low + (scale.bins - (1 if scale.whole else 0)) * scale.step
    if scale.bins > 1:
        ends.append((WIDTH - (wide / 2 if scale.whole else 0), last, "end"))
    labels = [
        tag("text", f"{value:g}", x=x, y=HEIGHT - 5, text_anchor=anchor)
        for x, value, anchor in ends
    ]
    label = f"Histogram of {unit}; median {middle:.3g}"
    return _canvas(label, _axes(str(most)), bars, mark, labels)


def draw_reliability(bins: Sequence[Bin]) -> Html:
    """Return how often slots were right by the share that the model gave; the line is ideal."""
    across, up = WIDTH - LEFT - 8, HEIGHT - BOTTOM - TOP
    most = max(one.slots for one in bins)
    dots = [
        tag(
            "circle",
            tag("title", f"share {one.share:.2f}: {one.right:.0%} right of {one.slots} slots"),
            cx=LEFT + across * one.share,
            cy=HEIGHT - BOTTOM - up * one.right,
            r=2 + 6 * (one.slots / most) ** 0.5,
        )
        for one in bins
    ]
    ideal = tag(
        "line",
        class_="median",
        x1=LEFT,
        y1=HEIGHT - BOTTOM,
        x2=LEFT + across,
        y2=HEIGHT - BOTTOM - up,
    )
    labels = [
        tag("text", "share 0", x=LEFT, y=HEIGHT - 5),
        tag("text", "1", x=LEFT + across, y=HEIGHT - 5, text_anchor="middle"),
    ]
    return _canvas("How often it was right, by share", _axes("100 %"), ideal, dots, labels)


def _axes(top: str) -> list[Html]:
    base = HEIGHT - BOTTOM
    return [
        tag("line", class_="axis", x1=LEFT, x2=WIDTH, y1=base, y2=base),
        tag("text", top, x=LEFT - 4, y=TOP + 8, text_anchor="end"),
        tag("text", "0", x=LEFT - 4, y=base, text_anchor="end"),
    ]


def _canvas(label: str, *parts: Html | list[Html]) -> Html:
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label)
