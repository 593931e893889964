"""A worker: one process with one model, which rewrites the items that it is sent.

Knows nothing of Ray, nor of the journal, nor of how its lines travel.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any

from drafting.batch.item import Item, Outcome
from drafting.batch.run import BatchRun
from drafting.engine import Engine
from drafting.errors import DraftingError
from models.cluster.wire import Part, Plan, Told
from models.loading import load_engine

log = logging.getLogger(__name__)

Rows = Mapping[str, Sequence[Any]]


class Worker:
    """Loads the model once, then takes part after part.

    It never raises: what is wrong is told to the driver, since Ray would start it again and again,
    and log what it raised.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._engine: Engine | None = None
        self._error = ""
        # Read by OpenMP as torch is loaded; without it each worker would take all cores.
        os.environ["OMP_NUM_THREADS"] = str(plan.threads)
        try:
            self._engine = load_engine(plan.settings)
        except Exception as error:
            self._error = explain(error)

    def __call__(self, rows: Rows) -> Iterator[dict[str, list[str]]]:
        """Rewrite the items of each part; yield a line for each, as soon as it and those before are done.

        The order is the same each time, as Ray counts lines when it starts a part again elsewhere.
        """
        for part in rows["part"]:
            items = Part.read(part).items
            for told in _put_in_order(items, self.rewrite(items)):
                yield {"told": [told.model_dump_json()]}

    def greet(self) -> Told:
        """Return a line without an outcome: whether the model stands, or why it doesn't."""
        return Told(error=self._error or None)

    def rewrite(self, items: Sequence[Item]) -> Iterator[Told]:
        """Yield a line for each item, as soon as it is done, or one that says what is wrong."""
        if self._engine is None:
            yield Told(error=self._error)
            return
        found: SimpleQueue[Outcome | Exception | None] = SimpleQueue()
        run = BatchRun(self._engine, self._plan.options, found.put)
        # The run tells of what is done; Ray asks for it.
        Thread(target=_work, args=(run, items, found), daemon=True).start()
        while (outcome := found.get()) is not None:
            if isinstance(outcome, Exception):
                yield Told(error=explain(outcome))
                return
            yield Told(outcome=outcome)


def _put_in_order(items: Sequence[Item], lines: Iterable[Told]) -> Iterator[Told]:
    """Yield lines in the order of their items, each as soon as those before are there."""
    done: dict[str, Told] = {}
    waiting = iter(items)
    item = next(waiting, None)
    for told in lines:
        if told.outcome is None:
            yield told
            return
        done[told.outcome.key] = told
        while item and item.key in done:
            yield done.pop(item.key)
            item = next(waiting, None)


def _work(
    run: BatchRun, items: Sequence[Item], found: "SimpleQueue[Outcome | Exception | None]"
) -> None:
    try:
        run.run(items)
    except Exception as error:
        found.put(error)
    found.put(None)


def explain(error: Exception) -> str:
    """Return what may be told of an error; only our own are quoted."""
    if isinstance(error, DraftingError):
        return str(error)
    log.error("The model failed: %s", type(error).__name__)
    return (
        f"The model failed on a worker ({type(error).__name__}). Does it work with --engine local "
        "--workers 1?"
    )
