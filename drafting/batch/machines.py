"""Let workers rewrite a batch in this process's stead: of this machine, or of a Ray cluster.

Knows where they are asked for and how many of them pay; `models.cluster` does the rest.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Self

from drafting.batch.item import Item
from drafting.batch.run import Options, Record
from drafting.settings import Settings

MEMORY = 2 << 30
"""Bytes of the machine's memory for each worker; one takes up to 0.9 GB."""
ITEMS = 8
"""Items for each worker, so that loading its model pays."""
MOST = 8
"""Workers of this machine that are taken unasked. No more than two were measured."""


@dataclass(frozen=True, slots=True)
class Machines:
    """Workers, as whoever runs the command names them."""

    workers: int | None = None
    """Processes with a model each; None for as many as pay on this machine, one of Ray."""
    ray: bool = False
    """Whether they belong to a Ray cluster; to this machine otherwise."""
    address: str | None = None
    """Of the cluster; None for one of its own on this machine, for as long as the batch runs."""

    def settle(self, settings: Settings, items: int) -> Self:
        """Return the same with the number of workers for so many items."""
        workers = self.workers or (1 if self.ray else count_workers(settings, items))
        return replace(self, workers=workers)

    @property
    def is_this_process(self) -> bool:
        """Whether nobody else is needed."""
        return self.workers == 1 and not self.ray

    def rewrite(
        self, settings: Settings, items: Sequence[Item], options: Options, record: Record
    ) -> None:
        """Rewrite the items there, with the workers that are settled; one if none are.

        Raises:
            ClusterError: Ray isn't installed, the cluster can't be used, or its workers keep dying.
            ModelError: the model can't be loaded there.

        """
        from models.cluster.workers import rewrite_with_workers

        rewrite_with_workers(settings, self, items, options, record)


def count_workers(settings: Settings, items: int) -> int:
    """Return how many processes of this machine pay for so many items; 1 for this process alone.

    Each step of the network is short and each draft has work beside it that takes one core, so two
    processes of one thread do more than one of two threads (1.5 to 1.7 times, tests/benchmarks/NOTES.md).
    Of the default model alone it is known how much memory it takes. On a GPU one is enough.
    """
    if settings.engine != "local" or settings.model or not _is_for_cpu(settings):
        return 1
    return max(1, min(count_cores(), _count_memory() // MEMORY, items // ITEMS, MOST))


def count_cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _count_memory() -> int:
    """Return the machine's memory in bytes; none where the system doesn't tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0


def _is_for_cpu(settings: Settings) -> bool:
    """Whether the model surely runs on a CPU, as far as that is known without loading torch."""
    if settings.device != "auto":
        return settings.device == "cpu"
    try:
        return version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False
