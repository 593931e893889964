"""The figures: each a function of sums over mails, with its direction, in the order they are shown.

The lines of a table hold every column's estimate, and how the first column compares with each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from drafting.labels import Label
from models.training.evaluation.bootstrap import (
    AT_MOST,
    Combine,
    Estimate,
    Floats,
    Sums,
    draw_weights,
    estimate,
    sum_up,
)
from models.training.evaluation.calibration import rate_error
from models.training.evaluation.counting import Measured, add
from models.training.evaluation.violations import KINDS


class Better(StrEnum):
    """Which way a figure is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    SHARE = "share"
    """Shown in per cent."""
    NUMBER = "number"
    SCORE = "score"
    """From 0 to 100."""


class Verdict(StrEnum):
    """How the first column compares with another: by the interval of their paired difference."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"
    """The interval holds 0."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    section: str
    name: str
    combine: Combine
    unit: Unit
    better: Better = Better.NEITHER
    by_reference: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a column; `verdict` says how the first column compares with it."""

    estimate: Estimate
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in all columns."""

    figure: Figure
    cells: Mapping[str, Cell]


def _divide(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.full(part.shape, np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares


def _get(sums: Sums, name: str) -> Floats:
    return sums.get(name, np.zeros(sums["mails"].shape))


def _total(name: str) -> Combine:
    return lambda sums: _get(sums, name)


def _ratio(part: str, whole: str) -> Combine:
    return lambda sums: _divide(_get(sums, part), _get(sums, whole))


def _f1(what: str, name: str) -> Combine:
    """Return F1 of one operation or label; nan where it is neither made nor wanted."""
    return lambda sums: _divide(
        2 * _get(sums, f"{what} right {name}"),
        _get(sums, f"{what} made {name}") + _get(sums, f"{what} wanted {name}"),
    )


def _macro(what: str, names: Sequence[str]) -> Combine:
    """Return the mean F1 over those that are made or wanted at all."""

    def combine(sums: Sums) -> Floats:
        each = np.array([_f1(what, name)(sums) for name in names])
        known = ~np.isnan(each)
        total = np.where(known, each, 0.0).sum(axis=0)
        return _divide(total, known.sum(axis=0).astype(np.float64))

    return combine


def _over_kept(sums: Sums) -> Floats:
    """Return how many of the slots that the reference keeps were changed."""
    kept = _get(sums, "op wanted keep")
    return _divide(kept - _get(sums, "op right keep"), kept)


LABELS = tuple(label.value for label in Label)
CHANGING = ("rewrite", "insert", "delete")
PER_MAIL, SHARE, SCORE = Unit.NUMBER, Unit.SHARE, Unit.SCORE
UP, DOWN = Better.HIGHER, Better.LOWER


def _list_reference() -> list[Figure]:
    section = "Against the reference"
    macro = _macro("label", LABELS)
    figures = [
        Figure(section, "changed or kept: F1", _f1("change", "True"), SHARE, UP),
        Figure(section, "operations: macro-F1", _macro("op", CHANGING), SHARE, UP),
        *(Figure(section, f"{op}: F1", _f1("op", op), SHARE, UP) for op in CHANGING),
        Figure(section, "labels: macro-F1", macro, SHARE, UP),
    ]
    for label in LABELS:
        name = label.replace("_", " ")
        right, made, wanted = (f"label {what} {label}" for what in ("right", "made", "wanted"))
        figures += [
            Figure(section, f"{name}: precision", _ratio(right, made), SHARE, UP),
            Figure(section, f"{name}: recall", _ratio(right, wanted), SHARE, UP),
        ]
    figures += [
        Figure(section, "same operation, of slots", _ratio("same op", "slots"), SHARE, UP),
        Figure(section, "and the same label", _ratio("same label", "slots"), SHARE, UP),
        Figure(section, "chrF", _ratio("chrf", "mails"), SCORE, UP),
        Figure(section, "SARI", _ratio("sari", "mails"), SCORE, UP),
    ]
    return figures


def _list_alone() -> list[Figure]:
    section = "The model alone, likeliest fillings"
    return [
        Figure(section, "same operation", _ratio("alone same op", "alone slots"), SHARE, UP),
        Figure(section, "and the same label", _ratio("alone same label", "alone slots"), SHARE, UP),
        Figure(section, "labels: macro-F1", _macro("alone label", LABELS), SHARE, UP),
        Figure(section, "chrF of its rewrites", _ratio("alone chrf", "alone rewritten"), SCORE, UP),
        Figure(
            section,
            "chrF of the sentences as they are",
            _ratio("alone chrf of sentence", "alone rewritten"),
            SCORE,
        ),
        Figure(
            section,
            "calibration error of the first word",
            lambda sums: rate_error(sums, "first word"),
            SHARE,
            DOWN,
        ),
        Figure(
            section, "calibration error of keep", lambda sums: rate_error(sums, "keep"), SHARE, DOWN
        ),
    ]


def _list_free() -> list[Figure]:
    """Return the figures that need no reference."""
    touch, opening, ease = "How much is changed", "Acknowledgement", "Reading ease"
    again = "Repetition and apologies"
    return [
        Figure(touch, "changes a mail", _ratio("changes", "mails"), PER_MAIL),
        Figure(touch, "length against the draft", _ratio("length", "mails"), PER_MAIL),
        Figure(touch, "mails without a result", _total("without result"), Unit.COUNT, DOWN),
        Figure(opening, "replies with a new opening", _ratio("openings", "mails"), SHARE),
        Figure(
            opening, "openings that name the situation", _ratio("specific", "openings"), SHARE, UP
        ),
        Figure(
            opening,
            "openings that would fit another mail",
            _ratio("specific by chance", "openings"),
            SHARE,
        ),
        Figure(opening, "openings used twice", _ratio("opening twice", "openings"), SHARE, DOWN),
        Figure(opening, "words of empathy a reply", _ratio("empathy", "mails"), PER_MAIL),
        Figure(again, "closings used twice", _ratio("closing twice", "closings"), SHARE, DOWN),
        Figure(
            again, "replies that say something twice", _ratio("said twice", "mails"), SHARE, DOWN
        ),
        Figure(again, "apologies a reply", _ratio("apologies", "mails"), PER_MAIL),
        Figure(
            again, "replies that say sorry twice", _ratio("apologised twice", "mails"), SHARE, DOWN
        ),
        Figure(ease, "of the drafts", _ratio("ease of draft", "eased"), SCORE),
        Figure(ease, "of the replies", _ratio("ease", "eased"), SCORE, UP),
        Figure(ease, "gained", _ratio("ease gained", "eased"), SCORE, UP),
    ]


def list_figures(*, by_reference: bool) -> list[Figure]:
    """Return the figures of a set; `by_reference` tells whether a person's replies are there."""
    wrong = [
        Figure("Violations (0 allowed)", kind, _total(f"violated {kind}"), Unit.COUNT, DOWN)
        for kind in KINDS
    ]
    if not by_reference:
        return wrong + _list_free()
    over, told = "Over-editing", "What people are told"
    return [
        *wrong,
        *_list_reference(),
        Figure(over, "good drafts changed", _ratio("good changed", "good"), SHARE, DOWN),
        Figure(over, "slots changed that a person keeps", _over_kept, SHARE, DOWN),
        Figure(
            told,
            "sentences a person changes: changed or noted",
            _ratio("noticed", "sentence to mend"),
            SHARE,
            UP,
        ),
        Figure(
            told,
            "sentences a person keeps: noted",
            _ratio("noted in vain", "sentence kept"),
            SHARE,
            DOWN,
        ),
        *_list_free(),
        Figure(
            "Acknowledgement",
            "situation named where a person opens",
            _ratio("opened specific", "opened"),
            SHARE,
            UP,
        ),
        *_list_alone(),
    ]


def make_table(columns: Mapping[str, Sequence[Measured]], figures: Sequence[Figure]) -> list[Line]:
    """Return each figure in each column; all columns hold the same mails in the same order."""
    mails = {name: [mail.counts for mail in column] for name, column in columns.items()}
    weights = draw_weights(len(next(iter(mails.values()))))
    sums = {name: sum_up(counts, weights) for name, counts in mails.items()}
    return [_make_line(figure, sums) for figure in figures]


def _make_line(figure: Figure, sums: Mapping[str, Sums]) -> Line:
    values = {name: figure.combine(column) for name, column in sums.items()}
    ours = next(iter(values.values()))
    cells = {}
    for at, (name, theirs) in enumerate(values.items()):
        verdict = _compare(ours, theirs, figure.better) if at else None
        cells[name] = Cell(_estimate(figure, theirs), verdict)
    return Line(figure, cells)


def _estimate(figure: Figure, values: Floats) -> Estimate:
    found = estimate(values)
    if figure.unit is Unit.COUNT and found.value == 0:
        return Estimate(0.0, 0.0, AT_MOST)
    return found


def _compare(ours: Floats, theirs: Floats, better: Better) -> Verdict | None:
    """Return how one column compares with another, resampled in pairs."""
    difference = estimate(ours - theirs)
    if better is Better.NEITHER or not difference.is_known:
        return None
    if difference.low > 0 or difference.high < 0:
        return Verdict.BETTER if (difference.low > 0) is (better is UP) else Verdict.WORSE
    return Verdict.OPEN


def average_groups(mails: Sequence[Measured]) -> list[Measured]:
    """Return one mean mail for each group, so that a source with many mails weighs no more."""
    groups: dict[str, list[Measured]] = {}
    for mail in mails:
        groups.setdefault(mail.case.group, []).append(mail)
    return [_average(group) for group in groups.values()]


def _average(group: Sequence[Measured]) -> Measured:
    """Return a mail with the mean of each count; what must not be is counted and not averaged."""
    mean = Measured(group[0].case, group[0].record)
    for mail in group:
        add(mean.counts, mail.counts)
    for name in mean.counts:
        if not name.startswith(("violated", "without")):
            mean.counts[name] /= len(group)
    return mean
