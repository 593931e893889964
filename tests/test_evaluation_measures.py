"""What `make evaluate` measures of one text or mail: pure functions, small examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.reading import read_draft
from models.training.evaluation.columns import STOCK_LINE
from models.training.evaluation.reading_ease import count_syllables, measure_ease, rate_sentences
from models.training.evaluation.reference import fill_in, wanted_steps
from models.training.evaluation.saying import (
    Said,
    count_apologies,
    count_empathy,
    find_repeated,
    find_said_twice,
    is_specific,
    rate_by_chance,
)
from models.training.evaluation.similarity import rate_chrf, rate_sari
from models.training.evaluation.violations import (
    find_promises,
    find_turned_decision,
    find_turned_modality,
    find_violations,
)
from models.training.planted import KINDS
from tests.drafts import rows

DRAFT = "Hello Ann,\n\nYou must send Form LC-1 within 14 days. Refunds are not possible."

# Violations.


def violate(**steps: Candidate) -> list[tuple[str, str]]:
    result = fill_in(read_draft(DRAFT), steps, "test")
    found = find_violations(DRAFT, None, result.reply, result.changes)
    return [(one.kind, one.slot) for one in found]


def rewrite(text: str) -> Candidate:
    return Candidate(Op.REWRITE, Label.EXPLANATION, text)


def insert(text: str) -> Candidate:
    return Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)


def test_a_good_rewrite_violates_nothing() -> None:
    assert not violate(
        s1=rewrite("Please send us Form LC-1 within 14 days."),
        s2=rewrite("I'm not able to offer a refund."),
        opening=insert("I know that this isn't what you hoped for."),
    )


@pytest.mark.parametrize(
    ("slot", "text", "kind"),
    [
        ("s1", "Please send us Form LC-1 within 15 days.", "fact"),
        ("s1", "You can send us Form LC-1, 14 days are fine.", "modality"),
        ("s1", "Please send us Form LC-1 after 14 days.", "modality"),
        ("s2", "Refunds are possible.", "decision"),
        ("s2", "Refunds aren't possible, so we'll give you a voucher.", "promise"),
        ("s2", "As you should know, refunds aren't possible.", "wording"),
    ],
)
def test_each_kind_of_violation_is_found(slot: str, text: str, kind: str) -> None:
    assert (kind, slot) in violate(**{slot: rewrite(text)})


def test_an_opening_may_say_no_figure_that_the_mail_lacks() -> None:
    assert violate(opening=insert("Waiting 3 weeks is hard."))[0] == ("fact", "opening")
    assert not violate(opening=insert("You two have waited long."))


def test_a_fact_that_is_nowhere_in_the_reply_is_lost() -> None:
    assert ("fact", "reply") in violate(s1=rewrite("Please send us the form."))


def test_a_refusal_must_not_be_deleted() -> None:
    before = "Your request was denied."
    result = fill_in(read_draft(f"{before} Thanks."), {"s1": Candidate(Op.DELETE)}, "test")
    found = find_violations(before, None, result.reply, result.changes)
    assert [one.kind for one in found] == ["decision"]


def test_a_fact_with_two_bounds_keeps_both() -> None:
    text = "It lasts less than 10 days, and has to last more than 10 days."
    assert not list(find_turned_modality(text, text.replace("lasts", "takes")))


@pytest.mark.parametrize("text", ["We'll call you back tomorrow.", "We can waive the fee."])
def test_promises_are_held_against_the_mail(text: str) -> None:
    assert list(find_promises(text, "The fee is due."))
    assert not list(find_promises(text, f"{text} back"))


def pairs(every: int) -> list[tuple[str, str]]:
    return [
        (row.sentences[step.source - 1], step.text)
        for row in rows()[::every]
        for step in row.script
        if step.op == "rewrite" and step.source and step.text
    ]


def find_share(plant: str, wrong: object) -> float:
    broken = [(b, bad) for b, good in pairs(9) for bad in list(KINDS[plant](b, good))[:1]]
    return sum(bool(list(wrong(b, bad))) for b, bad in broken) / len(broken)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("plant", "find", "least"),
    [
        ("must_to_may", find_turned_modality, 0.8),
        ("turn_bound", find_turned_modality, 0.8),
        ("drop_condition", find_turned_modality, 0.35),
        ("drop_not", find_turned_decision, 0.5),
        ("add_not", find_turned_decision, 0.3),
    ],
)
def test_planted_faults_are_found(plant: str, find: object, least: float) -> None:
    assert find_share(plant, find) >= least


def test_a_persons_rewrites_are_hardly_ever_found_wrong() -> None:
    good = pairs(9)
    assert sum(bool(list(find_turned_modality(*pair))) for pair in good) <= 0.01 * len(good)
    assert sum(bool(list(find_turned_decision(*pair))) for pair in good) <= 0.04 * len(good)


# Reading ease.


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("the", 1), ("take", 1), ("rule", 1), ("closed", 1), ("makes", 1), ("wanted", 2),
        ("table", 2), ("boxes", 2), ("refund", 2), ("didn't", 2), ("don't", 1), ("we'll", 1),
        ("reliable", 4), ("video", 3), ("policy", 3), ("application", 4), ("14", 1), ("I", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_the_formula() -> None:
    """Six words of one syllable in one sentence: 206.835 - 1.015 * 6 - 84.6."""
    assert rate_sentences(["The cat sat on the mat."]) == pytest.approx(116.145)


def test_plain_words_read_more_easily() -> None:
    stiff = "The aforementioned documentation necessitates immediate resubmission."
    plain = "Please send us the form again."
    assert (measure_ease(plain) or 0) > (measure_ease(stiff) or 0) + 50


def test_links_and_tags_are_not_read_aloud() -> None:
    bare = rate_sentences(["Please go to our page."])
    assert rate_sentences(["Please go to our page {{ticket.identification}}."]) == bare


def test_a_draft_without_words_has_no_ease() -> None:
    assert measure_ease("...") is None
    assert rate_sentences([]) is None


@given(st.text(max_size=60))
def test_every_word_has_a_syllable(word: str) -> None:
    assert count_syllables(word) >= 1


# Similarity.


@pytest.mark.parametrize("at", range(0, 900, 100))
def test_the_reference_is_as_near_as_can_be(at: int) -> None:
    draft = rows()[at].draft()
    for reference in (draft, f"Thank you. {draft}", "Something else."):
        assert rate_sari(draft, reference, reference) == pytest.approx(100)
        assert rate_chrf(reference, reference) == pytest.approx(100)


def test_a_copied_draft_gains_nothing_for_adding_or_deleting() -> None:
    draft, better = "Request is denied by us now.", "I'm sorry, we can't do it now."
    assert rate_sari(draft, better, better) > rate_sari(draft, draft, better)
    # "now ." is all that is to be kept, of 7 words and marks.
    assert rate_sari(draft, draft, better) < 20


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_sari_is_a_share(draft: str, reply: str, reference: str) -> None:
    assert 0 <= rate_sari(draft, reply, reference) <= 100 + 1e-9


# What a reply says.


def test_a_stock_line_is_no_acknowledgement_of_this_situation() -> None:
    situation = "I'm so upset, my parcel is three weeks late! Sorry, but this is trouble."
    assert not is_specific(STOCK_LINE, situation)
    assert is_specific("Waiting three weeks for a parcel is annoying.", situation)
    assert count_empathy(STOCK_LINE) >= 3, "a lexicon is fooled by it"


def test_the_stock_line_breaks_no_rule() -> None:
    assert not violate(opening=insert(STOCK_LINE))


def test_by_chance() -> None:
    others = [frozenset({"parce"}), frozenset({"refun"})]
    assert rate_by_chance(frozenset({"parce"}), others) == 0.5
    assert rate_by_chance(frozenset({"parce"}), []) == 0


def test_texts_that_stand_twice() -> None:
    assert find_repeated(["One.", "one. ", "Two."]) == {"One.": 2, "one. ": 2}


def test_what_is_said_twice() -> None:
    send = "Please send the signed contract to our office."
    again = "Send the signed contract back to the office, please."
    assert list(find_said_twice([Said(send, False), Said(again, True)])) == [(send, again)]
    assert not list(find_said_twice([Said(send, False), Said(again, False)])), "the agent's own"
    assert not list(find_said_twice([Said(send, False), Said("Have a nice day.", True)]))


def test_apologies() -> None:
    assert count_apologies("I'm sorry. We apologise, with apologies.") == 3
    assert count_apologies("We sent it.") == 0


def test_filling_in_what_a_person_did_gives_the_persons_reply() -> None:
    row = next(one for one in rows() if one.held_out and one.opening() and one.customer_message)
    reading = read_draft(row.draft(), row.customer_message)
    opening = row.opening()
    assert opening
    assert opening.text
    assert opening.text in fill_in(reading, wanted_steps(row), "test").reply
    assert fill_in(reading, {}, "test").reply == row.draft()
