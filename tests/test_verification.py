"""Good rewrites pass the checks and faulty ones fail them; the floors are what was measured."""

from collections import Counter

import pytest

from drafting.candidate import Candidate, Op, Source
from drafting.facts import find_facts
from drafting.labels import Label
from drafting.verification import Context, Written, find_repetitions, verify_candidate
from models.training.planted import KINDS
from tests.drafts import rows

FLOORS = {
    "swap_person": 0.9,
    "drop_not": 0.92,
    "add_not": 0.95,
    "must_to_may": 0.95,
    "may_to_will": 0.85,
    "turn_bound": 0.95,
    "drop_condition": 0.8,
    "swap_opposite": 0.8,
    "add_promise": 0.99,
    "add_reason": 0.88,
}
"""Share of each planted fault that must be found, over every sixth of the worked rewrites."""
PASSING = 0.83
"""Share of the worked rewrites that must pass: 1,695 of 2,009 did when this was measured.

The later files (`tones`, `ordinary`, `clipped`) are refused more often than the 8 in 100 of those before."""


def codes(before: str, after: str, draft: str = "", message: str | None = None) -> set[str]:
    """Return the codes that a rewrite fails."""
    context = Context(before, draft or before, message, find_facts(before))
    candidate = Candidate(Op.REWRITE, Label.EXPLANATION, after, Source.MODEL)
    return {failure.code for failure in verify_candidate(candidate, context)}


def test_worked_rewrites_pass_and_planted_faults_fail() -> None:
    passed, faults, found = Counter[bool](), Counter[str](), Counter[str]()
    for row in rows()[1::6]:
        draft = "\n\n".join(" ".join(paragraph) for paragraph in row.paragraphs)
        for step in row.script:
            if step.op != "rewrite" or step.source is None or step.text is None:
                continue
            before = row.sentences[step.source - 1]
            passed[not codes(before, step.text, draft, row.customer_message)] += 1
            for kind, plant in KINDS.items():
                for broken in list(plant(before, step.text))[:1]:
                    faults[kind] += 1
                    found[kind] += bool(codes(before, broken, draft, row.customer_message))
    assert passed[True] / passed.total() >= PASSING
    shares = {kind: found[kind] / faults[kind] for kind in faults}
    assert {k: share for k, share in shares.items() if share < FLOORS[k]} == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("You declined it at checkout.", "We declined it at checkout."),
        ("You missed your appointment.", "We missed your appointment."),
        ("Request refused.", "We can refuse the request."),
        ("This may lead to a fixed penalty.", "You'll have to pay a fixed penalty."),
        ("You must sign the form.", "You may sign the form."),
        ("Pay within 14 days.", "Please pay after 14 days."),
        ("We cannot refund the ticket.", "We can refund the ticket."),
        ("Refunds are made unless the box was opened.", "Refunds are made."),
        ("The parcel is late.", "The parcel is late, and we'll refund you."),
        ("The parcel is late.", "The parcel is late because our van broke down."),
        ("The fee is $40.", "The fee is $45."),
        ("The fee is $40.", "The fee applies."),
        ("Send the form.", "Please send the"),
        ("Send the form.", "Bitte schicken Sie uns das Formular, damit wir das prüfen können."),
        ("Send the receipt.", "Our kitchen is closed."),
    ],
)
def test_traps_fail(before: str, after: str) -> None:
    assert codes(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Per our policy, refunds are not available after 30 days.", "Refunds aren't available after 30 days."),
        ("Request denied.", "I'm not able to approve your request."),
        ("You failed to attach the receipt.", "The receipt doesn't seem to have come through."),
        ("You claim that the parcel never arrived.", "You've told us that the parcel never arrived."),
        ("Send the form.", "Please send us the form."),
        ("As I already told you, the fee is $40.", "The fee is $40."),
        ("Remit payment within 14 days.", "Please pay within 14 days."),
        ("Hold can't be lifted early.", "We can't lift the hold early."),
    ],
)  # fmt: skip
def test_light_rewrites_pass(before: str, after: str) -> None:
    assert codes(before, after) == set()


def test_a_second_apology_and_a_repeated_sentence_are_dropped() -> None:
    reply = [
        Written("I'm sorry that your parcel is late.", is_new=True, is_insert=True),
        Written("The parcel is in Leeds.", is_new=False),
        Written("I'm sorry, but we can't refund the postage.", is_new=True),
    ]
    assert find_repetitions(reply) != ()
    assert 1 not in find_repetitions(reply)


def test_a_sentence_with_a_fact_is_never_deleted() -> None:
    text = "We apologise for the delay of 3 days."
    context = Context(text, text, None, find_facts(text))
    assert verify_candidate(Candidate(Op.DELETE), context)
