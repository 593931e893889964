"""Writing a file whole or not at all.

What is written goes into a new file beside the target, reaches the disk, and only then takes the
target's name. Knows nothing of what is in it.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drafting.errors import OutputError, SameFileError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def store(data: bytes, target: Path, source: Path) -> None:
    """Write a file, or leave what is there as it is.

    Raises:
        SameFileError: the target is the source.
        OutputError: it can't be written.

    """
    refuse_same(target, source)
    with kind_output_errors(target):
        _store(data, target)


def overwrite(data: bytes, target: Path) -> None:
    """Write a file anew where it is, behind a link too, or leave it as it is.

    Raises:
        OutputError: it can't be written.

    """
    with kind_output_errors(target):
        _store(data, target.resolve())


def refuse_same(target: Path, source: Path) -> None:
    """Refuse to overwrite the input.

    Raises:
        SameFileError: both are one file or folder, by whatever name.

    """
    with suppress(OSError):
        if target.resolve() == source.resolve() or target.samefile(source):
            raise SameFileError(
                "The output would overwrite the input. Please name another file for the output."
            )


@contextmanager
def kind_output_errors(target: Path) -> Iterator[None]:
    """Turn what the operating system says into an error of ours."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target.name} can't be written: {_explain(error)}") from error


def _explain(error: OSError) -> str:
    if error.errno in _FULL:
        return "there is no room left on the disk. Please free some and try again."
    if error.errno in _FORBIDDEN:
        return "its folder is read-only. Please name a place where you may write."
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return "its folder isn't there. Please make it first or name another."
    if error.errno in {errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST}:
        return "something else has that name. Please name another."
    return f"{os.strerror(error.errno or 0).lower()}. Please name another place."


def _store(data: bytes, target: Path) -> None:
    mode = _mode_for(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", text=False)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    sync_folder(target.parent)


def _mode_for(target: Path) -> int:
    """Return the permissions that the target has, or that a new file would get."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in a folder outlives a power cut; some file systems can't."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
