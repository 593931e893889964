"""Fill slots side by side: one batch of rows, each under the grammar of its slot.

Rows know tokens and constraints; what runs the network is a `Runner` (causal or seq2seq). Knows
nothing of mails, labels or templates.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from drafting.errors import GrammarError
from models.constraint import Constraint
from models.question import Question
from models.sampling import Floats, draw, log_probabilities, make_generator

log = logging.getLogger(__name__)

TOP = 64
"""A token is sought among so many of the likeliest ones first (top-k sampling)."""
COMPACT = 0.75
"""The batch is made smaller once no more than this share of its rows is unfinished."""


@dataclass(slots=True)
class Job:
    """One slot to fill: its header, its grammar at the start, and how long a filling may be."""

    ask: int
    """Number of the mail; jobs that come together are sorted by it."""
    slot: str
    header: list[int]
    constraint: Constraint
    limit: int
    """Tokens that a filling may have, the end token not counted."""
    seed: int
    candidates: int
    rows: "list[Row]" = field(default_factory=list)
    finished: bool = False


@dataclass(slots=True)
class Row:
    """One filling as it is written."""

    job: Job
    constraint: Constraint
    generator: np.random.Generator | None
    tokens: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    share: float = 0.0
    """Probability of the first token among those allowed."""
    next: int = 0
    """The token that the network reads next."""
    asked: list[int] | None = None
    """What is left of the question behind the filling; None while the filling is being written."""
    verdict: float | None = None
    """Log-odds that the filling is right, as the model answers the question; None without one."""
    finished: bool = False
    failed: bool = False
    """Ran out of room, or out of tokens that the grammar allows: not a filling."""


Prompts = Mapping[int, Sequence[int]] | Sequence[Sequence[int]]
"""The token ids of each ask's prompt, by the ask's number; asks may come and go."""


class Runner(Protocol):
    """Runs the network for the rows of a batch and keeps what it remembers of them."""

    @property
    def joins(self) -> bool:
        """Whether `start` may be called while there are rows."""
        ...

    def start(self, jobs: Sequence[Job]) -> Floats:
        """Read prompts and headers; return the next-token logits, (jobs, vocabulary).

        The jobs' rows, one for each, come behind those that are there.
        """
        ...

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> Floats:
        """Keep the given rows (in order, repeats allowed), feed each a token; return logits."""
        ...

    def clear(self) -> None:
        """Forget all rows."""
        ...


Finish = Callable[[Job, list[Row]], None]
"""Called for each job once all its rows are finished."""


More = Callable[[int], Sequence[Job]]
"""Asked before each step, with the number of unfinished rows, for jobs that join the batch."""


class Batch:
    """The rows that are written side by side; jobs join it and leave it."""

    def __init__(
        self, runner: Runner, end: int, finish: Finish, question: Question | None = None
    ) -> None:
        self._runner = runner
        self._end = end
        self._question = question
        self._finish = finish
        self._rows: list[Row] = []
        self._places: list[int] = []
        """Which row of the runner each row has its logits from: at first its job's."""
        self._logits: list[Floats] = []
        self._width = 0
        """Rows that the runner keeps."""
        self._fresh = False

    @property
    def unfinished(self) -> int:
        """Rows that are still being written."""
        return sum(not row.finished for row in self._rows)

    @property
    def is_open(self) -> bool:
        """Whether jobs may join now."""
        return not self._rows or self._runner.joins

    def add(self, jobs: Sequence[Job]) -> None:
        """Read the headers of jobs, whose rows are written from the next step on."""
        if not jobs:
            return
        for number, (job, logits) in enumerate(zip(jobs, self._runner.start(jobs), strict=True)):
            job.rows = _open_rows(job)
            self._rows += job.rows
            self._places += [self._width + number] * job.candidates
            self._logits += [logits] * job.candidates
        self._width += len(jobs)
        self._fresh = True

    def give_up(self, is_stopped: Callable[[int], bool]) -> None:
        """End the rows of asks that are stopped; nobody hears of their jobs."""
        asks = {row.job.ask for row in self._rows if not row.finished}
        stopped = {ask for ask in asks if is_stopped(ask)}
        for row in self._rows:
            if row.job.ask in stopped:
                row.finished = row.failed = row.job.finished = True
                row.job.rows = []

    def step(self) -> None:
        """Give every row its next token, tell which jobs are done, and run the network on."""
        for row, logits in zip(self._rows, self._logits, strict=True):
            if not row.finished:
                _extend(row, logits, self._end, self._question)
        _report(self._rows, self._finish)
        unfinished = [n for n, row in enumerate(self._rows) if not row.finished]
        if not unfinished:
            # What the runner still holds is dropped with the next `start`.
            self._keep([])
            return
        if self._fresh or len(unfinished) <= COMPACT * len(self._rows):
            self._keep(unfinished)
        tokens = [self._end if row.finished else row.next for row in self._rows]
        self._logits = list(self._runner.step(self._places, tokens))
        self._places = list(range(len(self._rows)))
        self._width = len(self._rows)
        self._fresh = False

    def _keep(self, rows: Sequence[int]) -> None:
        self._rows = [self._rows[n] for n in rows]
        self._places = [self._places[n] for n in rows]
        self._logits = [self._logits[n] for n in rows]
        if not rows:
            self._width = 0
            self._runner.clear()


