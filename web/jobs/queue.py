"""What waits to be run, in huey: on SQLite beside the batches, or on Redis.

Its threads belong to this process, since the model does. A task may be run twice: the second time
does nothing. Knows nothing of what a batch is.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from redis.exceptions import RedisError

from drafting.errors import NoRoomError, NotReadyError

RUNNERS = 4
"""Batches that run side by side, so that a huge one holds up none of the others."""
NAME = "drafting"

# It tells each task at its usual level; only what goes wrong is of interest here.
logging.getLogger("huey").setLevel(logging.WARNING)


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that lives in somebody else's process, who hears the signals."""

    def _set_signal_handlers(self) -> None:
        pass


class JobQueue:
    """Runs what is put in, by its id."""

    def __init__(
        self, folder: Path, redis: str, run: Callable[[str], None], tidy: Callable[[], None]
    ) -> None:
        """Name the folder of the list, or the address of a Redis; `tidy` is called each hour."""
        self._folder = folder
        self._redis = redis
        self._run = run
        self._tidy = tidy
        self._huey: Any = None
        self._task: Any = None
        self._consumer: Any = None

    def put(self, job_id: str) -> None:
        """Have something run.

        Raises:
            NoRoomError: the list can't be written.
            NotReadyError: Redis isn't there.

        """
        with _kind_errors():
            self._open()
            self._task(job_id)

    def start(self) -> None:
        """Begin to run what is there; raises what `put` does."""
        with _kind_errors():
            self._open()
        self._consumer = QuietConsumer(
            self._huey, workers=RUNNERS, initial_delay=0.1, max_delay=0.5, check_worker_health=False
        )
        self._consumer.start()

    def stop(self) -> None:
        """Begin nothing more; whatever runs is told otherwise."""
        if self._consumer:
            self._consumer.stop(graceful=False)

    def _open(self) -> None:
        """Open the list when it is first needed: an app that nobody sends a batch needs no disk."""
        if self._huey is not None:
            return
        huey = self._make()
        run, tidy = self._run, self._tidy

        def run_batch(job_id: str) -> None:
            run(job_id)

        def expire_batches() -> None:
            tidy()

        self._task = huey.task()(run_batch)
        huey.periodic_task(crontab(minute="0"))(expire_batches)
        self._huey = huey

    def _make(self) -> Any:
        if self._redis:
            huey = RedisHuey(NAME, url=self._redis, results=False)
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            huey = SqliteHuey(NAME, filename=str(self._folder / "queue.db"), results=False)
        return huey


@contextmanager
def _kind_errors() -> Iterator[None]:
    """Turn what disk, SQLite and Redis say into errors of ours."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise NoRoomError(
            "The list of batches can't be written: the disk is full, or DRAFTING_DATA names a "
            "folder that can't be written to. Please tell whoever runs this server."
        ) from error
    except RedisError as error:
        raise NotReadyError(
            "The list of batches can't be reached just now. Please try again later, and tell "
            "whoever runs this server if it stays like this."
        ) from error
