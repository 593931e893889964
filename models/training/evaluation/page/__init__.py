"""The page of an evaluation: one HTML file that opens from disk and asks nothing of anywhere.

It has no script at all; its policy lets in the one style that stands in it. Texts are data to it,
never markup. Colours are those of the review's page.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from drafting.batch.replacing import replacing
from models.training.evaluation.bootstrap import Estimate
from models.training.evaluation.calibration import READINGS, read_bins
from models.training.evaluation.cases import Kind
from models.training.evaluation.columns import COPIED, NO_MODEL, PERSON, STOCK_LINE, UNTRAINED
from models.training.evaluation.counting import Counts, Measured, add
from models.training.evaluation.figures import Unit
from models.training.evaluation.outcome import Outcome, count_passed
from models.training.evaluation.page.charts import draw_histograms, draw_reliability
from models.training.evaluation.page.markup import Html, tag
from models.training.evaluation.page.sides import (
    choose_farthest,
    choose_lost,
    show_mail,
    show_mails,
)
from models.training.evaluation.page.tables import (
    explain_marks,
    show_figures,
    show_repeated,
    show_said_twice,
    show_traps,
    show_violations,
)
from models.training.evaluation.table import TITLES, write_interval, write_value

DISTRIBUTIONS = (
    ("changes a mail", "changes", (UNTRAINED, NO_MODEL, PERSON)),
    ("reading ease", "ease", (COPIED, NO_MODEL, PERSON)),
    ("chrF", "chrf", (COPIED, NO_MODEL, UNTRAINED)),
    ("SARI", "sari", (COPIED, NO_MODEL, UNTRAINED)),
)
"""What is drawn: its name, its count, and the columns beside the first one."""


def write_page(target: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the page, whole or not at all."""
    with replacing(target) as file:
        file.write(make_page(outcomes))


def make_page(outcomes: Sequence[Outcome]) -> str:
    """Return the page as text."""
    style = _read_style()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_make_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", "Evaluation"),
        tag("style", Html(style)),
    )
    links = [tag("a", TITLES[outcome.kind], href=f"#{outcome.kind}") for outcome in outcomes]
    top = tag(
        "header",
        tag("p", "drafting", class_="brand"),
        tag("h1", "Evaluation"),
        tag("p", _name_model(outcomes[0]), class_="soft"),
        tag("dl", _list_totals(outcomes), class_="totals"),
        tag("nav", links, aria_label="Sets"),
    )
    main = tag("main", (_show_set(outcome) for outcome in outcomes))
    body = tag("body", top, main)
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _read_style() -> str:
    tokens = files("drafting.batch.report").joinpath("tokens.css").read_text("utf-8")
    return tokens + files(__name__).joinpath("page.css").read_text("utf-8")


