"""Links, mail addresses and handles.

Does not know whether an address exists. A bare domain counts only with a common ending, because
"done.Please" is a typing slip and no link.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import MASK, FactKind, Mark

_ENDINGS = (
    "com|org|net|io|dev|app|gov|edu|info|biz|example|test|invalid|shop|store|online|cloud|help"
    "|support|site|tech|page|link|ly|co|uk|ie|de|fr|es|nl|eu|ch|pl|pt|se|dk|fi|ca|au|nz|jp|cn|br|mx"
    "|za|sg|hk|tv|ai|gg|xyz|int|mil|museum|health|travel|bank|example"
)
_SLASH_ENDINGS = "it|in|is|me|no|so|to|at|be|us|my|do|am|as|by"  # words: only with a path
_URL_CHARS = r"[^\s<>\"“”«»`]"
_LINK = re.compile(
    rf"(?<![\w!])!?\[[^\[\]\n]{{1,200}}+\]\([^()\s]{{1,500}}+(?:\([^()\s]{{0,100}}+\)[^()\s]{{0,500}}+)?\)"
    rf"|(?<![\w@])(?:(?:https?|ftp|sftp|ssh)://|tel:(?=\+?[\d-]{{6}})|www\.){_URL_CHARS}++"
    rf"|(?<![\w@.{MASK}/-])(?:[\w-]{{1,63}}+\.){{1,6}}(?:(?:{_ENDINGS})(?![\w-]|\.\w)"
    rf"(?:[:/?#]{_URL_CHARS}++)?|(?:{_SLASH_ENDINGS})/{_URL_CHARS}++)"
    rf"|(?<![\w{MASK}]){MASK}++/{_URL_CHARS}++",
    re.IGNORECASE,
)
_MAIL = re.compile(
    rf"(?<![\w.+%{MASK}-])(?<!\w')(?:mailto:)?(?:[\w.+%{MASK}-]|(?<=\w)'(?=\w))++@"
    rf"(?:{MASK}++|[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++|[A-Za-z0-9-]++\.{MASK}++)"
)
_HANDLE = re.compile(r"(?<![\w.@/])@[A-Za-z]\w{0,60}+(?:[.-]\w{1,60}+){0,4}")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def _trim(text: str, start: int, end: int) -> int:
    """Leave out what ends the sentence or closes a bracket that the link did not open."""
    while end > start:
        last = text[end - 1]
        opening = _PAIRS.get(last)
        if opening:
            if text.count(opening, start, end) >= text.count(last, start, end):
                break
        elif last not in ".,;:!?'’*…_":
            break
        end -= 1
    return end


def find_links(text: str) -> Iterator[Mark]:
    """Mark links with or without scheme; a whole `[text](target)` is one."""
    for match in _LINK.finditer(text):
        start, end = match.span()
        if text[start] not in "[!":
            end = _trim(text, start, end)
        yield Mark(FactKind.LINK, start, end)


def find_mails(text: str) -> Iterator[Mark]:
    """Mark mail addresses."""
    for match in _MAIL.finditer(text):
        yield Mark(FactKind.EMAIL, match.start(), match.end())


def find_handles(text: str) -> Iterator[Mark]:
    """Mark `@name` handles."""
    for match in _HANDLE.finditer(text):
        yield Mark(FactKind.NAME, match.start(), match.end())
