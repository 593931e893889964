"""Train the LoRA adapter on the worked rewrites (`make train`).

    python -m models.training.train --out runs/adapter

Stops and goes on from its checkpoints: the same command again resumes. The same seed gives the same
adapter on the same machine. Runs on CUDA where that is there, otherwise on CPU; products are made in
bf16 where the machine has them, otherwise in float32. For causal models of Llama's kind.
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

from drafting.prompt import Template, load_templates
from drafting.settings import load_settings
from models import store
from models.encoding import Encoder
from models.training.packing import Document, Pack, encode_row, make_packs
from models.training.rows import Row, load_rows, split_rows
from models.transformers_loading import load_base
from models.weights import choose_device, choose_dtype

log = logging.getLogger(__name__)

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TEMPLATE = "trained"
NAME = "drafting-lora-3"
"""The adapter's name in every result; raised when its data or recipe change."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the adapter; kept in its folder."""

    seed: int = 7
    rank: int = 32
    learning_rate: float = 6e-4
    epochs: float = 1.0
    first_layer: int = 8
    """Layers below stay as they are: the backward pass stops there, a fifth of a step's time."""
    pack_tokens: int = 800
    """Attention costs the square of a pack, and small packs leave a CPU's products half idle."""
    packs_per_step: int = 2
    directions: str = "both"
    """`forward`, `reverse` or `both`."""


DEFAULT = Recipe()


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
        """Return a pack's loss: the mean over its targets, or their share of the step's mean."""
        total, count = sum_loss(model, inputs)
        # The weights of a step's targets sum to its number of items.
        loss = total / (num_items_in_batch if num_items_in_batch is not None else count)
        return (loss, {"loss": loss}) if return_outputs else loss

    def _get_num_items_in_batch(
        self, batch_samples: list[dict[str, torch.Tensor]], device: torch.device
    ) -> int:
        """Sum the weights of a step's targets, so that each weighs the same in all its packs."""
        return round(sum(float(batch["weights"].sum()) for batch in batch_samples))


def sum_loss(model: Any, inputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, float]:
    """Return the weighted sum of cross entropy (nats) over a pack's targets, and the weights' sum."""
    base: Any = model.get_base_model() if isinstance(model, PeftModel) else model
    hidden = base.model(
        input_ids=inputs["input_ids"],
        position_ids=inputs["position_ids"],
        attention_mask=inputs["attention_mask"],
        use_cache=False,
    ).last_hidden_state
    wanted = inputs["labels"] != -100
    logits = base.lm_head(hidden[wanted]).float()
    each = torch.nn.functional.cross_entropy(logits, inputs["labels"][wanted], reduction="none")
    weights = inputs["weights"][wanted]
    return (each * weights).sum(), float(weights.sum())


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
        "weights": pack.weights[None],
    }


def encode_rows(
    rows: list[Row],
    encoder: Encoder,
    directions: str,
) -> list[Document]:
    """Return the documents of the wanted directions."""
    template = load_templates()[TEMPLATE]
    return list(_choose(rows, encoder, directions, template))


def _choose(
    rows: list[Row],
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


def add_lora(base: Any, recipe: Recipe) -> PeftModel:
    """Return the model with an untrained adapter, which depends on the recipe's seed alone."""
    layers = base.config.num_hidden_layers
    first = recipe.first_layer if recipe.first_layer < layers else 0
    lora = LoraConfig(
        r=recipe.rank,
        lora_alpha=2 * recipe.rank,
        target_modules=TARGETS,
        layers_to_transform=list(range(first, layers)),
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )
    # Only here, since loading may draw random numbers (a model's first conversion does).
    set_seed(recipe.seed)
    adapted: PeftModel = get_peft_model(base, lora)
    return adapted


def make_trainer(
    model: PeftModel, packs: list[Pack], recipe: Recipe, out: Path, max_steps: int = -1
) -> PackedTrainer:
    """Return what trains the model on the packs, with its checkpoints under `out`."""
    return PackedTrainer(
        model=model,
        args=_arguments(recipe, out, max_steps),
        train_dataset=PackDataset(packs),
        data_collator=collate,
    )


def find_checkpoint(out: Path, recipe: Recipe) -> str | None:
    """Return the last checkpoint under `out`, and keep the recipe beside it.

    Raises:
        click.UsageError: the checkpoints come from another recipe.

    """
    checkpoints, kept = out / "checkpoints", out / "recipe.json"
    last: str | None = None
    if checkpoints.is_dir():
        last = get_last_checkpoint(str(checkpoints))  # type: ignore[no-untyped-call]
    wanted = json.dumps(asdict(recipe), indent=1) + "\n"
    if last and kept.is_file() and kept.read_text(encoding="utf-8") != wanted:
        raise click.UsageError(
            f"{out} holds checkpoints of another recipe ({kept}). "
            "Write another folder for --out, or remove that one."
        )
    out.mkdir(parents=True, exist_ok=True)
    kept.write_text(wanted, encoding="utf-8")
    return last


def _arguments(recipe: Recipe, out: Path, max_steps: int) -> TrainingArguments:
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
        bf16=choose_dtype(choose_device("auto")) is torch.bfloat16,
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
    last = find_checkpoint(out, recipe)
    torch.use_deterministic_algorithms(True, warn_only=True)
    cache = load_settings().cache
    base, tokenizer = load_base(model, choose_device("auto"), torch.float32, cache)
    if base.config.is_encoder_decoder:
        raise click.UsageError("--model must be causal; sequence-to-sequence models aren't trained")
    encoder = Encoder(tokenizer)
    rows, held_out = split_rows(load_rows())
    documents = encode_rows(rows, encoder, directions)
    packs = make_packs(documents, recipe.pack_tokens, recipe.seed)
    log.info("%d mails in %d packs; %d mails held out", len(rows), len(packs), len(held_out))
    adapted = add_lora(base, recipe)
    trainer = make_trainer(adapted, packs, recipe, out, max_steps)
    trainer.train(resume_from_checkpoint=last)
    losses = {
        way: measure_loss(adapted, encode_rows(held_out, encoder, way))
        for way in ("forward", "reverse")
    }
    log.info("held-out losses, nats a token: %s", losses)
    facts = {"steps": trainer.state.global_step, "recipe": asdict(recipe), "held_out": losses}
    name = Path(model).name if Path(model).is_dir() else model
    save_adapter(adapted, out / "adapter", name or store.NAME, facts)


def save_adapter(model: PeftModel, folder: Path, base: str, facts: dict[str, Any]) -> None:
    """Write the adapter in bf16 with the base model's name, and what it was trained on and how."""
    half = {
        name: value.to(torch.bfloat16)
        for name, value in model.state_dict().items()
        if "lora_" in name
    }
    # peft would write the folder that the base was read from, on this machine, here and in a card.
    model.peft_config["default"].base_model_name_or_path = base
    model.save_pretrained(str(folder), state_dict=half, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    facts = {"name": NAME, "template": TEMPLATE, **facts}
    (folder / "drafting.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    log.info("adapter written to %s", folder)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    train()
