"""Words with their capitals: which capital letters mean something.

Those of a sentence start or of shouting do not. Does not decide what a name is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from drafting.facts.fact import MASK
from drafting.facts.lexicon import (
    ABBREVIATIONS,
    COMPANY_FORMS,
    GENERIC,
    INSIDE,
    LETTERED,
    NEVER_NAMES,
    SHOUTED,
    STARTERS,
    TITLES,
)

_WORD = re.compile(r"[^\W\d_]+(?:['’&+-][^\W\d_]+)*+")
_POSSESSIVE = re.compile(r"['’][sS]$")
_CONTRACTION = re.compile(r"['’](?:m|ll|ve|d|re|t)$", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.?!:;•·>\n\r(\[“\"‘«*#|]|(?:^|[ \t\n])[-–—/'])[ \t*_'\"“‘«(\[#]*$")
_GLUE = frozenset({" ", "\u00a0", " & ", "' ", "’ "})
_COMMON = STARTERS | GENERIC
_LONGEST_ACRONYM = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word without digits, and where it stands."""

    text: str
    start: int
    end: int
    opens: bool
    """It starts a sentence, a list item or a quote, which alone would capitalise it."""

    @property
    def capital(self) -> bool:
        """Its first letter is a capital, or its second ("iPhone")."""
        return any(map(str.isupper, self.text[:2]))

    @property
    def bare(self) -> str:
        """The word without a possessive 's."""
        return _POSSESSIVE.sub("", self.text)

    @property
    def has_inner_capital(self) -> bool:
        """It is written like "WordPress" or "VPN", at any place."""
        return any(map(str.isupper, self.text.split("-")[0][1:]))

    @property
    def is_shout(self) -> bool:
        """It stands in capitals, and is not an acronym."""
        loud = len(self.text) > 1 and self.text.isupper()
        return loud and (self.text in SHOUTED or len(self.text) > _LONGEST_ACRONYM)


def read_words(text: str) -> list[Word]:
    """Split text into words; masked spans, digits and punctuation lie between them."""
    words: list[Word] = []
    for match in _WORD.finditer(text):
        opens = _opens(text, words, match.start(), match.group())
        words.append(Word(match.group(), match.start(), match.end(), opens))
    return words


def _opens(text: str, before: Sequence[Word], start: int, word: str) -> bool:
    if not before:
        return not text[:start].strip(MASK + " \t") or _is_opening(text, start)
    between = text[before[-1].end : start]
    if between.endswith(MASK):  # "{% if vip %}Your ..."
        return True
    if between == " " or (between == ". " and _is_abbreviated(before, word)):
        return False
    return _is_opening(text, start)


def _is_opening(text: str, start: int) -> bool:
    return bool(_OPENING.search(text[max(0, start - 12) : start]))


def _is_abbreviated(before: Sequence[Word], word: str) -> bool:
    """Tell "Mr. Hale", "e.g. Leeds" and "G. Ferro" from the end of a sentence ("plan B. Send")."""
    last = before[-1].text
    if last in TITLES or last.lower() in ABBREVIATIONS:
        return True
    is_initial = len(last) == 1 and last.isupper() and last != "I"
    counted = len(before) > 1 and before[-2].text.lower() in LETTERED
    return is_initial and not counted and word not in _COMMON


def adjoins(text: str, words: Sequence[Word], index: int) -> bool:
    """Tell whether a word continues what the word before it began."""
    if index == 0 or index >= len(words) or words[index].opens:
        return False
    before = words[index - 1]
    between = text[before.end : words[index].start]
    return between in _GLUE or (
        between == ". " and (len(before.text) == 1 or before.text in TITLES)
    )


def mark_capitals(text: str, words: Sequence[Word]) -> list[bool]:
    """Mark the words whose capital may be that of a name."""
    shouted = _find_shouted(text, words) | _find_loud_sentences(words)
    marked: list[bool] = []
    for index, word in enumerate(words):
        inside = word.text in INSIDE and index > 0 and marked[-1] and adjoins(text, words, index)
        plain = word.text in NEVER_NAMES or bool(_CONTRACTION.search(word.text))
        quiet = index not in shouted or _is_country(words, index)
        marked.append(word.capital and quiet and (inside or not plain))
    return marked


def _is_country(words: Sequence[Word], index: int) -> bool:
    """Tell "in the US" from "call US"."""
    return words[index].text == "US" and index > 0 and words[index - 1].text in {"the", "in"}


def _find_loud_sentences(words: Sequence[Word]) -> frozenset[int]:
    """Find the words of sentences that are largely in capitals, where they mean nothing."""
    starts = [index for index, word in enumerate(words) if word.opens or index == 0]
    loud: set[int] = set()
    for start, end in pairwise([*starts, len(words)]):
        if _is_loud(words[start:end]):
            loud.update(range(start, end))
    return frozenset(loud)


def _is_loud(words: Sequence[Word]) -> bool:
    letters = sum(len(word.text) for word in words)
    loud = sum(len(word.text) for word in words if len(word.text) > 1 and word.text.isupper())
    return 2 * loud > letters and any(word.is_shout for word in words)


def _find_shouted(text: str, words: Sequence[Word]) -> frozenset[int]:
    """Find the words in capitals that are ordinary words, by themselves or by their company."""
    shouted: set[int] = set()
    group: list[int] = []
    for index, word in enumerate(words):
        if group and not (word.text.isupper() and _is_beside(text, words[index - 1], word)):
            shouted.update(_shouted_in(group, words))
            group = []
        if word.text.isupper():
            group.append(index)
    return frozenset(shouted.union(_shouted_in(group, words) if group else ()))


def _is_beside(text: str, before: Word, word: Word) -> bool:
    return not text[before.end : word.start].strip(" ,;:!'’\"/-")


def _shouted_in(group: Sequence[int], words: Sequence[Word]) -> Sequence[int]:
    if words[group[-1]].text in COMPANY_FORMS:
        return ()
    loud = [index for index in group if words[index].is_shout]
    return group if len(loud) > 1 or len(group) > 3 else loud
