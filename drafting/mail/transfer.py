r"""Content transfer encodings (RFC 2045, section 6), with the way back for each byte.

Where an encoding keeps bytes apart (7bit, 8bit, binary, quoted-printable) a splice touches the bytes
that it replaces and no other. base64 has no such places: there, the whole text is encoded anew, in
lines of the same length. Knows nothing of characters.
"""

import binascii
import re
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from drafting.errors import BrokenMailError

PLAIN = frozenset({"", "7bit", "8bit", "binary"})
QUOTED = "quoted-printable"
BASE64 = "base64"
MOST_LINE = 76
"""Characters in an encoded line."""

_UNIT = re.compile(
    rb"=[ \t]*(?:\r\n|\r|\n|\Z)|=([0-9A-Fa-f]{2})|[ \t]+(?=\r\n|\r|\n|\Z)|[^= \t]+|[= \t]"
)
_LETTER = re.compile(rb"[!-<>-~]")
_BREAK = re.compile(rb"\r\n|\r|\n")
_TOKEN = re.compile(rb"\r\n|\r|\n|.", re.DOTALL)
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_LINES = re.compile(rb"\s*(\S*)(\r\n|\r|\n|\Z)")


class BytesSplice(NamedTuple):
    """Replace decoded bytes [start:end]."""

    start: int
    end: int
    new: bytes


class Encoded(Protocol):
    """A body as it is transferred."""

    @property
    def data(self) -> bytes:
        """The decoded bytes."""
        ...

    def splice(self, splices: Sequence[BytesSplice]) -> bytes:
        """Return the encoded body with splices (in order, without overlap) applied."""
        ...


def read_transfer(raw: bytes, encoding: str) -> Encoded:
    """Return a body in its transfer encoding.

    Raises:
        BrokenMailError: the encoding isn't known, or the body isn't in it.

    """
    name = encoding.strip().lower()
    if name in PLAIN:
        return Plain(raw)
    if name == QUOTED:
        return Quoted.read(raw)
    if name == BASE64:
        return Base64.read(raw)
    raise BrokenMailError(
        "The text of this mail is in a transfer encoding that isn't known here. "
        "Please save the mail again, or send its text alone."
    )


def splice_bytes(data: bytes, splices: Iterable[BytesSplice]) -> bytes:
    """Return bytes with splices applied."""
    pieces, done = [], 0
    for start, end, new in splices:
        pieces += [data[done:start], new]
        done = end
    return b"".join([*pieces, data[done:]])


@dataclass(frozen=True, slots=True)
class Plain:
    """Bytes as they are."""

    data: bytes

    def splice(self, splices: Sequence[BytesSplice]) -> bytes:
        """Return the body with splices applied."""
        return splice_bytes(self.data, splices)


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted-printable: runs of the raw body, each with where it starts in both."""

    raw: bytes
    data: bytes
    starts: tuple[int, ...]
    """Where each run starts in `data`."""
    runs: tuple[tuple[int, int], ...]
    """Where each run is in `raw`; one that decodes to nothing belongs to none."""

    @classmethod
    def read(cls, raw: bytes) -> "Quoted":
        """Decode as leniently as mail programs do: what is no escape stands for itself."""
        pieces: list[bytes] = []
        starts: list[int] = []
        runs: list[tuple[int, int]] = []
        at = 0
        for unit in _UNIT.finditer(raw):
            text = unit.group()
            if unit.group(1):
                text = bytes.fromhex(unit.group(1).decode())
            elif (text[:1] == b"=" and len(text) > 1) or text[:1] in (b" ", b"\t"):
                text = _read_blank(raw, unit)
            if text:
                pieces.append(text)
                starts.append(at)
                runs.append(unit.span())
                at += len(text)
        return cls(raw, b"".join(pieces), tuple(starts), tuple(runs))

    def splice(self, splices: Sequence[BytesSplice]) -> bytes:
        """Return the body with splices applied; lines that become too long get soft breaks."""
        newline = find_break(self.raw)
        out = bytearray()
        touched: list[int] = []
        done = 0
        for start, end, new in splices:
            low = self._locate(start, end=end == start)
            high = self._locate(end, end=True)
            out += self.raw[done:low]
            touched.append(len(out))
            ends = self.raw[high : high + 1] in (b"", b"\r", b"\n")
            out += quote(new, newline, ends_line=ends)
            touched.append(len(out))
            done = high
        return fold(bytes(out + self.raw[done:]), newline, touched)

    def _locate(self, place: int, *, end: bool) -> int:
        """Return where a decoded byte starts in `raw`, or with `end` where the one before ends."""
        if not self.runs:
            return 0
        number = max(bisect_right(self.starts, place - 1 if end else place) - 1, 0)
        low, high = self.runs[number]
        inside = place - self.starts[number]
        if end and place == 0:
            return 0
        literal = high - low == self._length(number)
        return low + inside if literal else (high if inside else low)

    def _length(self, number: int) -> int:
        last = number + 1 == len(self.starts)
        return (len(self.data) if last else self.starts[number + 1]) - self.starts[number]


def _read_blank(raw: bytes, unit: re.Match[bytes]) -> bytes:
    """Return white space within a line, and nothing for soft breaks and what trails a line."""
    text = unit.group()
    if text.startswith(b"="):
        return b""
    trails = unit.end() == len(raw) or raw[unit.end() : unit.end() + 1] in (b"\r", b"\n")
    return b"" if trails else text


def encode_quoted(data: bytes, newline: bytes) -> bytes:
    """Return bytes in quoted-printable, in lines that aren't too long."""
    return fold(quote(data, newline), newline)


