"""One draft in the queue: what its caller hears of it, and how it ends.

The model's thread writes, the caller's thread reads. Knows nothing of HTTP.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from drafting.engine import Ask, Filled
from drafting.errors import CancelledError, DraftingError, ModelError, TooSlowError
from drafting.result import Change, Result
from drafting.rewriter import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlotDone:
    """A slot is finished; `change` is None where it is kept."""

    slot: str
    change: Change | None
    done: int
    total: int


Event = SlotDone | Result | DraftingError


class Ticket:
    """A draft on its way; `rows` is what each of its slots takes, `seconds` what it may take.

    `bulk` work is nobody's who sits and waits.
    """

    def __init__(self, work: Work, rows: int, seconds: float, *, bulk: bool = False) -> None:
        self.work = work
        self.rows = rows
        self.bulk = bulk
        self.position = 0
        """Drafts in front when it came."""
        self.granted = 0
        """Rows that it was given so far."""
        self.slots = tuple(slot.id for slot in work.slots)
        """Ids of the slots that are to be filled."""
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._over = threading.Event()
        self._ending = threading.Lock()
        self._untold = list(work.tell_settled())
        """Slots that are settled and not counted yet: while it waits, its place in line is told."""

    def cancel(self) -> None:
        """Give the draft up; its rows are freed at the next step."""
        self.fail(CancelledError("This rewrite was cancelled. The draft is as it was."))

    def is_over(self) -> bool:
        """Tell whether nothing more is to be done, and end it where its time is over."""
        if not self._over.is_set() and time.monotonic() > self._deadline:
            self.fail(
                TooSlowError(
                    f"This draft took longer than {self._seconds:.0f} seconds, so the work was "
                    "stopped. Please send it in parts, ask for fewer candidates, or try later."
                )
            )
        return self._over.is_set()

    def ends_within(self, seconds: float) -> bool:
        """Wait so long at most, and tell whether it has ended."""
        return self._over.wait(seconds)

    def listen(self, beat: float) -> Iterator[Event | None]:
        """Yield what happens, the result or error last; None after `beat` seconds of silence."""
        while True:
            try:
                event = self._events.get(timeout=beat)
            except queue.Empty:
                # The model's thread may be inside a long step, or gone.
                self.is_over()
                yield None
                continue
            yield event
            if not isinstance(event, SlotDone):
                return

    def wait(self) -> Result | DraftingError:
        """Wait for the end."""
        for event in self.listen(beat=1.0):
            if isinstance(event, Result | DraftingError):
                return event
        raise AssertionError("listening ends with an end")

    @property
    def started(self) -> bool:
        """Whether the model was asked for a slot of it."""
        return self.granted > 0

    def begin(self, slots: int) -> Ask:
        """Return what the model is asked for next."""
        self.granted += slots * self.rows
        return self.work.ask(slots)

    def decide(self, slot_id: str, written: tuple[Filled, ...]) -> None:
        """Choose for a slot, and tell; the last one ends it with its result."""
        self._tell_settled()
        change = self.work.decide(slot_id, written)
        total = len(self.slots)
        done = total - len(self.work.waiting)
        if not self._over.is_set():
            self._events.put(SlotDone(slot_id, change, done, total))
        if not self.work.waiting:
            self.finish()

    def ask_again(self) -> None:
        """Let all that was asked and not decided be asked anew."""
        self.work.ask_again()

    def finish(self) -> None:
        """End it with its result."""
        self._tell_settled()
        self._end(self.work.result())

    def fail(self, error: Exception) -> None:
        """End it with an error; one that isn't ours is told without its text."""
        self._end(error if isinstance(error, DraftingError) else _make_presentable(error))

    def _tell_settled(self) -> None:
        """Tell of the slots that the model isn't needed for."""
        settled, self._untold = self._untold, []
        for done, (slot_id, change) in enumerate(settled, 1):
            self._events.put(SlotDone(slot_id, change, done, len(self.slots)))

    def _end(self, event: Event) -> None:
        """Tell the end; the first one counts."""
        with self._ending:
            if not self._over.is_set():
                self._over.set()
                self._events.put(event)


def _make_presentable(error: Exception) -> DraftingError:
    """Return an error that may be shown: others could tell what people wrote."""
    log.error("The model failed on a draft: %s", type(error).__name__)
    return ModelError(
        "The model failed on this draft. Please keep it as it is, or change it a bit."
    )
