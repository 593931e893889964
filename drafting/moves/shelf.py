"""Keeps the printed book in the cache: reading and compiling all chapters takes seconds.

What is kept belongs to the very chapters that it was made of, as Python's compiled files do; a cache
that can't be written is done without. It doesn't know what a move is, nor how a chapter is written.
"""

import hashlib
import logging
import os
import secrets
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from drafting.moves.book import MOVES, print_book, read_book
from drafting.moves.move import Move, Printed, ready
from drafting.settings import load_settings

log = logging.getLogger(__name__)

FILE = "moves.json"
LAYOUT = 1
"""Raised when a printed book is made otherwise, so that an older one is never used."""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str
    printed: Printed


@cache
def stock_moves() -> tuple[Move, ...]:
    """Return the moves of `prompts/moves`.

    Raises:
        MoveBookError: the book can't be used; the message names the entry.

    """
    return ready(load_printed(MOVES, load_settings().cache))


def load_printed(folder: Path, cache: Path) -> Printed:
    """Return the printed book of a folder, from the cache where it is there and up to date.

    Raises:
        MoveBookError: the book can't be used; the message names the entry.

    """
    digest, file = _digest(folder), cache / FILE
    try:
        kept = _Kept.model_validate_json(file.read_bytes())
        if kept.digest == digest:
            return kept.printed
    except (OSError, ValidationError):
        pass
    printed = print_book(read_book(folder))
    _keep(_Kept(digest=digest, printed=printed), file)
    return printed


def _digest(folder: Path) -> str:
    digest = hashlib.sha256(f"{LAYOUT} {sys.version}".encode())
    for path in sorted(folder.glob("*.yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _keep(kept: _Kept, file: Path) -> None:
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(kept.model_dump_json(), encoding="utf-8")
        os.replace(new, file)
    except OSError as error:
        log.info("The moves can't be kept in %s: %s", file.parent, error.strerror)
        with suppress(OSError):
            new.unlink()
