"""The text of a part, and the same part with some of its text replaced.

Puts transfer encoding, character set and the two header fields that name them together. A splice
touches only the bytes that it replaces, where the encoding lets it; else the text is encoded anew.
A character set that lacks a letter gives way to UTF-8. Knows nothing of what the text says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.mail.charsets import UTF8, Charset, read_charset, spell_in_ascii
from drafting.mail.parts import Part
from drafting.mail.splices import Splice, order, splice
from drafting.mail.transfer import (
    BASE64,
    QUOTED,
    BytesSplice,
    Encoded,
    encode_quoted,
    find_break,
    read_transfer,
)

_TYPE = re.compile(rb"^content-type[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.I | re.M)
_TRANSFER = re.compile(
    rb"^(content-transfer-encoding[ \t]*:)[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.I | re.M
)
_CHARSET = re.compile(rb"(;\s*charset\*?\d*\*?\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^\s;]*)", re.I)
_META = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.I)
_META_REACH = 4_000
_MOST_PLAIN_LINE = 998
"""Characters in a line that is not encoded (RFC 5322, section 2.1.1)."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """The bytes of a part that are new; None stands for what stays."""

    head: bytes | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a part."""

    text: str
    encoded: Encoded
    charset: Charset
    transfer: str
    head: bytes
    raw: bytes
    is_html: bool
    is_bare: bool
    """Whether the mail says nothing of its character set, so that only ASCII is safe."""

    def replace(self, splices: Sequence[Splice]) -> Replacement:
        """Return the part with splices of its text applied."""
        fitted = order(self._fit(each) for each in splices)
        wanted = splice(self.text, fitted)
        if all(self.charset.has(each.new) for each in fitted):
            return Replacement(None, self._splice(fitted, wanted))
        return self._turn_to_utf8(wanted)

    def _fit(self, each: Splice) -> Splice:
        """Return a splice whose letters the set has, where there is another spelling for them."""
        if self.charset.has(each.new):
            return each
        if self.is_html:
            return each._replace(new="".join(map(self._name, each.new)))
        plain = spell_in_ascii(each.new)
        return each._replace(new=plain) if self.is_bare and self.charset.has(plain) else each

    def _name(self, char: str) -> str:
        return char if self.charset.has(char) else f"&#{ord(char)};"

    def _splice(self, splices: Sequence[Splice], wanted: str) -> bytes:
        if self.charset.splices:
            body = self.encoded.splice(list(self._locate(splices)))
            if read_transfer(body, self.transfer).data == self.charset.encode(wanted):
                return body
        return self._encode(self.charset.encode(wanted), self.transfer)

    def _locate(self, splices: Sequence[Splice]) -> list[BytesSplice]:
        """Return splices of the decoded bytes."""
        found, at, place = [], 0, 0
        for start, end, new in splices:
            low = place + len(self.charset.encode(self.text[at:start]))
            at, place = end, low + len(self.charset.encode(self.text[start:end]))
            found.append(BytesSplice(low, place, self.charset.encode(new)))
        return found

    def _encode(self, data: bytes, transfer: str) -> bytes:
        """Encode the whole text."""
        if transfer == QUOTED:
            return encode_quoted(data, find_break(self.raw))
        return self.encoded.splice([BytesSplice(0, len(self.encoded.data), data)])

    def _turn_to_utf8(self, wanted: str) -> Replacement:
        newline = find_break(self.head or self.raw)
        data = wanted.encode(UTF8, "replace")
        transfer = self.transfer
        if transfer in {"", "7bit"} or (
            transfer != BASE64 and max(map(len, data.splitlines()), default=0) > _MOST_PLAIN_LINE
        ):
            transfer = QUOTED
        head = _name_charset(self.head, newline)
        if transfer != self.transfer:
            head = _name_transfer(head, newline)
        return Replacement(head, self._encode(data, transfer))


def read_content(data: bytes, part: Part, *, whole: Part) -> Content:
    """Return the text of a part of a mail.

    Raises:
        BrokenMailError: it is in no transfer encoding that is known.

    """
    raw = data[slice(*part.body)]
    transfer = str(part.headers.get("Content-Transfer-Encoding", "")).strip().lower()
    encoded = read_transfer(raw, transfer)
    is_html = part.kind == "text/html"
    named = part.charset or (_find_meta(encoded.data) if is_html else "")
    text, charset = read_charset(encoded.data, named)
    bare = part is whole and not (
        "Content-Type" in whole.headers or "MIME-Version" in whole.headers
    )
    head = data[slice(*part.head)]
    return Content(text, encoded, charset, transfer, head, raw, is_html, bare)


def _find_meta(data: bytes) -> str:
    found = _META.search(data[:_META_REACH])
    return found.group(1).decode().lower() if found else ""


def _name_charset(head: bytes, newline: bytes) -> bytes:
    """Return header fields that say UTF-8; all others stay as they are."""
    found = _TYPE.search(head)
    if not found:
        version = (
            b""
            if re.search(rb"^mime-version[ \t]*:", head, re.I | re.M)
            else b"MIME-Version: 1.0" + newline
        )
        # A part of a multipart needs no version; there, an empty header has none either.
        return _add(
            head, (version if head else b"") + b"Content-Type: text/plain; charset=utf-8", newline
        )
    field = found.group()
    if _CHARSET.search(field):
        new = _CHARSET.sub(lambda old: old.group(1).replace(b"*", b"") + b"utf-8", field, count=1)
    else:
        new = field.rstrip().rstrip(b";") + b"; charset=utf-8"
    return head[: found.start()] + new + head[found.end() :]


def _name_transfer(head: bytes, newline: bytes) -> bytes:
    found = _TRANSFER.search(head)
    if not found:
        return _add(head, b"Content-Transfer-Encoding: quoted-printable", newline)
    return head[: found.start()] + found.group(1) + b" quoted-printable" + head[found.end() :]


def _add(head: bytes, field: bytes, newline: bytes) -> bytes:
    """Return header fields with one more at the end."""
    apart = b"" if not head or head.endswith((b"\n", b"\r")) else newline
    return head + apart + field + newline
