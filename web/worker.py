"""The one thread that owns the model, and the bounded queue in front of it.

Waiting requests are joined into rounds: each round fills slots of as many of them as fit, an equal
share for each, so that a huge draft never holds up a small one for longer than a round. A request
that is cancelled or late frees its rows at the next step. Knows nothing of HTTP or weights.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drafting.engine import Engine, Filled
from drafting.errors import (
    DraftingError,
    ModelError,
    NotReadyError,
    OverloadedError,
    StoppingError,
    UnsupportedLanguageError,
)
from drafting.result import Result
from drafting.rewriter import Request, SlotWish, Work
from web.sharing import share_rows
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
    """Fillings written side by side in one round."""


@dataclass(slots=True)
class Counts:
    """What has been done so far, for the metrics."""

    rounds: int = 0
    joined: int = 0
    """Requests in all rounds; more than the rounds where requests shared one."""
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
    def failure(self) -> DraftingError | None:
        """Why the model couldn't be loaded, if it couldn't."""
        return self._failure

    @property
    def waiting(self) -> int:
        """Drafts that wait or are being worked on."""
        return len(self._queue)

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
        self, requests: Sequence[Request], wish: SlotWish | None = None
    ) -> list[Ticket | DraftingError]:
        """Take drafts in, in order; each is a ticket, or what is wrong with it.

        With a wish, one slot of each is worked on.

        Raises:
            NotReadyError: the model isn't there (yet).
            OverloadedError: the queue can't hold so many more; none was taken.
            StoppingError: the server is going down.

        """
        read = [self._read(request, wish) for request in requests]
        open_tickets = [t for t in read if isinstance(t, Ticket) and t.work.waiting]
        with self._change:
            self.engine  # noqa: B018 - raises where the thread went away meanwhile
            if len(self._queue) + len(open_tickets) > self.bounds.waiting and open_tickets:
                raise OverloadedError(
                    "Many drafts are being rewritten just now, and this one would wait too long. "
                    "Please send it again in a few seconds."
                )
            for ticket in open_tickets:
                ticket.position = len(self._queue)
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

    def _read(self, request: Request, wish: SlotWish | None) -> Ticket | DraftingError:
        """Read a draft in its caller's thread; the model's thread has better things to do."""
        engine = self.engine
        try:
            work = Work(request, engine, wish)
            if not work.reading.is_english:
                raise UnsupportedLanguageError(
                    "This draft doesn't seem to be in English, the only language that the model "
                    "was trained on, so it was left as it is."
                )
        except DraftingError as error:
            return error
        return Ticket(work, request.candidates, self.bounds.seconds)

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
            while tickets := self._next():
                self._work(tickets)
        except DraftingError as error:
            self._failure = error
            log.error("The model can't be used: %s", error)
        finally:
            self._answer_rest()

    def _next(self) -> list[Ticket]:
        """Wait for tickets and return those of the next round; none when it is time to stop."""
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

    def _work(self, tickets: Sequence[Ticket]) -> None:
        """Work one round, and after a failure once more with each ticket alone."""
        try:
            self._fill(tickets)
        except Exception as error:
            if len(tickets) == 1:
                tickets[0].fail(_make_presentable(error))
                return
            log.warning("A round of %d failed; each is tried alone.", len(tickets))
            for ticket in tickets:
                self._work([ticket])

    def _fill(self, tickets: Sequence[Ticket]) -> None:
        """Fill an equal share of each ticket's slots."""
        shares = share_rows([(len(t.work.waiting), t.rows) for t in tickets], self.bounds.rows)
        active = [(t, share) for t, share in zip(tickets, shares, strict=True) if share]
        asks = [ticket.begin(share) for ticket, share in active]
        self.counts.rounds += 1
        self.counts.joined += len(active)
        self.counts.slots += sum(share for _, share in active)

        def decide(ask: int, slot_id: str, written: tuple[Filled, ...]) -> None:
            active[ask][0].decide(slot_id, written)

        self.engine_of_thread.fill(asks, decide, lambda ask: active[ask][0].is_over())
        for ticket, _ in active:
            if not ticket.work.waiting:
                ticket.finish()

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


def _make_presentable(error: Exception) -> DraftingError:
    """Return an error that may be shown: others could tell what people wrote."""
    if isinstance(error, DraftingError):
        return error
    log.error("The model failed on a draft: %s", type(error).__name__)
    return ModelError(
        "The model failed on this draft. Please keep it as it is, or change it a bit."
    )