def quote(data: bytes, newline: bytes, *, ends_line: bool = True) -> bytes:
    """Return bytes with all escaped that isn't safe; `ends_line` says that a line ends behind."""
    out = bytearray()
    tokens = _TOKEN.findall(data)
    for number, token in enumerate(tokens):
        if _BREAK.fullmatch(token):
            out += newline
            continue
        last = number + 1 == len(tokens)
        trails = ends_line if last else tokens[number + 1][:1] in (b"\r", b"\n")
        plain = _LETTER.match(token) or (token in (b" ", b"\t") and not trails)
        out += token if plain else b"=%02X" % token[0]
    return bytes(out)


def fold(raw: bytes, newline: bytes, touched: Sequence[int] | None = None) -> bytes:
    """Return quoted-printable whose long lines have soft breaks; with `touched`, only lines there.

    No escape is cut in two.
    """
    out = bytearray()
    for line in _LINE.finditer(raw):
        text, end = line.group(1), line.group(2)
        number = 0 if touched is None else bisect_left(touched, line.start(1))
        if touched is None or (number < len(touched) and touched[number] <= line.end(1)):
            while len(text) > MOST_LINE:
                cut = MOST_LINE - 1
                while b"=" in text[cut - 2 : cut] and cut > MOST_LINE - 3:
                    cut -= 1
                out += text[:cut] + b"=" + newline
                text = text[cut:]
        out += text + end
    return bytes(out)


@dataclass(frozen=True, slots=True)
class Base64:
    """base64: its line length, and what is around its letters."""

    data: bytes
    width: int
    newline: bytes
    lead: bytes
    trail: bytes

    @classmethod
    def read(cls, raw: bytes) -> "Base64":
        """Decode.

        Raises:
            BrokenMailError: it isn't base64.

        """
        letters = b"".join(raw.split())
        try:
            data = b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise BrokenMailError(
                "The text of this mail says that it is base64, and it isn't. "
                "Please save the mail again, or send its text alone."
            ) from None
        first = _LINES.match(raw)
        assert first is not None, "the pattern matches the empty string"
        lead = len(raw) - len(raw.lstrip())
        return cls(
            data,
            max(len(first.group(1)) // 4 * 4, 4) if first.group(2) else MOST_LINE,
            find_break(raw),
            raw[:lead],
            raw[len(raw.rstrip()) :] if raw.strip() else b"",
        )

    def splice(self, splices: Sequence[BytesSplice]) -> bytes:
        """Return the body with splices applied, all of it encoded anew."""
        letters = b64encode(splice_bytes(self.data, splices))
        lines = [letters[at : at + self.width] for at in range(0, len(letters), self.width)]
        return self.lead + self.newline.join(lines) + self.trail


def find_break(raw: bytes) -> bytes:
    """Return the line break that is used most."""
    crlf, lf, cr = raw.count(b"\r\n"), raw.count(b"\n"), raw.count(b"\r")
    if crlf * 2 > lf:
        return b"\r\n"
    return b"\n" if lf or not cr else b"\r"
