"""The result as a whole: places, facts, notes, and what only the whole reply can decide."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.assembly import LEFT_OUT, assemble, begin_anew, make_script
from drafting.candidate import Candidate, Op
from drafting.choice import Choice
from drafting.labels import Label
from drafting.reading import Reading, read_draft
from drafting.reasons import load_reasons
from drafting.result import Result
from drafting.verification import Failure
from tests.drafts import made_drafts
from tests.scripted import ScriptedEngine

DELETE = Choice(Candidate(Op.DELETE), "It carries nothing.")


def rewrite(text: str, *alternatives: str) -> Choice:
    return Choice(Candidate(Op.REWRITE, Label.EXPLANATION, text), "Plainer.", alternatives)


def insert(text: str, *alternatives: str, label: Label = Label.ACKNOWLEDGEMENT) -> Choice:
    return Choice(Candidate(Op.INSERT, label, text), "Warmer.", alternatives)


def build(reading: Reading, choices: dict[str, Choice]) -> Result:
    return assemble(reading, choices, ScriptedEngine(adapter="kind-1"), 12)


def check_places(draft: str, result: Result) -> None:
    """Hold every span of a result against the two texts."""
    for change in result.changes:
        assert draft[slice(*change.draft_span)] == change.before
        assert result.reply[slice(*change.reply_span)] == change.after
        assert "".join(text for mark, text in change.words if mark != "+") == change.before
        assert "".join(text for mark, text in change.words if mark != "-") == change.after
    for fact in result.facts:
        assert draft[slice(*fact.draft_span)] == fact.text
        assert result.reply[slice(*fact.reply_span)] == fact.text
    for text, findings in ((draft, result.findings.draft), (result.reply, result.findings.reply)):
        assert all(text[slice(*finding.span)] == finding.text for finding in findings)


DRAFT = (
    "Dear Ms Adeyemi,\n\nYou failed to pay $40. Nothing can be done. Send the form to Mr Demir.\n\n"
    "We close at 5 p.m. daily.\n\nKind regards,\nSam Brown\n+44 20 7946 0018"
)
CHOICES = {
    "opening": insert("This must be annoying."),
    "s1": rewrite("The $40 isn't paid yet.", "We don't have the $40 yet."),
    "s2": DELETE,
    "s3": rewrite("Please send the form to Mr Demir."),
    "closing": insert("Please just ask.", label=Label.NEXT_STEPS),
}
REPLY = (
    "Dear Ms Adeyemi,\n\nThis must be annoying. The $40 isn't paid yet. Please send the form to Mr "
    "Demir.\n\nWe close at 5 p.m. daily.\n\nPlease just ask.\n\n"
    "Kind regards,\nSam Brown\n+44 20 7946 0018"
)


def test_the_reply_and_its_changes() -> None:
    result = build(read_draft(DRAFT), CHOICES)
    assert result.reply == REPLY
    assert [change.id for change in result.changes] == ["opening", "s1", "s2", "s3", "closing"]
    assert result.changes[1].alternatives == ["We don't have the $40 yet."]
    assert result.changes[2].label is None
    assert result.changes[2].why == "It carries nothing."
    assert result.summary == {Label.ACKNOWLEDGEMENT: 1, Label.EXPLANATION: 2, Label.NEXT_STEPS: 1}
    assert (result.model.name, result.model.adapter, result.took_ms) == ("scripted", "kind-1", 12)
    assert result.format == "text"
    check_places(DRAFT, result)


def test_a_deleted_sentence_has_an_empty_place_where_it_was() -> None:
    result = build(read_draft(DRAFT), CHOICES)
    start, end = result.changes[2].reply_span
    assert start == end
    assert "isn't paid yet." in result.reply[:start]
    assert result.reply[start:].lstrip().startswith("Please send the form")


@pytest.mark.parametrize(
    ("draft", "deleted", "before"),
    [
        ("One is bad. Two is bad.", "s1", ""),
        ("Hi Ann,\n\nOne is bad. Two is bad.", "s1", "Hi Ann,\n\n"),
        ("One is bad. Two is bad.", "s2", "One is bad."),
        ("One is bad.\n\nTwo is bad. It is so.", "s2", "One is bad.\n\n"),
    ],
)
def test_where_a_deleted_sentence_was(draft: str, deleted: str, before: str) -> None:
    result = build(read_draft(draft), {deleted: DELETE})
    (change,) = result.changes
    assert result.reply[: change.reply_span[0]].rstrip(" ") == before


def test_facts_of_greeting_and_gaps_are_told_and_of_the_sign_off_are_not() -> None:
    facts = build(read_draft(DRAFT), CHOICES).facts
    assert [fact.text for fact in facts] == ["Ms Adeyemi", "$40", "Mr Demir", "5 p.m."]


def test_facts_between_the_last_sentence_and_the_sign_off_are_told() -> None:
    draft = "Run this now.\n\n```\nreset --id 4711\n```\n\nKind regards,\nSam Brown"
    result = build(read_draft(draft), {})
    assert any("4711" in fact.text for fact in result.facts)
    assert not any("Sam" in fact.text for fact in result.facts)
    check_places(draft, result)


def test_facts_of_the_quoted_history_are_not_the_replys() -> None:
    draft = "We got $5.\n\nOn Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> You got $6!"
    assert [fact.text for fact in build(read_draft(draft), {}).facts] == ["$5"]


def test_the_number_of_a_list_item_is_no_fact() -> None:
    draft = "Hi Ann,\n\nWe need:\n\n1. Form LC-1\n2. $5 in coins\n"
    result = build(read_draft(draft), {"opening": insert("This is hard.")})
    assert "1" not in [fact.text for fact in result.facts]
    assert {"$5", "Ann"} <= {fact.text for fact in result.facts}
    check_places(draft, result)


def test_places_are_right_where_an_opening_goes_before_a_list_marker() -> None:
    draft = "12. Send $5.\n13. Send $6.\n"
    result = build(read_draft(draft), {"opening": insert("This is hard.")})
    assert result.reply == f"This is hard.\n\n{draft}"
    check_places(draft, result)


def test_a_fact_is_placed_where_it_stands_as_a_word() -> None:
    draft = "You never told Al about it."
    result = build(read_draft(draft), {"s1": rewrite("Although it's late, tell Al about it.")})
    (fact,) = result.facts
    assert result.reply[fact.reply_span[0] - 5 : fact.reply_span[1]] == "tell Al"


def test_a_second_apology_is_dropped() -> None:
    reading = read_draft("You failed to pay the fee. The form is missing.")
    choices = {
        "opening": insert("I'm sorry that this is hard."),
        "s1": rewrite("I'm sorry, but the fee isn't paid yet."),
    }
    result = build(reading, choices)
    assert result.reply.lower().count("sorry") == 1
    assert len(result.changes) == 1


def test_what_says_the_same_as_the_draft_does_is_dropped_with_a_note() -> None:
    reading = read_draft("Please send us the signed contract form. You failed to pay.")
    result = build(reading, {"s2": rewrite("Please send the signed contract form to us.")})
    assert result.changes == []
    (note,) = (note for note in result.notes if note.code == "kept_as_written")
    assert (note.sentence, note.reason) == (2, LEFT_OUT)


def test_an_opening_that_repeats_the_rest_gives_way_to_another_wording() -> None:
    reading = read_draft("We're sorry about the delay. You failed to pay the fee.")
    texts = ("I'm sorry that this is hard.", "I'm sorry for the wait.", "This must be annoying.")
    result = build(reading, {"opening": insert(*texts)})
    (opening,) = result.changes
    assert (opening.after, opening.alternatives) == (texts[2], list(texts[:2]))
    assert result.reply.startswith(texts[2])
    assert build(reading, {"opening": insert(*texts[:2])}).changes == []


def test_the_agents_own_apology_stays() -> None:
    reading = read_draft("I am sorry for the delay of your parcel. You failed to pay the fee.")
    script = make_script(reading, {"opening": insert("I'm sorry that this is so hard.")})
    assert script.changes == ()


def test_deletions_that_would_leave_nothing_are_not_made() -> None:
    reading = read_draft("Hi Ann,\n\nWe apologise for any inconvenience. Best wishes to you.")
    choices = {slot.id: DELETE for slot in reading.slots[1:-1]}
    result = build(reading, {**choices, "opening": insert("This is hard.")})
    assert not any(change.op is Op.DELETE for change in result.changes)
    assert "We apologise for any inconvenience." in result.reply
    assert "This is hard." in result.reply


def test_one_sentence_that_stays_is_enough_to_delete_another() -> None:
    reading = read_draft("We apologise for any inconvenience. The fee is $5.")
    assert build(reading, {"s1": DELETE}).reply == "The fee is $5."


def test_a_kept_sentence_with_a_finding_has_a_note_that_says_why() -> None:
    reading = read_draft("You failed to pay. The form is here.")
    failure = Choice(failure=Failure("person_swapped", "May mix up who does what."))
    notes = build(reading, {"s1": failure}).notes
    (note,) = (note for note in notes if note.code == "kept_as_written")
    assert (note.sentence, note.reason) == (1, "person_swapped")
    assert "stays as written" in note.message


def test_a_note_holds_what_is_suggested_and_the_reply_does_not() -> None:
    reading = read_draft("You failed to pay. The form is here.")
    result = build(reading, {"s1": Choice(suggestions=("We haven't had the payment yet.",))})
    (note,) = (note for note in result.notes if note.code == "kept_as_written")
    assert note.suggestions == ["We haven't had the payment yet."]
    assert result.reply == "You failed to pay. The form is here."
    assert result.changes == []


def test_a_kept_sentence_that_may_go_is_told_with_a_finding_or_without() -> None:
    reading = read_draft("You failed to pay. We're not your archive. The form is here.")
    may_go = Choice(may_go=True)
    better = Choice(may_go=True, suggestions=("We haven't had the payment yet.",))
    result = build(reading, {"s1": better, "s2": may_go})
    told = {n.sentence: (n.code, n.may_go) for n in result.notes if n.sentence}
    assert told == {1: ("kept_as_written", True), 2: ("may_go", True)}
    assert result.reply == "You failed to pay. We're not your archive. The form is here."


def test_a_kept_sentence_that_the_model_would_not_keep_is_pointed_out_with_advice() -> None:
    draft = "You failed to pay. Everybody wants one, nobody wants to wait. The form is here."
    better = "Everybody wants one, and nobody likes to wait."
    doubt = Choice(doubt=Label.BENEFIT_OF_THE_DOUBT, suggestions=(better,))
    result = build(read_draft(draft), {"s1": DELETE, "s2": doubt})
    (note,) = (note for note in result.notes if note.sentence == 2)
    assert (note.code, note.label) == ("may_sting", Label.BENEFIT_OF_THE_DOUBT)
    assert note.message == load_reasons().notes.may_sting.benefit_of_the_doubt
    assert note.suggestions == [better]
    assert note.span is not None
    assert result.draft_text[slice(*note.span)] == "Everybody wants one, nobody wants to wait."


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        ({}, ["already_kind"]),
        ({"s1": Choice(doubt=Label.EXPLANATION)}, ["may_sting"]),
        ({"s1": Choice(may_go=True)}, ["may_go"]),
        (
            {"s1": Choice(doubt=Label.NEXT_STEPS), "s2": Choice(may_go=True)},
            ["may_sting", "may_go"],
        ),
        # A label's advice goes before the offer to leave the sentence out, and that before none.
        ({"s1": Choice(doubt=Label.EXPLANATION, may_go=True)}, ["may_sting"]),
        ({"s1": Choice(doubt=Op.DELETE, may_go=True)}, ["may_go"]),
        ({"s1": Choice(doubt=Op.DELETE)}, ["may_sting"]),
    ],
)
def test_a_draft_without_a_finding_is_kind_only_where_the_model_would_keep_it(
    choices: dict[str, Choice], codes: list[str]
) -> None:
    draft = "Your parcel is on its way. Just reply if you have any questions."
    result = build(read_draft(draft), choices)
    assert [note.code for note in result.notes] == codes
    assert result.reply == draft


def test_a_draft_of_one_jibe_is_told_of_though_it_may_not_go() -> None:
    result = build(read_draft("They all say that."), {"s1": Choice(doubt=Op.DELETE, may_go=True)})
    (note,) = (note for note in result.notes if note.sentence)
    assert (note.code, note.may_go, note.label) == ("may_sting", False, None)


def test_a_sentence_after_which_nothing_would_be_left_may_not_go() -> None:
    reading = read_draft("We apologise for any inconvenience. You failed to pay.")
    notes = build(reading, {"s1": DELETE, "s2": Choice(may_go=True)}).notes
    (note,) = (n for n in notes if n.sentence == 2)
    assert (note.code, note.may_go) == ("kept_as_written", False)


def test_a_kept_sentence_without_a_finding_has_none() -> None:
    reading = read_draft("You failed to pay. The form is here.")
    notes = build(reading, {"s1": rewrite("The fee isn't paid yet.")}).notes
    assert "kept_as_written" not in [note.code for note in notes]


def test_an_opening_that_was_wanted_and_not_found_is_told() -> None:
    reading = read_draft("Your request is denied.")
    assert "opening_left_out" in [note.code for note in build(reading, {}).notes]
    told = build(reading, {"opening": insert("This is hard.")}).notes
    assert "opening_left_out" not in [note.code for note in told]


@pytest.mark.parametrize(
    ("draft", "reply"),
    [
        ("Dear Ann,\n\nyour fee is due.", "Dear Ann,\n\nThis is hard. Your fee is due."),
        ("Dear Ann,\n\niPhones are out.", "Dear Ann,\n\nThis is hard. iPhones are out."),
        ("Dear Ann,\n\nYour fee is due.", "Dear Ann,\n\nThis is hard. Your fee is due."),
        ("shop.example is down.", "This is hard. shop.example is down."),
    ],
)
def test_a_first_sentence_in_small_letters_gets_a_capital_behind_an_opening(
    draft: str, reply: str
) -> None:
    result = build(read_draft(draft), {"opening": insert("This is hard.")})
    assert result.reply == reply
    assert len(result.changes) == (2 if draft.endswith("your fee is due.") else 1)
    assert build(read_draft(draft), {}).reply == draft


def test_a_rewrite_in_small_letters_gets_one_too() -> None:
    reading = read_draft("Dear Ann,\n\nyou failed to pay.")
    choices = {"opening": insert("This is hard."), "s1": rewrite("the fee isn't paid yet.")}
    assert build(reading, choices).reply == "Dear Ann,\n\nThis is hard. The fee isn't paid yet."


def test_a_kind_draft_is_told_to_be_one_and_nothing_else() -> None:
    draft = "Your parcel is on its way. Just reply if you have any questions."
    result = build(read_draft(draft), {})
    assert result.reply == draft
    assert [note.code for note in result.notes] == ["already_kind"]


def test_a_draft_in_another_language_is_told_to_be_one_and_nothing_else() -> None:
    draft = "Wir können Ihnen das Geld nicht erstatten, weil die Frist abgelaufen ist!!"
    result = build(read_draft(draft), {})
    assert result.reply == draft
    assert [note.code for note in result.notes] == ["other_language"]


def test_findings_of_the_reply_are_those_that_are_left() -> None:
    reading = read_draft("You failed to pay the fee. You failed to sign the form.")
    result = build(reading, {"s1": rewrite("The fee isn't paid yet.")})
    assert [finding.rule for finding in result.findings.draft].count("blame") == 2
    assert [finding.rule for finding in result.findings.reply].count("blame") == 1


def test_a_result_survives_json() -> None:
    result = build(read_draft(DRAFT), CHOICES)
    assert Result.model_validate_json(result.model_dump_json()) == result


@st.composite
def chosen(draw: st.DrawFn) -> tuple[Reading, dict[str, Choice]]:
    """Draw a draft and choices for it that hold the facts of their sentences."""
    reading = read_draft(draw(made_drafts()))
    choices: dict[str, Choice] = {}
    for slot in reading.slots:
        if slot.sentence is None:
            if draw(st.booleans()):
                choices[slot.id] = insert(f"This is the {slot.id}.")
            continue
        facts = " and ".join(slot.literals)
        options = [Choice(), rewrite(f"Item {'abcdefgh'[slot.sentence.index % 8]} says {facts}.")]
        if slot.deletable:
            options.append(DELETE)
        choices[slot.id] = draw(st.sampled_from(options))
    return reading, choices


@given(chosen())
def test_every_place_is_right(case: tuple[Reading, dict[str, Choice]]) -> None:
    reading, choices = case
    if reading.slots:
        check_places(reading.draft.text, build(reading, choices))


@given(chosen())
def test_no_fact_of_a_sentence_is_lost(case: tuple[Reading, dict[str, Choice]]) -> None:
    reading, choices = case
    if not reading.slots:
        return
    placed = [fact.text for fact in build(reading, choices).facts]
    for slot in reading.slots:
        for fact in slot.facts:
            assert fact.text in placed
            placed.remove(fact.text)


@given(chosen(), st.data())
def test_any_part_of_the_changes_can_be_applied(
    case: tuple[Reading, dict[str, Choice]], data: st.DataObject
) -> None:
    reading, choices = case
    if not reading.slots:
        return
    script = make_script(reading, begin_anew(reading, choices))
    result = build(reading, choices)
    assert script.changes == tuple(change.id for change in result.changes)
    assert script.reply() == result.reply
    assert script.reply(()) == reading.draft.text
    accepted = data.draw(st.sets(st.sampled_from(script.changes or ("none",))))
    reply = script.reply(accepted)
    for change in result.changes:
        if change.id in accepted:
            assert change.after in reply
        else:
            assert change.before in reply


def test_each_subset_of_changes_gives_another_reply() -> None:
    script = make_script(read_draft(DRAFT), CHOICES)
    subsets = [set(c) for n in range(6) for c in combinations(script.changes, n)]
    assert len(subsets) == 32
    assert len({script.reply(subset) for subset in subsets}) == 32
