"""Rewrite the items of a batch with one engine, many at a time.

Items of like length go together, and the next ones join as soon as rows are free. Each outcome is
handed on as soon as it is there. Knows nothing of files.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.engine import Ask, Engine, Filled
from drafting.errors import DraftingError, EmptyDraftError, ModelError
from drafting.result import Result
from drafting.rewriter import Request, Work

log = logging.getLogger(__name__)

REFILL = 0.25
"""Share of the rows that must be free before the next items join."""


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


class BatchRun:
    """One run over some items."""

    def __init__(self, engine: Engine, options: Options, record: Record) -> None:
        self._engine = engine
        self._options = options
        self._record = record
        self._begun: dict[int, tuple[Item, Work]] = {}
        """The items whose slots are being written, by the numbers of their asks."""

    def run(self, items: Sequence[Item]) -> None:
        """Rewrite the items, long ones first."""
        ordered = iter(sorted(items, key=lambda item: (-len(item.text), item.number)))
        while self._fill(ordered):
            pass

    def _fill(self, items: Iterator[Item]) -> bool:
        """Write until all is done; tell whether a failure stopped it, after which it goes on."""
        try:
            self._write(items, self._options.rows)
        except RecordingError:
            raise
        except Exception as error:
            concerned, self._begun = list(self._begun.values()), {}
            if not concerned:
                raise
            log.warning("The model failed on %d items; each is tried alone.", len(concerned))
            for item, work in concerned:
                self._try_alone(item, work, error if len(concerned) == 1 else None)
            return True
        return False

    def _try_alone(self, item: Item, work: Work, error: Exception | None) -> None:
        """Try an item that failed among others by itself."""
        if error is None:
            work.ask_again()
            try:
                self._write(iter([item]), self._options.rows, work)
            except RecordingError:
                raise
            except Exception as again:
                self._begun = {}
                error = again
        if error:
            self._tell(make_outcome(item, error))

    def _write(self, items: Iterator[Item], rows: int, again: Work | None = None) -> None:
        """Let the engine write, and take the next items in as rows become free."""
        numbers = count()

        def more(written: int) -> list[Ask]:
            asks: list[Ask] = []
            free = rows - written
            while free > 0 and (not written or free >= rows * REFILL):
                begun = self._begin(items, again)
                if begun is None:
                    break
                ask = begun[1].ask()
                self._begun[next(numbers)] = begun
                asks.append(ask)
                free -= len(ask.slots) * ask.candidates
            return asks

        def decide(number: int, slot_id: str, written: tuple[Filled, ...]) -> None:
            item, work = self._begun[number]
            work.decide(slot_id, written)
            if not work.waiting:
                del self._begun[number]
                self._tell(make_outcome(item, work.result()))

        self._engine.fill([], decide, None, more)

    def _begin(self, items: Iterable[Item], again: Work | None) -> tuple[Item, Work] | None:
        """Return the next item that the model has something to do for."""
        for item in items:
            try:
                work = again or Work(self._options.request(item), self._engine)
            except DraftingError as error:
                self._tell(make_outcome(item, error))
                continue
            if work.waiting:
                return item, work
            self._tell(make_outcome(item, work.result()))
        return None

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
