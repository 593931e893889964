"""Load a model with transformers, its tokenizer and its adapter, from this machine.

Importing this takes seconds. Knows nothing of slots or decoding.
"""

import warnings
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from drafting.errors import AdapterError, ModelBrokenError, ModelMissingError
from models.causal import Causal
from models.seq2seq import Seq2Seq
from models.store import prepare_default_model
from models.transformers_network import TransformersNetwork


def load_base(
    name: str, device: torch.device, dtype: torch.dtype, cache: Path
) -> tuple[Any, PreTrainedTokenizerBase]:
    """Load a model without adapter, causal or seq2seq, and its tokenizer.

    Raises:
        ModelMissingError: there is no such model, or it is of neither family.
        ModelBrokenError: its files are there and don't hold together.

    """
    # Reading weights takes a second or two; a bar for it on stderr would only hide what matters.
    disable_progress_bar()  # type: ignore[no-untyped-call]
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


def open_model(model: Any) -> Causal | Seq2Seq:
    """Return a model of transformers as an engine takes it."""
    if model.config.is_encoder_decoder:
        return Seq2Seq(model)
    return Causal(TransformersNetwork(model))


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
