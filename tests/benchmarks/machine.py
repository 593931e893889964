"""What this machine can do at best: bytes read a second, and operations of matrix products a second.

python -m tests.benchmarks.machine prints them as JSON; it runs in a process of its own so that its
buffers are nobody else's memory.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click
import psutil

from tests.benchmarks.places import ROOT

Layer = Callable[[Any], Any]
INT8 = "int8"
QUANTIZED = "linear_with_input_q_dq_qweight_dq_output_fp32"
"""The product of torch with weights in eight bits."""

BUFFER = 1 << 29
"""Bytes that are read: far more than any cache holds."""
SHAPE = (576, 1536)
"""The widest products of SmolLM2-135M but for the vocabulary's."""
LAYERS = 64
"""Matrices of that shape: together more than a cache holds, even in eight bits."""
ROWS = (1, 4, 16, 64, 256, 1024)


def find_busy() -> float:
    """Return how many cores others use right now; over a half, times mean little."""
    return float(psutil.cpu_percent(interval=1.0)) / 100 * (psutil.cpu_count() or 1)


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
    from tests.benchmarks.counting import precision

    device = choose_device("auto")
    layers: dict[str, list[Layer]] = {
        precision(dtype): _make_layers(dtype, device)
        for dtype in dict.fromkeys((torch.float32, torch.bfloat16, choose_dtype(device)))
    }
    if device.type == "cpu":
        layers[INT8] = _make_packed()
    return {
        "device": device.type,
        "threads": torch.get_num_threads(),
        "bandwidth": _bandwidth(device),
        "rates": {
            kind: {rows: _rate(made, rows, kind, device) for rows in ROWS}
            for kind, made in layers.items()
        },
    }


def _bandwidth(device: Any) -> float:
    """Return the bytes that are read a second, by the fastest of some ways of reading them."""
    import torch

    buffer = torch.ones(BUFFER // 4, dtype=torch.float32, device=device)
    square = buffer.view(-1, 1 << 13)
    vector = torch.ones(1 << 13, device=device)
    ways: list[Callable[[], Any]] = [buffer.sum, lambda: square @ vector, buffer.max]
    return max(BUFFER / _best(way, device) for way in ways)


def _make_layers(dtype: Any, device: Any) -> list[Layer]:
    """Return products with so many matrices that each is read from memory anew."""
    import torch

    weights = [torch.ones(SHAPE[::-1], dtype=dtype, device=device) for _ in range(LAYERS)]
    return [partial(torch.nn.functional.linear, weight=weight) for weight in weights]


def _make_packed() -> list[Layer]:
    """Return the like with weights of eight bits, the input made such on the way."""
    import torch

    scales, zeros = torch.ones(SHAPE[1]), torch.zeros(SHAPE[1], dtype=torch.long)
    whole = torch.quantize_per_channel(torch.ones(SHAPE[::-1]), scales, zeros, 0, torch.qint8)
    packed = [torch.ops.quantized.linear_prepack(whole, None) for _ in range(LAYERS)]
    multiply = getattr(torch.ops.quantized, QUANTIZED)
    return [partial(_multiply_packed, multiply, each) for each in packed]


def _multiply_packed(multiply: Any, packed: Any, given: Any) -> Any:
    return multiply(given, 1 / 127, 128, packed)


def _rate(layers: list[Layer], rows: int, kind: str, device: Any) -> float:
    """Return operations a second of some products."""
    import torch

    dtype = torch.float32 if kind == INT8 else getattr(torch, kind)
    given = torch.ones(rows, SHAPE[0], dtype=dtype, device=device)

    def multiply() -> None:
        for layer in layers:
            layer(given)

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


def peak_rates(machine: dict[str, Any]) -> dict[str, float]:
    """Return the best operations a second by precision."""
    return {kind: max(rates.values()) for kind, rates in machine["rates"].items()}


@click.command()
def main() -> None:
    """Print what was measured."""
    click.echo(json.dumps(measure_here()))


if __name__ == "__main__":
    main()
