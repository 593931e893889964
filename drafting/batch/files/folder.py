"""A folder of texts: replies go into a mirror of it, beside copies of all other files.

Files of .txt, .md, .html, .htm and .eml are read, at any depth and in order of their paths. Hidden
files and folders are left out, links are copied as links and not followed. Of a mail (.eml) the text
is rewritten, what it quotes is the customer's message, and the reply goes into a mail like it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from drafting.batch.files.batch_input import BatchInput, Problem
from drafting.batch.files.encoding import Encoding, decode
from drafting.batch.files.storing import kind_output_errors, refuse_same, sync_folder
from drafting.batch.item import Item, Reply
from drafting.errors import (
    DraftingError,
    EmptyInputError,
    OutputError,
    SameFileError,
    UnfitReplyError,
)
from drafting.mail import MailDraft, read_mail, write_mail
from drafting.result import Format

_FORMATS = {".txt": Format.TEXT, ".md": Format.TEXT, ".html": Format.HTML, ".htm": Format.HTML}
_MAIL = ".eml"


class FolderInput(BatchInput):
    """A folder with a text in each file."""

    field = ""

    def __init__(self, path: Path, format: Format | None) -> None:
        self.source = path
        self._encodings: dict[str, Encoding] = {}
        self._files = sorted(_walk(path), key=lambda file: file.relative_to(path).parts)
        items, problems = [], []
        for number, file in enumerate(filter(_is_text, self._files), 1):
            read = self._read(file, number, format)
            items.append(read) if isinstance(read, Item) else problems.append(read)
        if not items and not problems:
            raise EmptyInputError(
                f"{path.name} has no texts. A batch takes files of {', '.join(sorted(_FORMATS))}."
            )
        self.items, self.problems = items, problems

    def _read(self, file: Path, number: int, format: Format | None) -> Item | Problem:
        key = file.relative_to(self.source).as_posix()
        shown = key.encode("utf-8", "backslashreplace").decode()
        if shown != key:
            return Problem(shown, number, "broken_file", f"{shown}: its name isn't in UTF-8.")
        try:
            if file.suffix.lower() == _MAIL:
                return _make_item(key, number, read_mail(file.read_bytes()), file.stem)
            text, self._encodings[key] = decode(file.read_bytes())
        except DraftingError as error:
            return Problem(key, number, error.code, f"{key}: {error}")
        except OSError as error:
            return Problem(key, number, "input_missing", f"{key} can't be read: {error.strerror}.")
        kind = format or _FORMATS[file.suffix.lower()]
        return Item(key, number, text, kind, file.stem)

    def _write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        """Write the mirror; in place or not, the input stays as it is."""
        refuse_same(target, self.source)
        _refuse_nested(target, self.source)
        data = self._encode(replies)
        with kind_output_errors(target):
            _refuse_strangers(target, {file.relative_to(self.source) for file in self._files})
            made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
            try:
                self._fill(made, data)
                _swap(made, target)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise

    def _encode(self, replies: Mapping[str, str]) -> dict[str, bytes]:
        texts = {key: reply for key, reply in replies.items() if key in self._encodings}
        unfit = [key for key, reply in texts.items() if not self._encodings[key].has(reply)]
        if unfit:
            raise UnfitReplyError(
                f"{len(unfit)} replies have characters that their files' encoding doesn't have. "
                "Please save these files as UTF-8.",
                unfit,
            )
        data = {key: self._encodings[key].encode(reply) for key, reply in texts.items()}
        return data | self._write_mails({k: r for k, r in replies.items() if k not in texts})

    def _write_mails(self, replies: Mapping[str, str]) -> dict[str, bytes]:
        written = {key: self._write_mail(key, reply) for key, reply in replies.items()}
        if unfit := [key for key, data in written.items() if data is None]:
            raise UnfitReplyError(
                f"{len(unfit)} mails can't take their replies as they are: their plain and HTML texts "
                "say different things, or they have changed. Please rewrite each by itself.",
                unfit,
            )
        return {key: data for key, data in written.items() if data is not None}

    def _write_mail(self, key: str, reply: str) -> bytes | None:
        """Return a mail with its reply; None where a person would have to look at it."""
        try:
            mail = read_mail((self.source / key).read_bytes())
        except (DraftingError, OSError):
            return None
        if not isinstance(reply, Reply):
            return None
        written = write_mail(mail, reply.applied)
        return None if written.notes else written.data

    def _fill(self, made: Path, replies: Mapping[str, bytes]) -> None:
        shutil.copymode(self.source, made)
        for file in self._files:
            key = file.relative_to(self.source)
            copy = made / key
            copy.parent.mkdir(parents=True, exist_ok=True)
            if key.as_posix() in replies:
                copy.write_bytes(replies[key.as_posix()])
                shutil.copymode(file, copy)
            else:
                shutil.copy2(file, copy, follow_symlinks=False)
        for path in [made, *made.rglob("*")]:
            if not path.is_symlink():
                _sync(path)


def _make_item(key: str, number: int, mail: MailDraft, name: str) -> Item:
    request = mail.request()
    return Item(key, number, request.draft, request.format, name, request.customer_message)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield all files and links that aren't hidden."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                yield Path(entry.path)


def _is_text(file: Path) -> bool:
    return file.suffix.lower() in {*_FORMATS, _MAIL} and not file.is_symlink()


def _refuse_nested(target: Path, source: Path) -> None:
    outer, inner = source.resolve(), target.resolve()
    if outer in inner.parents or inner in outer.parents:
        raise SameFileError(
            "The output would be inside the input, or the other way round. "
            "Please name a folder outside of it."
        )


def _refuse_strangers(target: Path, ours: set[Path]) -> None:
    """Refuse a target with files that aren't an earlier output: they would be gone."""
    if not target.exists() and not target.is_symlink():
        return
    if target.is_symlink() or not target.is_dir():
        raise OutputError(f"{target.name} is there already and no folder. Please name another.")
    others = [path for path in target.rglob("*") if path.is_symlink() or not path.is_dir()]
    if any(path.relative_to(target) not in ours for path in others):
        raise OutputError(
            f"{target.name} is there already and has other files. Please name a new folder."
        )


def _swap(made: Path, target: Path) -> None:
    """Put the new folder in the old one's place."""
    old = made.with_name(f"{made.name}.old")
    if target.exists():
        os.rename(target, old)
    try:
        os.rename(made, target)
    except OSError:
        if old.exists():
            os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
    sync_folder(target.parent)


def _sync(path: Path) -> None:
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
