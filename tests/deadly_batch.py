"""The batch as a process whose engine dies of some texts, in each of its workers: for tests of them.

A worker imports its driver's main module, so what is patched here is patched there, too.
"""

import os
import time
from collections.abc import Sequence
from typing import Any

import models.loading
from drafting.commands import drafting
from drafting.engine import Announce, Ask, Filled, Fillings
from tests.scripted import ScriptedEngine

DEADLY = "deadly"
"""Who rewrites a text with this word is gone, as if the system had killed it for memory."""
SLOT_SECONDS = 0.004


class DeadlyEngine(ScriptedEngine):
    """Needs some milliseconds for each slot, and dies of a deadly text."""

    def fill(
        self, asks: Sequence[Ask], announce: Announce | None = None, *rest: Any
    ) -> list[Fillings]:
        """Fill as told, slowly."""

        def wait(number: int, slot: str, written: tuple[Filled, ...]) -> None:
            time.sleep(SLOT_SECONDS)
            if any(DEADLY in each.text for each in self.asked[number].slots):
                os._exit(9)
            if announce:
                announce(number, slot, written)

        self.asked.clear()
        return super().fill(asks, wait, *rest)


models.loading.load_engine = lambda _: DeadlyEngine()

if __name__ == "__main__":
    drafting(prog_name="drafting")
