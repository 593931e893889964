"""Reads numbers that are written out: "fifty-eight" is 58, and "third" and "3rd" are 3.

It knows whole numbers below a hundred; "hundred", fractions and "a couple" are words like any other to it.
"""

import re
from collections.abc import Iterator

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_CARDINALS = {
    **{word: figure for figure, word in enumerate(_UNITS)},
    **{word: 20 + 10 * place for place, word in enumerate(_TENS)},
}
_FIGURES = {
    **{f"{word}th": figure for word, figure in _CARDINALS.items()},
    **{f"{word[:-1]}ieth": _CARDINALS[word] for word in _TENS},
    **_CARDINALS,
    "first": 1,
    "second": 2,
    "third": 3,
    "fifth": 5,
    "eighth": 8,
    "ninth": 9,
    "twelfth": 12,
    "once": 1,
    "twice": 2,
}
_TEN = 10
_ORDERED = re.compile(r"(\d+)(?:st|nd|rd|th|x)?")
_WORD = re.compile(r"\w+")


def split_numbers(text: str) -> tuple[frozenset[int], frozenset[str]]:
    """Return the whole numbers of a text, in figures or in words, and its other words in the singular."""
    numbers, others = set[int](), set[str]()
    for part in _parts(_WORD.findall(text.lower())):
        if isinstance(part, int):
            numbers.add(part)
        else:
            others.add(part.removesuffix("s"))
    return frozenset(numbers), frozenset(others)


def _parts(words: list[str]) -> Iterator[int | str]:
    tens = 0
    for word in words:
        figure = _figure(word)
        if tens and figure is not None and 0 < figure < _TEN:
            yield tens + figure
            tens = 0
            continue
        if tens:
            yield tens
        tens = figure if figure is not None and word in _TENS else 0
        if not tens:
            yield word if figure is None else figure
    if tens:
        yield tens


def _figure(word: str) -> int | None:
    ordered = _ORDERED.fullmatch(word)
    return int(ordered[1]) if ordered else _FIGURES.get(word)
