"""How counts become figures: bootstrap, F1, verdicts, calibration, intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import KEEP, Candidate, Op
from drafting.labels import Label
from models.training.evaluation.bootstrap import AT_MOST, draw_weights, estimate, sum_up
from models.training.evaluation.calibration import count_shares, rate_error, read_bins
from models.training.evaluation.cases import Case, Kind
from models.training.evaluation.counting import Counts, Measured, add
from models.training.evaluation.figures import (
    Line,
    Verdict,
    average_groups,
    list_figures,
    make_table,
)
from models.training.evaluation.intervals import estimate_share
from models.training.evaluation.records import Record, Written
from models.training.evaluation.table import write_interval, write_value


def mail(group: str = "retail", **counts: float) -> Measured:
    case = Case(Kind.REAL, "one", "Draft.", None, group)
    made = Measured(case, Record(key="", column="", case=case.name, result=None))
    add(made.counts, {"mails": 1.0} | {name.replace("_", " "): n for name, n in counts.items()})
    return made


def find(lines: list[Line], name: str) -> Line:
    return next(line for line in lines if line.figure.name == name)


def compare(name: str, ours: list[Measured], theirs: list[Measured]) -> Line:
    figures = list_figures(by_reference=True)
    return find(make_table({"ours": ours, "theirs": theirs}, figures), name)


# Bootstrap.


def test_every_resample_is_as_large_as_the_sample_and_the_first_is_the_sample() -> None:
    weights = draw_weights(7, times=20)
    assert weights.shape == (21, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights[0] == 1).all()
    assert (weights == draw_weights(7, times=20)).all(), "seeded"


def test_a_sample_of_one_has_no_interval() -> None:
    found = estimate(sum_up([{"a": 2.0}], draw_weights(1))["a"])
    assert found.value == 2
    assert np.isnan([found.low, found.high]).all()


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12))
def test_the_interval_lies_among_the_values(values: list[float]) -> None:
    weights = draw_weights(len(values), times=100)
    sums = sum_up([{"x": value, "mails": 1.0} for value in values], weights)
    found = estimate(sums["x"] / sums["mails"])
    assert min(values) - 1e-6 <= found.low <= found.high <= max(values) + 1e-6
    assert found.value == pytest.approx(np.mean(values))


def test_the_interval_is_about_that_of_a_mean() -> None:
    """A share of one half in 400 mails: plus or minus 1.96 * sqrt(0.25 / 400)."""
    sums = sum_up([{"x": float(at % 2), "mails": 1.0} for at in range(400)], draw_weights(400))
    found = estimate(sums["x"] / sums["mails"])
    assert found.low == pytest.approx(0.5 - 0.049, abs=0.008)
    assert found.high == pytest.approx(0.5 + 0.049, abs=0.008)


def test_a_share_of_few_has_wilsons_interval() -> None:
    none = estimate_share(0, 10)
    assert none.low == pytest.approx(0, abs=1e-9)
    assert none.high == pytest.approx(0.2775, abs=1e-3)
    assert not estimate_share(0, 0).is_known


# Figures.


def test_f1_of_one_label_and_over_all() -> None:
    counts = {"label_made_explanation": 4.0, "label_wanted_explanation": 6.0}
    ours = [mail(**counts, label_right_explanation=2.0, label_wanted_acknowledgement=1.0)] * 2
    line = compare("labels: macro-F1", ours, [mail()] * 2)
    # (2 * 2 / (4 + 6) + 0) / 2, as two labels occur at all.
    assert line.cells["ours"].estimate.value == pytest.approx(0.2)
    assert not line.cells["theirs"].estimate.is_known


def test_a_count_that_is_nothing_carries_the_rule_of_three() -> None:
    cell = compare("fact", [mail()] * 5, [mail(violated_fact=1.0)] * 5).cells
    assert (cell["ours"].estimate.value, cell["ours"].estimate.high) == (0, AT_MOST)
    assert cell["theirs"].estimate.value == 5
    assert cell["theirs"].verdict is Verdict.BETTER, "fewer is better"


def test_columns_are_compared_in_pairs() -> None:
    """Mails differ far more than columns do; the difference of the columns is still certain."""
    ours = [mail(chrf=10.0 * at + 1) for at in range(10)]
    theirs = [mail(chrf=10.0 * at) for at in range(10)]
    assert compare("chrF", ours, theirs).cells["theirs"].verdict is Verdict.BETTER
    assert compare("chrF", theirs, ours).cells["theirs"].verdict is Verdict.WORSE
    assert compare("chrF", ours, ours).cells["theirs"].verdict is Verdict.OPEN


def test_a_figure_without_direction_is_not_judged() -> None:
    line = compare("changes a mail", [mail(changes=3.0)] * 3, [mail()] * 3)
    assert line.cells["theirs"].verdict is None


def test_a_source_with_many_mails_weighs_no_more() -> None:
    mails = [*[mail("a", ease=10.0, violated_fact=1.0)] * 9, mail("b", ease=90.0)]
    averaged = average_groups(mails)
    assert [one.counts["ease"] for one in averaged] == [pytest.approx(10), 90]
    assert averaged[0].counts["violated fact"] == 9, "what must not be is counted, not averaged"


def test_names_are_told_apart() -> None:
    for by_reference in (True, False):
        figures = list_figures(by_reference=by_reference)
        names = [(figure.section, figure.name) for figure in figures]
        assert len(names) == len(set(names))


def test_values_are_written_with_their_unit() -> None:
    figures = {figure.name: figure for figure in list_figures(by_reference=True)}
    share, count = figures["insert: F1"].unit, figures["fact"].unit
    assert write_value(0.5, share) == "50.0"
    assert write_value(3, count) == "3"
    assert write_value(float("nan"), share) == "–"
    assert write_interval(estimate_share(0, 0), share) == ""


# Calibration.


def record(*shares: tuple[Candidate, float]) -> Record:
    written = {
        f"s{at}": [
            Written(op=one.op, label=one.label, text=one.text, log_probability=-0.1, share=share)
        ]
        for at, (one, share) in enumerate(shares, 1)
    }
    return Record(key="", column="", case="", result=None, written=written)


def count(*shares: tuple[Candidate, float], wanted: dict[str, Candidate]) -> Counts:
    counts: Counts = Counts(float)
    for name, more in count_shares(record(*shares), wanted):
        counts[name] += more
    return counts


def test_shares_are_held_against_what_the_reference_does() -> None:
    rewrite = Candidate(Op.REWRITE, Label.EXPLANATION, "x")
    wanted = {"s1": KEEP, "s2": rewrite, "s3": rewrite}
    counts = count((KEEP, 0.95), (KEEP, 0.55), (rewrite, 1.0), wanted=wanted)
    keep = read_bins(counts, "keep")
    assert [(one.low, one.slots, one.share, one.right) for one in keep] == [
        (0.5, 1, 0.55, 0),
        (0.9, 1, 0.95, 1),
    ]
    first = read_bins(counts, "first word")
    assert [one.slots for one in first] == [1, 2]
    sums = sum_up([counts], draw_weights(1))
    assert rate_error(sums, "keep")[0] == pytest.approx((0.55 + 0.05) / 2)


def test_a_slot_that_the_reference_does_not_know_counts_nowhere() -> None:
    assert not count((KEEP, 0.5), wanted={})
    assert np.isnan(rate_error(sum_up([{"mails": 1.0}], draw_weights(1)), "keep")).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_error_is_a_share(slots: list[tuple[float, bool]]) -> None:
    rewrite = Candidate(Op.REWRITE, Label.EXPLANATION, "x")
    wanted = {f"s{at}": KEEP if kept else rewrite for at, (_, kept) in enumerate(slots, 1)}
    counts = count(*((KEEP, share) for share, _ in slots), wanted=wanted)
    assert 0 <= rate_error(sum_up([counts], draw_weights(1)), "keep")[0] <= 1
