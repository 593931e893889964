"""Replacements in a text: made from a result's changes, applied so that all the rest stays.

Knows nothing of mails.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from drafting.result import Applied, Change


class Splice(NamedTuple):
    """Replace text[start:end]; with start == end, insert."""

    start: int
    end: int
    new: str


def splice(text: str, splices: Iterable[Splice]) -> str:
    """Return the text with splices applied; at the same place, in the order in which they come.

    Raises:
        ValueError: two of them overlap.

    """
    pieces, done = [], 0
    for start, end, new in order(splices):
        if start < done:
            raise ValueError("splices overlap")
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


def order(splices: Iterable[Splice]) -> list[Splice]:
    """Return splices in the order of their places."""
    return sorted(splices, key=lambda each: (each.start, each.end))


def find_splices(applied: Applied) -> list[Splice]:
    """Return what turns `draft_text` into `reply_text`, each change by itself."""
    draft, reply = applied.draft_text, applied.reply_text
    changes = sorted(applied.changes, key=lambda change: (change.draft_span, change.reply_span))
    if all(_follows(one, other) for one, other in pairwise(changes)):
        splices = list(_walk(draft, reply, changes))
        if splice(draft, splices) == reply:
            return splices
    return list(trim(draft, (0, len(draft)), reply))


def _follows(one: Change, other: Change) -> bool:
    apart = other.draft_span[0] >= one.draft_span[1]
    return apart and other.reply_span[0] >= one.reply_span[1]


def _walk(draft: str, reply: str, changes: Sequence[Change]) -> Iterator[Splice]:
    at = below = 0
    for change in changes:
        (start, end), (low, high) = change.draft_span, change.reply_span
        yield from trim(draft, (at, start), reply[below:low])
        yield Splice(start, end, reply[low:high])
        at, below = end, high
    yield from trim(draft, (at, len(draft)), reply[below:])


def trim(text: str, span: tuple[int, int], new: str) -> Iterator[Splice]:
    """Yield the smallest splice that puts `new` at a span; none where it stands there."""
    start, end = span
    old = text[start:end]
    if old == new:
        return
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    yield Splice(start + head, end - tail, new[head : len(new) - tail])
