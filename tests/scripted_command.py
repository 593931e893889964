"""The command line with the scripted engine in the model's place, as a program for others to call."""

import sys
from types import ModuleType

from tests.scripted import ScriptedEngine

loading = ModuleType("models.loading")
loading.load_engine = lambda _: ScriptedEngine()  # type: ignore[attr-defined]
sys.modules["models.loading"] = loading  # The real one loads torch, which takes seconds.

if __name__ == "__main__":
    from drafting.commands import drafting

    drafting()
