"""The default model's local copy: whole or made anew, by one process at a time.

A small file stands in for the GGUF file and a quick writer for the conversion, but in the last
tests: these load the real copy.
"""

import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drafting.errors import ModelBrokenError, ModelMissingError
from drafting.settings import load_settings
from models import store

WEIGHTS = b"weights" * 1000
FILES = {"config.json": b"{}", "model.safetensors": WEIGHTS, "tokenizer.json": b"[]"}
Writer = Callable[[Path, Path], None]


def write_files(gguf: Path, folder: Path) -> None:
    """Stand in for the conversion: read the source and write some files."""
    assert gguf.read_bytes() == WEIGHTS
    with (gguf.parent / "log").open("a") as log:
        log.write(f"{os.getpid()}\n")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)


def write_slowly(gguf: Path, folder: Path) -> None:
    time.sleep(0.5)
    write_files(gguf, folder)


def write_half_and_hang(gguf: Path, folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(WEIGHTS[:99])
    (gguf.parent / "hanging").touch()
    time.sleep(600)


def use_source(root: Path, writer: Writer) -> None:
    """Point the store of this process at a small source and a quick conversion."""
    sys.path.insert(0, str(root))
    store.PACKAGE = "drafting_test_weights"
    store.GGUF_SHA256 = hashlib.sha256(WEIGHTS).hexdigest()
    setattr(store, "_convert", writer)  # noqa: B010 - a function of the module, to mypy


def prepare_in_child(root: Path, writer: Writer) -> None:
    use_source(root, writer)
    store.prepare_default_model(root / "cache")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the source's package in it, used by this process until the test ends."""
    package = tmp_path / "drafting_test_weights"
    package.mkdir()
    # It is never imported: the real one needs llama.cpp's bindings.
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    (package / store.GGUF).write_bytes(WEIGHTS)
    for name in ("PACKAGE", "GGUF_SHA256", "_convert"):
        monkeypatch.setattr(store, name, getattr(store, name))
    monkeypatch.setattr(sys, "path", list(sys.path))
    use_source(tmp_path, write_files)
    return tmp_path


def conversions(root: Path) -> int:
    log = root / "drafting_test_weights" / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.name != store.MANIFEST
    }


def test_converts_once_and_then_only_looks(root: Path) -> None:
    cache = root / "deep" / "cache"
    folder = store.prepare_default_model(cache)
    assert contents(folder) == FILES
    assert store.prepare_default_model(cache) == folder
    assert conversions(root) == 1
    assert folder == store.folder_of(cache)
    assert sorted(path.name for path in cache.iterdir()) == [folder.name, f"{folder.name}.lock"]


