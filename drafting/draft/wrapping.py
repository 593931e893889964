"""Whether a line goes on with the sentence of the line above, or starts its own.

Mail programs wrap sentences at a fixed width; people who type in a hurry end a fragment with the
line. Where the signs contradict, the lines stay together: half a sentence cannot be rewritten.
"""

import re
from collections.abc import Sequence

from drafting.draft.lines import Line
from drafting.draft.vocabulary import (
    BEFORE_NUMBER,
    CARRIERS,
    COMMANDS,
    CURT_STARTERS,
    JOINERS,
    LOOSE_CARRIERS,
    NEVER_FINAL,
    STARTERS,
)

_ENDED = re.compile(r"[.!?…:。！？؟][\"'”’»)\]}*_]*$")
_LAST_WORD = re.compile(r"[\w.'’-]+$")
_FIRST_WORD = re.compile(r"[\w'’-]+")
_LINK = re.compile(r"https?://|www\.|\S+@\S")
_GOES_ON = re.compile(r"[,;(&/+–—-]$")
_CONTINUES = re.compile(r"[,;)\]…]|[–—&]\s")
_MAX_WIDTH = 100
_MIN_WIDTH = 55
_MIN_SHARE = 0.6
_MIN_LOWER = 50
_MIN_CARRIED = 40


def measure_width(lines: Sequence[Line]) -> int:
    """The width at which the text is wrapped, if it is: its longest line, in characters."""
    lengths = [len(line.text) for line in lines]
    return max((length for length in lengths if length <= _MAX_WIDTH), default=_MAX_WIDTH)


def is_joined(above: str, below: str, width: int, *, lower_case: bool) -> bool:
    """Whether a line goes on with the sentence that the line above leaves open.

    `lower_case` says that this sentence starts in lower case: then a capital is a new start.
    """
    full = is_full(above, below, width)
    if _ENDED.search(above):
        listed = above.endswith(":") and full and (below[0].islower() or below.endswith("."))
        return listed or _is_abbreviated(above, below)
    first = None if _LINK.match(below) else _FIRST_WORD.match(below)
    if _GOES_ON.search(above) or _CONTINUES.match(below):
        return True
    if first is None:
        last_token = len(below.split()) == 1 and _ENDED.search(below) is not None
        return full or last_token or _is_carrying(above)
    starting = _is_start(first.group())
    if _is_carrying(above):
        return not starting or len(above) >= _MIN_CARRIED
    if _is_carrying(above, LOOSE_CARRIERS) and len(above) >= _MIN_CARRIED and not lower_case:
        return True
    if first.group() in JOINERS:
        return True
    if below[0].islower() and not lower_case:
        return full or len(above) >= _MIN_LOWER
    return full and not starting and not (lower_case and below[0].isupper())


def _is_carrying(line: str, words: frozenset[str] = CARRIERS) -> bool:
    last = _LAST_WORD.search(line)
    return last is not None and last.group().casefold() in words


def _is_start(word: str) -> bool:
    """Whether the word likes to start sentences; capitals tell nothing in "I" and in shouting."""
    if word[0].islower():
        return word in CURT_STARTERS
    return not word.isupper() and word.casefold() in STARTERS | COMMANDS


def _is_abbreviated(above: str, below: str) -> bool:
    """Whether the full stop at the line's end belongs to an abbreviation that waits for more."""
    last = _LAST_WORD.search(above)
    word = last.group().rstrip(".").casefold() if last else ""
    return word in NEVER_FINAL or (word in BEFORE_NUMBER and below[:1].isdigit())


def is_full(above: str, below: str, width: int) -> bool:
    """Whether the first word of the line below would not have fitted on a long line above."""
    word = len(below.split()[0])
    long_enough = _MIN_SHARE * width <= len(above) <= _MAX_WIDTH
    return width >= _MIN_WIDTH and long_enough and len(above) + 1 + word > width
