"""The server as a process over a scripted engine that takes its time: for tests that kill it."""

import models.loading
from drafting.commands import drafting
from tests.slow_batch import SlowEngine

if __name__ == "__main__":
    models.loading.load_engine = lambda _: SlowEngine()
    drafting(["serve"], prog_name="drafting")
