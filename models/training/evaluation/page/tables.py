"""The tables of the page: figures with intervals, traps by kind, and lists of what went wrong."""

from collections.abc import Iterator, Mapping, Sequence

from models.training.evaluation.counting import Measured, list_repeated
from models.training.evaluation.figures import Cell, Unit, Verdict
from models.training.evaluation.outcome import Outcome, count_passed
from models.training.evaluation.page.markup import Html, tag
from models.training.evaluation.table import (
    INTERVALS,
    VERDICTS,
    group_lines,
    name_figure,
    write_interval,
    write_value,
)

GLYPHS = {Verdict.BETTER: "▲", Verdict.WORSE: "▼", Verdict.OPEN: "≈"}


def explain_marks() -> str:
    """Return what the marks beside the figures mean."""
    marks = "; ".join(f"{GLYPHS[verdict]} {meaning}" for verdict, meaning in VERDICTS.items())
    return f"{INTERVALS} {marks}."


def show_figures(outcome: Outcome) -> Html:
    """Return the table of all figures."""
    return _frame(outcome.columns, "figure", _list_figures(outcome))


def _list_figures(outcome: Outcome) -> Iterator[Html]:
    wide = str(len(outcome.columns) + 1)
    for section, lines in group_lines(outcome.lines).items():
        yield tag("tr", tag("th", section, colspan=wide, scope="rowgroup"), class_="section")
        for line in lines:
            name = tag("th", name_figure(line), scope="row")
            cells = [_show_cell(cell, line.figure.unit) for cell in line.cells.values()]
            bad = line.figure.unit is Unit.COUNT and next(iter(line.cells.values())).estimate.value
            yield tag("tr", name, cells, class_="bad" if bad else None)


def _show_cell(cell: Cell, unit: Unit) -> Html:
    mark = Html("")
    if cell.verdict:
        glyph, meaning = GLYPHS[cell.verdict], VERDICTS[cell.verdict]
        heard = tag("span", f"({meaning})", class_="heard")
        mark = tag("span", glyph, heard, class_=f"verdict {cell.verdict}", title=meaning)
    value = tag("b", write_value(cell.estimate.value, unit))
    return tag("td", mark, value, tag("small", write_interval(cell.estimate, unit)))


def _frame(columns: Mapping[str, Sequence[Measured]], corner: str, rows: Iterator[Html]) -> Html:
    head = tag("tr", tag("th", corner, scope="col"), (tag("th", n, scope="col") for n in columns))
    table = tag("table", tag("thead", head), tag("tbody", rows))
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label="Figures")


def show_traps(outcome: Outcome) -> Html:
    """Return the shares of traps passed, by kind."""
    return _frame(outcome.columns, "passed (%)", _list_traps(outcome))


def _list_traps(outcome: Outcome) -> Iterator[Html]:
    for passed in count_passed(outcome):
        name = tag("th", passed.kind.replace("_", " "), f" ({passed.traps})", scope="row")
        cells = [_show_cell(Cell(share), Unit.SHARE) for share in passed.shares.values()]
        yield tag("tr", name, cells)


def show_violations(mails: Sequence[Measured]) -> Html:
    """Return all violations of a column, with both texts."""
    rows = [
        tag(
            "tr",
            tag("th", violation.kind, scope="row"),
            tag("td", f"{mail.case.id} {violation.slot}"),
            tag("td", violation.what),
            tag("td", violation.before),
            tag("td", violation.after),
        )
        for mail in mails
        for violation in mail.violations
    ]
    if not rows:
        return tag("p", "None.", class_="soft")
    heads = (tag("th", name, scope="col") for name in ("kind", "where", "what", "before", "after"))
    table = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="texts")
    return tag("div", table, class_="wide", tabindex="0", role="region", aria_label="Violations")


def show_repeated(mails: Sequence[Measured], slot: str) -> Html:
    """Return the inserted texts that stand in more than one reply."""
    repeated = list_repeated(mails, slot)
    if not repeated:
        return tag("p", "None.", class_="soft")
    return tag("ul", (tag("li", tag("b", f"{n} ×"), " ", text) for text, n in repeated.items()))


def show_said_twice(mails: Sequence[Measured]) -> Html:
    """Return the pairs of sentences of a reply that say the same."""
    pairs = [(mail.case.id, one, other) for mail in mails for one, other in mail.said_twice]
    if not pairs:
        return tag("p", "None.", class_="soft")
    return tag("ul", (tag("li", tag("b", name), f" {one} / {other}") for name, one, other in pairs))
