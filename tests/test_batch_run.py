"""Many items with one engine: each outcome as by itself, failures alone, nothing kept that is done."""

import gc
from collections.abc import Sequence
from typing import Any

import pytest

from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.batch.run import BatchRun, Options, RecordingError
from drafting.engine import Ask, Fillings
from drafting.errors import GrammarError
from drafting.result import Format
from drafting.rewriter import Request, Rewriter, Work
from tests.drafts import rows
from tests.scripted import ScriptedEngine
from tests.tiny import random_engine

DRAFTS = [row.draft() for row in rows()[:40]]


def make_items(texts: Sequence[str]) -> list[Item]:
    return [Item(str(n), n, text) for n, text in enumerate(texts, 1)]


def run(engine: Any, texts: Sequence[str], options: Options = Options()) -> list[Outcome]:  # noqa: B008
    outcomes: list[Outcome] = []
    BatchRun(engine, options, outcomes.append).run(make_items(texts))
    return sorted(outcomes, key=lambda outcome: outcome.number)


def test_each_item_once_and_as_by_itself() -> None:
    outcomes = run(ScriptedEngine(), DRAFTS)
    assert [outcome.key for outcome in outcomes] == [str(n) for n in range(1, 41)]
    for text, outcome in zip(DRAFTS, outcomes, strict=True):
        (alone,) = Rewriter(ScriptedEngine()).rewrite([Request(text)])
        assert outcome.result
        assert outcome.result.reply == alone.reply
        assert (outcome.state is OutcomeState.REWRITTEN) == bool(alone.changes)


def test_a_real_network_gives_the_same_beside_others() -> None:
    texts = ["You failed to pay. It is final.", "Send the form now!!", "We refuse. No refunds."]
    together = run(random_engine("causal"), texts, Options(candidates=2, rows=12))
    alone = [run(random_engine("causal"), [text], Options(candidates=2))[0] for text in texts]
    assert [o.result.reply for o in together if o.result] == [
        o.result.reply for o in alone if o.result
    ]


class Picky(ScriptedEngine):
    """Refuses mails that hold a word."""

    def fill(self, asks: Sequence[Ask], announce: Any = None, *rest: Any) -> list[Fillings]:
        def check(number: int, slot: str, written: Any) -> None:
            if "refused-7" in self.asked[-1].mail.draft:
                raise GrammarError("The grammar was refused.")
            announce(number, slot, written)

        return super().fill(asks, check, *rest)


def test_an_item_that_fails_takes_nobody_with_it() -> None:
    texts = [
        *DRAFTS[:5],
        "You failed to send refused-7. Send it!!",
        *DRAFTS[5:10],
        " ",
        "a" * 20_001,
    ]
    outcomes = run(Picky(), texts)
    states = [outcome.state for outcome in outcomes]
    assert len(outcomes) == len(texts)
    assert states[5] is OutcomeState.FAILED
    assert outcomes[5].code == "grammar_error"
    assert (states[11], outcomes[11].code) == (OutcomeState.SKIPPED, "empty_draft")
    assert (states[12], outcomes[12].code) == (OutcomeState.FAILED, "draft_too_long")
    assert OutcomeState.FAILED not in states[:5] + states[6:11]


def test_html_items_come_back_as_html() -> None:
    item = Item("1", 1, "<p>You <b>failed</b> to send <a href='{{url}}'>it</a>.</p>", Format.HTML)
    outcomes: list[Outcome] = []
    BatchRun(ScriptedEngine(), Options(), outcomes.append).run([item])
    assert outcomes[0].result
    assert outcomes[0].result.format is Format.HTML
    assert "{{url}}" in outcomes[0].result.reply


def test_what_the_journal_raises_ends_the_run() -> None:
    def full(_: Outcome) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RecordingError) as raised:
        BatchRun(ScriptedEngine(), Options(), full).run(make_items(DRAFTS[:3]))
    assert isinstance(raised.value.__cause__, OSError)


def test_what_is_done_is_not_kept() -> None:
    held: list[int] = []

    def record(_: Outcome) -> None:
        held.append(sum(type(each) is Work for each in gc.get_objects()))

    BatchRun(ScriptedEngine(), Options(), record).run(make_items(DRAFTS * 5))
    assert len(held) == 200
    assert max(held) <= 64
