"""From drafts to results: who is asked, what is announced, what is refused, what is never told."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.engine import Announce, Ask, Bar, Fillings
from drafting.errors import DraftTooLongError, EmptyDraftError, GrammarError, MessageTooLongError
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.result import Change
from drafting.rewriter import MOST_CHARACTERS, MOST_SENTENCES, Request, Rewriter, SlotWish, Work
from drafting.slots import Place
from tests.drafts import any_drafts, made_drafts, rows
from tests.scripted import ScriptedEngine
from tests.tiny import random_engine

CURT = "You have not bothered to fill in the form. Per our policy, refunds end after 30 days."
KIND = "Your parcel is on its way. Just reply if you have any questions."
GERMAN = "Wir können Ihnen das Geld nicht erstatten, weil die Frist abgelaufen ist!! Bitte lesen!!"
BETTER = Candidate(Op.REWRITE, Label.BENEFIT_OF_THE_DOUBT, "The form isn't filled in yet.")


def test_a_curt_draft_is_rewritten_by_model_and_moves() -> None:
    engine = ScriptedEngine({"s1": [BETTER]})
    (result,) = Rewriter(engine).rewrite([Request(CURT)])
    assert BETTER.text is not None
    assert BETTER.text in result.reply
    assert "Refunds end after 30 days." in result.reply
    assert "policy" not in result.reply
    assert result.model.name == "scripted"
    assert result.took_ms >= 0


@pytest.mark.parametrize(("draft", "code"), [(KIND, "already_kind"), (GERMAN, "other_language")])
def test_where_there_is_nothing_to_do_the_model_is_not_asked(draft: str, code: str) -> None:
    engine = ScriptedEngine({"s1": [BETTER]})
    (result,) = Rewriter(engine).rewrite([Request(draft)])
    assert engine.asked == []
    assert result.reply == draft
    assert result.changes == []
    assert [note.code for note in result.notes] == [code]


def test_a_draft_without_a_finding_is_read_by_a_model_that_can_tell_and_left_as_it_is() -> None:
    better = Candidate(Op.REWRITE, Label.NEXT_STEPS, "Your parcel is on the way.")
    engine = ScriptedEngine({"s1": [better]}, keep=0.01, bar=Bar(doubt=0.1))
    (result,) = Rewriter(engine).rewrite([Request(KIND, candidates=3, seed=7)])
    (ask,) = engine.asked
    assert [slot.id for slot in ask.slots] == ["s1", "s2"]
    assert ask.calm == {"s1", "s2"}
    assert (ask.candidates, ask.seed, ask.rows) == (1, 7, 2)
    assert (result.reply, result.changes) == (KIND, [])
    assert [(note.code, note.sentence) for note in result.notes] == [("may_sting", 1)]


@pytest.mark.parametrize(
    "draft",
    [
        "Das Paket ist unterwegs und kommt morgen bei Ihnen an.",
        "Your parcel is on its way, and thanks for waiting. It comes on Monday.",
        "Please take it along. It is on the left.",
    ],
)
def test_a_draft_in_another_language_or_with_a_kind_word_is_not_read_by_the_model(
    draft: str,
) -> None:
    assert read_draft(draft).is_kind
    engine = ScriptedEngine(keep=0.01, bar=Bar(doubt=0.1))
    Rewriter(engine).rewrite([Request(draft)])
    assert engine.asked == []


def test_new_wordings_may_be_wanted_of_a_draft_without_a_finding() -> None:
    better = Candidate(Op.REWRITE, Label.NEXT_STEPS, "Your parcel is on the way.")
    engine = ScriptedEngine({"s1": [better]}, keep=0.01, bar=Bar(doubt=0.1))
    work = Work(Request(KIND), engine, SlotWish("s1"))
    engine.fill([work.ask()], lambda _, slot, written: work.decide(slot, written) and None)
    (change,) = work.result().changes
    assert change.after == better.text


def test_the_model_is_asked_for_the_open_slots_alone() -> None:
    engine = ScriptedEngine()
    draft = "I'm sorry that the parcel is late. You failed to pay. Just reply if that is unclear."
    Rewriter(engine).rewrite([Request(draft, candidates=3, seed=7)])
    (ask,) = engine.asked
    assert [slot.id for slot in ask.slots] == ["s1", "s2", "s3"]
    assert (ask.candidates, ask.seed) == (3, 7)


def test_the_quoted_history_is_what_the_customer_wrote() -> None:
    engine = ScriptedEngine()
    quoted = f"{CURT}\n\nOn Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> Where is it?"
    (result,) = Rewriter(engine).rewrite([Request(quoted)])
    assert engine.asked[0].mail.customer_message == "Where is it?"
    assert result.reply.endswith("> Where is it?")
    Rewriter(engine).rewrite([Request(quoted, "It is late.")])
    assert engine.asked[1].mail.customer_message == "It is late."


def test_list_in_list_out_in_order() -> None:
    drafts = [CURT, KIND, "Your request is denied.", GERMAN, KIND, "You failed to pay $5."]
    engine = ScriptedEngine()
    together = Rewriter(engine).rewrite([Request(draft) for draft in drafts])
    alone = [Rewriter(ScriptedEngine()).rewrite([Request(draft)])[0] for draft in drafts]
    assert [r.reply for r in together] == [r.reply for r in alone]
    assert [r.changes for r in together] == [r.changes for r in alone]
    assert len(engine.asked) == 3
    assert Rewriter(engine).rewrite([]) == []


def test_each_slot_is_announced_once_with_its_change_or_none() -> None:
    heard: list[tuple[int, str, Change | None]] = []
    engine = ScriptedEngine({"s1": [BETTER]})
    draft = f"{CURT} The form is here."
    results = Rewriter(engine).rewrite(
        [Request(KIND), Request(draft)], lambda *told: heard.append(told)
    )
    assert {number for number, *_ in heard} == {1}
    assert [slot for _, slot, _ in heard] == [slot.id for slot in engine.asked[0].slots]
    changes = {slot: change for _, slot, change in heard if change}
    assert {"s1", "s2"} <= set(changes)
    assert "s3" not in changes
    for change in results[1].changes:
        told = changes[change.id]
        assert told.model_copy(update={"reply_span": change.reply_span}) == change


@pytest.mark.parametrize("number", range(0, 240, 12))
def test_what_is_foretold_is_what_comes_whatever_the_model_writes(number: int) -> None:
    row = rows()[number]
    engine = random_engine("babbling")
    work = Work(Request(row.draft(), row.customer_message, seed=number), engine)
    foretold = dict(work.foretell())
    assert set(work.settled) <= set(foretold)
    assert set(work.settled).isdisjoint(slot.id for slot in work.waiting)
    # Whatever it writes for the slots that it isn't asked for would change nothing either.
    (fillings,) = engine.fill([Ask(work.reading.mail, work.slots)])
    for slot, early in foretold.items():
        change = work.decide(slot, fillings[slot])
        assert change
        assert (change.after, change.label, change.why) == (early.after, early.label, early.why)
        assert change.alternatives[: len(early.alternatives)] == early.alternatives


@pytest.mark.parametrize("candidates", [1, 4])
def test_the_model_writes_as_many_wordings_as_are_lacking(candidates: int) -> None:
    engine = ScriptedEngine()
    work = Work(Request(f"{CURT} The form is at gate 9.", candidates=candidates), engine)
    foretold = {slot: 1 + len(change.alternatives) for slot, change in work.foretell()}
    assert foretold
    assert set(work.settled) == {slot for slot, count in foretold.items() if count >= candidates}
    ask = work.ask()
    assert {slot.id for slot in ask.slots} == {s.id for s in work.slots} - set(work.settled)
    assert all(ask.wanted(slot.id) == candidates - foretold.get(slot.id, 0) for slot in ask.slots)
    assert ask.rows == sum(ask.wanted(slot.id) for slot in ask.slots)
    assert ask.calm == {"s3"}


def test_a_model_without_openings_is_not_asked_for_any() -> None:
    heard: list[tuple[int, str, Change | None]] = []
    opening = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, "Waiting for the form is tiring.")
    draft, message = f"{CURT} The form is here.", "I have been waiting for the form."
    engine = ScriptedEngine({"opening": [opening]}, bar=Bar(fluency=0.5))
    work = Work(Request(draft, message), engine)
    assert {"opening", "closing"} & {slot.id for slot in work.slots}
    assert {slot.place for slot in work.waiting} == {Place.SENTENCE}
    (result,) = Rewriter(engine).rewrite([Request(draft, message)], lambda *it: heard.append(it))
    (ask,) = engine.asked
    assert {slot.place for slot in ask.slots} == {Place.SENTENCE}
    # Its slots are told of like all others, each once.
    assert sorted(slot for _, slot, _ in heard) == sorted(slot.id for slot in work.slots)
    told = {slot for _, slot, change in heard if change}
    assert {change.id for change in result.changes} <= told
    assert opening.text not in result.reply


def test_an_opening_is_judged_when_the_model_is_asked_and_not_written() -> None:
    heard: list[tuple[int, str, Change | None]] = []
    message = "My parcel should have come on Monday and I'm still waiting for it!"
    draft = "You have not bothered to fill in the form."
    engine = ScriptedEngine(
        {"opening": []}, bar=Bar(fluency=0.5, opening=1.0), opening_odds=lambda text: len(text) / 9
    )
    work = Work(Request(draft, message), engine)
    assert "opening" in {slot.id for slot in work.waiting}
    assert "opening" not in dict(work.foretell())
    (result,) = Rewriter(engine).rewrite([Request(draft, message)], lambda *it: heard.append(it))
    (ask,) = engine.asked
    assert ask.wanted("opening") == 0
    (opening,) = [change for change in result.changes if change.id == "opening"]
    assert opening.alternatives
    assert all(len(opening.after) >= len(other) for other in opening.alternatives)
    assert [slot for _, slot, change in heard if change and slot != "closing"] == ["opening"]
    strict = ScriptedEngine({"opening": []}, bar=Bar(fluency=0.5), opening_odds=lambda _: -1.0)
    (bare,) = Rewriter(strict).rewrite([Request(draft, message)])
    assert "opening" not in {change.id for change in bare.changes}


class StoppedError(Exception):
    """Somebody pressed stop."""


def test_what_the_listener_raises_ends_the_work() -> None:
    heard: list[str] = []

    def stop(_: int, slot: str, _change: Change | None) -> None:
        heard.append(slot)
        if len(heard) == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        Rewriter(ScriptedEngine()).rewrite([Request(CURT), Request(CURT)], stop)
    assert len(heard) == 2


def test_a_rewriter_works_on_after_a_stop() -> None:
    rewriter = Rewriter(ScriptedEngine())

    def stop(*_: object) -> None:
        raise StoppedError

    before = rewriter.rewrite([Request(CURT)])[0].reply
    with pytest.raises(StoppedError):
        rewriter.rewrite([Request(CURT)], stop)
    assert rewriter.rewrite([Request(CURT)])[0].reply == before


LONG = "a" * (MOST_CHARACTERS + 1)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (Request(""), EmptyDraftError, "Please write one first"),
        (Request(" \n\t\n"), EmptyDraftError, "no sentence in this draft"),
        (Request("# Notice"), EmptyDraftError, "heading.*end the line with a full stop"),
        (Request("{% if a %}Send it.{% endif %}"), EmptyDraftError, "template.*by itself"),
        (Request("Hello Ann,\n\nKind regards\nJo"), EmptyDraftError, "only a greeting"),
        (Request(LONG), DraftTooLongError, "20,001 characters.*20,000.*Please send it in parts"),
        (Request("No. " * 121), DraftTooLongError, "121 sentences.*120.*Please send it in parts"),
        (Request(CURT, LONG), MessageTooLongError, "message has 20,001 characters.*20,000.*Please"),
    ],
)
def test_limits_are_told_in_words_with_numbers(
    request_: Request, error: type[Exception], words: str
) -> None:
    engine = ScriptedEngine()
    with pytest.raises(error, match=words):
        Rewriter(engine).rewrite([Request(CURT), request_])
    assert engine.asked == [], "nothing is done before all is checked"


def test_what_is_just_within_the_limits_is_rewritten() -> None:
    many = "It is no. " * MOST_SENTENCES
    (result,) = Rewriter(ScriptedEngine()).rewrite([Request(many, "a" * MOST_CHARACTERS)])
    assert result.reply.count("It is") == MOST_SENTENCES


CANARY = "xylophonecanary"


def broken_fill(asks: list[Ask], announce: Announce | None = None) -> list[Fillings]:
    raise GrammarError("A slot's grammar was refused.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: Request(f"{text} " * 4000),
        lambda text: Request(f"{text}. " * 200),
        lambda text: Request("No.", f"{text} " * 4000),
        lambda text: Request(f"# {text}"),
        lambda text: Request(f"{{% if {text} %}}No.{{% endif %}}"),
        lambda text: Request(f"\n\nOn Tue, Ann <a@b.example> wrote:\n> {text}"),
        lambda text: Request(f"Your {text} is denied.", f"My {text}!"),
    ],
)
def test_no_error_tells_what_people_wrote(
    spoil: Callable[[str], Request], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = ScriptedEngine()
    engine.fill = broken_fill  # type: ignore[method-assign, assignment]
    with pytest.raises(Exception) as caught:  # noqa: PT011
        Rewriter(engine).rewrite([spoil(CANARY)])
    error: BaseException | None = caught.value
    while error:
        assert CANARY not in f"{error!s} {error!r}"
        error = error.__cause__ or error.__context__
    assert CANARY not in caplog.text


def test_no_log_line_tells_what_people_wrote(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    draft = f"You failed to send {CANARY}. Per our policy, {CANARY} is denied.\n\nBest,\n{CANARY}"
    written = Candidate(Op.REWRITE, Label.EXPLANATION, f"The {CANARY} is fine.")
    engine = ScriptedEngine({"s1": [written], "opening": [written]})
    Rewriter(engine).rewrite([Request(draft, f"Where is {CANARY}?"), Request(f"{CANARY}!!")])
    assert CANARY not in caplog.text


@given(st.lists(made_drafts(), min_size=1, max_size=3))
def test_what_a_model_keeps_still_gives_a_result_for_each(drafts: list[str]) -> None:
    results = Rewriter(ScriptedEngine()).rewrite([Request(draft) for draft in drafts])
    assert len(results) == len(drafts)


@given(any_drafts(), st.text(max_size=80))
def test_any_text_gives_a_result_or_an_error_of_ours(draft: str, message: str) -> None:
    engine = ScriptedEngine({"s1": [Candidate(Op.DELETE), BETTER]})
    try:
        (result,) = Rewriter(engine).rewrite([Request(draft, message)])
    except EmptyDraftError:
        return
    if not result.changes:
        assert result.reply == draft
