"""Shared by the tests of a batch's files: write an input, open it, read the output's bytes."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from drafting.batch.files import BatchInput, open_input


def make(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def opened(folder: Path, name: str, data: bytes | str, field: str | None = None) -> BatchInput:
    return open_input(make(folder, name, data), field=field)


def written(source: BatchInput, replies: Mapping[str, str], *, in_place: bool, name: str) -> bytes:
    """Return the bytes of the output."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        source.write(replies, target, in_place=in_place)
        assert [path.name for path in Path(folder).iterdir()] == [name], "nothing else is left"
        return target.read_bytes()


def passed_through(name: str, data: bytes, replies: Mapping[str, str], *, in_place: bool) -> bytes:
    """Return what becomes of a file, from bytes to bytes."""
    with TemporaryDirectory() as folder:
        source = opened(Path(folder), name, data)
        return written(source, replies, in_place=in_place, name=name)


def texts(source: BatchInput) -> dict[str, str]:
    return {item.key: item.text for item in source.items}
