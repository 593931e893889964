"""Rewrite the items of a batch with processes of this machine, each with a model and some cores.

Each gets its share of the items at the start and tells of each as soon as it is done. What one
leaves behind that dies is tried again by itself. Knows nothing of journals.
"""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from drafting.batch.item import Item
from drafting.batch.machines import count_cores
from drafting.batch.run import Options, Record, make_outcome
from drafting.errors import ModelError
from drafting.settings import Settings
from models.cluster.wire import Plan, Told
from models.cluster.worker import Worker

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that a process has to end before it is killed."""
_context = get_context("spawn")
"""A copy of this process would share its locks; a new one shares nothing."""


def rewrite_in_processes(
    settings: Settings, workers: int, items: Sequence[Item], options: Options, record: Record
) -> None:
    """Rewrite the items, long ones first; `record` is called in this thread.

    Raises:
        ModelError: the model can't be loaded, or there is no room for so many.

    """
    plan = Plan(settings, settings.device, options, max(1, count_cores() // workers))
    ordered = sorted(items, key=lambda item: (-len(item.text), item.number))
    # Dealt out in turn, so that each has as many long ones.
    shares = [ordered[n::workers] for n in range(workers)]
    left = _Pool(plan, record).run([share for share in shares if share])
    if left:
        log.warning("A worker died on %d items; each is tried alone.", len(left))
    while left:
        # Told of one by one, so it died of the first that it didn't tell of.
        left = _Pool(plan, record).run([left], alone=True)
        if left:
            died = ModelError("A worker died of this text, by itself, too, so it stays as it is.")
            record(make_outcome(left.pop(0), died))


class _Pool:
    """Some processes, for as long as one run of them takes."""

    def __init__(self, plan: Plan, record: Record) -> None:
        self._plan = plan
        self._record = record
        self._pipes: dict[Connection, dict[str, Item]] = {}
        """What each process has not told of yet, in its order."""
        self._processes: list[SpawnProcess] = []
        self._ready: set[Connection] = set()

    def run(self, shares: Sequence[Sequence[Item]], *, alone: bool = False) -> list[Item]:
        """Rewrite each share in a process of its own; return what those left that died."""
        left: list[Item] = []
        try:
            for share in shares:
                self._start(share, alone=alone)
            while self._pipes:
                for pipe in wait(list(self._pipes)):
                    assert isinstance(pipe, Connection)
                    left += self._listen(pipe)
        finally:
            self._end()
        return left

    def _start(self, share: Sequence[Item], *, alone: bool) -> None:
        ours, theirs = _context.Pipe(duplex=False)
        process = _context.Process(
            target=_work, args=(self._plan, share, theirs), kwargs={"alone": alone}, daemon=True
        )
        process.start()
        # Only the process holds the other end now: where it ends, so does the pipe.
        theirs.close()
        self._processes.append(process)
        self._pipes[ours] = {item.key: item for item in share}

    def _listen(self, pipe: Connection) -> Iterator[Item]:
        """Take one line of a process; yield what it leaves behind where it has ended."""
        waiting = self._pipes[pipe]
        try:
            told = Told.model_validate_json(pipe.recv_bytes())
        except (EOFError, OSError):
            pipe.close()
            del self._pipes[pipe]
            if waiting and pipe not in self._ready:
                raise ModelError(
                    "A worker of this machine ended before its model stood. There may be too "
                    "little memory for so many: please try --workers 1."
                ) from None
            yield from waiting.values()
            return
        if told.error:
            raise ModelError(told.error)
        self._ready.add(pipe)
        if told.outcome and waiting.pop(told.outcome.key, None):
            self._record(told.outcome)

    def _end(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            # Those that have told all end by themselves; where this is left early, none may work on.
            if self._pipes:
                process.kill()
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()


def _work(plan: Plan, items: Sequence[Item], pipe: Connection, *, alone: bool) -> None:
    """Rewrite items in this process: all side by side, or each alone; tell first that it stands."""
    # Ctrl+C goes to all processes of a terminal; the driver ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = Worker(plan)
    parts = [[item] for item in items] if alone else [items]
    # The driver has gone where nobody listens.
    with suppress(BrokenPipeError):
        pipe.send_bytes(worker.greet().model_dump_json().encode())
        for part in parts:
            for told in worker.rewrite(part):
                pipe.send_bytes(told.model_dump_json().encode())
