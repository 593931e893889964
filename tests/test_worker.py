"""One thread, many callers: joining, fairness, cancelling, bounds, endings."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from drafting.candidate import KEEP
from drafting.engine import Announce, Ask, Engine, Filled, Fillings, IsStopped, MoreAsks
from drafting.errors import (
    CancelledError,
    DraftingError,
    EmptyDraftError,
    GrammarError,
    ModelBrokenError,
    NotReadyError,
    OverloadedError,
    StoppingError,
    TooSlowError,
    UnsupportedLanguageError,
)
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from drafting.slots import Slot
from tests.scripted import ScriptedEngine
from web.ticket import SlotDone, Ticket
from web.worker import Bounds, State, Worker

CURT = "Per our policy, no refund. You failed to send the form. Send it now!!"
LONG = " ".join(f"You failed to send form {n}." for n in range(100, 140))
PATIENCE = 20


@dataclass
class SteppedEngine(ScriptedEngine):
    """Takes each step only when the test lets it; a step finishes the first open slot of each ask."""

    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    begun: list[Ask] = field(default_factory=list)
    """The asks, in the order in which they joined."""
    open: list[int] = field(default_factory=list)
    """Slots that were open, step by step."""
    fail_on: str = ""
    joins: bool = True

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        assert announce
        assert is_stopped
        assert more
        left: dict[int, list[Slot]] = {}
        known: list[Ask] = []
        while True:
            left = {n: slots for n, slots in left.items() if slots and not is_stopped(n)}
            rows = sum(len(slots) * known[n].candidates for n, slots in left.items())
            if self.joins or not rows:
                for ask in more(rows):
                    left[len(known)] = list(ask.slots)
                    known.append(ask)
                    self.begun.append(ask)
            if not left:
                return []
            assert self.gate.acquire(timeout=PATIENCE)
            if self.fail_on and any(self.fail_on in known[n].mail.draft for n in left):
                raise GrammarError("The grammar was refused.")
            self.open.append(sum(map(len, left.values())))
            for number, slots in left.items():
                if not is_stopped(number):
                    announce(number, slots.pop(0).id, (Filled(KEEP, -0.1, 0.9),))


@contextmanager
def working(engine: Engine, bounds: Bounds | None = None) -> Iterator[Worker]:
    worker = Worker(lambda: engine, bounds)
    worker.start()
    until(lambda: worker.state is State.READY)
    try:
        yield worker
    finally:
        if isinstance(engine, SteppedEngine):
            engine.gate.release(10_000)
        worker.close()


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds that another thread brings about."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited for nothing"
        time.sleep(0.002)


def submit(worker: Worker, *drafts: str, candidates: int = 4) -> list[Ticket]:
    tickets = worker.submit([Request(draft, candidates=candidates) for draft in drafts])
    assert all(isinstance(ticket, Ticket) for ticket in tickets)
    return [ticket for ticket in tickets if isinstance(ticket, Ticket)]


def test_the_same_result_as_the_rewriter_gives() -> None:
    engine = ScriptedEngine()
    expected = Rewriter(engine).rewrite([Request(CURT)])[0]
    with working(engine) as worker:
        result = worker.rewrite([Request(CURT)])[0]
    assert isinstance(result, Result)
    assert result.model_copy(update={"took_ms": 0}) == expected.model_copy(update={"took_ms": 0})


def test_a_list_keeps_its_order_and_each_fails_by_itself() -> None:
    with working(ScriptedEngine()) as worker:
        results = worker.rewrite([Request(CURT), Request(" "), Request("Thank you for writing!")])
    assert [type(result) for result in results] == [Result, EmptyDraftError, Result]


def test_slots_are_told_as_they_finish_and_the_result_last() -> None:
    with working(ScriptedEngine()) as worker:
        (ticket,) = submit(worker, CURT)
        *slots, result = list(ticket.listen(beat=PATIENCE))
    assert isinstance(result, Result)
    assert all(isinstance(event, SlotDone) for event in slots)
    told = [event for event in slots if isinstance(event, SlotDone)]
    assert [event.done for event in told] == list(range(1, told[0].total + 1))
    changed = {event.change.id for event in told if event.change}
    assert {change.id for change in result.changes} <= changed


def test_who_comes_while_another_is_written_joins_at_the_next_step() -> None:
    engine = SteppedEngine()
    with working(engine) as worker:
        (first,) = submit(worker, CURT)
        until(lambda: len(engine.begun) == 1)
        (second,) = submit(worker, CURT)
        assert second.position == 1
        engine.gate.release()
        until(lambda: len(engine.begun) == 2)
        assert not first.is_over()
        engine.gate.release(10_000)
        assert all(isinstance(ticket.wait(), Result) for ticket in (first, second))
        assert (worker.counts.batches, worker.counts.joined) == (1, 1)


def test_an_engine_that_cannot_take_more_in_serves_them_one_after_the_other() -> None:
    engine = SteppedEngine(joins=False)
    engine.gate.release(10_000)
    with working(engine) as worker:
        assert all(isinstance(t.wait(), Result) for t in submit(worker, CURT, CURT, LONG))


def test_a_huge_draft_does_not_hold_up_a_small_one() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(rows=32)) as worker:
        (huge,) = submit(worker, LONG)
        until(lambda: len(engine.begun) == 1)
        assert len(engine.begun[0].slots) == 8
        (small,) = submit(worker, CURT)
        engine.gate.release(10)
        assert isinstance(small.wait(), Result)
        assert not huge.is_over()
        engine.gate.release(10_000)
        assert isinstance(huge.wait(), Result)
    slots = [
        slot.id for ask in engine.begun if ask.mail == engine.begun[0].mail for slot in ask.slots
    ]
    assert len(slots) == len(set(slots)) >= 40


def test_a_huge_draft_gives_the_same_result_in_pieces() -> None:
    expected = Rewriter(ScriptedEngine()).rewrite([Request(LONG)])[0]
    with working(ScriptedEngine(), Bounds(rows=8)) as worker:
        result = worker.rewrite([Request(LONG)])[0]
    assert isinstance(result, Result)
    assert result.reply == expected.reply


def test_a_cancelled_draft_frees_its_rows_at_the_next_step() -> None:
    engine = SteppedEngine()
    with working(engine) as worker:
        (doomed, other) = submit(worker, CURT, CURT)
        until(lambda: len(engine.begun) == 2)
        engine.gate.release()
        until(lambda: len(engine.open) == 1)
        doomed.cancel()
        engine.gate.release(10_000)
        assert isinstance(doomed.wait(), CancelledError)
        assert isinstance(other.wait(), Result)
    # One step may have been under way; from then on only the other's slots are open.
    alone = len(other.slots)
    assert sum(slots > alone for slots in engine.open) <= 2


def test_a_cancelled_draft_in_the_queue_is_never_begun() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(rows=16)) as worker:
        submit(worker, CURT)
        until(lambda: bool(engine.begun))
        (waiting,) = submit(worker, CURT)
        waiting.cancel()
        engine.gate.release(10_000)
        assert isinstance(waiting.wait(), CancelledError)
        until(lambda: worker.waiting == 0)
    assert len(engine.begun) == 1


def test_over_the_bound_is_told_at_once_and_nothing_is_taken() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(waiting=2)) as worker:
        submit(worker, CURT)
        with pytest.raises(OverloadedError) as raised:
            worker.submit([Request(CURT), Request(CURT)])
        assert raised.value.retry_after
        assert worker.waiting == 1
        submit(worker, CURT)
        # What needs no model is answered all the same.
        assert isinstance(worker.rewrite([Request("Thank you for writing!")])[0], Result)


def test_a_draft_that_takes_too_long_is_told_so() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(seconds=0.05)) as worker:
        (ticket,) = submit(worker, CURT)
        assert isinstance(ticket.wait(), TooSlowError)


def test_silence_is_heard_as_beats() -> None:
    engine = SteppedEngine()
    with working(engine) as worker:
        (ticket,) = submit(worker, CURT)
        assert next(ticket.listen(beat=0.01)) is None


def test_one_failing_draft_does_not_fail_those_it_was_joined_with() -> None:
    engine = SteppedEngine(fail_on="FAIL-1")
    engine.gate.release(10_000)
    with working(engine) as worker:
        results = worker.rewrite(
            [Request(CURT), Request("You failed to send FAIL-1."), Request(CURT)]
        )
        assert [type(result) for result in results] == [Result, GrammarError, Result]
        assert worker.state is State.READY


def test_an_engine_that_fails_before_it_begins_fails_those_who_wait_and_no_more() -> None:
    class Broken(ScriptedEngine):
        calls = 0

        def fill(self, *_: object, **__: object) -> list[Fillings]:
            Broken.calls += 1
            raise TypeError

    with working(Broken()) as worker:
        assert isinstance(worker.rewrite([Request(CURT)])[0], DraftingError)
        assert isinstance(worker.rewrite([Request(CURT)])[0], DraftingError)
        assert worker.state is State.READY
    assert Broken.calls == 2


def test_a_surprise_is_told_without_what_people_wrote(caplog: pytest.LogCaptureFixture) -> None:
    class Surprised(ScriptedEngine):
        def fill(self, *_: object, **__: object) -> list[Fillings]:
            raise RuntimeError("canary-7 is in the text")

    with working(Surprised()) as worker:
        error = worker.rewrite([Request("You failed to send canary-7.")])[0]
    assert isinstance(error, DraftingError)
    assert "canary" not in str(error) + caplog.text


def test_a_draft_in_another_language_is_an_error_of_its_own() -> None:
    draft = "Leider können wir Ihnen den Betrag nicht erstatten, da die Frist abgelaufen ist."
    with working(ScriptedEngine()) as worker:
        assert isinstance(worker.rewrite([Request(draft)])[0], UnsupportedLanguageError)


def test_before_the_model_stands_nothing_is_taken() -> None:
    gate = threading.Event()

    def load() -> Engine:
        gate.wait(PATIENCE)
        return ScriptedEngine()

    worker = Worker(load)
    worker.start()
    assert worker.state is State.STARTING
    with pytest.raises(NotReadyError):
        worker.submit([Request(CURT)])
    gate.set()
    until(lambda: worker.state is State.READY)
    worker.close()


def test_a_model_that_cannot_be_loaded_leaves_the_worker_dead() -> None:
    def load() -> Engine:
        raise ModelBrokenError("The model's files can't be read.")

    worker = Worker(load)
    worker.start()
    until(lambda: worker.state is State.DEAD)
    with pytest.raises(ModelBrokenError):
        worker.submit([Request(CURT)])


def test_stopping_finishes_what_runs_and_answers_what_waits() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(rows=12)) as worker:
        (running,) = submit(worker, CURT)
        until(lambda: bool(engine.begun))
        (waiting,) = submit(worker, CURT)
        closing = threading.Thread(target=worker.close)
        closing.start()
        until(lambda: worker.state is State.STOPPING)
        with pytest.raises(StoppingError):
            worker.submit([Request(CURT)])
        engine.gate.release(10_000)
        assert isinstance(running.wait(), Result)
        assert isinstance(waiting.wait(), StoppingError)
        closing.join(PATIENCE)
        assert not closing.is_alive()


def submit_bulk(worker: Worker, *drafts: str) -> list[Ticket]:
    tickets = worker.submit([Request(draft) for draft in drafts], bulk=True)
    return [ticket for ticket in tickets if isinstance(ticket, Ticket)]


def test_bulk_work_has_no_bound_and_does_not_count() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(waiting=1, seconds=0.05)) as worker:
        bulk = submit_bulk(worker, CURT, CURT, CURT)
        assert worker.waiting == 0
        (urgent,) = submit(worker, CURT)
        assert urgent.position == 0
        with pytest.raises(OverloadedError):
            worker.submit([Request(CURT)])
        time.sleep(0.1)
        engine.gate.release(10_000)
        assert all(isinstance(ticket.wait(), Result) for ticket in bulk)
        assert isinstance(urgent.wait(), TooSlowError)


def test_bulk_work_leaves_rows_for_who_comes_and_goes_after_them() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(rows=32)) as worker:
        bulk = submit_bulk(worker, LONG, LONG)
        until(lambda: bool(engine.begun))
        assert sum(len(ask.slots) * ask.candidates for ask in engine.begun) <= 24
        (urgent,) = submit(worker, f"{CURT} And 1.")
        begun = len(engine.begun)
        engine.gate.release(1)
        until(lambda: len(engine.begun) > begun)
        assert engine.begun[begun].mail.draft.endswith("And 1.")
        engine.gate.release(10_000)
        assert isinstance(urgent.wait(), Result)
        assert all(isinstance(ticket.wait(), Result) for ticket in bulk)


def test_bulk_work_begins_only_when_nobody_else_waits_to_begin() -> None:
    engine = SteppedEngine()
    with working(engine, Bounds(rows=16)) as worker:
        submit(worker, LONG)
        until(lambda: bool(engine.begun))
        (bulk,) = submit_bulk(worker, CURT)
        (small,) = submit(worker, f"{CURT} And 1.")
        engine.gate.release(10_000)
        assert isinstance(bulk.wait(), Result)
        assert isinstance(small.wait(), Result)
    drafts = [ask.mail.draft for ask in engine.begun]
    assert drafts.index(CURT) > max(n for n, draft in enumerate(drafts) if draft != CURT)


def test_a_bulk_draft_in_another_language_is_left_alone() -> None:
    draft = "Leider können wir Ihnen den Betrag nicht erstatten, da die Frist abgelaufen ist."
    with working(ScriptedEngine()) as worker:
        (ticket,) = submit_bulk(worker, draft)
        result = ticket.wait()
    assert isinstance(result, Result)
    assert result.reply == draft
