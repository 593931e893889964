"""How the machines of a cluster are shared among workers: so many CPUs for each, and a GPU or none.

Knows nothing of Ray.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drafting.errors import ClusterError


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine of the cluster has in all, used or not."""

    cpus: int
    gpus: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What each worker gets."""

    cpus: int
    gpus: int
    """0 or 1."""

    @property
    def device(self) -> str:
        """The device for its model."""
        return "cuda" if self.gpus else "cpu"


def share_machines(machines: Sequence[Machine], workers: int, device: str) -> Room:
    """Return the most that each of so many workers can have; `auto` takes GPUs if all get one.

    Raises:
        ClusterError: there isn't room for so many.

    """
    if device != "cpu":
        if cpus := _find_cpus(machines, workers, gpu=True):
            return Room(cpus, 1)
        if device == "cuda":
            gpus = sum(machine.gpus for machine in machines)
            raise ClusterError(
                f"DRAFTING_DEVICE is cuda, and the cluster has {gpus} GPUs for {workers} workers. "
                "Please ask for fewer --workers, or write cpu or auto."
            )
    if cpus := _find_cpus(machines, workers, gpu=False):
        return Room(cpus, 0)
    total = sum(machine.cpus for machine in machines)
    raise ClusterError(
        f"The cluster has {total} CPUs, too few for {workers} workers. Please ask for fewer "
        "--workers."
    )


def _find_cpus(machines: Sequence[Machine], workers: int, *, gpu: bool) -> int:
    """Return the most CPUs for each worker with which all find a place; 0 where they don't."""
    for cpus in range(max((machine.cpus for machine in machines), default=0), 0, -1):
        places = (min(m.cpus // cpus, m.gpus if gpu else m.cpus) for m in machines)
        if sum(places) >= workers:
            return cpus
    return 0
