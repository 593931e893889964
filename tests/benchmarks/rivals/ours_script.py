"""Our rewriter with the engine that the settings name.

Commands: {"draft", "customer", "candidates"} rewrites one mail; {"drafts": [[draft, customer], ...],
"candidates", "rows"} a batch; {"prompt": [system, text]} encodes a prompt; {"count": a command} tells
what either of the first two asks of the machine.
"""

import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.rivals.protocol import Answer, Command, serve


def load() -> tuple[Answer, Callable[[Command], Answer]]:
    """Load the engine as the service does."""
    from drafting.rewriter import Rewriter
    from drafting.settings import load_settings
    from models.loading import load_engine

    engine: Any = load_engine(load_settings())
    rewriter = Rewriter(engine)

    def answer(command: Command) -> Answer:
        if "prompt" in command:
            return {"ids": engine.encode_prompt(*command["prompt"])}
        if "count" in command:
            return count(command["count"])
        return rewrite_batch(command) if "drafts" in command else rewrite(command)

    def rewrite(command: Command) -> Answer:
        from drafting.rewriter import Request

        request = Request(command["draft"], command["customer"], command["candidates"])
        firsts: list[float] = []

        def note(_number: int, _slot: str, change: object) -> None:
            if change is not None and not firsts:
                firsts.append(time.perf_counter() - started)

        started = time.perf_counter()
        result = rewriter.rewrite([request], note)[0]
        seconds = time.perf_counter() - started
        return {
            "seconds": seconds,
            # A draft in which nothing changes is known to be done only at its end.
            "first_seconds": firsts[0] if firsts else seconds,
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
