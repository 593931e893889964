"""Time one rewrite beside plain generate() of the whole reply on the same weights (`make bench`).

Both run in turn in one process, several times, so that whatever else the machine does hits both.
Quote the ratio: the seconds are this machine's.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click
import psutil
import torch

from drafting.engine import Announce, Ask, Fillings, IsStopped, MoreAsks
from drafting.rewriter import Request, Rewriter
from drafting.settings import load_settings
from models.engine import LocalEngine
from models.shared_prefix import NAME as SHARED_PREFIX
from models.weights import load_local_engine

DRAFT = """Dear Ms Adeyemi,

Your claim FR-118-402 has been denied. Per our policy, refunds are not available after 30 days. \
You failed to send the receipt for $129. Send the form D-2 to claims@northgate.example within 14 days. \
We apologise for any inconvenience.

Kind regards,
Claims Team
"""
CUSTOMER = "My washing machine broke after ten days and nobody answers me. I want my money back!"


@click.command()
@click.option("--repeats", type=int, default=5, show_default=True)
@click.option("--candidates", type=int, default=4, show_default=True)
def bench(repeats: int, candidates: int) -> None:
    """Print medians, spread, tokens a second and peak memory."""
    engine = Counted(load_local_engine(load_settings()))
    rewriter = Rewriter(engine)
    request = Request(DRAFT, CUSTOMER, candidates)
    length = len(engine.encode(rewriter.rewrite([request])[0].reply))
    tasks: dict[str, Callable[[], Any]] = {
        "rewrite": lambda: rewriter.rewrite([request]),
        "generate": lambda: generate_freely(engine.inner, length),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, task in tasks.items():
            started = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - started)
    made = {"rewrite": engine.tokens, "generate": length}
    for name, taken in times.items():
        middle = statistics.median(taken)
        click.echo(
            f"{name:<9} median {middle:6.2f} s  (from {min(taken):.2f} to {max(taken):.2f})"
            f"  {made[name]:4d} tokens  {made[name] / middle:6.1f} tokens/s"
        )
    ratio = statistics.median(times["generate"]) / statistics.median(times["rewrite"])
    click.echo(f"generate / rewrite: {ratio:.2f}")
    peak = psutil.Process().memory_info().rss / 1e6
    click.echo(f"resident memory after all: {peak:.0f} MB")


@dataclass
class Counted:
    """An engine that counts the tokens of the fillings it wrote; see `drafting.engine.Engine`."""

    inner: LocalEngine
    tokens: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill and count."""
        fillings = self.inner.fill(asks, announce, is_stopped, more)
        self.tokens = sum(
            len(self.inner.encode(self.inner.template.answer(filled.candidate))) + 1
            for slots in fillings
            for written in slots.values()
            for filled in written
        )
        return fillings


def generate_freely(engine: LocalEngine, length: int) -> None:
    """Let the same weights write a whole reply of `length` tokens, as a plain chat model would."""
    ids = torch.tensor([engine.encode_prompt("Rewrite this reply kindly.", DRAFT)])
    engine.model.set_attn_implementation("sdpa")
    try:
        engine.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            min_new_tokens=length,
            max_new_tokens=length,
            do_sample=False,
        )
    finally:
        engine.model.set_attn_implementation(SHARED_PREFIX)


if __name__ == "__main__":
    bench()
