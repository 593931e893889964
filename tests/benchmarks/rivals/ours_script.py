"""Our rewriter with the engine that the settings name.

Commands: {"draft", "customer", "candidates"} rewrites one mail; {"drafts": [[draft, customer], ...],
"candidates", "rows"} a batch; {"prompt": [system, text]} encodes a prompt; {"count": a command} tells
what either of the first two asks of the machine.
"""

import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.rivals.protocol import Answer, Command, serve


class Watch:
    """Runs from its making on, and keeps when the first change was told."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.first: float | None = None

    def read(self) -> float:
        """Return the seconds until now."""
        return time.perf_counter() - self._started

    def note(self, change: object) -> None:
        """Keep the time of the first change; None is none."""
        if change is not None and self.first is None:
            self.first = self.read()


def load() -> tuple[Answer, Callable[[Command], Answer]]:
    """Load the engine as the service does."""
    from drafting.settings import load_settings
    from models.loading import load_engine

    engine: Any = load_engine(load_settings())

    def answer(command: Command) -> Answer:
        if "prompt" in command:
            return {"ids": engine.encode_prompt(*command["prompt"])}
        if "count" in command:
            return count(command["count"])
        return rewrite_batch(command) if "drafts" in command else rewrite(command)

    def rewrite(command: Command) -> Answer:
        from drafting.rewriter import Request, Work

        request = Request(command["draft"], command["customer"], command["candidates"])
        watch = Watch()
        # As the service does it: what is certain goes to the page before the model begins.
        work = Work(request, engine)
        watch.note(next(work.foretell(), None))
        if work.waiting:
            engine.fill([work.ask()], lambda _, slot, wrote: watch.note(work.decide(slot, wrote)))
        result = work.result()
        seconds = watch.read()
        return {
            "seconds": seconds,
            # A draft in which nothing changes is known to be done only at its end.
            "first_seconds": seconds if watch.first is None else watch.first,
            "changes": len(result.changes),
            "tokens": len(engine.encode(result.reply)),
            "reply": result.reply,
        }

    def rewrite_batch(command: Command) -> Answer:
        from drafting.batch.item import Item, Outcome
        from drafting.batch.run import BatchRun, Options

        items = [
            Item(str(number), number, text, customer_message=customer)
            for number, (text, customer) in enumerate(command["drafts"], 1)
        ]
        outcomes: dict[int, Outcome] = {}
        options = Options(command["candidates"], rows=command["rows"])
        run = BatchRun(engine, options, lambda found: outcomes.update({found.number: found}))
        started = time.perf_counter()
        run.run(items)
        seconds = time.perf_counter() - started
        replies = [found.result.reply for n in sorted(outcomes) if (found := outcomes[n]).result]
        if len(replies) < len(items):
            raise RuntimeError(f"only {len(replies)} of {len(items)} drafts were rewritten")
        return {"seconds": seconds, "tokens": [len(engine.encode(reply)) for reply in replies]}

    def count(command: Command) -> Answer:
        from tests.benchmarks.counting import Counting

        with Counting() as counting:
            answer(command)
        counted: Answer = counting.summary()
        return counted

    return {"model": engine.name, "adapter": engine.adapter}, answer


if __name__ == "__main__":
    serve(load)