def change_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing weights": lambda folder: (folder / "model.safetensors").unlink(),
    "a changed byte": lambda folder: change_byte(folder / "model.safetensors"),
    "cut short": lambda folder: (folder / "model.safetensors").write_bytes(WEIGHTS[:-1]),
    "longer": lambda folder: (folder / "config.json").write_bytes(b"{} "),
    "no manifest": lambda folder: (folder / store.MANIFEST).unlink(),
    "a cut manifest": lambda folder: (folder / store.MANIFEST).write_text('{"config.json": {'),
    "an empty manifest": lambda folder: (folder / store.MANIFEST).write_text("{}"),
    "a manifest of another shape": lambda folder: (folder / store.MANIFEST).write_text("[1]"),
    "a manifest without sums": lambda folder: (folder / store.MANIFEST).write_text(
        '{"config.json": {"size": 2}}'
    ),
    "a manifest that isn't text": lambda folder: (folder / store.MANIFEST).write_bytes(b"\xff"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_copy_is_made_anew(root: Path, damage: str) -> None:
    folder = store.prepare_default_model(root / "cache")
    DAMAGES[damage](folder)
    assert not store.is_whole(folder)
    assert store.prepare_default_model(root / "cache") == folder
    assert contents(folder) == FILES
    assert store.is_whole(folder)
    assert conversions(root) == 2


def test_the_manifest_names_every_file_with_size_and_sum(root: Path) -> None:
    folder = store.prepare_default_model(root / "cache")
    manifest = json.loads((folder / store.MANIFEST).read_text())
    assert manifest == {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in FILES.items()
    }


def test_a_conversion_that_fails_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(gguf: Path, folder: Path) -> None:
        (folder / "config.json").write_bytes(b"{}")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_convert", fail)
    with pytest.raises(ModelBrokenError, match=r"No space left.*DRAFTING_CACHE"):
        store.prepare_default_model(root / "cache")
    assert [path.suffix for path in (root / "cache").iterdir()] == [".lock"]
    monkeypatch.setattr(store, "_convert", write_files)
    assert contents(store.prepare_default_model(root / "cache")) == FILES


def test_an_error_without_a_reason_names_its_kind(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(gguf: Path, folder: Path) -> None:
        raise TimeoutError

    monkeypatch.setattr(store, "_convert", fail)
    with pytest.raises(ModelBrokenError, match="TimeoutError"):
        store.prepare_default_model(root / "cache")


def test_a_cache_that_is_no_folder_says_what_to_set(root: Path) -> None:
    (root / "cache").write_text("a file")
    with pytest.raises(ModelBrokenError, match="DRAFTING_CACHE"):
        store.prepare_default_model(root / "cache")


def start(root: Path, writer: Writer) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=prepare_in_child, args=(root, writer)
    )
    process.start()
    return process


def test_of_several_processes_one_converts_and_the_others_wait(root: Path) -> None:
    children = [start(root, write_slowly) for _ in range(3)]
    for child in children:
        child.join(120)
        assert child.exitcode == 0
    assert conversions(root) == 1
    assert contents(store.folder_of(root / "cache")) == FILES


def test_what_a_killed_conversion_left_is_removed(root: Path) -> None:
    child = start(root, write_half_and_hang)
    deadline = time.monotonic() + 120
    while not (root / "drafting_test_weights" / "hanging").exists():
        assert time.monotonic() < deadline
        assert child.is_alive()
        time.sleep(0.05)
    assert not store.is_whole(store.folder_of(root / "cache"))
    child.kill()
    child.join()
    folder = store.prepare_default_model(root / "cache")
    assert contents(folder) == FILES
    names = sorted(path.name for path in (root / "cache").iterdir())
    assert names == [folder.name, f"{folder.name}.lock"]


def test_without_the_package_it_says_how_to_get_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(ModelMissingError, match=r"make install.*DRAFTING_MODEL"):
        store.prepare_default_model(root / "cache")


def test_a_package_without_the_file(root: Path) -> None:
    (root / "drafting_test_weights" / store.GGUF).unlink()
    with pytest.raises(ModelMissingError):
        store.prepare_default_model(root / "cache")


def test_another_file_than_the_pinned_one_is_never_converted(root: Path) -> None:
    change_byte(root / "drafting_test_weights" / store.GGUF)
    with pytest.raises(ModelBrokenError, match="pinned"):
        store.prepare_default_model(root / "cache")
    assert conversions(root) == 0


def test_the_installed_weights_are_the_pinned_ones() -> None:
    assert store.find_gguf().name == store.GGUF


def test_the_real_copy_loads_and_answers() -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = store.prepare_default_model(load_settings().cache)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert model.lm_head.weight.data_ptr() == model.get_input_embeddings().weight.data_ptr()
    assert all(bool(value.isfinite().all()) for value in model.parameters())
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is the capital of France?"}],
        tokenize=False,
        add_generation_prompt=True,
    )
    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        for _ in range(7):
            logits = model(input_ids=ids).logits[0, -1]
            assert bool(logits.isfinite().all())
            ids = torch.cat([ids, logits.argmax()[None, None]], dim=1)
    assert "Paris" in tokenizer.decode(ids[0])
