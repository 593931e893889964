"""Canned responses a second on a GPU, with the floor beside it: python -m tests.benchmarks.gpu."""

from typing import Any

import click

from tests.benchmarks.batch import take_drafts
from tests.benchmarks.contenders import DroppedError, opened
from tests.benchmarks.counting import floor_seconds
from tests.benchmarks.machine import measure, peak_rates
from tests.benchmarks.report import keep, spread

ITEMS = 64
ROWS = (64, 256, 1024)


def measure_gpu(repeats: int) -> dict[str, Any] | None:
    """Return the responses a second by rows written side by side, and the floors; None without CUDA."""
    import torch

    if not torch.cuda.is_available():
        return None
    machine, drafts = measure(), [[draft, None] for draft in take_drafts(ITEMS)]
    rates: dict[str, list[float]] = {}
    floors: dict[str, float] = {}
    with opened("ours") as ours:
        ours.ask(drafts=drafts[:4], candidates=4, rows=ROWS[0])
        for _ in range(repeats):
            for rows in ROWS:
                seconds = ours.ask(drafts=drafts, candidates=4, rows=rows)["seconds"]
                rates.setdefault(str(rows), []).append(ITEMS / seconds)
        for rows in ROWS:
            products = ours.ask(count={"drafts": drafts, "candidates": 4, "rows": rows})["products"]
            floor = floor_seconds(products, machine["bandwidth"], peak_rates(machine))["whole"]
            floors[str(rows)] = ITEMS / floor
    return {"items": ITEMS, "rates": rates, "floors": floors, "machine": machine}


def show_gpu(results: dict[str, Any] | None) -> str:
    """Return the rates, one number of rows a line."""
    if results is None:
        return "GPU: no CUDA here, so nothing was measured on one."
    return "\n".join(
        f"GPU, {rows} rows side by side: {spread(rates)} canned responses a second with 4 "
        f"candidates; the weights and operations alone would allow {results['floors'][rows]:.0f}"
        for rows, rates in results["rates"].items()
    )


@click.command()
@click.option("--repeats", default=3, show_default=True)
def bench(repeats: int) -> None:
    """Print canned responses a second on a GPU, where there is one."""
    try:
        results = measure_gpu(repeats)
    except DroppedError as error:
        raise SystemExit(f"The GPU can't be measured: {error}") from None
    if results:
        keep("gpu", results)
    click.echo(show_gpu(results))


if __name__ == "__main__":
    bench()
