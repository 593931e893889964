"""Let works join the batch that an engine writes, and go on after a failure with each alone.

What takes a local batch through the engine, and what serves waiting requests, share this. Knows
nothing of who waits, nor of how rows are shared among them.
"""

import logging
from collections.abc import Callable, Sequence
from itertools import count
from typing import Generic, Protocol, TypeVar

from drafting.engine import Ask, Engine, Filled

log = logging.getLogger(__name__)

REFILL = 0.25
"""Share of the rows that must be free before others join: reading headers one by one is slow."""


class Task(Protocol):
    """A work under way, as whoever hands it in knows it."""

    def is_over(self) -> bool:
        """Tell whether nothing more is wanted of it."""
        ...

    def decide(self, slot_id: str, written: tuple[Filled, ...]) -> None:
        """Take what was written for a slot, and end the task where that was the last one."""
        ...

    def ask_again(self) -> None:
        """Let all that was asked and not decided be asked anew."""
        ...

    def fail(self, error: Exception) -> None:
        """End the task with an error."""
        ...


T = TypeVar("T", bound=Task)

Admit = Callable[[int], Sequence[tuple[T, Ask]]]
"""Returns what joins, given the number of rows that are being written."""


class Filling(Generic[T]):
    """Fills the tasks that `admit` lets in, until it lets in no more.

    After a failure each task concerned is tried by itself: `alone` returns what fits of it next,
    or None. Errors of the kinds `passing` are nobody's fault here and end the filling.
    """

    def __init__(
        self,
        engine: Engine,
        admit: Admit[T],
        alone: Callable[[T], Ask | None],
        passing: tuple[type[Exception], ...] = (),
    ) -> None:
        self._engine = engine
        self._admit = admit
        self._alone = alone
        self._passing = passing

    def run(self) -> None:
        """Fill, and raise only what is no task's fault."""
        while self._run_until_failure():
            pass

    def _run_until_failure(self) -> bool:
        """Fill until all is done; tell whether a failure came first."""
        begun: dict[int, T] = {}
        try:
            self._fill(begun, self._admit)
        except self._passing:
            raise
        except Exception as error:
            concerned = [task for task in dict.fromkeys(begun.values()) if not task.is_over()]
            if not concerned:
                # Nobody was begun, so the fault is nobody's, and would come again.
                raise
            log.warning("The model failed on %d drafts; each is tried alone.", len(concerned))
            for task in concerned:
                self._try_alone(task, error if len(concerned) == 1 else None)
            return True
        return False

    def _try_alone(self, task: T, error: Exception | None) -> None:
        """Try a task by itself, or fail it where it was by itself already."""

        def admit(rows: int) -> list[tuple[T, Ask]]:
            ask = None if rows or task.is_over() else self._alone(task)
            return [(task, ask)] if ask else []

        if error is None:
            task.ask_again()
            try:
                self._fill({}, admit)
            except self._passing:
                raise
            except Exception as again:
                error = again
        if error:
            task.fail(error)

    def _fill(self, begun: dict[int, T], admit: Admit[T]) -> None:
        """Let the engine write what is admitted; `begun` gets the task of each ask's number."""
        numbers = count()

        def is_over(ask: int) -> bool:
            return ask not in begun or begun[ask].is_over()

        def more(rows: int) -> list[Ask]:
            for number in [n for n in begun if is_over(n)]:
                del begun[number]
            asks: list[Ask] = []
            for task, ask in admit(rows):
                begun[next(numbers)] = task
                asks.append(ask)
            return asks

        def decide(ask: int, slot_id: str, written: tuple[Filled, ...]) -> None:
            begun[ask].decide(slot_id, written)

        self._engine.fill([], decide, is_over, more)
