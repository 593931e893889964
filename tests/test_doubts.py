"""What the shipped model hears that no rule finds: pointed out, and nothing changed by it."""

from collections import Counter
from functools import cache

import pytest

from drafting.engine import Ask
from drafting.reading import read_draft
from drafting.rewriter import Request, Rewriter
from drafting.settings import load_settings
from models.engine import LocalEngine
from models.training.evaluation.traps import read_traps
from models.training.judging import load_doubts, load_plain_mails
from models.weights import load_local_engine

SNEERS = (
    "Everybody wants one, nobody wants to wait. The place goes to the next of the 340 behind you. "
    "I've seen students leave it better."
)
MESSAGE = "I pre-ordered the console in November. Can I cancel and get my deposit back?"


@cache
def engine() -> LocalEngine:
    return load_local_engine(load_settings())


def test_a_draft_of_sneers_that_no_rule_knows_is_not_called_kind() -> None:
    assert read_draft(SNEERS, MESSAGE).is_kind
    (result,) = Rewriter(engine()).rewrite([Request(SNEERS, MESSAGE)])
    assert (result.reply, result.changes) == (SNEERS, [])
    assert "already_kind" not in [note.code for note in result.notes]
    assert {1, 3} <= {note.sentence for note in result.notes if note.sentence}


def test_kind_drafts_are_still_called_kind() -> None:
    """But for one sentence of comfort that it would rather not keep."""
    kind = {
        trap.id: Request(trap.draft, trap.customer_message)
        for trap in read_traps()
        if trap.kind == "already_kind" and read_draft(trap.draft, trap.customer_message).is_kind
    }
    assert len(kind) > 6
    results = dict(zip(kind, Rewriter(engine()).rewrite(list(kind.values())), strict=True))
    told = {name: [note.code for note in result.notes] for name, result in results.items()}
    assert told.pop("traps-already_kind-04") == ["may_sting"]
    assert set(map(tuple, told.values())) == {("already_kind",)}
    assert [each.reply for each in results.values()] == [each.draft for each in kind.values()]


def test_what_is_pointed_out_is_mostly_rightly_so() -> None:
    """Of the marked sentences of some mails, by what the program says of them."""
    mails = {mail.id: mail for mail in load_plain_mails()}
    marks: dict[str, dict[str, str]] = {}
    for each in [each for each in load_doubts() if each.text]:
        marks.setdefault(each.mail, {})[each.slot] = each.mark
    some = sorted(marks)[::4]
    requests = [Request(mails[name].draft, mails[name].customer_message) for name in some]
    found: Counter[tuple[str, bool]] = Counter()
    for name, result in zip(some, Rewriter(engine()).rewrite(requests), strict=True):
        noted = {f"s{note.sentence}" for note in result.notes if note.sentence}
        changed = {change.id for change in result.changes}
        found.update(
            (mark, slot in noted) for slot, mark in marks[name].items() if slot not in changed
        )
    right, wrong = found["yes", True], found["no", True]
    assert right >= 15
    assert right >= 0.85 * (right + wrong)


def test_the_marks_were_made_with_what_the_shipped_adapter_hears() -> None:
    mails = {mail.id: mail for mail in load_plain_mails()}
    for each in [each for each in load_doubts() if each.text][::20]:
        mail = mails[each.mail]
        reading = read_draft(mail.draft, mail.customer_message)
        slots = (reading.find_slot(each.slot),)
        ((_, keep, *_),) = engine().measure_beginnings(Ask(reading.mail, slots))
        # Other CPUs multiply in another order.
        assert keep == pytest.approx(each.keep, abs=0.03)
