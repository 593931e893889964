"""Rewrite the items of a batch with one engine, many at a time.

Items of like length go together, and the next ones join as soon as rows are free. Each outcome is
handed on as soon as it is there. Knows nothing of files.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.engine import Ask, Engine, Filled
from drafting.errors import DraftingError, EmptyDraftError, ModelError
from drafting.filling import REFILL, Filling
from drafting.result import Result
from drafting.rewriter import Request, Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch is rewritten."""

    candidates: int = 4
    seed: int = 0
    rows: int = 64
    """Fillings written side by side."""

    def request(self, item: Item) -> Request:
        """Return an item as the rewriter takes it."""
        return Request(
            item.text, item.customer_message, self.candidates, self.seed, format=item.format
        )


Record = Callable[[Outcome], None]
"""Called with each outcome; what it raises ends the run."""


class RecordingError(Exception):
    """Carries what `Record` raised through the engine, as no fault of any item."""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """An item whose slots are being written."""

    item: Item
    work: Work
    tell: Record

    def is_over(self) -> bool:
        return not self.work.waiting

    def decide(self, slot_id: str, written: tuple[Filled, ...]) -> None:
        self.work.decide(slot_id, written)
        if not self.work.waiting:
            self.tell(make_outcome(self.item, self.work.result()))

    def ask_again(self) -> None:
        self.work.ask_again()

    def fail(self, error: Exception) -> None:
        self.tell(make_outcome(self.item, error))


class BatchRun:
    """One run over some items."""

    def __init__(self, engine: Engine, options: Options, record: Record) -> None:
        self._engine = engine
        self._options = options
        self._record = record

    def run(self, items: Sequence[Item]) -> None:
        """Rewrite the items, long ones first.

        Raises:
            RecordingError: an outcome can't be recorded.

        """
        entries = self._begin(sorted(items, key=lambda item: (-len(item.text), item.number)))

        def admit(written: int) -> list[tuple[_Entry, Ask]]:
            joining: list[tuple[_Entry, Ask]] = []
            free = rows = self._options.rows - written
            while free > 0 and (not written or rows >= self._options.rows * REFILL):
                entry = next(entries, None)
                if entry is None:
                    break
                ask = entry.work.ask()
                joining.append((entry, ask))
                free -= max(1, ask.rows)
            return joining

        def alone(entry: _Entry) -> Ask:
            return entry.work.ask()

        Filling(self._engine, admit, alone, passing=(RecordingError,)).run()

    def _begin(self, items: Iterable[Item]) -> Iterator[_Entry]:
        """Yield the items that the model has something to do for; tell of the others at once."""
        for item in items:
            try:
                work = Work(self._options.request(item), self._engine)
            except DraftingError as error:
                self._tell(make_outcome(item, error))
                continue
            if work.waiting:
                yield _Entry(item, work, self._tell)
            else:
                self._tell(make_outcome(item, work.result()))

    def _tell(self, outcome: Outcome) -> None:
        try:
            self._record(outcome)
        except Exception as error:
            raise RecordingError from error


def make_outcome(item: Item, end: Result | Exception) -> Outcome:
    """Return what became of an item, given its result or what went wrong."""
    if isinstance(end, Exception):
        return _fail(item, end)
    return _finish(item, end)


def _finish(item: Item, result: Result) -> Outcome:
    state = OutcomeState.REWRITTEN if result.changes else OutcomeState.KEPT
    return Outcome(key=item.key, number=item.number, state=state, result=result)


def _fail(item: Item, error: Exception) -> Outcome:
    """Return the outcome of an item that can't be rewritten; only our own errors are quoted."""
    if not isinstance(error, DraftingError):
        log.error("The model failed on item %d: %s", item.number, type(error).__name__)
        error = ModelError("The model failed on this text, so it stays as it is.")
    empty = isinstance(error, EmptyDraftError)
    return Outcome(
        key=item.key,
        number=item.number,
        state=OutcomeState.SKIPPED if empty else OutcomeState.FAILED,
        code=error.code,
        message=str(error),
    )
