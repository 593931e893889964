"""What `make evaluate` counts: the model alone, and what reaches the user, over a scripted engine."""

import json
from pathlib import Path

import pytest

from drafting.candidate import KEEP, Candidate, Op
from drafting.engine import Ask, Filled, Fillings
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.rewriter import MOST_SENTENCES
from models.training.evaluate import Alone, Recorder, compare_alone, run, wanted_steps
from models.training.rows import Row, Step, load_rows
from tests.scripted import ScriptedEngine

REFUSED = "Your request is denied."
BETTER = "I'm not able to approve your request."
SEND = "Send the form to desk 4."


def row(*sentences: str, script: list[Step], closing: str | None = None) -> Row:
    return Row(
        id="test-001",
        domain="retail",
        customer_message=None,
        greeting="Hello Ann,",
        paragraphs=[list(sentences)],
        closing=closing,
        script=script,
    )


def step(op: str, source: int | None = None, label: str | None = None, text: str = "") -> Step:
    return Step.model_validate({"op": op, "source": source, "label": label, "text": text or None})


def filled(*candidates: Candidate) -> tuple[Filled, ...]:
    return tuple(Filled(candidate, -0.1, 0.9) for candidate in candidates)


def rewrite(text: str, label: Label = Label.EXPLANATION) -> Candidate:
    return Candidate(Op.REWRITE, label, text)


def compare(one: Row, fillings: Fillings) -> Alone:
    counts = Alone()
    compare_alone(counts, one, fillings)
    return counts


REWRITTEN = row(
    REFUSED,
    SEND,
    script=[step("rewrite", 1, "explanation", BETTER), step("keep", 2)],
)


# What the reference does.


def test_the_reference_has_a_step_for_each_slot() -> None:
    one = row(
        REFUSED,
        SEND,
        script=[
            step("insert", None, "acknowledgement", "A no is never nice to hear."),
            step("rewrite", 1, "explanation", BETTER),
            step("delete", 2),
            step("insert", None, "next_steps", "Please ask if something is unclear."),
        ],
    )
    wanted = wanted_steps(one)
    assert {slot: (c.op, c.label) for slot, c in wanted.items()} == {
        "opening": (Op.INSERT, Label.ACKNOWLEDGEMENT),
        "s1": (Op.REWRITE, Label.EXPLANATION),
        "s2": (Op.DELETE, None),
        "closing": (Op.INSERT, Label.NEXT_STEPS),
    }
    assert wanted["s1"].text == BETTER


def test_the_reference_keeps_where_it_adds_nothing() -> None:
    wanted = wanted_steps(REWRITTEN)
    assert (wanted["opening"], wanted["closing"]) == (KEEP, KEEP)
    assert wanted["s2"].op is Op.KEEP


def test_a_sentence_whose_end_is_seen_elsewhere_is_left_out() -> None:
    """Without a full stop the program reads the first two as one; the third has its own step."""
    one = row(
        "picker error, both",
        "You get $7.85 back today.",
        "It is done.",
        script=[step("keep", 1), step("rewrite", 2, "next_steps", "x"), step("delete", 3)],
    )
    wanted = wanted_steps(one)
    assert wanted.keys() == {"opening", "closing", "s2"}
    assert wanted["s2"].op is Op.DELETE


def test_a_sentence_that_stands_twice_finds_its_own_step() -> None:
    one = row(REFUSED, REFUSED, script=[step("keep", 1), step("delete", 2)])
    assert [wanted_steps(one)[slot].op for slot in ("s1", "s2")] == [Op.KEEP, Op.DELETE]


def test_hardly_a_sentence_of_the_data_is_left_out() -> None:
    held_out = [one for one in load_rows() if one.held_out]
    compared = sum(len(wanted_steps(one)) for one in held_out)
    assert compared > 0.95 * sum(len(one.sentences) + 2 for one in held_out)


# The model alone.


def test_the_reference_rewrites_and_the_model_keeps() -> None:
    counts = compare(REWRITTEN, {"s1": filled(KEEP), "s2": filled(KEEP)})
    assert (counts.slots, counts.same_op, counts.same_label) == (2, 1, 1)
    assert counts.rewritten == 1
    assert counts.chrf == counts.chrf_of_sentence > 0, "what is kept stands as it was written"


def test_the_reference_rewrites_and_the_model_deletes() -> None:
    counts = compare(REWRITTEN, {"s1": filled(Candidate(Op.DELETE))})
    assert (counts.same_op, counts.rewritten, counts.chrf) == (0, 1, 0)


def test_the_models_rewrite_is_the_references() -> None:
    counts = compare(REWRITTEN, {"s1": filled(rewrite(BETTER), KEEP)})
    assert (counts.same_op, counts.same_label) == (1, 1)
    assert counts.chrf == pytest.approx(100)
    assert counts.chrf_of_sentence < 60


