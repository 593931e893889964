"""The figures as text, for the terminal and for the cells of the page."""

from collections.abc import Iterator, Mapping, Sequence

from models.training.evaluation.bootstrap import Estimate
from models.training.evaluation.cases import Kind
from models.training.evaluation.figures import Line, Unit, Verdict
from models.training.evaluation.outcome import Outcome, Passed, count_passed

MARKS = {Verdict.BETTER: "+", Verdict.WORSE: "-", Verdict.OPEN: "=", None: " "}
NOTHING = "–"
INTERVALS = (
    "95 % intervals from 1,000 resamples of the mails (real replies: of their sources); "
    "counts that are 0 carry the rule of three."
)
VERDICTS = {
    Verdict.BETTER: "the first column is better",
    Verdict.WORSE: "the first column is worse",
    Verdict.OPEN: "the interval of the difference holds 0",
}
TITLES = {
    Kind.HELD_OUT: "Held-out rewrites",
    Kind.TRAPS: "Traps",
    Kind.REAL: "Real replies, averaged by source",
}


def write_value(value: float, unit: Unit) -> str:
    """Return a value as it is shown, without its unit."""
    if value != value:  # nan: a share of nothing
        return NOTHING
    if unit is Unit.SHARE:
        return f"{100 * value:.1f}"
    if unit is Unit.COUNT:
        return f"{value:.0f}"
    return f"{value:.1f}" if unit is Unit.SCORE else f"{value:.2f}"


def write_interval(estimate: Estimate, unit: Unit) -> str:
    """Return the interval in brackets, nothing where there is none."""
    if estimate.low != estimate.low:
        return ""
    return f"[{write_value(estimate.low, unit)}, {write_value(estimate.high, unit)}]"


def name_figure(line: Line) -> str:
    """Return a figure's name with its unit."""
    return f"{line.figure.name} (%)" if line.figure.unit is Unit.SHARE else line.figure.name


def group_lines(lines: Sequence[Line]) -> Mapping[str, list[Line]]:
    """Return the lines by section, in the order that the sections come first."""
    sections: dict[str, list[Line]] = {}
    for line in lines:
        sections.setdefault(line.figure.section, []).append(line)
    return sections


def write_tables(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of all tables."""
    for outcome in outcomes:
        yield f"{TITLES[outcome.kind]} ({len(outcome.ours)})"
        if outcome.kind is Kind.TRAPS:
            yield from _align(list(_trap_rows(list(count_passed(outcome)))))
            yield from _list_failed(outcome)
        else:
            yield from _align(list(_figure_rows(outcome)))
        yield ""
    yield INTERVALS
    yield "; ".join(f"{MARKS[verdict]} {meaning}" for verdict, meaning in VERDICTS.items())


def _figure_rows(outcome: Outcome) -> Iterator[list[str]]:
    yield ["", *outcome.columns]
    for section, lines in group_lines(outcome.lines).items():
        yield [section]
        for line in lines:
            unit = line.figure.unit
            yield [
                f"  {name_figure(line)}",
                *(
                    f"{MARKS[cell.verdict]} {write_value(cell.estimate.value, unit)}"
                    f" {write_interval(cell.estimate, unit)}".rstrip()
                    for cell in line.cells.values()
                ),
            ]


def _trap_rows(passed: Sequence[Passed]) -> Iterator[list[str]]:
    yield ["passed (%)", "traps", *passed[0].shares]
    for one in passed:
        cells = (
            f"{write_value(share.value, Unit.SHARE)} {write_interval(share, Unit.SHARE)}"
            for share in one.shares.values()
        )
        yield [f"  {one.kind}", str(one.traps), *cells]


def _list_failed(outcome: Outcome) -> Iterator[str]:
    for mail in outcome.ours:
        for failure in mail.failures:
            yield f"  {outcome.judged} fails {mail.case.id} ({mail.case.group}): {failure}"


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their cells under each other; a row of one cell is a heading."""
    widest = max(rows, key=len)
    widths = [max(len(row[at]) for row in rows if at < len(row) > 1) for at, _ in enumerate(widest)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join(padded).rstrip()
