"""Load a model, its tokenizer and its adapter from this machine, explicitly, into an engine.

Nothing is loaded at import. Knows nothing of slots or decoding.
"""

import json
import time
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, field_validator
from transformers import PreTrainedTokenizerBase

from drafting.engine import Bar
from drafting.errors import AdapterError, SettingError
from drafting.prompt import load_templates
from drafting.settings import Settings
from models.causal import Causal
from models.deletion_judge import load_deletion_judge
from models.engine import LocalEngine
from models.int8 import pays
from models.int8_store import load_int8
from models.judge import load_judge
from models.opening_judge import load_opening_judge
from models.store import NAME

if TYPE_CHECKING:
    from models.seq2seq import Seq2Seq

SHIPPED_ADAPTER = Path(__file__).resolve().parent / "adapter"
NO_ADAPTER = "none"
UNTRAINED = "untrained"


class AdapterFacts(BaseModel):
    """drafting.json beside an adapter: how the model must be asked, and how far to trust it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    template: Literal["trained", "untrained"]
    bar: dict[str, float] = {}
    """Marks of `Bar` that differ from its own."""

    @field_validator("bar")
    @classmethod
    def _check_marks(cls, bar: dict[str, float]) -> dict[str, float]:
        if unknown := bar.keys() - {mark.name for mark in fields(Bar)}:
            raise ValueError(f"the bar has no {', '.join(sorted(unknown))}")
        return bar


def load_local_engine(settings: Settings) -> LocalEngine:
    """Load what the settings name.

    Raises:
        SettingError: a value can't be used on this machine.
        ModelError: the model or adapter isn't there or can't be read.

    """
    name = settings.model or NAME
    folder = choose_adapter(settings)
    model, tokenizer = load_model(settings, folder)
    if folder is None:
        return LocalEngine(model, tokenizer, load_templates()[UNTRAINED], name)
    facts = read_adapter_facts(folder)
    template = load_templates()[facts.template]
    return LocalEngine(
        model,
        tokenizer,
        template,
        name,
        facts.name,
        Bar(**facts.bar),
        judge=load_judge(folder),
        opening_judge=load_opening_judge(folder),
        deletion_judge=load_deletion_judge(folder),
    )


def load_model(
    settings: Settings, adapter: Path | None
) -> "tuple[Causal | Seq2Seq, PreTrainedTokenizerBase]":
    """Load the model that the settings name, with an adapter, in the form that runs fastest here.

    Raises:
        SettingError: a value can't be used on this machine.
        ModelError: the model or adapter isn't there or can't be read.

    """
    device = choose_device(settings.device)

    def load(dtype: torch.dtype) -> tuple[Any, PreTrainedTokenizerBase]:
        # Imported here: it takes two seconds, and the default model is mostly loaded without.
        from models.transformers_loading import attach_adapter, load_base

        model, tokenizer = load_base(settings.model, device, dtype, settings.cache)
        return attach_adapter(model, adapter) if adapter else model, tokenizer

    # Of the default model alone it was measured that it writes as well with rounded weights.
    rounds = settings.weights == "int8" and not settings.model
    if rounds and device.type == "cpu" and pays():
        network, tokenizer = load_int8(settings.cache, adapter, lambda: load(torch.float32))
        return Causal(network), tokenizer
    model, tokenizer = load(choose_dtype(device))
    from models.transformers_loading import open_model

    return open_model(model), tokenizer


def choose_device(name: str) -> torch.device:
    """Turn `cpu`, `cuda` or `auto` into a device.

    Raises:
        SettingError: CUDA is asked for and not there.

    """
    if name == "cuda" and not torch.cuda.is_available():
        raise SettingError(
            "DRAFTING_DEVICE is cuda, and torch finds no CUDA device here. Write cpu or auto."
        )
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def choose_dtype(device: torch.device) -> torch.dtype:
    """Return bf16 where the hardware multiplies it natively, float32 elsewhere.

    On a CPU with AVX2 alone, a matrix product in bf16 was measured at a fiftieth of float32's
    speed.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def measure_dtype(device: torch.device) -> torch.dtype:
    """Return what large products are faster in on this machine: bf16 or float32.

    Some CPUs have instructions for bf16 and are slower with them (a Xeon with `avx512_bf16` and no
    AMX: 164 billion operations a second beside 289 in float32), others are twice as fast.
    """
    half = choose_dtype(device)
    if device.type != "cpu" or half is torch.float32:
        return half
    times = {dtype: min(_time_product(dtype) for _ in range(3)) for dtype in (half, torch.float32)}
    return min(times, key=lambda dtype: times[dtype])


def _time_product(dtype: torch.dtype) -> float:
    """Return the seconds that products of a pack's size take."""
    inputs = torch.ones(800, 576, dtype=dtype)
    weights = [torch.ones(1536, 576, dtype=dtype) for _ in range(8)]
    started = time.perf_counter()
    for weight in weights:
        inputs @ weight.T
    return time.perf_counter() - started


def choose_adapter(settings: Settings) -> Path | None:
    """Return the adapter's folder, or None for a model without one.

    Raises:
        SettingError: the named folder holds no adapter.

    """
    if settings.adapter == NO_ADAPTER:
        return None
    if not settings.adapter:
        return None if settings.model else SHIPPED_ADAPTER
    folder = Path(settings.adapter).expanduser()
    if not (folder / "adapter_config.json").is_file():
        raise SettingError(
            f"DRAFTING_ADAPTER is {settings.adapter!r}, and no adapter_config.json is there. "
            "Write the folder of a LoRA adapter, or none."
        )
    return folder


def read_adapter_facts(folder: Path) -> AdapterFacts:
    """Read drafting.json; an adapter without one is asked like an untrained model."""
    path = folder / "drafting.json"
    if not path.is_file():
        return AdapterFacts(name=folder.name, template="untrained")
    try:
        return AdapterFacts.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise AdapterError(
            f"{path} can't be read. Restore the adapter's folder, or name another one."
        ) from error
