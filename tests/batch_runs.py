"""The batch as people start it: a process of its own over a CSV, and what its journal has."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.ray_cluster import PATIENCE
from tests.tiny import bpe_tokenizer, causal_model


def save_tiny_model(folder: Path) -> dict[str, str]:
    """Write a tiny model into a folder; return the environment that names it."""
    causal_model().save_pretrained(folder)
    bpe_tokenizer().save_pretrained(folder)
    return {"DRAFTING_MODEL": str(folder)}


def write_csv(path: Path, texts: Sequence[str]) -> Path:
    """Write texts as the column `body`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "body"])
        writer.writerows(enumerate(texts, 1))
    return path


def begin(
    environment: dict[str, str],
    *arguments: object,
    program: str = "drafting",
    in_own_group: bool = False,
) -> "subprocess.Popen[str]":
    """Start `python -m drafting batch` with some arguments."""
    return subprocess.Popen(
        [sys.executable, "-m", program, "batch", *map(str, arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts it: Ctrl+C goes to all processes of its group.
        start_new_session=in_own_group,
        # What a shell starts in the background ignores Ctrl+C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def run(
    environment: dict[str, str], *arguments: object, program: str = "drafting"
) -> tuple[int, str]:
    """Run it to its end; return its exit status and all that it told."""
    process = begin(environment, *arguments, program=program)
    told, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, told


def read_keys(journal: Path) -> list[str]:
    """Return the keys of the items that a journal has."""
    lines = journal.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["key"] for line in lines[1:]]
