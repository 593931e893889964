"""Feed the items of a batch to the worker as bulk work, a few at a time.

Each outcome is handed on as soon as it is there. Knows nothing of files.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from drafting.batch.item import Item, Outcome
from drafting.batch.run import make_outcome
from drafting.errors import CancelledError, DraftingError, NotReadyError, StoppingError
from drafting.result import Result
from drafting.rewriter import Request
from web.ticket import Ticket
from web.worker import Worker

BEAT = 0.1
"""Seconds after which it is looked whether the batch is still wanted."""
FEWEST = 8
"""Tickets in flight, however few rows the model writes."""


class Feeding:
    """One batch on its way through the worker."""

    def __init__(
        self,
        worker: Worker,
        make_request: Callable[[Item], Request],
        record: Callable[[Outcome], None],
    ) -> None:
        self._worker = worker
        self._make_request = make_request
        self._record = record
        self._flying: deque[tuple[Item, Ticket]] = deque()
        self._most = max(FEWEST, worker.bounds.rows // 4)

    def run(self, items: Sequence[Item], is_wanted: Callable[[], bool]) -> bool:
        """Rewrite the items, long ones first; tell whether all is done.

        It isn't where the batch is no longer wanted, or where the worker stops.

        Raises:
            DraftingError: an outcome can't be recorded.

        """
        waiting = iter(sorted(items, key=lambda item: (-len(item.text), item.number)))
        try:
            while is_wanted():
                self._submit(waiting)
                if not self._flying:
                    return True
                self._flying[0][1].ends_within(BEAT)
                self._land()
        except (StoppingError, NotReadyError):
            pass
        finally:
            for _, ticket in self._flying:
                ticket.cancel()
        return False

    def _submit(self, items: Iterator[Item]) -> None:
        """Let as many items fly as may."""
        while len(self._flying) < self._most:
            item = next(items, None)
            if item is None:
                return
            (ticket,) = self._worker.submit([self._make_request(item)], bulk=True)
            if isinstance(ticket, Ticket):
                self._flying.append((item, ticket))
            else:
                self._tell(item, ticket)

    def _land(self) -> None:
        """Hand on what has ended."""
        for item, ticket in [flight for flight in self._flying if flight[1].ends_within(0)]:
            self._flying.remove((item, ticket))
            self._tell(item, ticket.wait())

    def _tell(self, item: Item, end: Result | DraftingError) -> None:
        if isinstance(end, StoppingError | NotReadyError | CancelledError):
            # No fault of the item: it is done when the batch goes on.
            raise StoppingError(str(end))
        self._record(make_outcome(item, end))
