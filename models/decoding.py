"""Fill slots side by side: one batch of rows, each under the grammar of its slot.

Rows know tokens and constraints; what runs the network is a `Runner` (causal or seq2seq). Knows
nothing of mails, labels or templates.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from drafting.errors import GrammarError
from models.constraint import Constraint
from models.jobs import Draw, Feed, Job, Row, Runner
from models.sampling import Floats, draw, likeliest, log_probabilities, make_generator

log = logging.getLogger(__name__)

TOP = 64
"""A token is sought among so many of the likeliest ones first (top-k sampling)."""


Finish = Callable[[Job, list[Row]], None]
"""Called for each job once all is written, with the row of each candidate: some have the same one."""

More = Callable[[int], Sequence[Job]]
"""Asked before each step, with the number of candidates being written, for jobs that join."""


Guess = Callable[[Sequence[Row]], Sequence[Sequence[int]]]
"""Guesses for each row which tokens will follow; to be wrong costs some time and nothing else."""


class Batch:
    """The rows that are written side by side; jobs join it and leave it."""

    def __init__(
        self,
        runner: Runner,
        end: int,
        finish: Finish,
        guess: Guess | None = None,
    ) -> None:
        self._runner = runner
        self._end = end
        self._finish = finish
        self._guess = guess if runner.reads_ahead else None
        self._rows: list[Row] = []
        self._logits: list[Floats] = []
        self._width = 0
        """Rows that the runner keeps."""

    @property
    def unfinished(self) -> int:
        """Candidates that are still being written."""
        return sum(len(row.draws) for row in self._rows)

    @property
    def is_open(self) -> bool:
        """Whether jobs may join now."""
        return not self._rows or self._runner.joins

    def add(self, jobs: Sequence[Job]) -> None:
        """Read the headers of jobs, whose rows are written from the next step on."""
        if not jobs:
            return
        self._logits += self._runner.start(jobs)
        for place, job in enumerate(jobs, self._width):
            self._rows.append(Row(job, job.constraint.copy(), _open_draws(job), place=place))
        self._width += len(jobs)

    def give_up(self, is_stopped: Callable[[int], bool]) -> None:
        """End the rows of asks that are stopped; nobody hears of their jobs."""
        stopped = {ask for ask in {row.job.ask for row in self._rows} if is_stopped(ask)}
        going = [n for n, row in enumerate(self._rows) if row.job.ask not in stopped]
        for row in self._rows:
            if row.job.ask in stopped:
                row.job.over = []
        self._rows = [self._rows[n] for n in going]
        self._logits = [self._logits[n] for n in going]

    def step(self) -> None:
        """Give every candidate its next tokens, tell which jobs are done, and run the network on."""
        rows = [
            part
            for row, logits in zip(self._rows, self._logits, strict=True)
            for part in self._go_on(row, logits)
        ]
        _report(rows, self._finish)
        self._rows = [row for row in rows if not (row.finished or row.job.finished)]
        self._logits = []
        self._width = len(self._rows)
        if not self._rows:
            self._runner.clear()
            return
        if self._guess:
            for row, guess in zip(self._rows, self._guess(self._rows), strict=True):
                row.next += guess
                row.guess = len(guess)
        feeds = [Feed(row.place, row.next, row.forget) for row in self._rows]
        self._logits = list(self._runner.step(feeds))
        for place, row in enumerate(self._rows):
            row.place = place

    def _go_on(self, row: Row, logits: Floats) -> Iterator[Row]:
        """Yield the rows that a row becomes, as far as what it has read goes."""
        guess = row.next[len(row.next) - row.guess :]
        for read, behind in enumerate(logits[len(logits) - len(guess) - 1 :]):
            going: Row | None = None
            for part in self._choose(row, behind):
                part.forget = len(guess) - read
                part.guess = 0
                right = part.tokens[-1:] == guess[read : read + 1]
                if right and not part.finished:
                    going = part
                else:
                    yield part
            if going is None:
                return
            row = going

    def _choose(self, row: Row, logits: Floats) -> list[Row]:
        """Choose the next token of each candidate of a row; return a row for each of the tokens."""
        if len(row.tokens) >= row.job.limit:
            row.finished, row.failed = True, not row.constraint.complete
            return [row]
        try:
            refused = None if row.tokens else row.job.refused
            allowed = _shortlist(row.constraint, logits, self._end, refused)
        except GrammarError as error:
            # The row is thrown away, never let through; its slot has other rows, and keep.
            log.warning("A filling was dropped. %s", error)
            row.finished = row.failed = True
            return [row]
        if not len(allowed):
            row.finished = row.failed = True
            return [row]
        scores = log_probabilities(logits, allowed)
        if not row.tokens:
            row.keep = _find_share(row.job.keep, allowed, scores)
        chosen: dict[int, list[Draw]] = {}
        for number, generator in row.draws:
            open_to = scores if number else _refuse(refused, allowed, scores)
            chosen.setdefault(draw(open_to, generator), []).append((number, generator))
        settled = None if row.tokens else _find_settling(row.job, allowed, scores, chosen)
        if settled is not None:
            chosen = {settled: row.draws}
        parts = _fork(row, list(chosen.values()))
        for part, choice in zip(parts, chosen, strict=True):
            self._take(part, int(allowed[choice]), float(scores[choice]))
        return parts

    def _take(self, row: Row, token: int, score: float) -> None:
        """Add a token to a row, and close the row where nothing may follow."""
        row.log_probability += score
        if not row.tokens:
            row.share = float(np.exp(score))
        row.next = [token]
        if token == self._end:
            row.finished = True
            return
        row.constraint.advance(token)
        row.tokens.append(token)
        # Nothing but the end can follow, so there is nothing to ask the network.
        row.finished = row.constraint.complete and row.constraint.closed


def decode(
    runner: Runner,
    jobs: Sequence[Job],
    end: int,
    finish: Finish,
    is_stopped: Callable[[int], bool] | None = None,
    more: More | None = None,
    guess: Guess | None = None,
) -> None:
    """Write all candidates of all jobs; those of an ask that is stopped are given up.

    With a `guess`, a row reads what will probably follow together with its last token, and where
    the guess was right it is several tokens further (Leviathan et al., "Fast inference from
    transformers via speculative decoding", 2023). What is written doesn't depend on the guesses.
    """
    batch = Batch(runner, end, finish, guess)
    batch.add(jobs)
    while True:
        if is_stopped:
            batch.give_up(is_stopped)
        if more and batch.is_open:
            batch.add(more(batch.unfinished))
        if not batch.unfinished:
            return
        batch.step()


def _open_draws(job: Job) -> list[Draw]:
    """Return a job's candidates: the first takes the likeliest tokens, the others sample."""
    return [
        (number, make_generator(job.seed, job.slot, number) if number else None)
        for number in range(job.candidates)
    ]


def _find_settling(
    job: Job,
    allowed: npt.NDArray[np.intp],
    scores: Floats,
    chosen: Mapping[int, Sequence[Draw]],
) -> int | None:
    """Return the choice that settles the job, where one of its candidates has made it."""
    if job.settling:
        for choice in chosen:
            likely = np.exp(scores[choice]) >= job.settling.share
            if allowed[choice] == job.settling.token and likely:
                return choice
    return None


def _find_share(token: int | None, allowed: npt.NDArray[np.intp], scores: Floats) -> float | None:
    """Return a token's probability: 0 where it isn't among those allowed, None for no token."""
    if token is None:
        return None
    return float(np.exp(scores[allowed == token]).sum())


def _refuse(token: int | None, allowed: npt.NDArray[np.intp], scores: Floats) -> Floats:
    """Return scores in which one token has no chance, unless it is alone."""
    others = allowed != token
    return np.where(others, scores, -np.inf) if token is not None and others.any() else scores


def _fork(row: Row, draws: Sequence[list[Draw]]) -> list[Row]:
    """Return a row for each group of its candidates; the last one is the row itself."""
    parts = [
        Row(
            row.job,
            row.constraint.copy(),
            group,
            row.tokens.copy(),
            row.log_probability,
            row.share,
            row.keep,
            row.place,
        )
        for group in draws[:-1]
    ]
    row.draws = draws[-1]
    return [*parts, row]


def _shortlist(
    constraint: Constraint, logits: Floats, end: int, refused: int | None = None
) -> npt.NDArray[np.intp]:
    """Return the allowed ones among the likeliest tokens, or all allowed ones where there are none.

    There are none, too, where the only one is `refused`.

    Asking for each of the likeliest tokens takes some microseconds, the mask of a whole vocabulary
    up to a tenth of a second where the grammar is in a state that it has not been in before.
    """
    complete = constraint.complete
    top = likeliest(logits, TOP).tolist()
    kept = [t for t in top if (complete if t == end else constraint.permits(t))]
    if complete and end not in kept:
        kept.append(end)
    if kept and kept != [refused]:
        return np.asarray(sorted(kept), dtype=np.intp)
    allowed = np.flatnonzero(constraint.allowed())
    return np.asarray(allowed[allowed != end], dtype=np.intp)


def _report(rows: Sequence[Row], finish: Finish) -> None:
    """Announce each job whose last candidate has finished in this step."""
    for row in rows:
        job = row.job
        if not row.finished:
            continue
        job.over.append(row)
        if sum(len(over.draws) for over in job.over) == job.candidates:
            job.finished = True
            by_number = sorted(
                (number, n) for n, over in enumerate(job.over) for number, _ in over.draws
            )
            over, job.over = job.over, []
            # A row knows its job: left in a circle, the constraints' native memory, of which the
            # collector knows nothing, would pile up until it runs.
            finish(job, [over[n] for _, n in by_number])
