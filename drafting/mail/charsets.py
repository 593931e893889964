"""Which character set a text is really in, and how its characters become bytes.

What a mail says is tried first; many are wrong, so UTF-8 and Windows-1252 come next, and one of
them always fits. Only a set in which the very same bytes come out again is taken for splicing.
"""

import codecs
from dataclasses import dataclass
from typing import Literal

UTF8 = "utf-8"
_STATEFUL = ("iso2022", "utf-7", "utf-16", "utf-32", "hz", "idna", "punycode", "unicode_escape")
"""In these a character's bytes hang on what is before them: no splicing."""

_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
"""What mail programs write under the narrower name (WHATWG Encoding Standard)."""

_C1 = range(0x80, 0xA0)
_ASCII_SPELLING = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)


@dataclass(frozen=True, slots=True)
class Charset:
    """A character set in which some bytes were read."""

    codec: str
    errors: Literal["strict", "replace"] = "strict"
    splices: bool = True
    """Whether a part of the text can be replaced without touching the bytes around it."""

    def has(self, text: str) -> bool:
        """Whether all characters of a text can be written."""
        try:
            text.encode(self.codec)
        except UnicodeError:
            return False
        return True

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text.

        Raises:
            UnicodeEncodeError: the set hasn't all of its characters.

        """
        return text.encode(self.codec)


def read_charset(data: bytes, named: str) -> tuple[str, Charset]:
    """Return the text of some bytes and the set it is in."""
    for codec in (*_list_codecs(data, named), UTF8, "cp1252"):
        text = _decode(data, codec)
        if text is not None:
            same = not codec.startswith(_STATEFUL) and text.encode(codec) == data
            return text, Charset(codec, splices=same)
    return data.decode("latin-1"), Charset("latin-1")


def spell_in_ascii(text: str) -> str:
    """Return a text with typographic marks as a typewriter has them."""
    return text.translate(_ASCII_SPELLING)


def _list_codecs(data: bytes, named: str) -> list[str]:
    try:
        info = codecs.lookup(named or "us-ascii")
    except (LookupError, ValueError):
        return []
    # "rot13" and the like are codecs of Python's and no character sets.
    if not getattr(info, "_is_text_encoding", True):
        return []
    name = info.name.replace("_", "-") if info.name.startswith("utf") else info.name
    if name == "iso8859-1" and any(byte in _C1 for byte in data):
        return ["cp1252"]
    wider = _WIDER.get(name)
    return [name, wider] if wider else [name]


def _decode(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode(codec)
    except (UnicodeError, ValueError):
        return None
    return text if not any("\ud800" <= char <= "\udfff" for char in text) else None
