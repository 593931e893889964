"""Delimited text taken apart into records and cells, each with its place in the text.

RFC 4180, read as leniently as people write it: any line end, blank lines, and broken rows that
don't take the rest with them. Knows nothing of headers.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=([^\r\n])(?:\r\n|\r|\n)", re.IGNORECASE)
"""Excel's own first line, which names the delimiter."""
_SAMPLE = 200
"""Records looked at to tell the delimiter."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place with quotes, and what it says."""

    start: int
    end: int
    value: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One row, without its line end."""

    cells: tuple[Cell, ...]
    broken: bool = False
    """A quote is open or text follows a closed one: the row ends with its line, cells unknown."""

    @property
    def is_blank(self) -> bool:
        """Whether it is an empty line."""
        return len(self.cells) == 1 and self.cells[0].start == self.cells[0].end


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are kept apart."""

    delimiter: str
    start: int = 0
    """Where the records begin."""
    backslash: bool = False
    r"""Whether a quote in a quoted cell is written \" instead of doubled."""

    def records(self, text: str) -> Iterator[Record]:
        """Yield each record, blank lines too."""
        reader = _Reader(text, self)
        at = self.start
        while at < len(text):
            record, at = reader.read(at)
            yield record

    def write(self, value: str, *, quoted: bool = False) -> str:
        """Return a cell as it is written; quoted where it must be or is asked for."""
        special = any(mark in value for mark in ('"', "\r", "\n", self.delimiter))
        if not (quoted or special or value != value.strip()):
            return value
        if self.backslash:
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return '"' + value.replace('"', '""') + '"'


class _Reader:
    """Reads records of one dialect."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._delimiter = dialect.delimiter
        self._backslash = dialect.backslash
        inner = r'(?:[^"\\]|\\.)*+' if dialect.backslash else r'(?:[^"]|"")*+'
        self._quoted = re.compile(f'"{inner}"', re.DOTALL)
        self._plain = re.compile(rf"[^{re.escape(dialect.delimiter)}\r\n]*+")

    def read(self, start: int) -> tuple[Record, int]:
        """Return the record at a place, and where the next one starts."""
        cells, at = [], start
        while True:
            cell = self._cell(at)
            if cell is None:
                return self._broken(start)
            cells.append(cell)
            at = cell.end
            if not self._text.startswith(self._delimiter, at):
                break
            at += 1
        end = _LINE_END.match(self._text, at)
        return (Record(tuple(cells)), end.end()) if end else self._broken(start)

    def _cell(self, at: int) -> Cell | None:
        """Return the cell at a place, None where its quote never closes."""
        if not self._text.startswith('"', at):
            match = self._plain.match(self._text, at)
            value = match.group() if match else ""
            return Cell(at, at + len(value), value, quoted=False)
        match = self._quoted.match(self._text, at)
        if match is None:
            return None
        return Cell(at, match.end(), self._unquote(match.group()[1:-1]), quoted=True)

    def _unquote(self, value: str) -> str:
        if self._backslash:
            return re.sub(r'\\(["\\])', r"\1", value)
        return value.replace('""', '"')

    def _broken(self, start: int) -> tuple[Record, int]:
        line = _LINE.match(self._text, start)
        end = line.end() if line else len(self._text)
        return Record((Cell(start, end, "", quoted=False),), broken=True), end


def sniff(text: str, is_header: Callable[[Sequence[str]], bool], *, prefer: str = ",") -> Dialect:
    """Return the dialect under which the first row is a header and the rows agree best."""
    if match := _SEPARATOR_LINE.match(text):
        named = Dialect(match.group(1), match.end())
        return max(_quotings(text, named), key=lambda dialect: _agreement(text, dialect))
    order = prefer + _DELIMITERS.replace(prefer, "")
    dialects = [d for delimiter in order for d in _quotings(text, Dialect(delimiter))]

    def merit(dialect: Dialect) -> tuple[bool, bool, float, int]:
        header = next((r for r in dialect.records(text) if not r.is_blank), None)
        named = header is not None and is_header([cell.value for cell in header.cells])
        return named, *_agreement(text, dialect)

    return max(dialects, key=merit)


def _quotings(text: str, dialect: Dialect) -> list[Dialect]:
    """Return the dialect, and with backslashes if the text has any before quotes."""
    other = Dialect(dialect.delimiter, dialect.start, backslash=True)
    return [dialect, other] if '\\"' in text else [dialect]


def _agreement(text: str, dialect: Dialect) -> tuple[bool, float, int]:
    """Return how well the rows agree: columns at all, the share of rows as wide as the first."""
    records = [r for r in islice(dialect.records(text), _SAMPLE) if not r.is_blank]
    if not records:
        return False, 0.0, 0
    width = len(records[0].cells)
    share = sum(not r.broken and len(r.cells) == width for r in records) / len(records)
    return width > 1 and share > 1 / 2, share, width
