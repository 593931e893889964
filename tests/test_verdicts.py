"""The judge: asked behind each filling as it was trained, in the batch or apart, with one answer."""

import math

import numpy as np
import pytest
import torch

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import parse
from drafting.engine import Ask, Bar, Filled
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.prompt import Mail, load_templates
from drafting.slots import make_slots
from models.encoding import Encoder
from models.engine import LocalEngine
from models.question import make_question
from models.training.judging import load_judged
from models.training.packing import VERDICT_WEIGHT, encode_row, make_packs
from models.training.rows import load_rows, split_rows
from models.training.verdicts import Verdict, collect_verdicts
from models.transformers_loading import open_model
from tests.test_packing import ENCODER, MODEL, ROWS, TEMPLATE, packed_loss
from tests.tiny import bpe_tokenizer, causal_model, random_engine

DRAFT = "You failed to send the form D-2. Send it by 5 May."
ASK = Ask(Mail("Where is my pass?", DRAFT), make_slots(parse(DRAFT)), candidates=8, seed=5)
QUESTION = make_question(TEMPLATE, ENCODER)
assert QUESTION


def judging_engine() -> LocalEngine:
    return make_engine(-50.0)


def make_engine(verdict: float, **texts: str) -> LocalEngine:
    template = load_templates()["trained"].model_copy(update=texts)
    return LocalEngine(
        open_model(causal_model()),
        bpe_tokenizer(),
        template,
        "tiny",
        bar=Bar(verdict=verdict),
        rewrite_tokens=40,
    )


def by_hand(engine: LocalEngine, slot_id: str, candidate: Candidate) -> float:
    """Return the log-odds from one plain forward pass over all that is read."""
    template = engine.template
    slot = next(slot for slot in ASK.slots if slot.id == slot_id)
    text = {"opening": template.opening, "closing": template.closing}.get(
        slot_id, template.ask_sentence(slot.text)
    )
    ids = [
        *engine.encode_prompt(template.system, template.ask(ASK.mail)),
        *engine.encode(text),
        *engine.encode(template.answer(candidate)),
        int(bpe_tokenizer().eos_token_id),
        *QUESTION.tokens,
    ]
    with torch.inference_mode():
        logits = causal_model()(input_ids=torch.tensor([ids])).logits[0, -1]
    return float(logits[QUESTION.right] - logits[QUESTION.wrong])


def test_each_filling_is_judged_as_in_a_plain_forward_pass() -> None:
    engine = judging_engine()
    (fillings,) = engine.fill([ASK])
    written = [(slot, filled) for slot, found in fillings.items() for filled in found]
    assert len(written) > 1
    for slot, filled in written:
        assert filled.verdict == pytest.approx(by_hand(engine, slot, filled.candidate), abs=2e-3)


def test_a_filling_that_was_given_gets_the_same_verdict() -> None:
    engine = judging_engine()
    (fillings,) = engine.fill([ASK])
    written = [(slot, filled) for slot, found in fillings.items() for filled in found]
    again = engine.judge(ASK, [(slot, filled.candidate) for slot, filled in written])
    np.testing.assert_allclose(again, [filled.verdict for _, filled in written], atol=2e-3)


@pytest.mark.parametrize("plain", [make_engine(-math.inf), make_engine(0.0, judge="")])
def test_being_judged_changes_nothing_else(plain: LocalEngine) -> None:
    (judged,), (unjudged,) = judging_engine().fill([ASK]), plain.fill([ASK])
    for slot, found in judged.items():
        assert [strip(one) for one in found] == [strip(one) for one in unjudged[slot]]
        assert all(one.verdict is None for one in unjudged[slot])


def strip(filled: Filled) -> tuple[Candidate, float, float]:
    return (filled.candidate, round(filled.log_probability, 3), round(filled.share, 3))


def test_a_model_of_another_kind_or_without_the_question_judges_nothing() -> None:
    for engine in (random_engine("seq2seq"), make_engine(0.0, judge="")):
        assert engine.judge(ASK, [("s1", KEEP)]) == [None]


def test_an_answer_that_begins_the_other_is_refused() -> None:
    template = load_templates()["trained"].model_copy(
        update={"right": " not at all", "wrong": " not"}
    )
    with pytest.raises(PromptFileError, match="begins with"):
        make_question(template, Encoder(bpe_tokenizer()))


def test_verdicts_are_learnt_behind_fillings_that_are_not() -> None:
    row = next(row for row in ROWS if any(step.op == "rewrite" for step in row.script))
    step = next(step for step in row.script if step.op == "rewrite")
    bad = Verdict(f"s{step.source}", Candidate(Op.REWRITE, step.label, "Bananas."), right=False)
    (plain, *_), (judged, *_) = (
        encode_row(row, TEMPLATE, ENCODER, verdicts) for verdicts in ((), (bad,))
    )
    right, wrong = QUESTION.right, QUESTION.wrong
    targets = [
        t for t, w in zip(judged.targets, judged.weights, strict=True) if w == VERDICT_WEIGHT
    ]
    assert targets == [right] * (len(row.sentences) + 2) + [wrong]
    text = [t for t, w in zip(judged.targets, judged.weights, strict=True) if w == 1.0]
    assert text == [target for target in plain.targets if target != -100]
    assert "Bananas" in str(bpe_tokenizer().decode(judged.ids))
    # What is asked behind a filling comes after it, so its own loss is what it was.
    _, weight = packed_loss([judged])
    _, before = packed_loss([plain])
    assert weight == before + VERDICT_WEIGHT * len(targets)


def test_a_verdict_in_a_pack_is_that_of_the_engine() -> None:
    engine, row = judging_engine(), ROWS[0]
    bad = Verdict(
        "opening", Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, "That's hard."), right=False
    )
    (document, *_) = encode_row(row, TEMPLATE, ENCODER, (bad,))
    (pack,) = make_packs([document], 10**9, 0)
    with torch.inference_mode():
        logits = MODEL(
            input_ids=pack.ids[None], position_ids=pack.positions[None], attention_mask=pack.mask()
        ).logits[0]
    at = int((pack.weights == VERDICT_WEIGHT).nonzero()[-1])
    right, wrong = QUESTION.right, QUESTION.wrong
    ask = Ask(row.mail(), ASK.slots)
    (odds,) = engine.judge(ask, [("opening", bad.candidate)])
    assert odds == pytest.approx(float(logits[at, right] - logits[at, wrong]), abs=2e-3)


def test_what_the_judge_learns_from_is_of_the_mails_to_train_on_and_settled_by_the_seed() -> None:
    rows, held_out = split_rows(load_rows())
    some = rows[:300]
    found = collect_verdicts(some, load_judged("written-*.jsonl"), 7)
    assert found == collect_verdicts(some, load_judged("written-*.jsonl"), 7)
    assert found != collect_verdicts(some, load_judged("written-*.jsonl"), 8)
    assert set(found) == {row.id for row in some}
    assert not {row.id for row in held_out} & set(found)
    wrong = [v for verdicts in found.values() for v in verdicts if not v.right]
    assert len(wrong) > len(some)


def test_nothing_worked_is_called_wrong_where_it_stands() -> None:
    rows = split_rows(load_rows())[0][:500]
    for row in rows:
        worked = {(f"s{s.source}", s.text) for s in row.script if s.op == "rewrite"}
        for verdict in collect_verdicts([row], (), 7)[row.id]:
            assert (verdict.slot, verdict.candidate.text) not in worked
            assert not verdict.right
