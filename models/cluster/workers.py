"""Hand the items of a batch to the workers that were asked for."""

from collections.abc import Sequence

from drafting.batch.item import Item
from drafting.batch.machines import Machines
from drafting.batch.run import Options, Record
from drafting.settings import Settings
from models.cluster.processes import rewrite_in_processes
from models.cluster.run import rewrite_on_ray


def rewrite_with_workers(
    settings: Settings, machines: Machines, items: Sequence[Item], options: Options, record: Record
) -> None:
    """Rewrite the items; `record` is called in this thread.

    Raises:
        ClusterError: Ray isn't installed, the cluster can't be used, or its workers keep dying.
        ModelError: the model can't be loaded there.

    """
    workers = machines.workers or 1
    if machines.ray:
        rewrite_on_ray(settings, machines.address, workers, items, options, record)
    else:
        rewrite_in_processes(settings, workers, items, options, record)
