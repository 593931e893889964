"""The judge: what it goes by, what it says, and how it comes out of marks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.engine import Ask, Filled
from drafting.errors import AdapterError
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.settings import load_settings
from models.engine import LocalEngine
from models.judge import FILE, Evidence, Judge, Tree, WordCounts, describe, load_judge
from models.scoring import Likelihood
from models.training.evaluation.cases import make_cases
from models.training.judge import (
    choose_bar,
    collect,
    count_words,
    cross_validate,
    export_trees,
    fit,
    tell,
)
from models.training.judging import Judged, load_judged
from models.training.rows import Row, Step, load_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine
from tests.tiny import random_engine

BEHIND = Likelihood(9, -0.4, -2.0, -1.1, -0.2, -1.5, 0.9)
EVIDENCE = Evidence(
    "Claims without receipts are rejected.",
    Label.EXPLANATION,
    "Without receipts, we can't approve claims.",
    -0.3,
    0.8,
    BEHIND,
    (1, 0),
)
NO_WORDS = WordCounts()
WORDS = count_words([row for row in load_rows() if not row.held_out][:50])
texts = st.text(max_size=60)
numbers = st.floats(-9, 0)


@settings(deadline=None)
@given(texts, texts, numbers, st.floats(0, 1), st.sampled_from(Label))
def test_whatever_was_written_has_features(
    sentence: str, text: str, likelihood: float, share: float, label: Label
) -> None:
    evidence = Evidence(sentence, label, text, likelihood, share, BEHIND, (0, 0))
    features = describe(evidence, WORDS)
    assert features.shape == describe(EVIDENCE, NO_WORDS).shape
    assert np.isfinite(features).all()


def test_features_tell_what_came_and_went() -> None:
    plain = describe(EVIDENCE, NO_WORDS)
    swapped = describe(replace(EVIDENCE, text="Without receipts, you can't approve claims."), WORDS)
    assert (plain != describe(replace(EVIDENCE, label=Label.NEXT_STEPS), NO_WORDS)).sum() == 2
    assert (plain != describe(EVIDENCE, WORDS)).any()
    assert (describe(EVIDENCE, WORDS) != swapped).any()


def test_worked_rewrites_are_counted_word_by_word() -> None:
    row = Row(
        id="x-1",
        domain="shop",
        customer_message=None,
        greeting=None,
        paragraphs=[["Remit payment now.", "It is late."]],
        closing=None,
        script=[
            Step(op="rewrite", source=1, label=Label.NEXT_STEPS, text="Please pay now."),
            Step(op="keep", source=2),
        ],
    )
    counts = count_words([row, row])
    assert counts.came == {"please": 2, "pay": 2}
    assert counts.went == {"remit": 2, "payment": 2}
    assert counts.joined["^ please"] == counts.joined["pay now"] == counts.joined["late ."] == 2
    assert counts.stood["^"] == 4


def test_a_tree_goes_left_up_to_its_threshold() -> None:
    tree = Tree(
        feature=[1, -1, -1],
        threshold=[0.5, -2, -2],
        left=[1, -1, -1],
        right=[2, -1, -1],
        value=[0, -1, 3],
    )
    assert tree.weigh(np.array([9.0, 0.5])) == -1
    assert tree.weigh(np.array([9.0, 0.51])) == 3


def test_what_is_shipped_says_what_was_trained() -> None:
    generator = np.random.default_rng(5)
    good = generator.random(400) < 0.3
    features = generator.normal(0, 1, (400, len(describe(EVIDENCE, NO_WORDS))))
    features[:, 1] += 2 * good
    model, start = fit(features, good)
    judge = Judge(start=start, trees=export_trees(model), words=NO_WORDS)
    mine = [judge.start + sum(tree.weigh(row) for tree in judge.trees) for row in features[:50]]
    assert mine == pytest.approx(model.decision_function(features[:50]), abs=2e-3)
    held = cross_validate(features, good, [str(n // 4) for n in range(400)])
    assert held[good].mean() > held[~good].mean() + 1


def mark(number: int, reason: str | None) -> Judged:
    return Judged(
        id=f"m-{number}",
        mail="m",
        slot="s1",
        op=Op.REWRITE,
        label=Label.NEXT_STEPS,
        text="Please send it.",
        verdict="bad" if reason else "good",
        reason=reason,
        checkpoint="c",
        temperature=0.8,
        seed=1,
        log_probability=-0.1,
        share=0.5,
    )


def test_the_bar_lets_one_in_a_hundred_change_the_meaning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from models.training.judge import Marked

    reasons = [None] * 150 + ["meaning"] + [None] * 30 + ["stiff"] * 20 + ["meaning"] * 50
    marked = [Marked(mark(n, reason), EVIDENCE, True) for n, reason in enumerate(reasons)]
    odds = -np.arange(len(marked), dtype=float)
    bar = choose_bar(odds, marked)
    over = [one for one, value in zip(marked, odds, strict=True) if value >= bar]
    assert len(over) == 202
    assert sum(one.changes for one in over) == 2
    tell("some", odds, marked, [bar])
    told = capsys.readouterr().out
    assert "202 accepted,  180 good,   2 change the meaning" in told
    assert choose_bar(odds[:3], [Marked(mark(n, "meaning"), EVIDENCE, True) for n in range(3)]) > 0


def test_marks_are_weighed_with_the_engines_own_measures() -> None:
    rows = [row for row in load_rows() if row.held_out]
    marks = [one for one in load_judged("written-2.jsonl") if one.op is Op.REWRITE][:40]
    engine = random_engine("causal")
    assert isinstance(engine, LocalEngine)
    learnt = {row.id for row in rows if not row.held_out}
    found = collect(engine, make_cases(rows), marks, learnt)
    assert found
    for one in found:
        assert not one.trained_on
        text, sentence = one.evidence.text, one.evidence.sentence
        assert one.evidence.behind.mean == pytest.approx(
            engine.score([(sentence, text)])[0], abs=1e-3
        )


def test_the_first_candidate_may_not_keep_what_was_found_where_a_judge_stands_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = load_local_engine(load_settings())
    reading = read_draft("Your bin was not collected because it was contaminated.")
    (slot,) = [slot for slot in reading.slots if slot.sentence]

    def write(*, calm: bool) -> Op:
        ids = frozenset({slot.id} if calm else ())
        written = engine.fill([Ask(reading.mail, (slot,), 1, calm=ids)])[0][slot.id]
        return written[0].candidate.op

    assert write(calm=False) is Op.REWRITE
    assert write(calm=True) is Op.KEEP
    monkeypatch.setattr(engine, "_judge", None)
    assert write(calm=False) is Op.KEEP


def test_an_engine_judges_where_a_judge_lies_beside_its_adapter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled = Filled(Candidate(Op.REWRITE, Label.EXPLANATION, EVIDENCE.text), -0.3, 0.8)
    plain = random_engine("causal")
    assert plain.weigh([(EVIDENCE.sentence, filled)])[0].verdict is None
    judge = load_judge(SHIPPED_ADAPTER)
    assert judge is not None
    (evidence,) = plain.gather([(EVIDENCE.sentence, filled)])
    # The engine is shared with other tests.
    monkeypatch.setattr(plain, "_judge", judge)
    assert plain.weigh([(EVIDENCE.sentence, filled)])[0].verdict == judge.weigh(evidence)


def test_the_shipped_judge_prefers_a_plain_rewrite_to_one_that_turns_it_round() -> None:
    judge = load_judge(SHIPPED_ADAPTER)
    assert judge is not None
    turned = replace(EVIDENCE, text="Without receipts, you can't reject us, and we're sorry.")
    assert judge.weigh(EVIDENCE) > judge.weigh(turned) + 0.5


def test_a_torn_file_is_named(tmp_path: Path) -> None:
    assert load_judge(tmp_path) is None
    (tmp_path / FILE).write_text("{", "utf-8")
    with pytest.raises(AdapterError, match="Restore the adapter's folder"):
        load_judge(tmp_path)
    judge = Judge(start=0.0, trees=[], words=NO_WORDS)
    (tmp_path / FILE).write_text(json.dumps(judge.model_dump() | {"x": 1}), "utf-8")
    with pytest.raises(AdapterError):
        load_judge(tmp_path)
