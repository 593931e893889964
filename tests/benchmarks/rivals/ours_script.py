"""Our rewriter with the engine that the settings name.

Commands: {"draft", "customer", "candidates"} rewrites one mail, {"drafts": [[draft, customer], ...],
"candidates"} many together, {"prompt": [system, text]} encodes a prompt, {"count": a command} tells
what a rewrite asks of the machine.
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
        return rewrite(command)

    def rewrite(command: Command) -> Answer:
        from drafting.rewriter import Request

        drafts = command.get("drafts") or [[command["draft"], command["customer"]]]
        requests = [Request(text, customer, command["candidates"]) for text, customer in drafts]
        firsts: list[float] = []

        def note(_number: int, _slot: str, change: object) -> None:
            if change is not None and not firsts:
                firsts.append(time.perf_counter() - started)

        started = time.perf_counter()
        results = rewriter.rewrite(requests, note)
        seconds = time.perf_counter() - started
        replies = [result.reply for result in results]
        return {
            "seconds": seconds,
            # A draft in which nothing changes is known to be done only at its end.
            "first_seconds": firsts[0] if firsts else seconds,
            "changes": sum(len(result.changes) for result in results),
            "tokens": sum(len(engine.encode(reply)) for reply in replies),
            "replies": replies,
        }

    def count(command: Command) -> Answer:
        from tests.benchmarks.counting import Counting

        with Counting() as counting:
            rewrite(command)
        counted: Answer = counting.summary()
        return counted

    return {"model": engine.name, "adapter": engine.adapter}, answer


if __name__ == "__main__":
    serve(load)
