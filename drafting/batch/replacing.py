"""Write a text file whole or not at all, part by part."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from drafting.batch.files.storing import kind_output_errors, sync_folder


@contextmanager
def replacing(target: Path) -> Iterator[IO[str]]:
    """Give a new file that takes the place of `target` once all is written, and only then.

    Raises:
        OutputError: the folder isn't there, may not be written to or is full.

    """
    new = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}")
    try:
        with kind_output_errors(target):
            with new.open("x", encoding="utf-8", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, target)
            sync_folder(target.parent)
    finally:
        new.unlink(missing_ok=True)