def test_another_label_is_the_same_operation_only() -> None:
    counts = compare(REWRITTEN, {"s1": filled(rewrite(BETTER, Label.NEXT_STEPS))})
    assert (counts.same_op, counts.same_label) == (1, 0)


def test_a_rewrite_of_what_the_reference_keeps_has_no_text_to_compare() -> None:
    counts = compare(REWRITTEN, {"s2": filled(rewrite("Please send the form to desk 4."))})
    assert (counts.slots, counts.same_op, counts.rewritten, counts.chrf) == (1, 0, 0, 0)


def test_only_the_likeliest_filling_counts() -> None:
    counts = compare(REWRITTEN, {"s1": filled(KEEP, rewrite(BETTER))})
    assert counts.same_op == 0


def test_a_slot_without_a_finished_filling_is_kept() -> None:
    counts = compare(REWRITTEN, {"s1": (), "s2": ()})
    assert (counts.slots, counts.same_op) == (2, 1)


def test_slots_that_were_not_asked_count_nowhere() -> None:
    assert compare(REWRITTEN, {}) == Alone()
    assert compare(REWRITTEN, {f"s{MOST_SENTENCES}": filled(KEEP)}) == Alone()


def test_shares_of_nothing_are_nothing() -> None:
    assert set(Alone().report().values()) == {0}


# The recorder.


def test_a_recorder_is_the_engine_that_it_holds_and_keeps_what_it_writes() -> None:
    engine = ScriptedEngine({"s1": (rewrite(BETTER),)}, meaning=-0.2, adapter="some")
    recorder = Recorder(engine)
    reading = read_draft(f"{REFUSED} {SEND}")
    heard: list[str] = []
    asks = [Ask(reading.mail, reading.open_slots)] * 2
    fillings = recorder.fill(asks, lambda ask, slot, _: heard.append(f"{ask}{slot}"))
    assert recorder.fillings == fillings
    assert fillings[0]["s1"][0].candidate.text == BETTER
    assert {"0s1", "1s1"} <= set(heard)
    recorder.fill(asks[:1])
    assert len(recorder.fillings) == 3
    assert recorder.score([("a", "b")]) == [-0.2]
    ours = (recorder.name, recorder.adapter, recorder.template, recorder.bar)
    assert ours == (engine.name, "some", engine.template, engine.bar)


# All of it.


def test_rows_in_figures_out(tmp_path: Path) -> None:
    kind = row(
        "I'm sorry about the wait.", "It ships today.", script=[step("keep", n) for n in (1, 2)]
    )
    out = tmp_path / "results.jsonl"
    engine = ScriptedEngine({"s2": (rewrite("Please send the form to desk 4."),)})
    figures = run([REWRITTEN, kind], engine, 3, out)
    assert {ask.candidates for ask in engine.asked} == {3}
    assert len(engine.asked) == 1, "a kind draft is not given to the model"
    assert figures["mails"] == 2
    assert figures["kind drafts changed"] == "0 of 1"
    assert figures["fact violations"] == figures["decision violations"] == 0
    # The model keeps the sentence to rewrite, rewrites the one to keep, and adds nothing.
    slots = len(engine.asked[0].slots)
    assert figures["model alone: slots"] == slots
    assert figures["model alone: operation"] == round((slots - 2) / slots, 3)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["test-001", "test-001"]
    assert lines[0]["alone"]["s2"] == ["rewrite", "explanation", "Please send the form to desk 4."]
    assert lines[0]["reply"].startswith("Hello Ann,")
    assert (lines[1]["alone"], lines[1]["changes"]) == ({}, [])


def test_wording_that_the_draft_had_is_no_violation() -> None:
    """A move takes the shouting away and leaves the rest as the agent wrote it."""
    one = row("Thanks a million for the awesome review!!!", script=[step("keep", 1)])
    figures = run([one], ScriptedEngine(), 1, None)
    assert figures["changes a mail"] == 1
    assert figures["wording violations"] == 0


def test_the_figures_of_what_reaches_the_user_do_not_hang_on_the_model_alone() -> None:
    """A rewrite that fails the checks counts against the model, and never reaches the user."""
    bad = ScriptedEngine({"s1": (rewrite("I'm able to approve your request."),)})
    figures = run([REWRITTEN], bad, 1, None)
    assert figures["decision violations"] == 0
    keeping = run([REWRITTEN], ScriptedEngine(), 1, None)
    ours = [name for name in figures if not name.startswith("model alone")]
    assert {name: figures[name] for name in ours} == {name: keeping[name] for name in ours}
    assert figures["model alone: operation"] != keeping["model alone: operation"]
