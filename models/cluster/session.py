"""A session with Ray: a Ray of its own on this machine, or a cluster that is there already.

Quiet, without usage statistics, and nothing of it stays here. Knows nothing of drafts.
"""

import logging
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drafting.errors import ClusterError
from models.cluster.room import Machine

ROOT = Path(__file__).resolve().parents[2]
CODE = ("drafting", "models", "prompts")
"""What a worker needs of this program."""
LEFT_OUT = shutil.ignore_patterns("__pycache__", "training", "*.pyc")
STORE_BYTES = 128 << 20
"""Of shared memory for the texts under way, in a Ray of its own; more than that goes to disk."""


@contextmanager
def open_session(address: str | None) -> Iterator[None]:
    """Join the cluster at an address, or start a Ray of its own; leave it, or stop it, at the end.

    Raises:
        ClusterError: ray isn't installed, or there is no such cluster.

    """
    if address is None:
        # Ray listens on all addresses of the machine: only who has this token is heard. It is read
        # as ray is imported; without it, Ray would leave one of its own in the home.
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
        # Ray would let workers run behind all else on the machine.
        os.environ.setdefault("RAY_worker_niceness", "0")
    ray = import_ray()
    if address is not None and "://" in address:
        raise ClusterError(
            f"--address is {address!r}. Please run this on a machine of the cluster, and write "
            "auto, or the address of its head such as 10.0.0.5:6379."
        )
    # A short name: the paths of sockets in it may have a hundred characters.
    short = "/tmp" if Path("/tmp").is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="drafting-", dir=short))
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    try:
        with _without_native_errors():
            if address is None:
                _start(ray, folder, quiet)
            else:
                _join(ray, address, folder, quiet)
        yield
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def list_machines() -> list[Machine]:
    """Return the machines of the cluster."""
    resources = [node["Resources"] for node in import_ray().nodes() if node["Alive"]]
    return [Machine(int(has.get("CPU", 0)), int(has.get("GPU", 0))) for has in resources]


def import_ray() -> Any:
    """Return ray, which must never report usage.

    Raises:
        ClusterError: it isn't installed.

    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # A thread that still waits for lines would start another Ray as soon as ours has stopped.
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # What its machines report would stand among the command's own lines on standard output.
    os.environ["RAY_DEDUP_LOGS_SKIP_REGEX"] = "."
    try:
        import ray
        import ray.data
    except ImportError:
        raise ClusterError(
            "Ray isn't installed here. Please install it: pip install -r requirements-ray.txt"
        ) from None
    # It would log each step of a run, and print tracebacks of what is tried again anyway.
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return ray


def _start(ray: Any, folder: Path, quiet: dict[str, Any]) -> None:
    try:
        ray.init(
            address="local",
            include_dashboard=False,
            object_store_memory=STORE_BYTES,
            _temp_dir=str(folder),
            **quiet,
        )
    except Exception as error:
        raise ClusterError(
            f"Ray can't be started on this machine ({type(error).__name__}). Please see whether "
            "it has room in memory, in /dev/shm and in /tmp."
        ) from error


def _join(ray: Any, address: str, folder: Path, quiet: dict[str, Any]) -> None:
    # The cluster's machines get this very version, the adapter with it; nothing else of the
    # folder that the program runs in.
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    try:
        ray.init(address=address, runtime_env={"working_dir": str(folder)}, **quiet)
    except Exception as error:
        raise ClusterError(
            f"No Ray cluster can be joined at {address} ({type(error).__name__}). It must be "
            "running with the same versions of Ray and Python, with this machine as a part of it; "
            "where it asks for a token, RAY_AUTH_TOKEN holds it."
        ) from error


@contextmanager
def _without_native_errors() -> Iterator[None]:
    """Keep what isn't Python from standard error: Ray's core tells there that it tells little."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
