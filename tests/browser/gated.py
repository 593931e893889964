"""A scripted engine that finishes a slot only when it is let, so that a test sees each one come."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from drafting.engine import Announce, Ask, Filled, Fillings, IsStopped
from tests.scripted import ScriptedEngine


@dataclass
class GatedEngine(ScriptedEngine):
    """Waits before each slot, unless the gate stands open."""

    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_open: bool = True
    stopped: int = 0
    """Slots that nobody waited for any more."""

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        *rest: Any,
        **named: Any,
    ) -> list[Fillings]:
        """Fill as told, one slot for each step."""

        def pass_on(number: int, slot: str, written: tuple[Filled, ...]) -> None:
            while not self.is_open and not self.steps.acquire(timeout=0.02):
                if is_stopped and is_stopped(number):
                    self.stopped += 1
                    return
            if announce:
                announce(number, slot, written)

        return super().fill(asks, pass_on, is_stopped, *rest, **named)
