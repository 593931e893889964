"""From a path to the input of a batch: the format goes by the name's ending."""

from collections.abc import Callable
from pathlib import Path

from drafting.batch.files.batch_input import BatchInput
from drafting.batch.files.delimited import DelimitedInput
from drafting.batch.files.folder import FolderInput
from drafting.batch.files.json_file import JsonInput, JsonLinesInput
from drafting.batch.files.workbook import WorkbookInput
from drafting.batch.files.yaml_file import YamlInput
from drafting.errors import EmptyInputError, InputMissingError, UnknownKindError
from drafting.result import Format

Opener = Callable[[Path, bytes, str | None, Format | None], BatchInput]
_OPENERS: dict[str, Opener] = {
    ".csv": DelimitedInput,
    ".tsv": DelimitedInput,
    ".tab": DelimitedInput,
    ".jsonl": JsonLinesInput,
    ".ndjson": JsonLinesInput,
    ".json": JsonInput,
    ".yaml": YamlInput,
    ".yml": YamlInput,
    ".xlsx": WorkbookInput,
    ".xlsm": WorkbookInput,
    ".ods": WorkbookInput,
}
ENDINGS = frozenset(_OPENERS)
"""Of the names of files that a batch takes."""


def open_input(path: Path, *, field: str | None = None, format: Format | None = None) -> BatchInput:
    """Read the input of a batch.

    `field` names the column or key that holds the texts, `format` what they are written in; both
    are found out where they aren't given.

    Raises:
        InputMissingError: it isn't there or may not be read.
        UnknownKindError: a batch doesn't take such files.
        BrokenFileError: it isn't what its name says.
        EmptyInputError: it has no texts.
        FieldError: it isn't clear which field holds the texts.

    """
    if path.is_dir():
        return _open_folder(path, format)
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        raise _unknown(path) if path.exists() else _missing(path)
    data = _read(path)
    if not data:
        raise EmptyInputError(f"{path.name} is empty.")
    return opener(path, data, field or None, format)


def _open_folder(path: Path, format: Format | None) -> BatchInput:
    try:
        return FolderInput(path, format)
    except OSError as error:
        raise _unreadable(path, error) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _missing(path: Path) -> InputMissingError:
    return InputMissingError(f"There is no {path.name}. Is the path right?")


def _unreadable(path: Path, error: OSError) -> InputMissingError:
    reason = (error.strerror or "unknown reason").lower()
    return InputMissingError(f"{path.name} can't be read: {reason}.")


def _unknown(path: Path) -> UnknownKindError:
    if path.suffix.lower() == ".eml":
        return UnknownKindError(
            f"{path.name} is a single mail. Please rewrite it with `rewrite --format eml`, "
            "or name the folder that it is in."
        )
    known = ", ".join(sorted(_OPENERS))
    return UnknownKindError(f"{path.name} isn't of a kind that a batch takes ({known}, a folder).")
