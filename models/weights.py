"""Load a model, its tokenizer and its adapter from this machine, explicitly, into an engine.

Nothing is loaded at import. Knows nothing of slots or decoding.
"""

import json
import logging
import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import torch
from peft import PeftModel, get_peft_model_state_dict
from pydantic import BaseModel, ConfigDict, field_validator
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from drafting.engine import Bar
from drafting.errors import AdapterError, ModelBrokenError, ModelMissingError, SettingError
from drafting.prompt import load_templates
from drafting.settings import Settings
from models.engine import LocalEngine
from models.int8 import Int8Llama, fits
from models.store import NAME, prepare_default_model

log = logging.getLogger(__name__)

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
    device = choose_device(settings.device)
    # Reading weights takes a second or two; a bar for it on stderr would only hide what matters.
    disable_progress_bar()  # type: ignore[no-untyped-call]
    model, tokenizer = load_base(settings.model, device, choose_dtype(device), settings.cache)
    name = settings.model or NAME
    folder = choose_adapter(settings)
    if folder is None:
        return LocalEngine(_lighten(model), tokenizer, load_templates()[UNTRAINED], name)
    facts = read_adapter_facts(folder)
    model = _lighten(attach_adapter(model, folder))
    template = load_templates()[facts.template]
    return LocalEngine(model, tokenizer, template, name, facts.name, Bar(**facts.bar))


def _lighten(model: Any) -> Any:
    """Return the network that runs a model fastest here."""
    return Int8Llama(model) if fits(model) else model


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


def load_base(
    name: str, device: torch.device, dtype: torch.dtype, cache: Path
) -> tuple[Any, PreTrainedTokenizerBase]:
    """Load a model without adapter, causal or seq2seq, and its tokenizer.

    Raises:
        ModelMissingError: there is no such model, or it is of neither family.
        ModelBrokenError: its files are there and don't hold together.

    """
    source = name or str(prepare_default_model(cache))
    try:
        config = AutoConfig.from_pretrained(source)
        family: Any = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model = family.from_pretrained(source, dtype=dtype).to(device).eval()
        return model, AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ModelMissingError(
            f"The model {source!r} can't be loaded. DRAFTING_MODEL takes the folder of a Hugging "
            "Face model (with config.json, weights and tokenizer), or a name on the hub where "
            "that can be reached."
        ) from error
    except (SafetensorError, RuntimeError, KeyError, TypeError) as error:
        raise ModelBrokenError(
            f"The files of the model {source!r} don't hold together. "
            "Fetch them again, or name another model in DRAFTING_MODEL."
        ) from error


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


def attach_adapter(model: Any, folder: Path) -> Any:
    """Merge a LoRA adapter into a model's weights, so that it costs nothing in use.

    Raises:
        AdapterError: the adapter is broken or belongs to another model.

    """
    try:
        with warnings.catch_warnings():
            # peft calls what transformers is about to drop; missing tensors are found right below.
            warnings.simplefilter("ignore")
            adapted = PeftModel.from_pretrained(model, str(folder))
        _check_names(adapted, folder)
        return adapted.merge_and_unload()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise AdapterError(
            f"The adapter in {folder} can't be used with this model. "
            "Name one that was trained on it in DRAFTING_ADAPTER, or none."
        ) from error


def _check_names(adapted: PeftModel, folder: Path) -> None:
    """Hold the file's tensors against the model's: peft passes over those that have no place.

    Raises:
        ValueError: one is missing or too many, as with an adapter of a deeper model.

    """
    with safe_open(folder / "adapter_model.safetensors", "pt") as file:
        found = set(file.keys())
    if found != set(get_peft_model_state_dict(adapted, save_embedding_layers=False)):
        raise ValueError("the adapter's tensors aren't those of the model")
