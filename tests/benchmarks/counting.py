"""Count what work asks of the machine: steps, bytes of weights read, operations.

Looks at the matrix products that torch runs, so that it holds however a pass is put together. Only
products with weights are counted: what comes of it is a floor.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.benchmarks.machine import INT8, QUANTIZED

PLACES = {"linear": 0, "mm": 0, "matmul": 0, "addmm": 1, "mkldnn_linear": 0}
"""Where an operator has its input among its arguments; the weights are the next one."""
SMALL = 1 << 16
"""Bytes; a smaller matrix is no weight of any model that matters."""

Product = tuple[int, int, str]
"""Bytes of the weights, operations, and the weights' precision."""


class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While this is entered, products with weights are counted."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.products: list[Product] = []
        self._outputs: Counter[int] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Let a call through, and note it where it is a product with weights."""
        result = func(*args, **(kwargs or {}))
        name = _name(func)
        if name == QUANTIZED:
            given, outputs = args[0], result.shape[-1]
            self._note(given, outputs, given.shape[-1] * outputs, INT8)
        elif (place := PLACES.get(name)) is not None:
            given, weight = args[place : place + 2]
            if weight.dim() == 2:
                nbytes = weight.numel() * weight.element_size()
                self._note(given, result.shape[-1], nbytes, precision(weight.dtype))
        return result

    def summary(self) -> dict[str, Any]:
        """Return the steps (passes that chose among the whole vocabulary) and all products."""
        widest = max(self._outputs, default=0)
        return {"steps": self._outputs[widest], "products": self.products}

    def _note(self, given: torch.Tensor, outputs: int, nbytes: int, kind: str) -> None:
        if nbytes >= SMALL:
            self._outputs[outputs] += 1
            self.products.append((nbytes, 2 * given.numel() * outputs, kind))


def precision(dtype: torch.dtype) -> str:
    """Return the name of a dtype."""
    return str(dtype).removeprefix("torch.")


def floor_seconds(
    products: Sequence[Product], bandwidth: float, rates: Mapping[str, float]
) -> dict[str, float]:
    """Return the least seconds for some products on a machine.

    `bandwidth` is in bytes a second, `rates` in operations a second by precision. `whole` takes for
    each product what it waits for longer.
    """
    each = [(nbytes / bandwidth, made / rates[kind]) for nbytes, made, kind in products]
    return {
        "weights": sum(reading for reading, _ in each),
        "operations": sum(multiplying for _, multiplying in each),
        "whole": sum(map(max, each)),
    }


def _name(func: Any) -> str:
    """Return an operator's name without its namespace and overload."""
    return str(func).split(".")[1] if "." in str(func) else str(func)
