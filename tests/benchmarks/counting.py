"""Count what work asks of the machine: passes over the weights, bytes of them, operations.

Looks at the matrix products that torch runs, so that it holds however the passes are put together.
Only products with weights are counted: what comes of it is a floor.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

PLACES = {"linear": 1, "mm": 1, "matmul": 1, "addmm": 2, "mkldnn_linear": 1}
"""Where an operator has its weights among its arguments."""
SMALL = 1 << 16
"""Bytes; a smaller matrix is no weight of any model that matters."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product of some rows with a matrix of weights."""

    nbytes: int
    operations: int


@dataclass
class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While this is entered, products with weights are counted."""

    products: list[Product] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._calls: Counter[int] = Counter()
        self._rows: Counter[int] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Look at a call, then let it through."""
        place = PLACES.get(_name(func))
        if place is not None and len(args) > place:
            self._note(args[place - 1], args[place])
        return func(*args, **(kwargs or {}))

    def summary(self) -> dict[str, Any]:
        """Return the passes, the rows (tokens) that went through them, and all products."""
        passes = Counter(self._calls.values()).most_common(1)
        rows = Counter(self._rows.values()).most_common(1)
        return {
            "passes": passes[0][0] if passes else 0,
            "rows": rows[0][0] if rows else 0,
            "products": [(product.nbytes, product.operations) for product in self.products],
        }

    def _note(self, given: torch.Tensor, weight: torch.Tensor) -> None:
        nbytes = weight.numel() * weight.element_size()
        if weight.dim() != 2 or nbytes < SMALL:
            return
        rows = given.numel() // max(given.shape[-1], 1)
        self._calls[weight.data_ptr()] += 1
        self._rows[weight.data_ptr()] += rows
        self.products.append(Product(nbytes, 2 * rows * weight.numel()))


def floor_seconds(
    products: list[tuple[int, int]], bandwidth: float, rate: float
) -> Mapping[str, float]:
    """Return the least seconds for some products (bytes, operations) on a machine.

    `bandwidth` is in bytes a second, `rate` in operations a second. `whole` takes for each product
    what it waits for longer.
    """
    return {
        "weights": sum(nbytes for nbytes, _ in products) / bandwidth,
        "operations": sum(operations for _, operations in products) / rate,
        "whole": sum(max(nbytes / bandwidth, operations / rate) for nbytes, operations in products),
    }


def _name(func: Any) -> str:
    """Return an operator's name without its namespace and overload."""
    return str(func).split(".")[1] if "." in str(func) else str(func)
