"""Which lines are headings: short lines without an end that stand over longer text.

Knows the line and the block below it. A short line that decides or commands something ("Refund
denied") is a sentence.
"""

import re
from collections.abc import Sequence

from drafting.draft.vocabulary import COMMANDS, PARTICIPLES, REFUSALS

MARKER = re.compile(
    r"\s*(?:(?:[-*]\s+)?\[[ xX]\]\s+|[-*+•‣◦▪▫●○·–—]\s+|[•‣◦▪▫●○](?=\S)"
    r"|\(?(?:\d{1,2}|[a-zA-Z])\)\s+|\d{1,2}\.\s+)(?=\S)"
)
"""What stands before a list item, white space included."""

SUBJECT = re.compile(
    r"(?:subject|betreff|objet|asunto|oggetto|onderwerp|re|aw|fwd?|wg|from|to|von|an|date|cc)\s*:",
    re.IGNORECASE,
)
"""The mail header fields that templates carry along at their top."""

_HASHES = re.compile(r"#{1,6}\s+\S")
_ENDED = re.compile(r"[.!?…:;,。！？]$")
_PARTLY_ENDED = re.compile(r"[.!?:](?:[\"”’)*_]*)(?:\s|$)")
_CLAUSE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|will|would|cannot|can|can['’]t|did|does|do|must|may|won['’]t"
    r"|isn['’]t|didn['’]t)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:if|what|how|why|when|where|who|which|about|before|after)\b", re.IGNORECASE
)
_EDGES = re.compile(r"^[*_]+|\s*[^\w\s.!?…:;,。！？)\]}'\"’”%]+$")
_MAX_WORDS = 10
_MAX_DECISION = 4


def is_marked_heading(line: str) -> bool:
    """Whether the line carries Markdown's heading mark."""
    return _HASHES.match(line) is not None


def is_heading(line: str, below: Sequence[str], *, first: bool) -> bool:
    """Whether a paragraph of one line is the heading of the paragraph `below`.

    `first` says that nothing stands above: a whole clause may be a title there.
    """
    title = _EDGES.sub("", line)
    words = title.split()
    if not below or len(words) > _MAX_WORDS or _ENDED.search(title):
        return False
    if not words or words[0][:1].islower() or _decides(words):
        return False
    if not first and _CLAUSE.search(title) and not _ASKING.match(title):
        return False
    return _is_longer(below, len(words))


def _decides(words: Sequence[str]) -> bool:
    first, last = words[0].casefold(), words[-1].casefold()
    short = len(words) <= _MAX_DECISION
    return (
        (short and last in PARTICIPLES)
        or first in REFUSALS
        or (first in COMMANDS and len(words) > 1)
    )


def _is_longer(below: Sequence[str], words: int) -> bool:
    if MARKER.match(below[0]):
        return True
    text = " ".join(below)
    return len(text.split()) > words and not text[0].islower() and bool(_PARTLY_ENDED.search(text))
