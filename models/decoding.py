"""Fill slots side by side: one batch of rows, each under the grammar of its slot.

Rows know tokens and constraints; what runs the network is a `Runner` (causal or seq2seq). Knows
nothing of mails, labels or templates.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from drafting.errors import GrammarError
from models.constraint import Constraint
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
    """Number of the mail among those of the batch; jobs of a batch come sorted by it."""
    slot: str
    header: list[int]
    constraint: Constraint
    limit: int
    """Tokens that a filling may have, the end token not counted."""
    seed: int
    candidates: int
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
    finished: bool = False
    failed: bool = False
    """Ran out of room, or out of tokens that the grammar allows: not a filling."""


class Runner(Protocol):
    """Runs the network for the rows of a batch and keeps what it remembers of them."""

    def start(self, jobs: Sequence[Job]) -> Floats:
        """Read prompts and headers; return the next-token logits, (jobs, vocabulary)."""
        ...

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> Floats:
        """Keep the given rows (in order, repeats allowed), feed each a token; return logits."""
        ...


Finish = Callable[[Job, list[Row]], None]
"""Called for each job once all its rows are finished."""


def decode(
    runner: Runner,
    jobs: Sequence[Job],
    end: int,
    finish: Finish,
    is_stopped: Callable[[int], bool] | None = None,
) -> None:
    """Write all candidates of all jobs; those of an ask that is stopped are given up."""
    if not jobs:
        return
    logits = runner.start(jobs)
    rows = [row for job in jobs for row in _open_rows(job)]
    batch = rows
    # Which row of the runner each row of the batch has its logits from: at first its job's.
    source = [n for n, job in enumerate(jobs) for _ in range(job.candidates)]
    first = True
    while True:
        if is_stopped:
            _give_up(batch, is_stopped)
        for row, place in zip(batch, source, strict=True):
            if not row.finished:
                _extend(row, logits[place], end)
        _report(rows, batch, finish)
        unfinished = [n for n, row in enumerate(batch) if not row.finished]
        if not unfinished:
            return
        if first or len(unfinished) <= COMPACT * len(batch):
            source = [source[n] for n in unfinished]
            batch = [batch[n] for n in unfinished]
        logits = runner.step(source, [end if row.finished else row.tokens[-1] for row in batch])
        source = list(range(len(batch)))
        first = False


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


def _give_up(batch: list[Row], is_stopped: Callable[[int], bool]) -> None:
    """End the rows of asks that are stopped; nobody hears of their jobs."""
    asks = {row.job.ask for row in batch if not row.finished}
    stopped = {ask for ask in asks if is_stopped(ask)}
    for row in batch:
        if row.job.ask in stopped:
            row.finished = row.failed = row.job.finished = True


def _extend(row: Row, logits: Floats, end: int) -> None:
    """Choose a row's next token, and finish the row where it is at its end."""
    if len(row.tokens) >= row.job.limit:
        row.finished, row.failed = True, not row.constraint.complete
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
        row.finished = True
        return
    row.constraint.advance(token)
    row.tokens.append(token)
    # Nothing but the end can follow, so there is nothing to ask the network.
    row.finished = row.constraint.complete and row.constraint.closed


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


def _report(rows: list[Row], batch: list[Row], finish: Finish) -> None:
    """Announce each job whose last row has finished in this step."""
    over = {id(row.job): row.job for row in batch if row.finished and not row.job.finished}
    for job in over.values():
        mine = [row for row in rows if row.job is job]
        if all(row.finished for row in mine):
            job.finished = True
            finish(job, mine)
