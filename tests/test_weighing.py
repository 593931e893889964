"""Holding measures against marks: what is told of the judge is what the marks say."""

import numpy as np
import pytest

from models.training.evaluation.cases import Case
from models.training.judging import Judged, load_judged
from models.training.rows import load_rows
from models.training.weighing import Weighed, cross_validate, find_cases, tell, weigh
from tests.tiny import random_engine


def mark(number: int, *, good: bool, verdict: float) -> Weighed:
    judged = Judged(
        id=f"m-{number}",
        mail="m",
        slot="s1",
        op="rewrite",
        label="next_steps",
        text="Please send it.",
        verdict="good" if good else "bad",
        reason=None if good else ("meaning" if number % 2 else "stiff"),
        checkpoint="c",
        temperature=0.8,
        seed=1,
        log_probability=-0.1,
        share=0.5,
    )
    return Weighed(judged, verdict, -0.1 * number, -0.2, passes=True)


def test_a_regression_on_what_tells_good_from_bad_tells_it_of_rows_that_it_did_not_see() -> None:
    generator = np.random.default_rng(3)
    good = (generator.random(300) < 0.3).astype(float)
    features = np.stack([good + generator.normal(0, 0.3, 300), generator.normal(0, 1, 300)], 1)
    odds = cross_validate(features, good)
    assert odds[good == 1].mean() > odds[good == 0].mean() + 1
    noise = cross_validate(generator.normal(0, 1, (300, 2)), good)
    assert abs(noise[good == 1].mean() - noise[good == 0].mean()) < 0.3


def test_precision_and_coverage_are_counted_from_the_marks() -> None:
    lines: list[str] = []
    some = [mark(n, good=n < 5, verdict=-float(n)) for n in range(20)]
    tell("rewrites", some, lines.append)
    assert lines[0] == "rewrites: 20 candidates, 25% good"
    assert "verdict      AUC 1.000" in lines[1]
    (fifth,) = [line for line in lines if "verdict >=  -3.00" in line]
    assert "4 accepted, 100% good,   0% change the meaning" in fifth
    (half,) = [line for line in lines if "verdict >=  -9.00" in line]
    # Of 5 to 9, the odd ones change the meaning.
    assert "10 accepted,  50% good,  30% change the meaning" in half


def test_only_mails_that_were_never_trained_on_are_weighed() -> None:
    cases = find_cases(None)
    known = {row.id: row for row in load_rows()}
    assert cases
    assert all(known[name].held_out for name in cases)


def test_a_candidate_is_weighed_with_the_engines_own_measures() -> None:
    judged = [one for one in load_judged("written-2.jsonl") if one.op == "rewrite"][:3]
    cases: dict[str, Case] = {one.mail: find_cases(None)[one.mail] for one in judged}
    engine = random_engine("causal")
    found = list(weigh(engine, cases, judged))
    assert [one.judged for one in found] == judged
    for one in found:
        sentence = next(
            text
            for number, text in enumerate(known_sentences(one.judged.mail), 1)
            if one.judged.slot == f"s{number}"
        )
        assert one.judged.text
        assert one.reverse == pytest.approx(
            engine.score([(sentence, one.judged.text)])[0], abs=1e-3
        )
        assert one.likelihood < 0


def known_sentences(mail: str) -> list[str]:
    return next(row.sentences for row in load_rows() if row.id == mail)
