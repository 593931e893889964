"""The judged candidates are whole, unlike each other, and of drafts that are there."""

from collections import Counter

import pytest
from pydantic import ValidationError

from drafting.reading import read_draft
from models.training.evaluation.cases import make_cases, make_plain_cases
from models.training.judging import (
    Judged,
    load_deletions,
    load_doubts,
    load_judged,
    load_openings,
    load_plain_mails,
)
from models.training.rows import load_rows

GOOD = {
    "id": "written-9999",
    "mail": "hard-001",
    "slot": "s1",
    "op": "rewrite",
    "label": "explanation",
    "text": "We can't.",
    "verdict": "good",
    "reason": None,
    "checkpoint": "lora-1",
    "temperature": 0.8,
    "seed": 0,
    "log_probability": -0.5,
    "share": 0.9,
}


def test_each_stands_once_and_belongs_to_a_draft() -> None:
    judged = list(load_judged())
    assert max(Counter(each.id for each in judged).values()) == 1
    places = Counter((each.mail, each.slot, each.op, each.text) for each in judged)
    assert max(places.values()) == 1
    mails = {row.id: row for row in load_rows()}
    written = list(load_judged("written-*.jsonl"))
    assert len(written) > 1_000
    for each in written:
        row = mails[each.mail]
        number = int(each.slot[1:]) if each.slot.startswith("s") else 0
        assert number <= len(row.sentences) + 1, each.id


def test_plain_mails_stand_once_and_their_marks_belong_to_sentences() -> None:
    mails = {mail.id: mail for mail in load_plain_mails()}
    assert len(mails) == len(list(load_plain_mails())) == 1836
    assert len({mail.draft for mail in mails.values()}) == 1836
    assert 400 < sum(mail.held_out for mail in mails.values()) < 750
    marks = list(load_judged("plain-*.jsonl"))
    assert len(marks) > 1000
    for each in marks:
        mail = mails[each.mail]
        slots = {slot.id for slot in read_draft(mail.draft, mail.customer_message).slots}
        assert each.slot in slots, each.id


def test_marked_openings_belong_to_mails_and_are_marked_once_a_reading() -> None:
    marked = list(load_openings())
    assert len(marked) > 3000
    mails = {mail.id for mail in load_plain_mails()} | {row.id for row in load_rows()}
    assert {each.mail for each in marked} <= mails
    assert all(each.opening.strip() == each.opening for each in marked)
    third = [(each.mail, each.opening) for each in marked if each.written]
    assert len(third) == len(set(third)) > 1000
    assert {each.mark for each in marked} > {"good", "generic", "situation", "against", "none"}


def test_marked_deletions_are_sentences_of_their_mails() -> None:
    """Of plain mails, or of worked ones that are never learnt from."""
    held_out = [row for row in load_rows() if row.held_out]
    cases = make_plain_cases(list(load_plain_mails())) + make_cases(held_out)
    drafts = {case.id: read_draft(case.draft, case.customer_message) for case in cases}
    marked = list(load_deletions())
    assert len({(each.mail, each.slot) for each in marked}) == len(marked) > 1200
    for each in marked:
        assert drafts[each.mail].find_slot(each.slot).text == each.text


def test_marked_doubts_are_sentences_without_a_finding() -> None:
    """Of plain mails that are never learnt from, and of real replies."""
    drafts = {
        mail.id: read_draft(mail.draft, mail.customer_message)
        for mail in load_plain_mails()
        if mail.held_out
    }
    marked = list(load_doubts())
    assert len({(each.mail, each.slot) for each in marked}) == len(marked) > 200
    for each in marked:
        if each.text is not None:
            reading = drafts[each.mail]
            assert reading.find_slot(each.slot).text == each.text
    assert sum(each.text is None for each in marked) == 19


@pytest.mark.parametrize(
    "change", [{"reason": "meaning"}, {"text": None}, {"slot": "s0"}, {"verdict": "bad"}]
)
def test_what_is_not_whole_is_refused(change: dict[str, str | None]) -> None:
    assert Judged.model_validate(GOOD)
    with pytest.raises(ValidationError):
        Judged.model_validate(GOOD | change)
