"""Preference tuning: which pairs are learnt from, what they cost, and that a tiny model learns them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from transformers import set_seed

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.prompt import load_templates
from models.encoding import Encoder
from models.training.evaluation.cases import make_cases, make_plain_cases
from models.training.judging import (
    Judged,
    MarkedDeletion,
    PlainMail,
    Revision,
    Withdrawn,
    load_judged,
    load_plain_mails,
    load_revisions,
    load_withdrawn,
)
from models.training.packing import Pack, make_packs
from models.training.preferences import (
    DELETE,
    MOST,
    Preference,
    Preferences,
    encode_preferences,
    find_preferences,
)
from models.training.preferring import Compared, collate_compared, measure_margins
from models.training.recipe import Recipe
from models.training.rows import Row, load_rows, split_rows
from models.training.train import add_lora, make_preferring
from models.training.train import fit as train_on
from tests.tiny import bpe_tokenizer, causal_model

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")

RECIPE = Recipe(rank=4, pack_tokens=1500, preference_epochs=6, preference_rate=2e-2)
TEMPLATE = load_templates()["trained"]
ENCODER = Encoder(bpe_tokenizer())
ROW = Row.model_validate(
    {
        "id": "made-001",
        "domain": "retail",
        "customer_message": None,
        "greeting": "Hi Ann,",
        "paragraphs": [["You failed to attach the receipt.", "Send the form."]],
        "closing": None,
        "script": [
            {
                "op": "rewrite",
                "source": 1,
                "label": "benefit_of_the_doubt",
                "text": "We haven't received the receipt yet.",
            },
            {"op": "keep", "source": 2},
        ],
    }
)

CASES = make_cases([ROW])


def mark(slot: str, text: str, verdict: str, op: str = "rewrite") -> Judged:
    return Judged.model_validate(
        {
            "id": f"{slot}-{text}",
            "mail": ROW.id,
            "slot": slot,
            "op": op,
            "label": "next_steps",
            "text": text,
            "verdict": verdict,
            "reason": None if verdict == "good" else "meaning",
            "checkpoint": "lora-1",
            "temperature": 0.8,
            "seed": 1,
            "log_probability": -0.5,
            "share": 0.9,
        }
    )


def pairs_of(
    marks: Sequence[Judged], revisions: Sequence[Revision] = ()
) -> list[tuple[str, str | None, str | None]]:
    return [
        (pair.slot.id, pair.chosen.text, pair.rejected.text)
        for each in find_preferences(CASES, marks, revisions)
        for pair in each.pairs
    ]


def test_a_bad_candidate_stands_beside_the_good_one_that_is_nearest() -> None:
    marks = [
        mark("s2", "Please send the form.", "good"),
        mark("s2", "The next step is to send us the form.", "good"),
        mark("s2", "The next step is to send us a form.", "bad"),
        mark("s2", "Please send a form.", "bad"),
    ]
    assert pairs_of(marks) == [
        ("s2", "The next step is to send us the form.", "The next step is to send us a form."),
        ("s2", "Please send the form.", "Please send a form."),
    ]


def test_a_reader_s_revision_comes_before_what_a_person_wrote() -> None:
    bad = mark("s1", "The receipt was not found.", "bad")
    assert pairs_of([bad]) == [
        ("s1", "We haven't received the receipt yet.", "The receipt was not found.")
    ]
    revision = Revision(
        mail=ROW.id,
        slot="s1",
        op=Op.REWRITE,
        label=Label.BENEFIT_OF_THE_DOUBT,
        text="The receipt was not attached.",
    )
    assert pairs_of([bad], [revision]) == [
        ("s1", "The receipt was not attached.", "The receipt was not found.")
    ]


def test_where_a_person_kept_the_sentence_keeping_is_preferred() -> None:
    (found,) = find_preferences(CASES, [mark("s2", "Send a form.", "bad")], [])
    assert found.pairs[0].chosen == Candidate(Op.KEEP)


def test_openings_are_not_learnt_from() -> None:
    assert pairs_of([mark("opening", "Sad news.", "bad", "insert")]) == []


def test_a_withdrawn_text_stands_beside_what_the_worked_rewrite_has_now() -> None:
    old = Withdrawn(
        mail=ROW.id,
        source=1,
        op=Op.REWRITE,
        label=Label.BENEFIT_OF_THE_DOUBT,
        text="You haven't attached the receipt.",
        reason="person",
    )
    (found,) = find_preferences(CASES, [], [], [old])
    (pair,) = found.pairs
    assert pair.chosen.text == "We haven't received the receipt yet."
    assert pair.rejected == old.candidate()
    opening = old.model_copy(update={"source": None, "op": Op.INSERT})
    assert not list(find_preferences(CASES, [], [], [opening]))


def test_withdrawn_texts_are_of_rows_to_train_on_and_stand_there_no_more() -> None:
    rows = {row.id: row for row in split_rows(load_rows())[0]}
    withdrawn = list(load_withdrawn())
    assert len(withdrawn) > 100
    for each in withdrawn:
        steps = rows[each.mail].script
        now = [(step.op, step.label, step.text) for step in steps if step.source == each.source]
        assert (each.op.value, each.label, each.text) not in now


def test_good_ones_alone_are_no_pair_and_few_of_many_bad_ones_are() -> None:
    assert pairs_of([mark("s2", "Please send the form.", "good")]) == []
    many = [mark("s2", f"Send form {letter}.", "bad") for letter in "ABCDEFG"]
    assert len(pairs_of(many)) == MOST


def test_a_mail_that_nobody_has_worked_out_brings_pairs_of_marks_and_revisions_alone() -> None:
    plain = PlainMail(
        id="plain-made-001", customer_message=None, draft="You failed. Send the form."
    )
    bad, good = mark("s2", "Send a form.", "bad"), mark("s2", "Please send the form.", "good")
    marks = [one.model_copy(update={"mail": plain.id}) for one in (bad, good)]
    (found,) = find_preferences(make_plain_cases([plain]), marks, [])
    (pair,) = found.pairs
    assert (pair.chosen.text, pair.rejected.text) == (good.text, bad.text)
    assert not list(find_preferences(make_plain_cases([plain]), marks[:1], []))
    kept = Revision(mail=plain.id, slot="s2", op=Op.KEEP, label=None, text=None)
    (found,) = find_preferences(make_plain_cases([plain]), marks[:1], [kept])
    assert found.pairs[0].chosen == Candidate(Op.KEEP)


def test_what_may_go_is_rather_deleted_and_what_is_needed_is_not() -> None:
    def mark_deletion(slot: str, mark: str, text: str = "Send the form.") -> MarkedDeletion:
        return MarkedDeletion.model_validate(
            {"mail": ROW.id, "slot": slot, "text": text, "share": 0.5, "mark": mark}
        )

    marks = [mark_deletion("s1", "needed", ROW.sentences[0]), mark_deletion("s2", "go")]
    (found,) = find_preferences(CASES, [], [], [], marks)
    worked, deleted = found.pairs
    assert worked.chosen.text == "We haven't received the receipt yet."
    assert (deleted.chosen, worked.rejected) == (DELETE, DELETE)
    assert deleted.rejected == Candidate(Op.KEEP)
    (found,) = find_preferences(CASES, [], [], [], [mark_deletion("s2", "hangs")])
    assert found.pairs[0].chosen == Candidate(Op.KEEP)
    assert list(encode_preferences(found, TEMPLATE, ENCODER))
    # Of another sentence than stands there now, nothing is learnt; nor to keep what is unkind.
    assert not list(find_preferences(CASES, [], [], [], [mark_deletion("s2", "go", "Some.")]))
    unkind = PlainMail(id="plain-made-001", customer_message=None, draft="You failed to pay.")
    mark_ = mark_deletion("s1", "needed", "You failed to pay.")
    mark_ = mark_.model_copy(update={"mail": unkind.id})
    assert not list(find_preferences(make_plain_cases([unkind]), [], [], [], [mark_]))


def test_a_mail_that_is_not_among_the_cases_is_left_out() -> None:
    """So the marks of held-out mails and real replies, which only measure, are never learnt from."""
    rows, held_out = split_rows(load_rows())
    assert not list(find_preferences([], load_judged(), load_revisions(), load_withdrawn()))
    plain = list(load_plain_mails())
    names = {row.id for row in rows} | {mail.id for mail in plain if not mail.held_out}
    assert names & {one.mail for one in load_judged()}
    revised = {one.mail for one in load_revisions()}
    assert revised <= names
    assert revised & {mail.id for mail in plain}
    assert not {row.id for row in held_out} & revised


def test_revisions_are_of_marked_slots_and_no_text_that_was_marked_bad() -> None:
    marks = list(load_judged())
    slots = {(one.mail, one.slot) for one in marks}
    bad = {(m.mail, m.slot, m.label, m.text) for m in marks if m.verdict == "bad"}
    revisions = list(load_revisions())
    assert len(revisions) > 500
    for each in revisions:
        assert (each.mail, each.slot) in slots
        assert (each.mail, each.slot, each.label, each.text) not in bad
    with pytest.raises(ValueError, match="label and text"):
        Revision(mail="a", slot="s1", op=Op.KEEP, label=None, text="Text.")


def some_preferences() -> Preferences:
    (found,) = find_preferences(
        CASES,
        [
            mark("s1", "The receipt was lost.", "bad"),
            mark("s2", "Please send the form.", "good"),
            mark("s2", "Send it or else.", "bad"),
            mark("s2", "You send forms.", "bad"),
        ],
        [],
    )
    return found


def some_packs() -> list[Pack]:
    documents = list(encode_preferences(some_preferences(), TEMPLATE, ENCODER))
    return make_packs(documents, RECIPE.pack_tokens, RECIPE.seed)


def log_probability(model: Any, preferences: Preferences, filling: Preference, text: str) -> float:
    """Return a filling's log-probability (nats) in a plain forward pass of prompt and slot."""
    given = ENCODER.prompt(TEMPLATE.system, TEMPLATE.ask(preferences.mail))
    given = given + ENCODER.plain(TEMPLATE.ask_slot(filling.slot))
    wanted = [*ENCODER.plain(text), ENCODER.end]
    ids = torch.tensor([given + wanted])
    with torch.inference_mode():
        logits = model(input_ids=ids).logits[0, len(given) - 1 : -1]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(wanted), reduction="sum")
    return -float(loss)


