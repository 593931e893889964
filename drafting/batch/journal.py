"""The journal of a batch: each outcome as soon as it is there, so that a killed run loses nothing.

JSON lines: a header that says what the run is (input, options, model), then outcomes. A line is
written and synced whole; one that a kill has torn is cut off when the journal is opened again.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Self

from filelock import FileLock, Timeout
from pydantic import ValidationError

from drafting.batch.item import Outcome
from drafting.errors import JournalBusyError, JournalError, JournalMismatchError

VERSION = 1


class Outcomes(Mapping[str, Outcome]):
    """Outcomes that stay on the disk until each is asked for: there may be many."""

    def __init__(self, path: Path, places: Mapping[str, tuple[int, int]]) -> None:
        self._path = path
        self._places = places

    def __getitem__(self, key: str) -> Outcome:
        start, end = self._places[key]
        with self._path.open("rb") as file:
            file.seek(start)
            return Outcome.model_validate_json(file.read(end - start))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places


class Journal:
    """An open journal; use it as a context."""

    def __init__(self, path: Path, run: Mapping[str, object]) -> None:
        """Name the file, and the run that it belongs to."""
        self.path = path
        self._places: dict[str, tuple[int, int]] = {}
        """Where in the file each item's line stands: outcomes stay on the disk, however many."""
        self._run = {"version": VERSION, **run}
        self._file: IO[bytes] | None = None
        self._lock = FileLock(path.with_name(path.name + ".lock"))

    def open(self, *, restart: bool = False) -> Self:
        """Read what is done, or begin anew.

        Raises:
            JournalBusyError: another run writes it.
            JournalMismatchError: it belongs to another run; the text says what differs.
            JournalError: it can't be read or written.

        """
        try:
            self._lock.acquire(timeout=0)
            if restart:
                self.path.unlink(missing_ok=True)
            self._read()
        except Timeout:
            raise JournalBusyError(
                f"Another run is writing {self.path.name}. Please wait for it, or name another "
                "output."
            ) from None
        except OSError as error:
            self.close()
            raise self._explain(error) from None
        except JournalError:
            self.close()
            raise
        return self

    def append(self, outcome: Outcome) -> None:
        """Write an outcome, and return when it is on the disk.

        Raises:
            JournalError: it can't be written; what was written before stays whole.

        """
        self._places[outcome.key] = self._write(outcome.model_dump_json())

    @property
    def outcomes(self) -> "Outcomes":
        """What is done already, by the items' keys; read from the disk when it is asked for."""
        return Outcomes(self.path, self._places)

    def close(self) -> None:
        """Let others have it."""
        if self._file:
            self._file.close()
            self._file = None
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        """Find the lines up to the last whole one, cut off what follows, and go on behind it."""
        end = 0
        if self.path.exists():
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if not line.endswith(b"\n"):
                        break
                    self._note(number, line, end)
                    end += len(line)
        self._file = self.path.open("r+b" if self.path.exists() else "wb", buffering=0)
        self._file.truncate(end)
        self._file.seek(end)
        if not end:
            self._write(json.dumps(self._run))

    def _note(self, number: int, line: bytes, start: int) -> None:
        """Check a line, and note where its outcome stands."""
        if number == 1:
            self._check_header(line)
            return
        try:
            key = Outcome.model_validate_json(line).key
        except ValidationError:
            raise JournalError(
                f"Line {number} of {self.path.name} can't be read. Please begin anew with "
                "--restart."
            ) from None
        self._places[key] = start, start + len(line)

    def _check_header(self, line: bytes) -> None:
        try:
            known = json.loads(line)
        except ValueError:
            known = None
        if not isinstance(known, dict) or "version" not in known:
            raise JournalError(
                f"{self.path.name} isn't a journal of this program. Please name another output."
            )
        changed = [name for name in self._run if known.get(name) != self._run[name]]
        if changed:
            raise JournalMismatchError(
                f"{self.path.name} belongs to a run with other settings or another input "
                f"({', '.join(changed)}). Please use those again to go on, or --restart to begin "
                "anew."
            )

    def _write(self, line: str) -> tuple[int, int]:
        """Write a line; return where it begins and ends."""
        assert self._file is not None, "a journal is opened before it is written"
        at = self._file.tell()
        data = line.encode("utf-8") + b"\n"
        try:
            while data:
                data = data[self._file.write(data) :]
            os.fsync(self._file.fileno())
            return at, self._file.tell()
        except OSError as error:
            # Half a line would be cut off later; cutting it now leaves room for the next try.
            self._file.truncate(at)
            self._file.seek(at)
            raise self._explain(error) from None

    def _explain(self, error: OSError) -> JournalError:
        reason = error.strerror or type(error).__name__
        return JournalError(
            f"The journal {self.path.name} can't be written ({reason}). What is done so far is "
            "kept; please make room or choose another place, then run the same command again."
        )
