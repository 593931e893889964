"""Load a model, its tokenizer and its adapter, explicitly and once; whoever starts the program calls it.

Knows nothing of prompts, slots or decoding.
"""

import logging
from pathlib import Path

import torch
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from drafting.errors import ModelMissingError, SettingError
from models.store import prepare_default_model

log = logging.getLogger(__name__)


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

    On a CPU with AVX2 alone, bf16 was measured at a fiftieth of float32's speed.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def load_base(
    name: str, device: torch.device, dtype: torch.dtype, cache: Path = Path("/work/scratch/cache")
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a model without adapter, causal or seq2seq, and its tokenizer."""
    source = name or str(prepare_default_model(cache))
    try:
        config = AutoConfig.from_pretrained(source)
        family = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model = family.from_pretrained(source, dtype=dtype).to(device).eval()
        return model, AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ModelMissingError(
            f"The model {name!r} can't be loaded: {error}. "
            "DRAFTING_MODEL takes a folder with a Hugging Face model, or its name on the hub."
        ) from error
