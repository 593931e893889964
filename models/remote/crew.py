"""Threads that make requests for the one thread that fills: work goes in, outcomes come out.

Knows nothing of what the work is.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew(Generic[Task, Result]):
    """At most so many threads, started as they are needed and gone when the work is closed.

    They don't keep the program from ending: one may hang on a server for as long as it is let.
    """

    def __init__(self, work: Callable[[Task], Result], most: int) -> None:
        self._work = work
        self._most = most
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[Task, Result | Exception]] = SimpleQueue()
        self._threads = 0

    def put(self, task: Task) -> None:
        """Give a task to whichever thread is free next."""
        self._tasks.put(task)
        if self._threads < self._most:
            self._threads += 1
            threading.Thread(target=self._run, name="drafting-remote", daemon=True).start()

    def get(self, seconds: float) -> tuple[Task, Result | Exception] | None:
        """Return a task that is done with its outcome, or None where none was in that time."""
        try:
            return self._done.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> None:
        """Let each thread end after what it is doing."""
        for _ in range(self._threads):
            self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                self._done.put((task, self._work(task)))
            except Exception as error:
                self._done.put((task, error))
