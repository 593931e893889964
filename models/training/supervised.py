"""Supervised training: the worked fillings of packed mails become likelier.

Knows nothing of preferences, checkpoints or where an adapter is kept.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from peft import PeftModel
from transformers import Trainer

from drafting.prompt import Template, load_templates
from models.encoding import Encoder
from models.training.attention import join_short
from models.training.packing import Document, Pack, encode_row, make_packs
from models.training.recipe import DEFAULT, TEMPLATE
from models.training.rows import Row


class PackedTrainer(Trainer):
    """A Trainer whose batch is one pack, and whose logits are made only where there are targets."""

    loss_is_scaled_for_ga = True

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Return a pack's loss: the mean over what it teaches, or its share of the step's mean."""
        total = self.sum_up(model, inputs)
        loss = total / (self.count(inputs) if num_items_in_batch is None else num_items_in_batch)
        return (loss, {"loss": loss}) if return_outputs else loss

    def sum_up(self, model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the loss summed over what a pack teaches."""
        return sum_loss(model, inputs)[0]

    def count(self, batch: dict[str, torch.Tensor]) -> float:
        """Return how much a pack teaches: the weights of its targets."""
        return float(batch["weights"].sum())

    def _get_num_items_in_batch(
        self, batch_samples: list[dict[str, torch.Tensor]], device: torch.device
    ) -> int:
        """Sum up what a step teaches, so that each part weighs the same in all its packs."""
        return round(sum(map(self.count, batch_samples)))


def sum_loss(model: Any, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, float]:
    """Return the weighted sum of cross entropy (nats) over a pack's targets, and the weights' sum."""
    likely, wanted = predict(model, inputs)
    weights = inputs["weights"][wanted]
    return -(likely * weights).sum(), float(weights.sum())


def predict(model: Any, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return each target's log-probability in nats, (targets,), and where targets are, (1, tokens)."""
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    hidden = base.model(
        input_ids=inputs["input_ids"],
        position_ids=inputs["position_ids"],
        attention_mask=inputs["attention_mask"],
        use_cache=False,
        runs=inputs["runs"].tolist(),
    ).last_hidden_state
    wanted = inputs["labels"] != -100
    logits = base.lm_head(hidden[wanted]).float()
    return -torch.nn.functional.cross_entropy(
        logits, inputs["labels"][wanted], reduction="none"
    ), wanted


def collate(packs: list[Pack]) -> dict[str, torch.Tensor]:
    """Turn a batch of one pack into the model's inputs."""
    (pack,) = packs
    return {
        "input_ids": pack.ids[None],
        "position_ids": pack.positions[None],
        "attention_mask": pack.mask(),
        "runs": torch.tensor(list(join_short(pack.lengths()))),
        "labels": pack.targets[None],
        "weights": pack.weights[None],
    }


def encode_rows(
    rows: Sequence[Row],
    encoder: Encoder,
    directions: str,
) -> list[Document]:
    """Return the documents of the wanted directions."""
    template = load_templates()[TEMPLATE]
    return list(_choose(rows, encoder, directions, template))


def _choose(
    rows: Sequence[Row],
    encoder: Encoder,
    directions: str,
    template: Template,
) -> Iterator[Document]:
    for row in rows:
        forward, *reverse = encode_row(row, template, encoder)
        if directions != "reverse":
            yield forward
        if directions != "forward":
            yield from reverse


def measure_loss(model: Any, documents: list[Document]) -> float:
    """Return the mean loss in nats a token over documents."""
    total, count = 0.0, 0.0
    model.eval()
    with torch.inference_mode():
        for pack in make_packs(documents, DEFAULT.pack_tokens, 0):
            inputs = {k: v.to(model.device) for k, v in collate([pack]).items()}
            loss, targets = sum_loss(model, inputs)
            total, count = total + float(loss), count + targets
    return total / max(count, 1.0)
