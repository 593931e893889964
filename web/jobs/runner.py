"""Run a batch: input, journal, worker, outputs, as the command line does it.

Run again, it goes on where it was, and does nothing where nothing is left to do. Nothing that it
logs holds what people wrote.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence

from drafting.batch import run as batch_run
from drafting.batch.apply import hash_input
from drafting.batch.files import BatchInput, open_input
from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.batch.journal import Journal
from drafting.batch.outputs import count_states, describe_run, pair_up, write_outputs
from drafting.batch.review import ReviewHead
from drafting.batch.selection import pass_over
from drafting.errors import (
    DraftingError,
    JournalBusyError,
    JournalError,
    JournalMismatchError,
    NoRoomError,
    NotReadyError,
    OutputError,
    StoppingError,
)
from drafting.rewriter import Request
from web.jobs.drafts import DraftList
from web.jobs.feeding import Feeding
from web.jobs.job import Job, JobState
from web.jobs.store import DRAFTS, JobStore, output_ending
from web.worker import State, Worker

log = logging.getLogger(__name__)

BEAT = 0.25
FULL = (
    "The server's disk is full or can't be written to, so this batch was stopped. Please tell "
    "whoever runs it, and send the batch again when there is room."
)


class JobRunner:
    """Runs batches over one worker."""

    def __init__(self, store: JobStore, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self.progress: dict[str, int] = {}
        """Items that are done, by the ids of running batches."""
        self.texts: Counter[OutcomeState] = Counter()
        """What became of the texts that were looked at since the server was started."""

    def run(self, job_id: str) -> None:
        """Run a batch to its end; what goes wrong is noted in it."""
        job = self._store.read(job_id)
        if job is None or not job.state.is_open or not self._wait_for_model(job):
            return
        try:
            self._run(job)
        except (JournalBusyError, StoppingError, NotReadyError):
            # Somebody else runs it, or the server goes down; then its next start runs it.
            log.info("A batch is left as it is.")
        except (JournalError, OutputError):
            self._fail(job, NoRoomError(FULL))
        except DraftingError as error:
            self._fail(job, error)
        except Exception as error:
            log.error("A batch failed: %s", type(error).__name__)
            self._fail(job, DraftingError("Something went wrong on our side. Please try again."))
        finally:
            if self._store.is_gone(job_id):
                # It was deleted while it ran, and a file may have been made after that.
                self._store.remove(job)

    def _wait_for_model(self, job: Job) -> bool:
        """Wait until the model stands; it won't where its thread has ended, and the batch stays."""
        while self._worker.state is State.STARTING and self._is_wanted(job):
            time.sleep(BEAT)
        return self._worker.state is State.READY

    def _is_wanted(self, job: Job) -> bool:
        known = self._store.read(job.id)
        return known is not None and known.state.is_open

    def _run(self, job: Job) -> None:
        opened = open_job(self._store, job)
        total = len(choose_items(job, opened)) + len(opened.problems)
        begun = self._store.change(job, JobState.RUNNING, total=total)
        if begun is None:
            return
        head = self._describe(job, opened)
        with self._open_journal(job, head) as journal:
            try:
                self._work(begun, opened, head, journal)
            finally:
                self.progress.pop(job.id, None)

    def _work(self, job: Job, opened: BatchInput, head: ReviewHead, journal: Journal) -> None:
        """Do what the journal doesn't have yet, then write the outputs."""
        items = choose_items(job, opened)
        waiting = [item for item in items if item.key not in journal.outcomes]
        self.progress[job.id] = job.total - len(waiting)

        def record(outcome: Outcome) -> None:
            journal.append(outcome)
            self.progress[job.id] += 1
            self.texts[outcome.state] += 1

        if job.options.only_findings:
            waiting = pass_over(waiting, record)
        feeding = Feeding(self._worker, make_request(job, opened), record)
        if feeding.run(waiting, lambda: self._is_wanted(job)):
            done = pair_up(items, journal.outcomes)
            files = write_outputs(opened, done, head, self._store.outputs(job).output)
            counts = count_states(opened, done, files)
            self._store.change(job, JobState.DONE, counts=dict(counts))

    def _open_journal(self, job: Job, head: ReviewHead) -> Journal:
        """Open the journal; begin it anew where the model has become another one meanwhile."""
        journal = Journal(self._store.outputs(job).journal, describe_run(head))
        try:
            return journal.open()
        except JournalMismatchError:
            return journal.open(restart=True)

    def _describe(self, job: Job, opened: BatchInput) -> ReviewHead:
        """Return what a review is of; its paths are names, since it is read on another machine."""
        model = self._worker.engine
        return ReviewHead(
            input=job.name,
            input_sha256=hash_input(self._store.input(job)),
            output=name_output(job),
            field=opened.field,
            format=job.options.format,
            in_place=job.options.in_place,
            settings={
                "candidates": job.options.candidates,
                "seed": job.options.seed,
                "limit": job.options.limit,
                "only_findings": job.options.only_findings,
                "model": model.name,
                "adapter": model.adapter,
            },
        )

    def _fail(self, job: Job, error: DraftingError) -> None:
        try:
            self._store.change(job, JobState.FAILED, code=error.code, message=str(error))
        except DraftingError:
            # The disk is full: the batch stays open, and the next start tries it again.
            log.error("A batch failed, and that can't be noted: %s", error.code)


def open_job(store: JobStore, job: Job) -> BatchInput:
    """Read a batch's input.

    Raises:
        BatchError: it can't be read.

    """
    path = store.input(job)
    if job.ending == DRAFTS:
        return DraftList(path)
    return open_input(path, field=job.options.field, format=job.options.format)


def choose_items(job: Job, opened: BatchInput) -> Sequence[Item]:
    """Return the items of a batch that are to be looked at."""
    return opened.items[: job.options.limit]


def make_request(job: Job, opened: BatchInput) -> Callable[[Item], Request]:
    """Return what turns an item of a batch into a request."""
    if isinstance(opened, DraftList):
        return opened.request
    return batch_run.Options(job.options.candidates, job.options.seed).request


def name_output(job: Job, what: str = "replies") -> str:
    """Return the name under which a batch's output is downloaded."""
    stem = job.name.rpartition(".")[0] or job.name
    return f"{stem}-{what}{output_ending(job)}"