def decode(
    runner: Runner,
    jobs: Sequence[Job],
    end: int,
    finish: Finish,
    is_stopped: Callable[[int], bool] | None = None,
    more: More | None = None,
    question: Question | None = None,
) -> None:
    """Write all candidates of all jobs; those of an ask that is stopped are given up.

    With a `question`, each filling is judged by the model once it is written, while others still are.
    """
    batch = Batch(runner, end, finish, question)
    batch.add(jobs)
    while True:
        if is_stopped:
            batch.give_up(is_stopped)
        if more and batch.is_open:
            batch.add(more(batch.unfinished))
        if not batch.unfinished:
            return
        batch.step()


def _open_rows(job: Job) -> list[Row]:
    """Return a job's rows: the first takes the likeliest tokens, the others sample."""
    return [
        Row(
            job,
            job.constraint.copy(),
            make_generator(job.seed, job.slot, number) if number else None,
        )
        for number in range(job.candidates)
    ]


def _extend(row: Row, logits: Floats, end: int, question: Question | None) -> None:
    """Choose a row's next token, and finish the row where it is at its end."""
    if row.asked is not None:
        _answer(row, logits, question)
        return
    if len(row.tokens) >= row.job.limit:
        _end(row, end, question, failed=not row.constraint.complete)
        return
    try:
        allowed = _shortlist(row.constraint, logits, end)
    except GrammarError as error:
        # The row is thrown away, never let through; its slot has other rows, and keep.
        log.warning("A filling was dropped. %s", error)
        row.finished = row.failed = True
        return
    if not len(allowed):
        row.finished = row.failed = True
        return
    scores = log_probabilities(logits, allowed)
    choice = draw(scores, row.generator)
    token = int(allowed[choice])
    row.log_probability += float(scores[choice])
    if not row.tokens:
        row.share = float(np.exp(scores[choice]))
    if token == end:
        _end(row, end, question)
        return
    row.constraint.advance(token)
    row.tokens.append(token)
    row.next = token
    # Nothing but the end can follow, so there is nothing to ask the network.
    if row.constraint.complete and row.constraint.closed:
        _end(row, end, question, unread=(token,))


def _end(
    row: Row,
    end: int,
    question: Question | None,
    *,
    failed: bool = False,
    unread: tuple[int, ...] = (),
) -> None:
    """Finish a row, or put the question to it; `unread` is what the network hasn't read of it."""
    if failed or question is None:
        row.finished, row.failed = True, failed
        return
    row.asked = [*unread, end, *question.tokens]
    row.next = row.asked.pop(0)


def _answer(row: Row, logits: Floats, question: Question | None) -> None:
    """Go on with the question, or read its answer."""
    assert question is not None, "a row is asked only where there is a question"
    if row.asked:
        row.next = row.asked.pop(0)
        return
    row.verdict = float(logits[question.right] - logits[question.wrong])
    row.finished = True


def _shortlist(constraint: Constraint, logits: Floats, end: int) -> npt.NDArray[np.intp]:
    """Return the allowed ones among the likeliest tokens, or all allowed ones where there are none.

    Asking for each of the likeliest tokens takes some microseconds, the mask of a whole vocabulary
    up to a tenth of a second where the grammar is in a state that it has not been in before.
    """
    complete = constraint.complete
    top = np.argpartition(-logits, min(TOP, len(logits) - 1))[:TOP]
    kept = [t for t in top.tolist() if (complete if t == end else constraint.permits(t))]
    if complete and end not in kept:
        kept.append(end)
    if kept:
        return np.asarray(sorted(kept), dtype=np.intp)
    allowed = np.flatnonzero(constraint.allowed())
    return np.asarray(allowed[allowed != end], dtype=np.intp)


def _report(rows: Sequence[Row], finish: Finish) -> None:
    """Announce each job whose last row has finished in this step."""
    over = {id(row.job): row.job for row in rows if row.finished and not row.job.finished}
    for job in over.values():
        if all(row.finished for row in job.rows):
            job.finished = True
            rows, job.rows = job.rows, []
            # A row knows its job: left in a circle, the constraints' native memory, of which the
            # collector knows nothing, would pile up until it runs.
            finish(job, rows)
