"""Train the LoRA adapter on the worked rewrites, then on what readers preferred (`make train`).

    python -m models.training.train --out runs/adapter

Stops and goes on from its checkpoints: the same command again resumes. The same seed gives the same
adapter on the same machine, with the same `--dtype`: products are made in bf16 or float32, whichever
was faster when the run began. Runs on CUDA where that is there, otherwise on CPU. For causal models of
Llama's kind.
"""

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments, set_seed

from drafting.prompt import load_templates
from drafting.settings import load_settings
from models import store
from models.encoding import Encoder
from models.training.attention import attend_by_document
from models.training.evaluation.cases import make_cases, make_plain_cases
from models.training.judging import (
    load_deletions,
    load_judged,
    load_plain_mails,
    load_revisions,
    load_withdrawn,
)
from models.training.packing import Pack, make_packs
from models.training.preferences import encode_preferences, find_preferences
from models.training.preferring import PreferenceTrainer, collate_compared, compare
from models.training.recipe import (
    DEFAULT,
    NAME,
    TEMPLATE,
    Recipe,
    find_checkpoint,
    keep_recipe,
    read_dtype,
)
from models.training.rows import Row, choose_rows, load_rows, split_rows
from models.training.supervised import PackedTrainer, collate, encode_rows, measure_loss
from models.transformers_loading import load_base
from models.weights import choose_device, measure_dtype, read_adapter_facts

log = logging.getLogger(__name__)

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class Items(Dataset[Any]):
    """What is gone through in one pass over the data."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


def add_lora(base: Any, recipe: Recipe) -> PeftModel:
    """Return the model with the adapter to go on from, or an untrained one.

    An untrained one depends on the recipe's seed alone.
    """
    if recipe.start:
        started: PeftModel = PeftModel.from_pretrained(base, recipe.start, is_trainable=True)
        set_seed(recipe.seed)
        return started
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


def fit(trainer: Trainer) -> int:
    """Train, from the stage's last checkpoint where there is one; return the steps done in all."""
    trainer.train(resume_from_checkpoint=find_checkpoint(Path(str(trainer.args.output_dir))))
    return int(trainer.state.global_step)


def make_supervised(
    model: PeftModel, packs: Sequence[Pack], recipe: Recipe, out: Path, max_steps: int = -1
) -> PackedTrainer:
    """Return what trains the model on the packs, with its checkpoints under `out`."""
    return PackedTrainer(
        model=model,
        args=_arguments(recipe, out, max_steps),
        train_dataset=Items(packs),
        data_collator=collate,
    )


def make_preferring(
    model: PeftModel, packs: Sequence[Pack], recipe: Recipe, out: Path, max_steps: int = -1
) -> PreferenceTrainer:
    """Return what tunes the model on pairs: they are held against the model as it is now."""
    with torch.autocast(model.device.type, torch.bfloat16, enabled=_in_half(recipe)):
        compared = compare(model, packs)
    stage = replace(recipe, epochs=recipe.preference_epochs, learning_rate=recipe.preference_rate)
    return PreferenceTrainer(
        beta=recipe.beta,
        anchor=recipe.anchor,
        model=model,
        args=_arguments(stage, out, max_steps),
        train_dataset=Items(compared),
        data_collator=collate_compared,
    )


def encode_pairs(rows: Sequence[Row], encoder: Encoder, recipe: Recipe) -> list[Pack]:
    """Return in packs the preferences of these rows, and of plain mails that aren't held out.

    Where only some files are learnt from, plain mails are none of them.
    """
    template = load_templates()[TEMPLATE]
    plain = [] if recipe.only else [mail for mail in load_plain_mails() if not mail.held_out]
    cases = make_cases(rows) + make_plain_cases(plain)
    found = find_preferences(
        cases, load_judged(), load_revisions(), load_withdrawn(), load_deletions()
    )
    documents = [
        document for each in found for document in encode_preferences(each, template, encoder)
    ]
    return make_packs(documents, recipe.pack_tokens, recipe.seed)


def _in_half(recipe: Recipe) -> bool:
    """Tell whether products are made in bf16; what is `auto` must be settled by then."""
    return recipe.dtype == "bfloat16"


def settle_dtype(wanted: str, kept: str | None = None) -> str:
    """Return the name of what products are made in: as before, else what is faster here."""
    if wanted != "auto":
        return wanted
    return kept or str(measure_dtype(choose_device("auto"))).removeprefix("torch.")


