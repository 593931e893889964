"""What a slot may hold: the literals that must stand, what may go, which words the mail lends."""

import pytest
from hypothesis import given

from drafting.draft import parse
from drafting.facts import find_facts
from drafting.labels import Label
from drafting.slots import Place, Slot, find_literals, make_slots
from tests.drafts import any_drafts

LEAD = "Yesterday we heard from Demir about it. "
"""Shows that Demir is a name."""


def slot_of(sentence: str) -> Slot:
    """Return the slot of the one sentence of a draft."""
    (slot,) = (slot for slot in make_slots(parse(sentence)) if slot.place is Place.SENTENCE)
    return slot


@pytest.mark.parametrize(
    ("sentence", "literals"),
    [
        ("Ticket #{{id}} is closed.", ("#{{id}}",)),
        ("Ticket no/{{id}} is closed.", ("no/{{id}}",)),
        ("It costs $4.99/month now.", ("$4.99/month",)),
        ("We have Mr Demir's form.", ("Mr Demir",)),
        ("We have Mr Demir’s form.", ("Mr Demir",)),
        ("We wrote to **{{name}}** before.", ("**{{name}}**",)),
        ("It stands at <{{url}}>.", ("<{{url}}>",)),
        ("The sign says “no entry” now.", ("“no entry”",)),
        ("It is late ({{days}} so far).", ("{{days}}",)),
        ("Pay ($5), not less.", ("$5",)),
        ("Is it [42]?", ("42",)),
        ("We got {{a}}{{b}} and {{c}}.", ("{{a}}{{b}}", "{{c}}")),
        ("Use {{a}}/{{b}} there.", ("{{a}}/{{b}}",)),
        ("Come at 5 p.m.", ("5 p.m.",)),
        ("It is at https://x.example/a?b=1.", ("https://x.example/a?b=1",)),
        ("Nothing can be done.", ()),
    ],
)
def test_what_is_glued_to_a_fact_is_one_literal_with_it(
    sentence: str, literals: tuple[str, ...]
) -> None:
    assert slot_of(sentence).literals == literals


@given(any_drafts())
def test_literals_are_pieces_of_the_sentence_that_hold_all_facts_in_order(text: str) -> None:
    for slot in make_slots(parse(text)):
        facts = iter(slot.facts)
        end = 0
        for start, stop in find_literals(slot.text, slot.facts):
            assert end <= start < stop
            end = stop
            while fact := next(facts, None):
                if fact.span[0] >= stop:
                    facts = iter([fact, *facts])
                    break
                assert start <= fact.span[0]
                assert fact.span[1] <= stop
        assert next(facts, None) is None


@given(any_drafts())
def test_slots_stand_in_reading_order_with_an_opening_and_a_closing(text: str) -> None:
    draft = parse(text)
    slots = make_slots(draft)
    if not draft.sentences:
        assert slots == ()
        return
    body = [f"s{sentence.index}" for sentence in draft.sentences]
    assert [slot.id for slot in slots] == ["opening", *body, "closing"]
    assert [slot.text for slot in slots[1:-1]] == [sentence.text for sentence in draft.sentences]


@pytest.mark.parametrize(
    ("sentence", "free"),
    [
        ("You must **not** send it.", False),
        ("That is _final_ now.", False),
        ("Use the > sign.", False),
        ("This holds |a|b| of them.", False),
        ("It is ~~late~~ gone.", False),
        ("We wrote to **{{name}}** before.", True),
        ("It stands at <{{url}}>.", True),
        ("Set `max_size` to more.", True),
        ("Ticket #{{id}} is closed.", True),
        ("Nothing can be done.", True),
    ],
)
def test_markup_beside_the_facts_leaves_no_room_for_free_text(sentence: str, free: bool) -> None:
    assert slot_of(sentence).free is free


@pytest.mark.parametrize(
    ("sentence", "deletable"),
    [
        ("We apologise for any inconvenience.", True),
        ("You owe $5.", False),
        ("Wait two days.", False),
        ("Call %{name} today.", False),
        ("Please read the terms.", True),
    ],
)
def test_a_sentence_may_go_only_when_it_holds_no_fact(sentence: str, deletable: bool) -> None:
    assert slot_of(sentence).deletable is deletable


def test_a_list_item_never_goes_for_its_marker_would_stay() -> None:
    slots = make_slots(parse("Hi Ann,\n\nWe need this:\n\n- Send the form.\n- Send the photo.\n"))
    items = [slot for slot in slots if "Send" in slot.text]
    assert len(items) == 2
    assert not any(slot.deletable for slot in items)


def test_opening_and_closing_never_go_and_carry_few_labels() -> None:
    opening, *body, closing = make_slots(parse("One is bad. Two is bad."))
    assert not opening.deletable
    assert not closing.deletable
    assert opening.labels == (Label.ACKNOWLEDGEMENT, Label.BENEFIT_OF_THE_DOUBT)
    assert closing.labels == (Label.NEXT_STEPS,)
    assert {slot.labels for slot in body} == {tuple(Label)}


def test_a_name_that_starts_one_sentence_is_known_from_another() -> None:
    slots = make_slots(parse(f"{LEAD}Demir has it."))
    assert slots[2].literals == ("Demir",)
    assert slots[1].capitals == frozenset()


def test_opening_and_closing_may_use_the_names_of_the_mail() -> None:
    opening, *_, closing = make_slots(parse(f"{LEAD}We will ask."), "I wrote to Anna Okafor twice.")
    assert {"Demir", "Okafor"} <= opening.capitals
    assert opening.capitals == closing.capitals


def test_opening_may_take_up_number_words_of_the_customer() -> None:
    opening, *body, closing = make_slots(
        parse("Wait five days."), "I have waited Three weeks, 4 days and two hours."
    )
    assert opening.spoken == {"three", "two"}
    assert all(not slot.spoken for slot in (*body, closing))


def test_facts_are_located_in_another_text_in_order_and_as_whole_words() -> None:
    slot = slot_of("We wrote Al and paid $5.")
    assert [fact.text for fact in slot.facts] == ["Al", "$5"]
    text = "Also, we wrote Al and paid $5."
    spans = slot.locate_facts(text)
    assert spans is not None
    assert [text[slice(*span)] for span in spans] == ["Al", "$5"]
    assert spans[0][0] == text.index("Al and")
    assert slot.locate_facts("We paid $5 and wrote Al.") is None
    assert slot.locate_facts("We wrote Al.") is None
    assert slot.locate_facts("") is None
    assert slot_of("Nothing can be done.").locate_facts("Anything.") == ()


@given(any_drafts())
def test_facts_are_located_in_their_own_sentence(text: str) -> None:
    for slot in make_slots(parse(text)):
        spans = slot.locate_facts(slot.text)
        assert spans is not None
        assert [slot.text[slice(*span)] for span in spans] == [fact.text for fact in slot.facts]


@pytest.mark.parametrize(
    ("sentence", "owners"),
    [
        ("We have Mr Demir's form.", {"Mr Demir"}),
        ("That is {{name}}'s parcel.", {"{{name}}"}),
        ("It needs 28 days' notice.", {"28 days"}),
        ("It is at https://x.example/a and costs $5.", set()),
        ("Write to help@x.example now.", set()),
    ],
)
def test_a_possessive_may_follow_names_and_never_a_link(sentence: str, owners: set[str]) -> None:
    assert slot_of(sentence).owners == owners


def test_literals_of_a_text_without_facts_are_none() -> None:
    assert find_literals("Nothing.", find_facts("Nothing.")) == ()
