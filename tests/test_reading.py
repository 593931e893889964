"""What is known of a draft before anything is written."""

import pytest
from hypothesis import given, settings

from drafting.reading import read_draft
from drafting.slots import Place
from tests.drafts import any_drafts

PATIENT = settings(deadline=None, max_examples=60)

CURT = "Dear Ms Adeyemi,\n\nPer our policy, refunds are not available.\nYou failed to pay.\n\nNo."
QUOTED = (
    "Your request is denied.\n\n"
    "On Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> Where is my parcel?\n> It is late!"
)


def test_a_kind_draft_has_nothing_to_fill() -> None:
    reading = read_draft("Your parcel is on its way. Just reply if you have any questions.")
    assert reading.is_kind
    assert reading.open_slots == ()


def test_a_curt_draft_has_every_sentence_and_what_is_missing_to_fill() -> None:
    reading = read_draft("Your request is denied.")
    assert not reading.is_kind
    assert reading.lacks_opening
    assert reading.lacks_closing
    assert reading.open_slots == reading.slots


def test_an_opening_is_not_asked_for_where_the_draft_acknowledges() -> None:
    reading = read_draft("I'm sorry that the parcel is late. You failed to pay.")
    assert not reading.lacks_opening
    assert not reading.is_kind
    assert "opening" not in {slot.id for slot in reading.open_slots}
    assert {"s1", "s2"} <= {slot.id for slot in reading.open_slots}


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("We can not do this for you and that is final.", "en", True),
        ("Nope.", None, True),
        ("Wir können Ihnen das Geld nicht erstatten, weil die Frist abgelaufen ist.", "de", False),
        ("Nous ne pouvons pas vous rembourser, car le délai est dépassé.", "fr", False),
    ],
)
def test_the_language_is_that_of_the_sentences(text: str, language: str, english: bool) -> None:
    reading = read_draft(text)
    assert reading.language == language
    assert reading.is_english is english


def test_the_language_is_not_that_of_the_quoted_message() -> None:
    history = "\n\nOn Tue, Ann <a@b.example> wrote:\n> Wo ist mein Paket, das ich bei Ihnen habe?"
    assert read_draft(f"We can not do this for you and that is final.{history}").is_english


def test_a_draft_in_another_language_has_nothing_to_fill() -> None:
    german = (
        "Wir können Ihnen das nicht erstatten!! Lesen Sie die AGB, das ist nicht verhandelbar!!"
    )
    assert read_draft(german).open_slots == ()


def test_the_quoted_history_is_the_customers_message() -> None:
    assert read_draft(QUOTED).customer_message == "Where is my parcel?\nIt is late!"


def test_a_given_message_goes_before_the_quoted_one() -> None:
    assert read_draft(QUOTED, "I am upset.").customer_message == "I am upset."


@pytest.mark.parametrize("message", [None, "", "  \n "])
def test_an_empty_message_is_none(message: str | None) -> None:
    assert read_draft("Your request is denied.", message).customer_message is None
    assert read_draft(QUOTED, message).customer_message == "Where is my parcel?\nIt is late!"


def test_findings_know_the_given_message() -> None:
    draft = "Your parcel was sent on Monday. Just reply if you have any questions."
    upset = "I am so upset and disappointed. I have waited for weeks, this is terrible!"
    assert (
        read_draft(draft, upset).findings
        == read_draft(
            f"{draft}\n\nOn Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> {upset}"
        ).findings
    )
    assert len(read_draft(draft, upset).findings) > len(read_draft(draft).findings)


@PATIENT
@given(any_drafts())
def test_findings_of_sentences_are_found_through_their_slots(text: str) -> None:
    reading = read_draft(text)
    through = [finding for slot in reading.slots for finding in reading.find_in(slot)]
    assert through == [f for f in reading.findings if f.sentence is not None]
    for slot in reading.slots:
        for finding in reading.find_in(slot):
            assert slot.sentence is not None
            start, end = slot.sentence.span
            assert start <= finding.span[0] <= finding.span[1] <= end


def test_opening_and_closing_have_no_findings_of_their_own() -> None:
    reading = read_draft("Your request is denied.")
    ends = [slot for slot in reading.slots if slot.place is not Place.SENTENCE]
    assert [reading.find_in(slot) for slot in ends] == [(), ()]


def test_the_mail_is_laid_out_as_the_model_was_taught() -> None:
    mail = read_draft(CURT, "It is\nlate.").mail
    assert mail.customer_message == "It is late."
    assert mail.draft == (
        "Dear Ms Adeyemi,\nPer our policy, refunds are not available. You failed to pay.\nNo."
    )


def test_the_body_has_no_greeting_and_no_sign_off() -> None:
    reading = read_draft(f"{CURT}\n\nKind regards,\nSam")
    assert reading.body == ("Per our policy, refunds are not available. You failed to pay.\n\nNo.")