def _make_policy(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _name_model(outcome: Outcome) -> str:
    """Return what wrote the first column."""
    made = next((m.record.result.model for m in outcome.ours if m.record.result), None)
    return " with ".join(filter(None, (made.name, made.adapter))) if made else outcome.judged


def _list_totals(outcomes: Sequence[Outcome]) -> Iterator[Html]:
    """Yield what one looks for first."""
    for outcome in outcomes:
        if outcome.kind is Kind.TRAPS:
            passed = next(count_passed(outcome)).shares[outcome.judged]
            yield _show_total("traps passed", passed, Unit.SHARE, " %")
            continue
        wrong = sum(len(mail.violations) for mail in outcome.ours)
        yield _show_total(f"violations, {outcome.kind}", Estimate(wrong, wrong, wrong), Unit.COUNT)
        for line in outcome.lines:
            if (
                line.figure.name in {"SARI", "labels: macro-F1"}
                and "alone" not in line.figure.section
            ):
                unit = line.figure.unit
                yield _show_total(line.figure.name, line.cells[outcome.judged].estimate, unit)


def _show_total(name: str, estimate: Estimate, unit: Unit, after: str = "") -> Html:
    interval = "" if unit is Unit.COUNT else write_interval(estimate, unit)
    value = tag("dd", write_value(estimate.value, unit), after, " ", tag("small", interval))
    return tag("div", tag("dt", name), value)


def _show_set(outcome: Outcome) -> Html:
    title = tag("h2", TITLES[outcome.kind], tag("span", f"{len(outcome.ours)}", class_="count"))
    if outcome.kind is Kind.TRAPS:
        parts = [_show_traps(outcome)]
    else:
        parts = [
            tag("p", f"{explain_marks()} Stock line: “{STOCK_LINE}”", class_="soft"),
            show_figures(outcome),
            *_show_distributions(outcome),
            *_show_calibration(outcome.ours),
            *_show_wrong(outcome),
        ]
    if outcome.kind is Kind.HELD_OUT:
        parts += _show_worst(outcome)
    return tag("section", title, parts, id=outcome.kind.value)


def _show_distributions(outcome: Outcome) -> Iterator[Html]:
    yield tag("h3", "Distributions")
    for unit, count, others in DISTRIBUTIONS:
        names = [outcome.judged, *(n for n in others if n in outcome.columns)]
        columns = {
            name: [m.counts[count] for m in outcome.columns[name] if count in m.counts]
            for name in dict.fromkeys(names)
        }
        if charts := list(draw_histograms(columns, unit)):
            yield tag("h4", unit[0].upper() + unit[1:] if unit != "chrF" else unit)
            yield tag("div", charts, class_="charts")


def _show_calibration(mails: Sequence[Measured]) -> Iterator[Html]:
    total: Counts = Counts(float)
    for mail in mails:
        add(total, mail.counts)
    drawn = {reading: bins for reading in READINGS if (bins := read_bins(total, reading))}
    if drawn:
        yield tag("h3", "Calibration")
        yield tag(
            "p",
            "How often the first word of a filling is the reference's, by the share that the model "
            "gives it; larger dots hold more slots. Below the line it is too sure of itself.",
            class_="soft",
        )
        charts = (
            tag("figure", tag("figcaption", tag("b", reading)), draw_reliability(bins))
            for reading, bins in drawn.items()
        )
        yield tag("div", charts, class_="charts")


def _show_wrong(outcome: Outcome) -> Iterator[Html]:
    yield tag("h3", "Violations")
    yield show_violations(outcome.ours)
    for name, mails in list(outcome.columns.items())[1:]:
        if wrong := sum(len(mail.violations) for mail in mails):
            yield tag("details", tag("summary", f"{name} ({wrong})"), show_violations(mails))
    yield tag("h3", "Openings used more than once")
    yield show_repeated(outcome.ours, "opening")
    yield tag("h3", "Closings used more than once")
    yield show_repeated(outcome.ours, "closing")
    yield tag("h3", "Said twice in one reply")
    yield show_said_twice(outcome.ours)


def _show_traps(outcome: Outcome) -> Html:
    failed = [at for at, mail in enumerate(outcome.ours) if mail.failures]
    return tag(
        "div",
        tag("p", "Shares with Wilson's 95 % intervals.", class_="soft"),
        show_traps(outcome),
        tag("h3", f"Failed by {outcome.judged}"),
        [_show_failed(outcome, at) for at in failed] or tag("p", "None.", class_="soft"),
        tag("h3", "Violations"),
        show_violations(outcome.ours),
    )


def _show_failed(outcome: Outcome, at: int) -> Html:
    mail = outcome.ours[at]
    trap = mail.case.trap
    return tag(
        "div",
        tag("ul", (tag("li", failure) for failure in mail.failures), class_="failures"),
        tag("p", trap.why if trap else "", class_="soft"),
        show_mail({outcome.judged: mail}, outcome.judged),
        class_="failed",
    )


def _show_worst(outcome: Outcome) -> Iterator[Html]:
    lost = choose_lost(outcome)
    yield tag("h3", "Worst: farther from a person's reply than the draft was (chrF)")
    yield from show_mails(outcome, lost) if lost else [tag("p", "None.", class_="soft")]
    yield tag("h3", "Worst: least like what a person kept, added and took out (SARI)")
    yield from show_mails(outcome, choose_farthest(outcome))
