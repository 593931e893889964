"""Paths through a program's menus: `Settings > Billing > Language`.

Does not know the program; the last step ends at punctuation, or after its capitals.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import MASK, FactKind, Mark
from drafting.facts.lexicon import STARTERS

_ARROW = r"(?:[ \u00a0](?:>|→|›|»|->)[ \u00a0]|[→›]|(?<=[a-z])>(?=[A-Z]))"
_CAPITAL = rf"(?:[A-Z0-9]|{MASK}++)(?:[\w&/-]|['’](?=\w)|{MASK}++){{0,40}}+"
_RUN = rf"{_CAPITAL}(?: {_CAPITAL}){{0,4}}"
_NO_STEP = (
    "and|or|to|then|if|for|before|after|so|but|as|is|are|will|in|on|at|by|with|from|here|there"
    "|today|now|first|again|instead|yourself|please|when|where|until"
)
_LOWER = rf"(?! (?:{_NO_STEP})\b) [a-z](?:[\w-]|['’](?=\w)){{0,30}}+"
_STEP = rf"{_RUN}(?:{_LOWER}){{0,3}}"
_LAST = rf"{_RUN}(?:(?:{_LOWER}){{1,3}}(?=[.,;:!?)\]\n]|$))?"
_MENU = re.compile(rf"(?<![\w>{MASK}])(?:{_STEP}{_ARROW}){{1,8}}{_LAST}")
_OPENER = re.compile(r"(?:^|[.?!:\n*-])\s*$")


def find_menus(text: str) -> Iterator[Mark]:
    """Mark each path as a whole, without the verb that may begin its sentence."""
    for match in _MENU.finditer(text):
        first, _, rest = match.group().partition(" ")
        start = match.start()
        opens = _OPENER.search(text[max(0, start - 3) : start])
        if opens and first in STARTERS and rest[:1].isupper():
            start += len(first) + 1
        yield Mark(FactKind.NAME, start, match.end())