def test_a_packed_pair_s_margin_is_that_of_its_fillings_alone() -> None:
    model, preferences = causal_model(), some_preferences()
    (pack,) = some_packs()
    before = torch.tensor([1.0, 2.0, 3.0])
    with torch.inference_mode():
        margins, own = measure_margins(model, collate_compared([Compared(pack, before)]))
    alone = [
        log_probability(model, preferences, pair, TEMPLATE.answer(pair.chosen))
        - log_probability(model, preferences, pair, TEMPLATE.answer(pair.rejected))
        for pair in preferences.pairs
    ]
    assert margins.tolist() == pytest.approx(
        [m - b for m, b in zip(alone, before.tolist(), strict=True)], abs=1e-3
    )
    # Two fillings and the sentences behind them, each as the mean of its tokens.
    assert float(own) == pytest.approx(4 * 5.5, rel=0.15)


def fit(out: Path, max_steps: int = 12) -> PeftModel:
    model = causal_model()
    with torch.no_grad():
        model.lm_head.weight.mul_(15)
    adapted = add_lora(model, RECIPE)
    train_on(make_preferring(adapted, some_packs(), RECIPE, out, max_steps))
    return adapted


def test_tuning_widens_the_margins_and_makes_the_chosen_likelier(tmp_path: Path) -> None:
    model = fit(tmp_path)
    start = add_lora(model.unload(), RECIPE)
    (pack,) = some_packs()
    trainer = make_preferring(start, [pack], RECIPE, tmp_path / "other")
    (compared,) = trainer.train_dataset.items  # type: ignore[union-attr]
    batch = collate_compared([compared])
    tuned = fit(tmp_path)  # goes on from the last checkpoint: nothing is left to do
    with torch.inference_mode():
        margins, own = measure_margins(tuned, batch)
        still, own_before = measure_margins(start, batch)
    assert still.abs().max() < 0.1, (
        "held against the model as it was, whose products may be in bf16"
    )
    assert (margins > 1).all()
    assert own < own_before


