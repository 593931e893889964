r"""The parts of a mail with their places in its bytes (RFC 5322, RFC 2045, RFC 2046).

Python's `email` reads headers here, but keeps no places, so the parts are found by our own walk:
header lines up to the blank one, delimiter lines at the start of a line. Lines end in CRLF, LF or
CR. Damaged mails are read as Python's parser reads them: a part without an end goes to the end of
what is around it. Decodes no text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

Bytes = tuple[int, int]
"""Half-open; counts bytes of the mail."""

MOST_DEPTH = 20
"""How deep parts are looked for; deeper ones stay as they are."""
MOST_PARTS = 1_000

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"(?:From |>From |[\x21-\x39\x3b-\x7e]+[ \t]*:|[\t ])")
_TRIPPED = (ValueError, LookupError, TypeError, AttributeError)
"""What `email` raises over damaged parameters."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: the mail itself, or one of a multipart's."""

    head: Bytes
    """Its header fields, without the blank line below them."""
    body: Bytes
    """Without the line break before the next delimiter."""
    headers: Message
    kind: str
    """Media type in lower case, `text/plain` where none is named."""
    parts: tuple["Part", ...] = ()

    @property
    def is_multipart(self) -> bool:
        """Whether it is made of parts."""
        return self.kind.startswith("multipart/")

    @property
    def is_attached(self) -> bool:
        """Whether it is a file beside the text."""
        return self.headers.get_content_disposition() == "attachment" or self.file_name is not None

    @property
    def file_name(self) -> str | None:
        """The name of the file that it is, if it has one."""
        try:
            return self.headers.get_filename()
        except _TRIPPED:
            return ""

    def parameter(self, name: str) -> str:
        """Return a parameter of its type in lower case, empty where there is none."""
        try:
            value = self.headers.get_param(name, "")
        except _TRIPPED:
            return ""
        return (value if isinstance(value, str) else "").strip().lower()

    @property
    def charset(self) -> str:
        """The character set it names, in lower case; empty where it names none."""
        try:
            return self.headers.get_content_charset("") or ""
        except _TRIPPED:
            return ""

    def walk(self) -> Iterator["Part"]:
        """Yield it and all parts in it; mails that are attached are not looked into."""
        yield self
        for part in self.parts:
            yield from part.walk()


def read_parts(data: bytes) -> Part:
    """Return the whole mail as a part."""
    return _Walker(data).read((0, len(data)), 0)


class _Walker:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._count = 0

    def read(self, span: Bytes, depth: int, kind: str = "text/plain") -> Part:
        head, body = self._split(span)
        headers = BytesHeaderParser().parsebytes(self._data[slice(*head)])
        headers.set_default_type(kind)
        # RFC 822 lets a comment stand behind it, which Python takes for a part of the name.
        named = headers.get_content_type().partition("(")[0].strip()
        self._count += 1
        parts: tuple[Part, ...] = ()
        if named.startswith("multipart/") and depth < MOST_DEPTH:
            inner = "message/rfc822" if named == "multipart/digest" else "text/plain"
            spans = self._cut(body, self._find_boundary(headers))
            parts = tuple(self.read(each, depth + 1, inner) for each in spans)
        return Part(head, body, headers, named, parts)

    def _split(self, span: Bytes) -> tuple[Bytes, Bytes]:
        """Return where header and body are: a line that is no field ends the header, too."""
        start, end = span
        at = start
        while at < end:
            line = _LINE.match(self._data, at, end)
            assert line is not None, "the pattern matches the empty string"
            if not line.group().strip(b"\r\n"):
                return (start, at), (line.end(), end)
            first = at == start and line.group()[:1] in b" \t"
            if first or not _FIELD.match(line.group()):
                break
            at = line.end()
        return (start, at), (at, end)

    def _find_boundary(self, headers: Message) -> bytes:
        try:
            boundary = headers.get_boundary("") or ""
        except _TRIPPED:
            return b""
        return boundary.rstrip().encode("utf-8", "surrogateescape")

    def _cut(self, span: Bytes, boundary: bytes) -> Iterator[Bytes]:
        """Yield where the parts are between the delimiter lines."""
        if not boundary:
            return
        region = self._data[slice(*span)]
        delimiter = re.compile(
            rb"(?:\A|(?<=[\r\n]))--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r\n|\r|\n|\Z)"
        )
        opened: int | None = None
        for found in delimiter.finditer(region):
            if opened is not None:
                yield span[0] + opened, span[0] + max(opened, _leave_break(region, found.start()))
            if found.group(1) or self._count >= MOST_PARTS:
                return
            opened = found.end()
        if opened is not None:
            yield span[0] + opened, span[1]


def _leave_break(region: bytes, place: int) -> int:
    """Return where the line break before a place starts: it belongs to the delimiter."""
    if region.startswith(b"\r\n", max(place - 2, 0)) and place >= 2:
        return place - 2
    return max(place - 1, 0)
