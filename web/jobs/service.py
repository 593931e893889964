"""The batches of one app: taken in, run, cancelled, deleted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from flask import Flask, current_app
from werkzeug.utils import secure_filename

from drafting.batch.apply import apply_review
from drafting.batch.files.opening import ENDINGS
from drafting.batch.review import Decisions, read_review, take_decisions
from drafting.errors import (
    BatchUnfinishedError,
    DraftingError,
    FieldError,
    TooManyItemsError,
    UnknownKindError,
)
from drafting.settings import Settings
from web.bodies import RewriteBody
from web.jobs.drafts import write_drafts
from web.jobs.job import Job, JobState, Options
from web.jobs.queue import JobQueue
from web.jobs.runner import JobRunner, choose_items, open_job
from web.jobs.store import DRAFTS, JobStore, kind_disk_errors, make_id, output_ending
from web.worker import Worker

MOST_ITEMS = 10_000
HOUR = 3600.0
WriteInput = Callable[[Path], None]


class Jobs:
    """What the views and the server need to know of batches."""

    def __init__(self, settings: Settings, worker: Worker) -> None:
        self.store = JobStore(settings.data / "batches", settings.expiry * HOUR)
        self.runner = JobRunner(self.store, worker)
        self._queue = JobQueue(settings.data, settings.redis, self.runner.run, self.store.expire)

    def start(self) -> None:
        """Run what comes, and go on with what a stop has interrupted."""
        self.store.expire()
        self._queue.start()
        for job in reversed(self.store.list()):
            if job.state.is_open:
                self._queue.put(job.id)

    def stop(self) -> None:
        """Begin nothing more."""
        self._queue.stop()

    def take_file(self, owner: str, name: str, file: IO[bytes], options: Options) -> Job:
        """Take in a file.

        Raises:
            BatchError: it can't be read.
            TooManyItemsError: it has more texts than one batch may have.
            TooManyBatchesError: the owner has as many batches as one may have.
            NoRoomError: it can't be kept.

        """
        ending = Path(name).suffix.lower()
        if ending not in ENDINGS:
            raise UnknownKindError(
                f"This isn't a file that a batch takes. It takes {', '.join(sorted(ENDINGS))}."
            )

        def write_input(path: Path) -> None:
            with path.open("xb") as kept:
                while part := file.read(1 << 20):
                    kept.write(part)

        return self._take(owner, make_name(name, ending), ending, options, write_input)

    def take_drafts(self, owner: str, drafts: list[RewriteBody]) -> Job:
        """Take in a list of drafts; see `take_file`."""
        return self._take(
            owner, "drafts.json", DRAFTS, Options(), lambda path: write_drafts(drafts, path)
        )

    def count_done(self, job: Job) -> int:
        """Return how many items of a batch are done."""
        if job.state is JobState.DONE:
            return sum(job.counts.values())
        return self.runner.progress.get(job.id, 0)

    def end(self, job: Job) -> Job | None:
        """Cancel a batch that isn't finished; delete one that is, and return nothing."""
        cancelled = self.store.change(job, JobState.CANCELLED)
        if cancelled is None:
            self.store.remove(job)
        return cancelled

    def find_file(self, job: Job, part: str) -> Path:
        """Return where the result, review or report of a finished batch is.

        Raises:
            BatchUnfinishedError: it isn't done, or can't be any more.

        """
        files = self.store.outputs(job)
        places = {"result": files.output, "review": files.review, "report": files.report}
        if job.state is not JobState.DONE:
            raise BatchUnfinishedError(
                "This batch has no such file yet. Please wait until its state is `done`."
                if job.state.is_open
                else "This batch has ended without a result, so there is no such file."
            )
        return places[part]

    @contextmanager
    def apply(self, job: Job, decisions: Decisions) -> Iterator[Path]:
        """Yield a file with the replies that were decided for, of a finished batch.

        Only what the person decided is taken from outside; the replies are our own.

        Raises:
            BatchUnfinishedError: it isn't done.
            BrokenReviewError: the decisions are of another batch, or name what isn't there.
            UnfitReplyError: the file can't hold a reply.
            NoRoomError: there is no room for it.

        """
        review = take_decisions(read_review(self.find_file(job, "review")), decisions)
        here = review.model_copy(update={"input": str(self.store.input(job))})
        ticked = apply_review(here, lambda *_, **__: open_job(self.store, job))
        with kind_disk_errors(), TemporaryDirectory(dir=self.store.place(job)) as folder:
            target = Path(folder) / f"reviewed{output_ending(job)}"
            ticked.opened.write(ticked.replies, target, in_place=review.in_place)
            yield target

    def _take(
        self, owner: str, name: str, ending: str, options: Options, write_input: WriteInput
    ) -> Job:
        job = Job(
            id=make_id(),
            owner=owner,
            name=name,
            ending=ending,
            options=options,
            created=time.time(),
        )
        self.store.create(job, write_input)
        try:
            counted = job.model_copy(update={"total": self._count(job)})
            known = self.store.change(job, JobState.WAITING, total=counted.total)
            self._queue.put(job.id)
        except DraftingError:
            self.store.remove(job)
            raise
        return known or counted

    def _count(self, job: Job) -> int:
        """Return how many texts a batch has, and find out whether it can be read at all."""
        try:
            opened = open_job(self.store, job)
        except FieldError:
            # Its text lists the names of all fields; in a file without a head these are texts.
            raise FieldError(
                "It isn't clear which column or key of this file holds the texts. Please name one "
                "that is there in `field`."
            ) from None
        items = len(choose_items(job, opened)) + len(opened.problems)
        if items > MOST_ITEMS:
            raise TooManyItemsError(
                f"This batch has {items} texts, and one may hold {MOST_ITEMS}. "
                "Please send it in parts."
            )
        return items


def make_name(sent: str, ending: str) -> str:
    """Return a file's name as people are told it: nothing in it can lead anywhere."""
    stem = secure_filename(sent)[: -len(ending)][:80]
    return f"{stem or 'batch'}{ending}"


def init_app(app: Flask, settings: Settings, worker: Worker) -> None:
    """Give an app its batches; they run once `start` is called."""
    app.extensions["drafting_jobs"] = Jobs(settings, worker)


def get_jobs() -> Jobs:
    """Return the batches of the current app."""
    return jobs_of(current_app)


def jobs_of(app: Flask) -> Jobs:
    """Return the batches of an app."""
    jobs: Jobs = app.extensions["drafting_jobs"]
    return jobs
