"""Let the workers of a cluster rewrite a batch in this process's stead.

Knows only where they are asked for: `models.cluster` does the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drafting.batch.item import Item
from drafting.batch.run import Options, Record
from drafting.settings import Settings


@dataclass(frozen=True, slots=True)
class Machines:
    """A cluster, as whoever runs the command names it."""

    address: str | None = None
    """None for one of its own on this machine, for as long as the batch runs."""
    workers: int = 1
    """Processes with a model each."""

    def rewrite(
        self, settings: Settings, items: Sequence[Item], options: Options, record: Record
    ) -> None:
        """Rewrite the items there.

        Raises:
            ClusterError: Ray isn't installed, the cluster can't be used, or its workers keep dying.
            ModelError: the model can't be loaded there.

        """
        from models.cluster.run import rewrite_on_ray

        rewrite_on_ray(settings, self.address, self.workers, items, options, record)
