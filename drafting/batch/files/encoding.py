"""The encoding of a text file: found out when it is read, kept when it is written.

Knows nothing of formats.
"""

import codecs
from dataclasses import dataclass

from drafting.errors import BrokenFileError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LAST_RESORT = "cp1252"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How characters become bytes."""

    codec: str
    mark: bytes = b""
    """The byte order mark before the text, if there is one."""

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text.

        Raises:
            UnicodeEncodeError: the encoding hasn't all of its characters.

        """
        return self.mark + text.encode(self.codec)

    def has(self, text: str) -> bool:
        """Whether all characters of a text can be written."""
        try:
            text.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True


def decode(data: bytes) -> tuple[str, Encoding]:
    """Return the text of some bytes, line ends as they are, and the encoding it is in.

    What has a byte order mark goes by it; else it is UTF-8 if it can be, else Windows-1252.

    Raises:
        BrokenFileError: it is no text in any of these.

    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec), Encoding(codec, mark)
    try:
        return _decode(data, "utf-8"), Encoding("utf-8")
    except BrokenFileError:
        return _decode(data, LAST_RESORT), Encoding(LAST_RESORT)


def _decode(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BrokenFileError(
            "The file isn't text in UTF-8, UTF-16 (with a byte order mark) or Windows-1252. "
            "Please save it as UTF-8 and try again."
        )
    return text
