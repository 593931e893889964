"""Where batches are kept: a folder for each, until it expires.

All names in it are ours; a batch's id can't be guessed. Knows nothing of HTTP or of the model.
"""

import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from drafting.batch.outputs import Outputs
from drafting.batch.replacing import replacing
from drafting.errors import (
    BatchMissingError,
    NoRoomError,
    OutputError,
    TooManyBatchesError,
)
from web.jobs.job import Job, JobState

MOST_JOBS = 20
"""Batches that one may have here, finished ones too: each takes room."""
DRAFTS = ".drafts"
"""Ending of the input that is a list of drafts."""
OUTPUT_ENDINGS = {".ods": ".xlsx", DRAFTS: ".json"}

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class JobStore:
    """The batches of one server."""

    def __init__(self, folder: Path, expiry: float) -> None:
        """Name the folder; `expiry` is in seconds after a batch's end."""
        self.folder = folder
        self._expiry = expiry
        self._lock = threading.RLock()

    def create(self, job: Job, write_input: Callable[[Path], None]) -> None:
        """Keep a new batch and its input.

        Raises:
            TooManyBatchesError: its owner has as many as one may have.
            NoRoomError: it can't be kept; nothing of it is left.

        """
        with self._lock:
            if len(self.list(job.owner)) >= MOST_JOBS:
                raise TooManyBatchesError(
                    f"There are {MOST_JOBS} batches of yours here, as many as one may have. "
                    "Please delete one that you no longer need."
                )
            try:
                with kind_disk_errors():
                    self.place(job).mkdir(parents=True, mode=0o700)
                    write_input(self.input(job))
                self._save(job)
            except BaseException:
                self.remove(job)
                raise

    def find(self, job_id: str, owner: str) -> Job:
        """Return a batch of this owner.

        Raises:
            BatchMissingError: there is none; somebody else's is none.

        """
        job = self.read(job_id)
        if job is None or not secrets.compare_digest(job.owner, owner):
            raise BatchMissingError(
                "There is no such batch. It may have been deleted or have expired; "
                "`GET /api/v1/batches` lists yours."
            )
        return job

    def read(self, job_id: str) -> Job | None:
        """Return a batch as it is now, or nothing where there is none (any more)."""
        job = self._load(job_id)
        return None if job is None or self.is_expired(job) else job

    def is_gone(self, job_id: str) -> bool:
        """Tell whether a batch was deleted; one that only can't be read just now wasn't."""
        return not (self._place(job_id) / "job.json").exists()

    def list(self, owner: str | None = None) -> list[Job]:
        """Return the batches of an owner, or all, the newest first."""
        names = [path.name for path in self.folder.glob("*") if path.is_dir()]
        jobs = [job for name in names if (job := self.read(name))]
        mine = [job for job in jobs if owner is None or job.owner == owner]
        return sorted(mine, key=lambda job: -job.created)

    def change(self, job: Job, state: JobState, **values: object) -> Job | None:
        """Bring an open batch into another state; nothing where it isn't open any more.

        Raises:
            NoRoomError: that can't be kept.

        """
        with self._lock:
            known = self.read(job.id)
            if known is None or not known.state.is_open:
                return None
            finished = None if state.is_open else time.time()
            changed = known.model_copy(update={"state": state, "finished": finished, **values})
            self._save(changed)
            return changed

    def remove(self, job: Job) -> None:
        """Delete a batch with all its files."""
        with self._lock:
            shutil.rmtree(self.place(job), ignore_errors=True)

    def expire(self) -> None:
        """Delete what has expired, and what a stop in the middle of an upload has left."""
        for path in self.folder.glob("*"):
            if _ID.fullmatch(path.name):
                job = self._load(path.name)
                left = self.is_gone(path.name) and _is_old(path)
                if left or (job and self.is_expired(job)):
                    shutil.rmtree(path, ignore_errors=True)

    def is_expired(self, job: Job) -> bool:
        """Tell whether a finished batch was kept long enough."""
        return job.finished is not None and time.time() > job.finished + self._expiry

    def input(self, job: Job) -> Path:
        """Return where a batch's input is."""
        return self.place(job) / f"input{job.ending}"

    def outputs(self, job: Job) -> Outputs:
        """Return where a batch's files go."""
        return Outputs(self.place(job) / f"output{output_ending(job)}")

    def place(self, job: Job) -> Path:
        """Return the folder of a batch."""
        return self._place(job.id)

    def _place(self, job_id: str) -> Path:
        return self.folder / job_id

    def _load(self, job_id: str) -> Job | None:
        if not _ID.fullmatch(job_id):
            return None
        try:
            return Job.model_validate_json((self._place(job_id) / "job.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def _save(self, job: Job) -> None:
        with kind_disk_errors(), replacing(self.place(job) / "job.json") as file:
            file.write(job.model_dump_json())


def make_id() -> str:
    """Return an id of 128 random bits."""
    return secrets.token_urlsafe(16)


def output_ending(job: Job) -> str:
    """Return the ending of the name of a batch's output."""
    return OUTPUT_ENDINGS.get(job.ending, job.ending)


@contextmanager
def kind_disk_errors() -> Iterator[None]:
    """Turn what the disk says into an error of ours."""
    try:
        yield
    except (OSError, OutputError):
        raise NoRoomError(
            "The server can't keep this batch: its disk is full or can't be written to. Please "
            "tell whoever runs it; nothing of yours was changed."
        ) from None


def _is_old(path: Path) -> bool:
    """Tell whether a folder without a batch is no upload that is just coming in."""
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > 600
    return False