def _arguments(recipe: Recipe, out: Path, max_steps: int) -> TrainingArguments:
    """Return the Trainer's arguments for a recipe."""
    return TrainingArguments(
        output_dir=str(out),
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
        bf16=_in_half(recipe),
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        report_to="none",
        disable_tqdm=True,
    )


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/adapter"))
@click.option("--model", default="", help="Hub name or folder; the default model when empty.")
@click.option(
    "--epochs", type=float, default=DEFAULT.epochs, help="0 leaves supervised training out."
)
@click.option("--rank", type=int, default=DEFAULT.rank)
@click.option("--learning-rate", type=float, default=DEFAULT.learning_rate)
@click.option("--seed", type=int, default=DEFAULT.seed)
@click.option("--directions", type=click.Choice(["forward", "reverse", "both"]), default="both")
@click.option(
    "--preference-epochs",
    type=float,
    default=DEFAULT.preference_epochs,
    help="0 leaves preference tuning out.",
)
@click.option("--preference-rate", type=float, default=DEFAULT.preference_rate)
@click.option(
    "--start",
    type=click.Path(exists=True, file_okay=False),
    help="Folder of an adapter to go on from, of whatever rank it is.",
)
@click.option("--only", multiple=True, help="Learn from these files of worked rewrites alone.")
@click.option("--dtype", type=click.Choice(["auto", "float32", "bfloat16"]), default="auto")
@click.option("--max-steps", type=int, default=-1, help="Stop each stage after so many steps.")
def train(out: Path, model: str, max_steps: int, **recipe: Any) -> None:
    """Train the adapter and write it, with its recipe and held-out losses, to OUT."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    made = Recipe(**recipe | {"start": recipe["start"] or ""})
    made = replace(made, dtype=settle_dtype(made.dtype, read_dtype(out)))
    keep_recipe(out, made)
    torch.use_deterministic_algorithms(True, warn_only=True)
    # It fills what is about to be written over: a tenth of the time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    device = choose_device("auto")
    # What isn't trained is held as it is multiplied, or each product would round it anew.
    dtype = getattr(torch, made.dtype)
    base, tokenizer = load_base(model, device, dtype, load_settings().cache)
    if base.config.is_encoder_decoder:
        raise click.UsageError("--model must be causal; sequence-to-sequence models aren't trained")
    attend_by_document(base)
    encoder = Encoder(tokenizer)
    rows, held_out = split_rows(load_rows())
    try:
        taught = choose_rows(rows, made.only)
    except ValueError as error:
        raise click.UsageError(
            f"--only: {error}. Write the name of a file of worked rewrites without its ending."
        ) from error
    packs = make_packs(encode_rows(taught, encoder, made.directions), made.pack_tokens, made.seed)
    log.info("%d mails in %d packs; %d mails held out", len(taught), len(packs), len(held_out))
    name = Path(model).name if Path(model).is_dir() else model
    adapted = add_lora(base, made)
    facts: dict[str, Any] = {"recipe": asdict(made)}
    if made.start:
        # Its name, and not where it lies on this machine.
        started = read_adapter_facts(Path(made.start)).name
        config: Any = adapted.peft_config["default"]
        facts["recipe"] |= {"start": started, "rank": config.r}
    facts["steps"] = 0
    if made.epochs:
        facts["steps"] = fit(make_supervised(adapted, packs, made, out / "supervised", max_steps))
        facts["held_out"] = measure_held_out(adapted, held_out, encoder)
        save_adapter(adapted, out / "supervised" / "adapter", name or store.NAME, facts)
    pairs = encode_pairs(taught, encoder, made) if made.preference_epochs else []
    if pairs:
        log.info("%d pairs in %d packs", sum(len(pack.pairs) for pack in pairs), len(pairs))
        steps = fit(make_preferring(adapted, pairs, made, out / "preferences", max_steps))
        facts |= {"preference_steps": steps}
        facts["held_out"] = measure_held_out(adapted, held_out, encoder)
    save_adapter(adapted, out / "adapter", name or store.NAME, facts)


def measure_held_out(
    model: PeftModel, held_out: Sequence[Row], encoder: Encoder
) -> dict[str, float]:
    """Return the loss on held-out rewrites in both directions, nats a token."""
    losses = {
        way: measure_loss(model, encode_rows(held_out, encoder, way))
        for way in ("forward", "reverse")
    }
    log.info("held-out losses, nats a token: %s", losses)
    return losses


def save_adapter(model: PeftModel, folder: Path, base: str, facts: dict[str, Any]) -> None:
    """Write the adapter in bf16 with the base model's name, and what it was trained on and how."""
    half = {
        name: value.to(torch.bfloat16)
        for name, value in model.state_dict().items()
        if "lora_" in name
    }
    # peft would write the folder that the base was read from, on this machine, here and in a card.
    config = model.peft_config["default"]
    read_from, config.base_model_name_or_path = config.base_model_name_or_path, base
    model.save_pretrained(str(folder), state_dict=half, save_embedding_layers=False)
    # The next stage's checkpoints look for the base by this.
    config.base_model_name_or_path = read_from
    (folder / "README.md").unlink(missing_ok=True)
    facts = {"name": NAME, "template": TEMPLATE, **facts}
    (folder / "drafting.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    log.info("adapter written to %s", folder)


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    train()
