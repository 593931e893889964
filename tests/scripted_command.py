"""The command line with the scripted engine in the model's place, as a program for others to call."""

import sys
from types import ModuleType

from tests.scripted import ScriptedEngine

if __name__ == "__main__":
    loading = ModuleType("models.loading")
    loading.load_engine = lambda _: ScriptedEngine()  # type: ignore[attr-defined]
    # In this process alone; whoever imports this file keeps the real one.
    sys.modules["models.loading"] = loading

    from drafting.commands import drafting

    drafting()
