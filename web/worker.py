"""The one thread that owns the model, and the bounded queue in front of it.

Waiting requests join the batch that is being written as soon as rows are free, in turns, so that a
huge draft never holds up the small ones. A request that is cancelled or late frees its rows at the
next step. Bulk work gets what the others leave over. Knows nothing of HTTP or weights.
"""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drafting.engine import Ask, Engine
from drafting.errors import (
    DraftingError,
    NotReadyError,
    OverloadedError,
    StoppingError,
    UnsupportedLanguageError,
)
from drafting.filling import REFILL, Filling
from drafting.result import Result
from drafting.rewriter import Request, SlotWish, Work
from web.sharing import Claim, share_rows
from web.ticket import Ticket

log = logging.getLogger(__name__)


class State(StrEnum):
    """Where the worker stands in its life."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    DEAD = "dead"
    """The model can't be loaded, or its thread has ended."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the worker takes on."""

    waiting: int = 32
    """Drafts that may wait or be worked on; the next one is told that it's too much."""
    seconds: float = 120.0
    """From its arrival to its result, for one draft."""
    rows: int = 64
    """Fillings written side by side."""


@dataclass(slots=True)
class Counts:
    """What has been done so far, for the metrics."""

    batches: int = 0
    """Times that the model began to write after it had nothing to write."""
    joined: int = 0
    """Drafts that were begun while another one was being written."""
    slots: int = 0


