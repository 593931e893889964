"""Preference tuning: make what readers found good likelier than what they marked bad.

Direct preference optimisation (Rafailov et al., 2023) on the pairs of `preferences`, with the
chosen fillings' own likelihood beside it (Pang et al., "Iterative Reasoning Preference
Optimization", 2024), since the margin alone can grow while both become less likely. What the pairs
are measured against is the adapter as supervised training left it. Knows nothing of marks or files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import logsigmoid

from models.training.packing import Pack
from models.training.supervised import PackedTrainer, collate, predict


@dataclass(frozen=True, slots=True)
class Compared:
    """A pack, and how much likelier its pairs' first units were before tuning: nats, (pairs,)."""

    pack: Pack
    before: torch.Tensor


def collate_compared(batch: list[Compared]) -> dict[str, torch.Tensor]:
    """Turn a batch of one into the model's inputs and what its pairs are held against."""
    (compared,) = batch
    pack = compared.pack
    return {
        **collate([pack]),
        "units": pack.units[None],
        "pairs": pack.pairs,
        "before": compared.before,
    }


def compare(model: Any, packs: Sequence[Pack]) -> list[Compared]:
    """Measure the packs' pairs under the model as it is."""
    model.eval()
    found = []
    with torch.inference_mode():
        for pack in packs:
            nothing = torch.zeros(len(pack.pairs))
            batch = collate_compared([Compared(pack, nothing)])
            inputs = {name: value.to(model.device) for name, value in batch.items()}
            margins, _ = measure_margins(model, inputs)
            found.append(Compared(pack, margins.cpu().clone()))
    return found


def measure_margins(
    model: Any, inputs: dict[str, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return how much likelier each pair's first unit is than its second, and the chosen's loss.

    Margins are in nats over all tokens, (pairs,), less what they were before; the loss is the sum
    over all that has a weight above 0.
    """
    likely, wanted = predict(model, inputs)
    units, places = torch.unique(inputs["units"][wanted], return_inverse=True)
    sums = torch.zeros(len(units), device=likely.device).index_add(0, places, likely)
    first, second = (
        sums[torch.searchsorted(units, side)] for side in inputs["pairs"].T.contiguous()
    )
    weights = inputs["weights"][wanted].clamp(min=0)
    return first - second - inputs["before"], -(likely * weights).sum()


class PreferenceTrainer(PackedTrainer):
    """A Trainer of the margins of pairs; a batch is one pack with its pairs."""

    def __init__(self, *, beta: float, anchor: float, **given: Any) -> None:
        super().__init__(**given)
        self._beta = beta
        self._anchor = anchor

    def sum_up(self, model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the loss summed over a pack's pairs and chosen fillings."""
        margins, own = measure_margins(model, inputs)
        return -logsigmoid(self._beta * margins).sum() + self._anchor * own

    def count(self, batch: dict[str, torch.Tensor]) -> float:
        """Return how many pairs a pack has, and how many fillings are to become likelier."""
        return len(batch["pairs"]) + float(batch["weights"].clamp(min=0).sum())
