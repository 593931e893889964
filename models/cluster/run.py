"""Rewrite the items of a batch with the workers of a Ray cluster.

Ray Data hands parts of the items to a pool of workers, starts those again that die, and gives back
a line for each item as soon as it is done. Knows nothing of journals.
"""

import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import Any

from drafting.batch.item import Item
from drafting.batch.run import Options, Record, make_outcome
from drafting.errors import ClusterError, ModelError
from drafting.settings import Settings
from models.cluster.room import Room, share_machines
from models.cluster.session import import_ray, list_machines, open_session
from models.cluster.watch import Watch
from models.cluster.wire import Part, Plan, Told
from models.cluster.worker import Worker

log = logging.getLogger(__name__)

ITEMS = 16
"""Items in a part: enough to fill a model's rows for a while, few enough to be shared evenly."""
TRIES = 2
"""How often a part is tried whose worker dies."""
LOOK_SECONDS = 1.0


def rewrite_on_ray(
    settings: Settings,
    address: str | None,
    workers: int,
    items: Sequence[Item],
    options: Options,
    record: Record,
) -> None:
    """Rewrite the items, long ones first; `record` is called in this thread.

    Raises:
        ClusterError: Ray isn't installed, the cluster can't be used, or its workers keep dying.
        ModelError: the model can't be loaded there.

    """
    with open_session(address):
        device = settings.device if settings.engine == "local" else "cpu"
        room = share_machines(list_machines(), workers, device)
        plan = Plan(settings, room.device, options, room.cpus)
        ordered = sorted(items, key=lambda item: (-len(item.text), item.number))
        left = _Pass(plan, room, workers, record).run(ordered, ITEMS)
        if left:
            log.warning("Workers died on %d items; each is tried alone.", len(left))
            left = _Pass(plan, room, workers, record).run(left, 1)
    for item in left:
        died = ModelError("The worker died of this text, by itself, too, so it stays as it is.")
        record(make_outcome(item, died))


class _Pass:
    """All items once, through a pool of workers."""

    def __init__(self, plan: Plan, room: Room, workers: int, record: Record) -> None:
        self._plan = plan
        self._room = room
        self._workers = workers
        self._record = record

    def run(self, items: Sequence[Item], size: int) -> list[Item]:
        """Rewrite items in parts of some size; return those whose workers died."""
        left = {item.key: item for item in items}
        parts = [Part(items[at : at + size]) for at in range(0, len(items), size)]
        for line in self._follow(self._start(parts)):
            told = Told.model_validate_json(line)
            if told.outcome is None:
                raise ModelError(told.error)
            # A part that was begun again elsewhere may tell of an item twice.
            if left.pop(told.outcome.key, None):
                self._record(told.outcome)
        return list(left.values())

    def _start(self, parts: Sequence[Part]) -> Any:
        """Return the lines to come, as a dataset of Ray."""
        ray = import_ray()
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        # A line is handed on by itself: of what is done, a crash loses nothing.
        context.target_max_block_size = 1
        # A part whose worker dies each time is told of by what is missing in the end.
        context.max_errored_blocks = -1
        rows = [{"part": part.write()} for part in parts]
        workers = min(self._workers, len(parts))
        with warnings.catch_warnings():
            # The bound on tries has no other name yet.
            warnings.simplefilter("ignore", ray.util.annotations.RayDeprecationWarning)
            return ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
                Worker,
                fn_constructor_args=(self._plan,),
                batch_size=1,
                batch_format="numpy",
                # One part at a time: those that wait behind one of whom a worker dies, too, would
                # count as tried.
                compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1),
                num_cpus=self._room.cpus,
                num_gpus=self._room.gpus,
                max_restarts=-1,
                max_task_retries=TRIES - 1,
            )

    def _follow(self, lines: Any) -> Iterator[str]:
        """Yield lines as they come, and look after the workers meanwhile."""
        found: Queue[str | BaseException | None] = Queue()
        watch = Watch(self._workers)
        Thread(target=_pull, args=(lines, found), daemon=True).start()
        while True:
            try:
                line = found.get(timeout=LOOK_SECONDS)
            except Empty:
                watch.look(time.monotonic())
                continue
            if line is None:
                return
            if isinstance(line, BaseException):
                raise ClusterError(
                    f"The cluster can't go on ({type(line).__name__}). What is done is kept; "
                    "please run the same command again."
                ) from line
            watch.note()
            yield line


def _pull(lines: Any, found: "Queue[str | BaseException | None]") -> None:
    try:
        # Fetched ahead, each line would wait for the next one.
        for rows in lines.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=0):
            for line in rows["told"]:
                found.put(str(line))
    except BaseException as error:
        found.put(error)
    found.put(None)
