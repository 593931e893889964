"""Quoted mail is never rewritten, and gives the customer's message."""

import pytest

from drafting.draft import Draft, parse

ASKED = "Where is my lamp?"


def history_of(draft: Draft) -> str | None:
    return draft.text[slice(*draft.history)] if draft.history else None


HISTORIES = {
    "gmail": f"On Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> {ASKED}\n",
    "wrapped": f"On Tue, 3 Mar 2026 at 10:12, Ann Mary\n<ann@b.example> wrote:\n\n> {ASKED}",
    "unmarked": f"On 3 March 2026 at 10:12, Ann wrote:\n\n{ASKED}",
    "dated": f"2026-03-03 10:12 GMT+01:00 Ann <a@b.example>:\n\n> {ASKED}",
    "german": f"Am 3. März 2026 um 10:12 schrieb Ann Muster:\n> {ASKED}",
    "french": f"Le 3 mars 2026 à 10:12, Ann <a@b.example> a écrit :\n> {ASKED}",
    "spanish": f"El mar, 3 mar 2026 a las 10:12, Ann (<a@b.example>) escribió:\n> {ASKED}",
    "dutch": f"Op 3 maart 2026 om 10:12 schreef Ann <a@b.example>:\n> {ASKED}",
    "outlook": f"From: Ann <a@b.example>\nSent: 3 March 2026\nTo: Us\nSubject: Lamp\n\n{ASKED}",
    "outlook bold": f"*From:* Ann\n*Sent:* 3 March 2026\n*To:* Us\n*Subject:* Lamp\n\n{ASKED}",
    "outlook german": f"Von: Ann\nGesendet: 3. März 2026\nAn: Uns\nBetreff: Lampe\n\n{ASKED}",
    "one line": f"Von: Ann Gesendet: 3. März 2026 An: Uns Betreff: Lampe\n\n{ASKED}",
    "divider": f"-----Original Message-----\nFrom: Ann\nSent: 3 March\nTo: Us\n\n{ASKED}",
    "divider only": f"-----Ursprüngliche Nachricht-----\n\n{ASKED}",
    "forward": f"---------- Forwarded message ---------\nFrom: Ann\nDate: 3 March\n\n{ASKED}",
    "rule": f"{'_' * 32}\nFrom: Ann\nSent: 3 March\nTo: Us\nSubject: Lamp\n\n{ASKED}",
    "marks": f"> {ASKED}\n>\n",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_history_goes_to_the_end(history: str, newline: str) -> None:
    text = f"Hi Ann,\n\nIt is lost.\n\nRegards,\nSam\n\n{history}".replace("\n", newline)
    draft = parse(text)
    assert history_of(draft) == history.replace("\n", newline)
    assert [sentence.text for sentence in draft.sentences] == ["It is lost."]
    assert draft.sign_off is not None
    assert text[slice(*draft.sign_off)].split() == ["Regards,", "Sam"]
    assert draft.customer_message == ASKED


def test_the_newest_message_is_read_without_signature_and_older_mail() -> None:
    draft = parse(
        "It is lost.\n\nOn Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> Hi,\n>\n"
        "> Where is it?\n> Thanks, but that took long.\n>\n> Kind regards\n> Ann\n>\n"
        "> On Mon, 2 Mar 2026 at 09:00, Sam <s@b.example> wrote:\n>> We sent it.\n> > Wait.\n"
    )
    assert draft.customer_message == "Hi,\n\nWhere is it?\nThanks, but that took long."


def test_an_unmarked_chain_ends_at_the_older_header() -> None:
    header = "From: Ann\nSent: 3 March\nTo: Us\nSubject: Lamp\n\n"
    draft = parse(f"It is lost.\n\n{header}{ASKED}\nIt is red.\n\nAnn\n\n{header}We sent it.")
    assert draft.customer_message == f"{ASKED}\nIt is red."


@pytest.mark.parametrize(
    "device", ["Sent from my iPhone", "Von meinem iPhone gesendet", "Gesendet von Mail"]
)
def test_what_the_phone_adds_is_no_message(device: str) -> None:
    draft = parse(f"It is lost.\n\n-----Original Message-----\n\n{ASKED}\n\n{device}")
    assert draft.customer_message is not None
    assert draft.customer_message.startswith(ASKED)
    if device != "Von meinem iPhone gesendet":
        assert draft.customer_message == ASKED


def test_a_reply_below_the_quote_is_the_draft() -> None:
    quote = f"On Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> {ASKED}\n\n"
    draft = parse(f"{quote}Hi Ann,\n\nIt is lost.\n\nSam")
    assert draft.history is None
    assert [sentence.text for sentence in draft.sentences] == ["It is lost."]
    assert draft.greeting is not None
    assert draft.sign_off is not None
    assert draft.customer_message == ASKED


def test_answers_between_quotes_are_the_draft() -> None:
    draft = parse(
        f"Hi Ann,\n\n> {ASKED}\n\nIt is lost.\n\n> Will you pay?\n>> old words\n\nno\n\nSam"
    )
    assert [sentence.text for sentence in draft.sentences] == ["It is lost.", "no"]
    assert draft.customer_message == f"{ASKED}\n\nWill you pay?"


def test_quoted_terms_are_no_customer_message() -> None:
    draft = parse("To quote the terms:\n\n> No refunds after 30 days.\n\nSo we can't pay.")
    assert draft.history is None
    assert draft.customer_message is None
    assert len(draft.sentences) == 2


@pytest.mark.parametrize(
    "text",
    [
        "On 3 March you wrote:\nIt is fine.\nWe shut the case.",
        "On 3 March our driver wrote in the book:\nNobody home.\nWe shut the case.",
        "Date: 3 May\nTo: Berlin\nThe train is full.",
        "From: Berlin\nThe train is full.",
        "From now on we close at six.\n\nTo: nobody else.",
    ],
)
def test_prose_is_no_history(text: str) -> None:
    draft = parse(text)
    assert draft.history is None
    assert draft.sentences


def test_header_fields_at_the_top_are_the_drafts_own() -> None:
    draft = parse("From: Sam\nTo: Ann\nSubject: Lamp\n\nIt is lost.")
    assert draft.history is None
    assert [sentence.text for sentence in draft.sentences] == ["It is lost."]


def test_only_a_quote_leaves_no_sentence() -> None:
    draft = parse(f"> {ASKED}\n> Really?")
    assert draft.sentences == ()
    assert draft.history == (0, len(draft.text))
    assert draft.customer_message == f"{ASKED}\nReally?"


@pytest.mark.parametrize(
    "text", ["", "It is lost.", "It is lost.\n\n-----Original Message-----\n\n"]
)
def test_no_message_is_none(text: str) -> None:
    assert parse(text).customer_message is None
