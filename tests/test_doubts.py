"""What the shipped model hears that no rule finds: pointed out, and nothing changed by it."""

from functools import cache

import pytest

from drafting.engine import Ask
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.rewriter import Request, Rewriter
from drafting.settings import load_settings
from models.engine import LocalEngine
from models.training.evaluation.traps import read_traps
from models.training.judging import MarkedDoubt, load_doubts, load_plain_mails
from models.weights import load_local_engine

SNEERS = (
    "Everybody wants one, nobody wants to wait. The place goes to the next of the 340 behind you. "
    "I've seen students leave it better."
)
MESSAGE = "I pre-ordered the console in November. Can I cancel and get my deposit back?"


@cache
def engine() -> LocalEngine:
    return load_local_engine(load_settings())


def is_pointed_out(each: MarkedDoubt, bar: float) -> bool:
    """Tell whether a sentence is below the bar, as `Chooser` has it."""
    return each.keep < (bar / 2 if each.label is Label.NEXT_STEPS else bar)


def test_a_draft_of_sneers_that_no_rule_knows_is_not_called_kind() -> None:
    assert read_draft(SNEERS, MESSAGE).is_kind
    (result,) = Rewriter(engine()).rewrite([Request(SNEERS, MESSAGE)])
    assert (result.reply, result.changes) == (SNEERS, [])
    assert "already_kind" not in [note.code for note in result.notes]
    assert {1, 3} <= {note.sentence for note in result.notes if note.sentence}


def test_kind_drafts_are_still_called_kind() -> None:
    """But for one ("Waiting forty minutes would test anyone."), which has no kind word in it."""
    traps = [trap for trap in read_traps() if trap.kind == "already_kind"]
    kind = [trap for trap in traps if read_draft(trap.draft, trap.customer_message).is_kind]
    assert len(kind) > 6
    requests = [Request(trap.draft, trap.customer_message) for trap in kind]
    results = Rewriter(engine()).rewrite(requests)
    told = [[note.code for note in result.notes] for result in results]
    assert told.count(["already_kind"]) >= len(told) - 1
    assert [result.reply for result in results] == [request.draft for request in requests]


def test_what_is_pointed_out_is_rightly_so_nine_times_in_ten() -> None:
    bar = engine().bar.doubt
    plain = [each for each in load_doubts() if each.text and is_pointed_out(each, bar)]
    assert len(plain) > 100
    assert sum(each.mark == "yes" for each in plain) >= 0.9 * len(plain)


def test_the_marks_were_made_with_what_the_shipped_adapter_hears() -> None:
    mails = {mail.id: mail for mail in load_plain_mails()}
    for each in [each for each in load_doubts() if each.text][::20]:
        mail = mails[each.mail]
        reading = read_draft(mail.draft, mail.customer_message)
        slots = (reading.find_slot(each.slot),)
        ((_, keep, *_),) = engine().measure_beginnings(Ask(reading.mail, slots))
        # Other CPUs multiply in another order.
        assert keep == pytest.approx(each.keep, abs=0.03)
