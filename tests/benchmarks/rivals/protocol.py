"""How a contender talks: it loads its model once, then answers one JSON line with another.

Knows the standard library alone, since it runs in every contender's environment.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

Command = dict[str, Any]
Answer = dict[str, Any]


def cores() -> int:
    """Return how many cores this process may use; every contender takes them all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def peak_mb() -> float:
    """Return the most memory that this process has held, in MB, files mapped into it included."""
    return _status("VmHWM")


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    return _status("VmRSS")


def _status(name: str) -> float:
    """Read a line of /proc: the peak that getrusage tells can be that of the parent."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file if ":" in line)
        return int(lines[name].split()[0]) * 1024 / 1e6
    except (OSError, KeyError, ValueError):
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def serve(load: Callable[[], tuple[Answer, Callable[[Command], Answer]]]) -> None:
    """Load, say so with some facts about what was loaded, then answer commands until input ends.

    An error is answered, not raised, so that the run goes on.
    """
    # Libraries print to standard output, native ones past sys.stdout: ours is kept from them.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(answer: Answer) -> None:
        out.write(json.dumps(answer | {"peak_mb": peak_mb(), "resident_mb": resident_mb()}) + "\n")
        out.flush()

    try:
        facts, answer = load()
    except Exception as error:  # the reason is reported, whatever it is
        say({"error": f"{type(error).__name__}: {error}"})
        return
    say({"ready": True, **facts})
    for line in sys.stdin:
        try:
            say(answer(json.loads(line)))
        except Exception as error:  # as above
            say({"error": f"{type(error).__name__}: {error}"})
