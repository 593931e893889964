"""How CPUs and GPUs of a cluster's machines are shared among workers."""

import pytest

from drafting.errors import ClusterError
from models.cluster.room import Machine, Room, share_machines

SMALL, BIG = Machine(2), Machine(16)
GPU = Machine(8, 2)


@pytest.mark.parametrize(
    ("machines", "workers", "device", "room"),
    [
        ([SMALL], 1, "cpu", Room(2, 0)),
        ([SMALL], 2, "auto", Room(1, 0)),
        ([SMALL, BIG], 1, "auto", Room(16, 0)),
        # Two of eight on the big one; the small one has no place for any.
        ([SMALL, BIG], 2, "cpu", Room(8, 0)),
        ([SMALL, BIG], 9, "cpu", Room(2, 0)),
        ([SMALL] * 3, 3, "cpu", Room(2, 0)),
        ([GPU], 1, "auto", Room(8, 1)),
        ([GPU], 2, "cuda", Room(4, 1)),
        ([GPU, GPU], 3, "auto", Room(4, 1)),
        # Not enough GPUs for all: then none has one, so that all work alike.
        ([GPU, BIG], 3, "auto", Room(8, 0)),
        ([GPU], 1, "cpu", Room(8, 0)),
    ],
)
def test_each_worker_gets_as_much_as_all_can_have(
    machines: list[Machine], workers: int, device: str, room: Room
) -> None:
    assert share_machines(machines, workers, device) == room
    assert room.device == ("cuda" if room.gpus else "cpu")


@pytest.mark.parametrize(
    ("machines", "workers", "device", "told"),
    [
        ([SMALL], 3, "auto", "2 CPUs, too few for 3 workers"),
        ([], 1, "cpu", "0 CPUs"),
        ([GPU], 3, "cuda", "2 GPUs for 3 workers"),
        ([BIG], 1, "cuda", "0 GPUs"),
    ],
)
def test_too_many_workers_are_refused(
    machines: list[Machine], workers: int, device: str, told: str
) -> None:
    with pytest.raises(ClusterError, match=told):
        share_machines(machines, workers, device)
