"""What decides an adapter: its recipe, and the folder of checkpoints that belongs to it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from transformers.trainer_utils import get_last_checkpoint

TEMPLATE = "trained"
NAME = "drafting-lora-5"
"""The adapter's name in every result; raised when its data or recipe change."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the adapter; kept in its folder."""

    seed: int = 7
    start: str = ""
    """Folder of an adapter to go on from; a new one, of the rank below, where it is empty."""
    only: tuple[str, ...] = ()
    """Files of worked rewrites (`curt` for `curt.jsonl`) to learn from; all where none is named."""
    dtype: str = "auto"
    """What products are made in: `float32`, `bfloat16`, or `auto` for what is faster here."""
    rank: int = 64
    learning_rate: float = 1e-3
    epochs: float = 2.0
    first_layer: int = 8
    """Layers below stay as they are: the backward pass stops there, a fifth of a step's time."""
    pack_tokens: int = 800
    """Attention costs the square of a pack, and small packs leave a CPU's products half idle."""
    packs_per_step: int = 2
    directions: str = "both"
    """`forward`, `reverse` or `both`."""
    preference_epochs: float = 1.0
    preference_rate: float = 1e-4
    """Peak learning rate of preference tuning."""
    beta: float = 0.1
    """How soon a margin between good and bad is wide enough: nats are multiplied by this."""
    anchor: float = 1.0
    """What the chosen's own likelihood weighs beside the margins."""


DEFAULT = Recipe()


def keep_recipe(out: Path, recipe: Recipe) -> None:
    """Write the recipe beside the checkpoints that are made by it.

    Its `dtype` must be settled: the same machine may measure another one the next time.

    Raises:
        click.UsageError: the checkpoints under `out` come from another recipe.

    """
    kept = out / "recipe.json"
    wanted = json.dumps(asdict(recipe), indent=1) + "\n"
    started = any(out.glob("*/checkpoint-*"))
    if started and kept.is_file() and kept.read_text(encoding="utf-8") != wanted:
        raise click.UsageError(
            f"{out} holds checkpoints of another recipe ({kept}). "
            "Write another folder for --out, or remove that one."
        )
    out.mkdir(parents=True, exist_ok=True)
    kept.write_text(wanted, encoding="utf-8")


def read_dtype(out: Path) -> str | None:
    """Return what an earlier run into this folder made its products in, None where there is none."""
    kept = out / "recipe.json"
    return json.loads(kept.read_text(encoding="utf-8")).get("dtype") if kept.is_file() else None


def find_checkpoint(folder: Path) -> str | None:
    """Return a stage's last checkpoint, None where it has not begun."""
    if not folder.is_dir():
        return None
    last: str | None = get_last_checkpoint(str(folder))  # type: ignore[no-untyped-call]
    return last