def test_each_pair_and_filling_of_a_step_weighs_the_same(tmp_path: Path) -> None:
    set_seed(1)
    model = add_lora(causal_model(), RECIPE)
    small = replace(RECIPE, pack_tokens=1)
    documents = list(encode_preferences(some_preferences(), TEMPLATE, ENCODER))
    packs = make_packs(documents, small.pack_tokens, small.seed)
    assert len(packs) > 1
    trainer = make_preferring(model, packs, small, tmp_path)
    batches = [collate_compared([each]) for each in trainer.train_dataset.items]  # type: ignore[union-attr]
    count = trainer._get_num_items_in_batch(batches, torch.device("cpu"))
    assert count == 3 + 4, "pairs; chosen fillings, and the sentences behind them"
    whole = make_preferring(model, some_packs(), RECIPE, tmp_path)
    (one,) = [collate_compared([each]) for each in whole.train_dataset.items]  # type: ignore[union-attr]
    with torch.no_grad():
        parts = [trainer.compute_loss(model, b, num_items_in_batch=count) for b in batches]
        assert float(sum(parts)) == pytest.approx(float(whole.compute_loss(model, one)), rel=1e-4)


def test_a_deletion_may_be_what_is_preferred() -> None:
    rude = ROW.model_copy(
        update={"script": [*ROW.script[:1], ROW.script[1].model_copy(update={"op": "delete"})]}
    )
    (found,) = find_preferences(make_cases([rude]), [mark("s2", "Send a form.", "bad")], [])
    assert found.pairs[0].chosen == Candidate(Op.DELETE)
    assert list(encode_preferences(found, TEMPLATE, ENCODER))
