"""What a fact is: a span of text that a rewrite must keep, character for character.

Knows nothing of how facts are found.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Span = tuple[int, int]
"""Half-open, in Unicode code points."""

MASK = "\ufffc"
"""Stands in for each character of a fact already found, so that later detectors see past it."""


class FactKind(StrEnum):
    """What sort of thing a fact is; it decides how the page shows it, never whether it is kept."""

    MERGE_TAG = "merge_tag"
    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    MONEY = "money"
    PERCENTAGE = "percentage"
    DATE = "date"
    TIME = "time"
    QUANTITY = "quantity"
    REFERENCE = "reference"
    NUMBER = "number"
    QUOTE = "quote"
    CODE = "code"
    NUMBER_WORD = "number_word"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `text` is exactly what stands at `span`."""

    kind: FactKind
    text: str
    span: Span


class Mark(NamedTuple):
    """Where a detector saw a fact. The text it saw may be masked, so the mark carries none."""

    kind: FactKind
    start: int
    end: int


def absorb(found: Sequence[Mark], new: Iterable[Mark]) -> list[Mark]:
    """Add marks: one that holds earlier marks replaces them, one that cuts into one is dropped.

    Both are in order and each is free of overlaps; so is the result.
    """
    added = [mark for mark in new if not _cuts(mark, found)]
    merged: list[Mark] = []
    for mark in sorted([*found, *added], key=lambda mark: (mark.start, -mark.end)):
        if not merged or mark.start >= merged[-1].end:
            merged.append(mark)
    return merged


def _cuts(mark: Mark, found: Sequence[Mark]) -> bool:
    """Tell whether a mark begins or ends inside an earlier one."""
    before = bisect_left(found, mark.start, key=lambda other: other.start) - 1
    last = bisect_left(found, mark.end, key=lambda other: other.start) - 1
    begins_inside = before >= 0 and found[before].end > mark.start
    ends_inside = last >= 0 and found[last].end > mark.end
    return begins_inside or ends_inside


def mask(text: str, marks: Iterable[Mark]) -> str:
    """Blot out the marked spans; the length stays."""
    return "".join(_masked_parts(text, marks))


def _masked_parts(text: str, marks: Iterable[Mark]) -> Iterator[str]:
    position = 0
    for mark in marks:
        yield text[position : mark.start]
        yield MASK * (mark.end - mark.start)
        position = mark.end
    yield text[position:]
