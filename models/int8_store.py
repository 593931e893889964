"""The default model with an adapter merged in, as weights of eight bits in the cache.

A start reads 190 MB, and neither the whole model nor what merges adapters.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from models.int8 import Int8Llama, Shape, quantize
from models.store import GGUF_SHA256, NAME, file_sha256, keep_folder

LAYOUT = 1
"""Raised when `models.int8.quantize` makes something else, so that an older copy is never loaded."""
WEIGHTS = "weights.safetensors"
SHAPE = "shape.json"
ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")
Load = Callable[[], tuple[Any, PreTrainedTokenizerBase]]
"""Loads the model of transformers, adapter and all, and its tokenizer."""


def load_int8(
    cache: Path, adapter: Path | None, load: Load
) -> tuple[Int8Llama, PreTrainedTokenizerBase]:
    """Return the network and its tokenizer from the cache, where `load` is needed but once.

    Raises:
        ModelError: the model or adapter isn't there or can't be read, or the cache can't be written.

    """

    def write(folder: Path) -> None:
        model, tokenizer = load()
        shape, tensors = quantize(model)
        tokenizer.save_pretrained(folder)
        (folder / SHAPE).write_text(shape.model_dump_json(indent=1), encoding="utf-8")
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / WEIGHTS)

    folder = keep_folder(folder_of(cache, adapter), write)
    shape = Shape.model_validate_json((folder / SHAPE).read_text(encoding="utf-8"))
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    return Int8Llama(shape, load_file(folder / WEIGHTS)), tokenizer


def folder_of(cache: Path, adapter: Path | None) -> Path:
    """Return where the copy for an adapter is kept: its files' content decides, not its name."""
    digest = hashlib.sha256(GGUF_SHA256.encode())
    files = [adapter / name for name in ADAPTER_FILES] if adapter else []
    for file in files:
        # A file that is missing is told of by whoever reads it.
        digest.update(file_sha256(file).encode() if file.is_file() else b"none")
    return cache / f"{NAME.lower()}-int8-{digest.hexdigest()[:12]}-{LAYOUT}"
