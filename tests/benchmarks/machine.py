"""What this machine can do at best: bytes read a second, and operations of matrix products a second.

python -m tests.benchmarks.machine prints them as JSON; it runs in a process of its own so that its
buffers are nobody else's memory.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from tests.benchmarks.places import ROOT

BUFFER = 1 << 29
"""Bytes that are read: far more than any cache holds."""
SHAPE = (576, 1536)
"""The widest products of SmolLM2-135M but for the vocabulary's."""
ROWS = (1, 4, 16, 64, 256, 1024)


def measure() -> dict[str, Any]:
    """Measure this machine in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.machine"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def measure_here() -> dict[str, Any]:
    """Return bytes a second, and operations a second by precision and number of rows."""
    import torch

    from models.weights import choose_device, choose_dtype

    device = choose_device("auto")
    dtypes = [torch.float32, torch.bfloat16]
    if choose_dtype(device) not in dtypes:
        dtypes.append(choose_dtype(device))
    rates = {
        str(dtype).removeprefix("torch."): {rows: _rate(dtype, rows, device) for rows in ROWS}
        for dtype in dtypes
    }
    return {
        "device": device.type,
        "threads": torch.get_num_threads(),
        "bandwidth": _bandwidth(device),
        "rates": rates,
        "used": str(choose_dtype(device)).removeprefix("torch."),
    }


def _bandwidth(device: Any) -> float:
    """Return the bytes that are read a second, by the fastest of some ways of reading them."""
    import torch

    buffer = torch.ones(BUFFER // 4, dtype=torch.float32, device=device)
    square = buffer.view(-1, 1 << 13)
    vector = torch.ones(1 << 13, device=device)
    ways: list[Callable[[], Any]] = [buffer.sum, lambda: square @ vector, buffer.max]
    return max(BUFFER / _best(way, device) for way in ways)


def _rate(dtype: Any, rows: int, device: Any) -> float:
    """Return operations a second of products with the matrices of many layers, each read anew."""
    import torch

    size: int = torch.finfo(dtype).bits // 8 * SHAPE[0] * SHAPE[1]
    layers = [torch.ones(SHAPE[::-1], dtype=dtype, device=device) for _ in range((1 << 27) // size)]
    given = torch.ones(rows, SHAPE[0], dtype=dtype, device=device)

    def multiply() -> None:
        for layer in layers:
            torch.nn.functional.linear(given, layer)

    with torch.inference_mode():
        operations = 2 * rows * SHAPE[0] * SHAPE[1] * len(layers)
        return operations / _best(multiply, device, seconds=0.3)


def _best(work: Callable[[], Any], device: Any, seconds: float = 1.0) -> float:
    """Return the shortest time of some repeats, after one that isn't counted."""
    import torch

    def once() -> float:
        started = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - started

    once()
    times, end = [once()], time.perf_counter() + seconds
    while time.perf_counter() < end:
        times.append(once())
    return min(times)


def peak_rate(machine: dict[str, Any]) -> float:
    """Return the best operations a second in the precision that the engine uses."""
    rates: dict[str, float] = machine["rates"][machine["used"]]
    return max(rates.values())


@click.command()
def main() -> None:
    """Print what was measured."""
    click.echo(json.dumps(measure_here()))


if __name__ == "__main__":
    main()
