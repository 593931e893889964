"""One call of `fill`: requests out, checked fillings in, and who is told of them.

All that it knows lives in the thread that called; the crew's threads only post and read. Knows
nothing of how a request is written.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from drafting.engine import Announce, Ask, Filled, Fillings, IsStopped, MoreAsks
from drafting.prompt import Template
from drafting.slots import Slot
from models.remote.answers import Answer
from models.remote.checker import Checker
from models.remote.client import UnusableError
from models.remote.crew import Crew
from models.remote.dialect import Body

log = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks at who has stopped and who joins."""


@dataclass(slots=True)
class Job:
    """One slot to fill."""

    ask: int
    slot: Slot
    candidates: int
    checker: Checker
    words: tuple[str, ...]
    """What an answer may begin with."""
    stop: Event
    open: int
    """Requests that aren't answered yet."""
    answers: list[tuple[int, list[Answer]]] = field(default_factory=list)
    """Each request's number, and what came of it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One request for a job."""

    job: Job
    number: int
    body: Body


@dataclass(slots=True)
class Counts:
    """What became of answers since the engine was made."""

    used: int = 0
    refused: int = 0
    """Broke the grammar that was sent."""
    unusable: int = 0
    """Requests whose answer couldn't be read."""


Plan = Callable[[int, Ask, Slot, Event], tuple[Job, list[Body]]]
"""Makes the job for a slot of the ask with a number, and its requests."""


class Filling:
    """The jobs of one call."""

    def __init__(
        self,
        crew: Crew[Task, list[Answer]],
        plan: Plan,
        template: Template,
        counts: Counts,
    ) -> None:
        self._crew = crew
        self._plan = plan
        self._template = template
        self._counts = counts
        self._asks = 0
        self._open: dict[tuple[int, str], Job] = {}
        self.fillings: list[Fillings] = []

    @property
    def rows(self) -> int:
        """Fillings that are being written."""
        return sum(job.candidates for job in self._open.values())

    def begin(self, asks: Sequence[Ask]) -> None:
        """Send what the first asks want; their fillings are returned."""
        self.fillings = [{} for _ in asks]
        self.take(asks)

    def take(self, asks: Sequence[Ask]) -> None:
        """Send the requests of asks that join."""
        for number, ask in enumerate(asks, self._asks):
            stop = Event()
            for slot in ask.slots:
                job, bodies = self._plan(number, ask, slot, stop)
                self._open[number, slot.id] = job
                for at, body in enumerate(bodies):
                    self._crew.put(Task(job, at, body))
        self._asks += len(asks)

    def run(
        self, announce: Announce | None, is_stopped: IsStopped | None, more: MoreAsks | None
    ) -> None:
        """Wait for all answers and tell of them, in this thread."""
        while True:
            if is_stopped:
                self._give_up(is_stopped)
            if more:
                self.take(more(self.rows))
            if not self._open:
                return
            done = self._crew.get(TICK)
            job = self._note(*done) if done else None
            if job:
                self._finish(job, announce)

    def stop(self) -> None:
        """Give up all that is still open."""
        for job in self._open.values():
            job.stop.set()

    def _give_up(self, is_stopped: IsStopped) -> None:
        stopped = {ask for ask in {ask for ask, _ in self._open} if is_stopped(ask)}
        for place in [place for place in self._open if place[0] in stopped]:
            self._open.pop(place).stop.set()

    def _note(self, task: Task, outcome: list[Answer] | Exception) -> Job | None:
        """Take down what came of a request; return its job once nothing of it is open."""
        job = task.job
        if job.stop.is_set():
            return None
        if isinstance(outcome, UnusableError):
            self._counts.unusable += 1
            log.warning("An answer of the model's server was dropped: %s.", outcome)
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            job.answers.append((task.number, outcome))
        job.open -= 1
        return None if job.open else job

    def _finish(self, job: Job, announce: Announce | None) -> None:
        del self._open[job.ask, job.slot.id]
        found = self._read(job)
        if job.ask < len(self.fillings):
            self.fillings[job.ask][job.slot.id] = found
        if announce:
            announce(job.ask, job.slot.id, found)

    def _read(self, job: Job) -> tuple[Filled, ...]:
        """Return the distinct fillings among a job's answers: those that its grammar allows."""
        given = [answer for _, answers in sorted(job.answers, key=_number) for answer in answers]
        # A server may send more than was asked for, and each costs some time to check.
        given = given[: job.candidates]
        found: dict[str, Filled] = {}
        refused = 0
        for answer in given:
            if answer.text in found:
                continue
            if not job.checker.accepts(answer.text):
                refused += 1
                continue
            candidate = self._template.read(answer.text, insert=job.slot.sentence is None)
            found[answer.text] = Filled(candidate, answer.log_probability, answer.share)
        self._counts.used += len(found)
        self._counts.refused += refused
        if refused:
            log.warning("%d of %d answers broke the slot's grammar: dropped.", refused, len(given))
        return tuple(found.values())


def _number(answers: tuple[int, list[Answer]]) -> int:
    return answers[0]
