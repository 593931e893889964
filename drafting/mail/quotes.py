"""Where quoted mail starts in HTML, by the elements that mail clients put it in.

Only where nothing but quotes, signatures and ends of elements follows: answers below or between
quotes are the draft. What text alone tells (attributions, header fields) is known elsewhere.
"""

import re

from drafting.markup.styles import is_hidden
from drafting.markup.tokens import Tag, read_placed

_CLASSES = re.compile(
    r"(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|\w*yahoo_quoted|protonmail_quote|moz-cite-prefix"
    r"|zmail_extra|tutanota_quote|WordSection_quote|mail-quote|OutlookMessageHeader|front-blockquote"
    r"|freshdesk_quote|gorgias_quote|hs_reply|skiff_quote)",
    re.IGNORECASE,
)
_IDS = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|yahoo_quoted_\w+|isForwardContent"
    r"|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|reply-intro)",
    re.IGNORECASE,
)
_TO_THE_END = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION"
    r"|mail-editor-reference-message-container)",
    re.IGNORECASE,
)
"""Outlook's marks: there, all that is below is the quoted mail, in no element of its own."""

_SIGNED = re.compile(
    r"(?:gmail_signature\w*|moz-signature|protonmail_signature_block\S*|signature)", re.I
)
_VOID = frozenset("area base br col embed hr img input link meta wbr".split())


def find_quote(source: str) -> int | None:
    """Return where the last quoted mail starts that goes on to the end; None where none does."""
    return _Search().run(source)


class _Search:
    def __init__(self) -> None:
        self._found: int | None = None
        self._name = ""
        self._depth = 0
        self._signed = ("", 0)

    def run(self, source: str) -> int | None:
        for token, start, _ in read_placed(source):
            if isinstance(token, Tag):
                if self._read(token, start):
                    return self._found
            elif token.strip("\u00a0 \t\r\n") and token.replace("&nbsp;", "").strip():
                self._read_text()
        return self._found

    def _read(self, tag: Tag, start: int) -> bool:
        """Read a tag; true where the quoted mail is sure to go on to the end."""
        if self._depth:
            if tag.name == self._name:
                self._depth += -1 if tag.closing else 1
            return False
        if self._signed[1]:
            if tag.name == self._signed[0]:
                self._signed = tag.name, self._signed[1] + (-1 if tag.closing else 1)
            return False
        if tag.closing or tag.name in _VOID:
            return False
        if _TO_THE_END.fullmatch(tag.attributes.get("id", "")):
            self._found = start if self._found is None else self._found
            return True
        if _is_quote(tag):
            self._found = start if self._found is None else self._found
            self._name, self._depth = tag.name, 1
        elif is_signed(tag) or is_hidden(tag):
            self._signed = tag.name, 1
        return False

    def _read_text(self) -> None:
        """Read text that can be seen: outside of quotes and signatures it is the draft's."""
        if not self._depth and not self._signed[1]:
            self._found = None


def _is_quote(tag: Tag) -> bool:
    names = tag.attributes.get("class", "").split()
    if any(_CLASSES.fullmatch(name) for name in names):
        return True
    if tag.name == "blockquote" and tag.attributes.get("type", "").lower() == "cite":
        return True
    return _IDS.fullmatch(tag.attributes.get("id", "")) is not None


def is_signed(tag: Tag) -> bool:
    """Whether a client has put its signature in the element."""
    names = [*tag.attributes.get("class", "").split(), tag.attributes.get("id", "")]
    return any(_SIGNED.fullmatch(name) for name in names)