class Worker:
    """Rewrites for many callers with one model."""

    def __init__(self, load: Callable[[], Engine], bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.counts = Counts()
        self._load = load
        self._engine: Engine | None = None
        self._failure: DraftingError | None = None
        self._queue: deque[Ticket] = deque()
        self._change = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)

    def start(self) -> None:
        """Start the thread, which loads the model first."""
        self._thread.start()

    @property
    def state(self) -> State:
        """Where the worker stands."""
        if self._stopping:
            return State.STOPPING
        if self._failure or (self._thread.ident and not self._thread.is_alive()):
            return State.DEAD
        return State.READY if self._engine else State.STARTING

    @property
    def waiting(self) -> int:
        """Drafts that wait or are being worked on; bulk work doesn't count."""
        return sum(not ticket.bulk for ticket in list(self._queue))

    @property
    def engine(self) -> Engine:
        """The engine.

        Raises:
            ServiceError: it isn't there.

        """
        if self._engine is None or self.state is not State.READY:
            raise self._explain()
        return self._engine

    def submit(
        self, requests: Sequence[Request], wish: SlotWish | None = None, *, bulk: bool = False
    ) -> list[Ticket | DraftingError]:
        """Take drafts in, in order; each is a ticket, or what is wrong with it.

        With a wish, one slot of each is worked on. `bulk` work is begun when nobody else waits to
        begin. It has no bound and no deadline: whoever submits it keeps it short, and may cancel.

        Raises:
            NotReadyError: the model isn't there (yet).
            OverloadedError: the queue can't hold so many more; none was taken.
            StoppingError: the server is going down.

        """
        read = [self._read(request, wish, bulk=bulk) for request in requests]
        open_tickets = [t for t in read if isinstance(t, Ticket) and t.work.waiting]
        with self._change:
            self.engine  # noqa: B018 - raises where the thread went away meanwhile
            too_many = self.waiting + len(open_tickets) > self.bounds.waiting
            if too_many and open_tickets and not bulk:
                raise OverloadedError(
                    "Many drafts are being rewritten just now, and this one would wait too long. "
                    "Please send it again in a few seconds."
                )
            for ticket in open_tickets:
                ticket.position = self.waiting
                self._queue.append(ticket)
            self._change.notify_all()
        for done in read:
            if isinstance(done, Ticket) and not done.work.waiting:
                done.finish()
        return read

    def rewrite(self, requests: Sequence[Request]) -> list[Result | DraftingError]:
        """Rewrite drafts and wait for them; see `submit`."""
        return [t.wait() if isinstance(t, Ticket) else t for t in self.submit(requests)]

    def close(self, seconds: float = 60.0) -> None:
        """Answer what waits, finish what is being worked on, and end the thread."""
        with self._change:
            self._stopping = True
            self._change.notify_all()
        if self._thread.ident:
            self._thread.join(seconds)

    def _read(
        self, request: Request, wish: SlotWish | None, *, bulk: bool
    ) -> Ticket | DraftingError:
        """Read a draft in its caller's thread; the model's thread has better things to do."""
        engine = self.engine
        try:
            work = Work(request, engine, wish)
            if not work.reading.is_english and not bulk:
                raise UnsupportedLanguageError(
                    "This draft doesn't seem to be in English, the only language that the model "
                    "was trained on, so it was left as it is."
                )
        except DraftingError as error:
            return error
        seconds = math.inf if bulk else self.bounds.seconds
        return Ticket(work, work.rows, seconds, bulk=bulk)

    def _explain(self) -> DraftingError:
        """Return why there is no engine to work with."""
        match self.state:
            case State.STOPPING:
                return StoppingError(
                    "The server is going down for a moment. Please send the draft again soon."
                )
            case State.DEAD:
                return self._failure or NotReadyError(
                    "The model has stopped working. Please tell whoever runs this server."
                )
            case _:
                return NotReadyError(
                    "The model is still being loaded. Please try again in a few seconds."
                )

    def _run(self) -> None:
        """Load the model, then work until told to stop; whoever waits is answered in any case."""
        try:
            self._engine = self._load()
            log.info("The model is ready.")
            while self._next():
                self._work()
        except DraftingError as error:
            self._failure = error
            log.error("The model can't be used: %s", error)
        finally:
            self._answer_rest()

    def _next(self) -> list[Ticket]:
        """Wait for tickets and return them; none when it is time to stop."""
        with self._change:
            while True:
                self._drop_finished()
                if self._stopping:
                    self._refuse_unstarted()
                if self._queue or self._stopping:
                    return list(self._queue)
                self._change.wait()

    def _drop_finished(self) -> None:
        for ticket in list(self._queue):
            if ticket.is_over():
                self._queue.remove(ticket)

    def _refuse_unstarted(self) -> None:
        """Tell those in whose work nothing has begun yet that the server goes down."""
        for ticket in [t for t in self._queue if not t.started]:
            self._queue.remove(ticket)
            ticket.fail(self._explain())

    def _work(self) -> None:
        """Write until nobody waits."""
        self.counts.batches += 1
        try:
            Filling(self.engine_of_thread, self._begin, self._begin_alone).run()
        except Exception as error:
            # A failure that concerns no draft in particular would come again for each.
            for ticket in self._list_waiting():
                ticket.fail(error)

    def _begin(self, rows: int) -> list[tuple[Ticket, Ask]]:
        """Begin with what may join, `rows` being written already."""
        joining: list[tuple[Ticket, Ask]] = []
        for ticket, slots in self._admit(rows):
            self.counts.joined += bool(rows or joining) and not ticket.started
            self.counts.slots += slots
            joining.append((ticket, ticket.begin(slots)))
        return joining

    def _begin_alone(self, ticket: Ticket) -> Ask | None:
        """Begin with as much of one ticket as fits."""
        slots = min(len(ticket.work.unasked), max(1, self.bounds.rows // ticket.rows))
        self.counts.slots += slots
        return ticket.begin(slots) if slots else None

    def _admit(self, rows: int) -> list[tuple[Ticket, int]]:
        """Return who may begin with how many slots, `rows` being written already.

        Bulk work comes last, and leaves as many rows as let somebody else join at once.
        """
        if rows and self.bounds.rows - rows < self.bounds.rows * REFILL:
            # Asked at every step: most of the time there is no room, and nothing to look through.
            return []
        waiting = self._list_waiting()
        urgent = [ticket for ticket in waiting if not ticket.bulk]
        given = self._share(urgent, rows, self.bounds.rows)
        if sum(slots for _, slots in given) == sum(len(t.work.unasked) for t in urgent):
            rows += sum(slots * ticket.rows for ticket, slots in given)
            most = int(self.bounds.rows * (1 - REFILL))
            given += self._share([t for t in waiting if t.bulk], rows, most)
        return given

    def _share(self, tickets: list[Ticket], rows: int, most: int) -> list[tuple[Ticket, int]]:
        """Share what is free of `most` rows among some tickets, once it is worth it."""
        free = most - rows
        if rows and free < self.bounds.rows * REFILL:
            return []
        claims = [Claim(len(t.work.unasked), t.rows, t.granted) for t in tickets]
        shares = share_rows(claims, free, idle=not rows)
        return [(t, share) for t, share in zip(tickets, shares, strict=True) if share]

    def _list_waiting(self) -> list[Ticket]:
        """Return those whose slots may be begun, in the order of their arrival."""
        with self._change:
            self._drop_finished()
            if self._stopping:
                self._refuse_unstarted()
            return [ticket for ticket in self._queue if ticket.work.unasked]

    @property
    def engine_of_thread(self) -> Engine:
        """The engine for the thread that owns it, which works on while the server stops."""
        assert self._engine is not None, "only the loop asks, after loading"
        return self._engine

    def _answer_rest(self) -> None:
        """Answer whoever still waits when the thread ends."""
        with self._change:
            rest, self._queue = list(self._queue), deque()
        for ticket in rest:
            ticket.fail(self._failure or self._explain())
