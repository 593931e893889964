"""Look after the workers of a pool, for Ray starts those that die again, for ever.

Ray Data itself would wait without end where none of its workers comes back.
"""

import logging

from drafting.errors import ClusterError
from models.cluster.session import import_ray

log = logging.getLogger(__name__)

MOST_DEATHS = 3
"""Deaths for each worker, in a row, without a line in between."""
WAIT_SECONDS = 30.0
"""With no worker at work for so long, whoever waits is told."""
CLASS = "MapWorker("
"""How Ray Data names the processes of its pools."""


class Watch:
    """Knows how often the workers of a pool have died since the last line."""

    def __init__(self, workers: int) -> None:
        self._ray = import_ray()
        self._most = MOST_DEATHS * workers
        self._before: frozenset[str] = frozenset()
        self._before = frozenset(self._list())
        """Workers of an earlier pool."""
        self._deaths = 0
        """All that there were at the last line."""
        self._known = 0
        """All that were told."""
        self._alone_since: float | None = None
        self._told = False

    def note(self) -> None:
        """Note that there was a line."""
        self._deaths = self._count(self._list())
        self._alone_since = None

    def look(self, now: float) -> None:
        """Look whether they are alive, given a clock's seconds.

        Raises:
            ClusterError: they keep dying, or have all gone for good; or Ray itself has stopped.

        """
        self._check_ray()
        actors = self._list()
        deaths = self._count(actors)
        if deaths > self._known:
            log.warning("A worker of the cluster died; it is started again.")
            self._known = deaths
        if deaths - self._deaths >= self._most:
            raise ClusterError(
                "The workers of the cluster keep dying. Most likely their machines have too "
                "little memory for their models (1.1 GB for each): please try fewer --workers. "
                "What is done is kept."
            )
        if any(state == "ALIVE" for state, _ in actors.values()):
            self._alone_since = None
            return
        self._alone_since = self._alone_since or now
        if now - self._alone_since < WAIT_SECONDS:
            return
        if actors and all(state == "DEAD" for state, _ in actors.values()):
            raise ClusterError(
                "No worker of the cluster is left. What is done is kept; please run the same "
                "command again."
            )
        if not self._told:
            log.warning("The cluster has no room yet; waiting for it.")
            self._told = True

    def _check_ray(self) -> None:
        """Find out that Ray is gone before it ends this process, which it does without a word."""
        from ray._private.worker import _global_node

        here = self._ray.get_runtime_context().get_node_id()
        try:
            alive = any(node["NodeID"] == here and node["Alive"] for node in self._ray.nodes())
        except Exception:
            alive = False
        # Those of a Ray of its own; the cluster notices a minute later.
        if not alive or (_global_node and _global_node.dead_processes()):
            raise ClusterError(
                "Ray has stopped on this machine. What is done is kept; please run the same "
                "command again."
            )

    def _list(self) -> dict[str, tuple[str, int]]:
        """Return the state of each worker, and how often it was started again, by its id."""
        # The public list of actors asks the dashboard, which we don't start.
        from ray._private.state import actors

        job = self._ray.get_runtime_context().get_job_id()
        return {
            name: (actor["State"], actor["NumRestarts"])
            for name, actor in actors().items()
            if actor["JobID"] == job
            and actor["ActorClassName"].startswith(CLASS)
            and name not in self._before
        }

    @staticmethod
    def _count(actors: dict[str, tuple[str, int]]) -> int:
        return sum(restarts for _, restarts in actors.values())
