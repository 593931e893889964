"""What a sentence must hold for a pattern to be found in it: a quick first look before the slow one.

A pattern such as "^will be (?:closed|sent)" can only be found where "will be " stands. Of all texts
that a pattern asks for, the longest one is taken; of alternatives, one for each. This is what RE2 calls
a prefilter (https://github.com/google/re2/blob/main/re2/prefilter.h), over the tree that Python's `re` makes:
RE2's own needs the patterns without their lookarounds, and seconds at each start to read them.
It knows patterns alone, neither moves nor facts.
"""

from collections.abc import Iterable, Iterator, Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

SHORTEST = 3
"""Characters of a sign; what is shorter stands in nearly every sentence."""
MOST = 200
"""Signs of one pattern; more than these cost more than the pattern does."""


def find_signs(pattern: str) -> tuple[str, ...]:
    """Return texts in small letters of which one stands in all that a pattern matches.

    Empty where there are no such texts, or too many or too short ones to tell anything.
    """
    best = _best(_required(parser.parse(pattern)))
    return tuple(sorted(best)) if best else ()


def _best(found: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """Return the alternatives whose shortest text is longest, of these the fewest."""
    usable = [texts for texts in found if len(texts) <= MOST and min(map(len, texts)) >= SHORTEST]
    return max(usable, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)


def _required(items: Sequence[Any]) -> Iterator[frozenset[str]]:
    """Yield sets of texts; what matches holds one of each set."""
    run = ""
    for code, value in items:
        if code is codes.LITERAL:
            run += chr(value).lower()
            continue
        if run:
            yield frozenset({run})
            run = ""
        yield from _inside(code, value)
    if run:
        yield frozenset({run})


def _inside(code: Any, value: Any) -> Iterator[frozenset[str]]:
    """Yield what one part of a pattern asks for, other than a letter."""
    if code is codes.SUBPATTERN:
        yield from _required(value[3])
    elif code is codes.ATOMIC_GROUP:
        yield from _required(value)
    elif code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT} and value[0]:
        yield from _required(value[2])
    elif code is codes.ASSERT:
        yield from _required(value[1])
    elif code is codes.BRANCH:
        best = [_best(_required(branch)) for branch in value[1]]
        if all(best):
            yield frozenset().union(*(texts for texts in best if texts))
