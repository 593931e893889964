"""Train the LoRA adapter on the worked rewrites (`make train`).

    python -m models.training.train --out runs/adapter

Stops and goes on from its checkpoints: the same command again resumes. The same seed gives the same
adapter on the same machine. Runs on CUDA in bf16 where that is there, otherwise on CPU in the
fastest type that the processor has.
"""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, set_seed
from transformers.trainer_utils import get_last_checkpoint

from drafting.prompt import load_templates
from models.encoding import Encoder
from models.loading import choose_device, choose_dtype, load_base
from models.training.packing import Document, Pack, encode_row, make_packs
from models.training.rows import Row, load_rows, split_rows

log = logging.getLogger(__name__)

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TEMPLATE = "trained"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the adapter; kept in its folder."""

    seed: int = 7
    rank: int = 32
    learning_rate: float = 6e-4
    epochs: float = 2.0
    first_layer: int = 8
    """Layers below stay as they are: the backward pass stops there, which saves a fifth of a step."""
    pack_tokens: int = 400
    """Attention costs the square of a pack, so small packs are the cheap ones on CPU."""
    packs_per_step: int = 4
    directions: str = "both"
    """`forward`, `reverse` or `both`."""


DEFAULT = Recipe()


class PackedTrainer(Trainer):
    """A Trainer whose batch is one pack, and whose logits are made only where there are targets."""

    def compute_loss(
        self,
        model: PeftModel,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Return the loss of a pack: the mean over its targets, or their share of the step's mean."""
        total, count = sum_loss(model, inputs)
        loss = total / (num_items_in_batch if num_items_in_batch is not None else count)
        return (loss, {"loss": loss}) if return_outputs else loss

    def _get_num_items_in_batch(
        self, batch_samples: list[dict[str, torch.Tensor]], device: torch.device
    ) -> int:
        """Count the targets of all packs of a step, so that each target weighs the same."""
        return sum(int((batch["labels"] != -100).sum()) for batch in batch_samples)


def sum_loss(model: PeftModel, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, int]:
    """Return the summed cross entropy (nats) over a pack's targets, and how many they are."""
    base = model.get_base_model() if isinstance(model, PeftModel) else model
    hidden = base.model(
        input_ids=inputs["input_ids"],
        position_ids=inputs["position_ids"],
        attention_mask=inputs["attention_mask"],
        use_cache=False,
    ).last_hidden_state
    wanted = inputs["labels"] != -100
    logits = base.lm_head(hidden[wanted]).float()
    loss = torch.nn.functional.cross_entropy(logits, inputs["labels"][wanted], reduction="sum")
    return loss, int(wanted.sum())


class PackDataset(Dataset[Pack]):
    """The packs of one pass over the data."""

    def __init__(self, packs: list[Pack]) -> None:
        self.packs = packs

    def __len__(self) -> int:
        return len(self.packs)

    def __getitem__(self, index: int) -> Pack:
        return self.packs[index]


def collate(packs: list[Pack]) -> dict[str, torch.Tensor]:
    """Turn a batch of one pack into the model's inputs."""
    (pack,) = packs
    return {
        "input_ids": pack.ids[None],
        "position_ids": pack.positions[None],
        "attention_mask": pack.mask(),
        "labels": pack.targets[None],
    }


def encode_rows(rows: list[Row], encoder: Encoder, directions: str) -> list[Document]:
    """Return the documents of the wanted directions."""
    template = load_templates()[TEMPLATE]
    return list(_choose(rows, encoder, directions, template))


def _choose(rows: list[Row], encoder: Encoder, directions: str, template: Any) -> Iterator[Document]:
    for row in rows:
        forward, *reverse = encode_row(row, template, encoder)
        if directions != "reverse":
            yield forward
        if directions != "forward":
            yield from reverse


def measure_loss(model: PeftModel, documents: list[Document]) -> float:
    """Return the mean loss in nats a token over documents."""
    total, count = 0.0, 0
    model.eval()
    with torch.inference_mode():
        for pack in make_packs(documents, DEFAULT.pack_tokens, 0):
            inputs = {k: v.to(model.device) for k, v in collate([pack]).items()}
            loss, targets = sum_loss(model, inputs)
            total, count = total + float(loss), count + targets
    return total / max(count, 1)


def arguments(recipe: Recipe, out: Path, max_steps: int) -> TrainingArguments:
    """Return the Trainer's arguments for a recipe."""
    return TrainingArguments(
        output_dir=str(out / "checkpoints"),
        per_device_train_batch_size=1,
        gradient_accumulation_steps=recipe.packs_per_step,
        num_train_epochs=recipe.epochs,
        max_steps=max_steps,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=10,
        weight_decay=0.0,
        max_grad_norm=1.0,
        logging_steps=5,
        save_steps=15,
        save_total_limit=2,
        seed=recipe.seed,
        data_seed=recipe.seed,
        use_cpu=not torch.cuda.is_available(),
        bf16=torch.cuda.is_available(),
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        report_to="none",
        disable_tqdm=True,
    )


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/adapter"))
@click.option("--model", default="", help="Hub name or folder; the default model when empty.")
@click.option("--epochs", type=float, default=DEFAULT.epochs)
@click.option("--rank", type=int, default=DEFAULT.rank)
@click.option("--learning-rate", type=float, default=DEFAULT.learning_rate)
@click.option("--seed", type=int, default=DEFAULT.seed)
@click.option("--directions", type=click.Choice(["forward", "reverse", "both"]), default="both")
@click.option("--max-steps", type=int, default=-1, help="Stop after so many steps.")
def train(
    out: Path,
    model: str,
    epochs: float,
    rank: int,
    learning_rate: float,
    seed: int,
    directions: str,
    max_steps: int,
) -> None:
    """Train the adapter and write it, with its recipe and held-out losses, to OUT."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = Recipe(seed, rank, learning_rate, epochs, directions=directions)
    set_seed(recipe.seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    base, tokenizer = load_base(model, choose_device("auto"), torch.float32)
    encoder = Encoder(tokenizer)
    rows, held_out = split_rows(load_rows())
    packs = make_packs(encode_rows(rows, encoder, directions), recipe.pack_tokens, recipe.seed)
    log.info("%d mails in %d packs; %d mails held out", len(rows), len(packs), len(held_out))
    lora = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=TARGETS,
        layers_to_transform=list(range(recipe.first_layer, base.config.num_hidden_layers)),
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(base, lora)
    trainer = PackedTrainer(
        model=adapted,
        args=arguments(recipe, out, max_steps),
        train_dataset=PackDataset(packs),
        data_collator=collate,
    )
    checkpoints = out / "checkpoints"
    last = get_last_checkpoint(str(checkpoints)) if checkpoints.is_dir() else None
    trainer.train(resume_from_checkpoint=last)
    losses = {
        way: measure_loss(adapted, encode_rows(held_out, encoder, way))
        for way in ("forward", "reverse")
    }
    log.info("held-out losses, nats a token: %s", losses)
    save_adapter(adapted, out, recipe, losses, trainer.state.global_step)


def save_adapter(
    model: PeftModel, out: Path, recipe: Recipe, losses: dict[str, float], steps: int
) -> None:
    """Write the adapter in bf16 with what it was trained on and how."""
    adapter = out / "adapter"
    half = {
        name: value.to(torch.bfloat16)
        for name, value in model.state_dict().items()
        if "lora_" in name
    }
    model.save_pretrained(adapter, state_dict=half)
    facts = {"template": TEMPLATE, "steps": steps, "recipe": asdict(recipe), "held_out": losses}
    (adapter / "drafting.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    log.info("adapter written to %s", adapter)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    train()
