"""The batch as a process over a scripted engine that takes its time: for tests that kill it."""

import time
from collections.abc import Sequence
from typing import Any

from drafting.batch import commands
from drafting.commands import drafting
from drafting.engine import Announce, Ask, Filled, Fillings
from tests.scripted import ScriptedEngine


class SlowEngine(ScriptedEngine):
    """Needs some milliseconds for each slot."""

    def fill(
        self, asks: Sequence[Ask], announce: Announce | None = None, *rest: Any
    ) -> list[Fillings]:
        """Fill as told, slowly."""

        def wait(number: int, slot: str, written: tuple[Filled, ...]) -> None:
            time.sleep(0.004)
            if announce:
                announce(number, slot, written)

        return super().fill(asks, wait, *rest)


if __name__ == "__main__":
    commands.load = lambda _: SlowEngine()
    drafting(prog_name="drafting")
