"""Spans that stay whole (merge tags, links, numbers), asked about by their places.

Knows nothing of how they are found.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from drafting.facts import Span


def overlapping(atoms: Sequence[Span], span: Span) -> Iterator[Span]:
    """Yield the atoms that share a character with the span, in order."""
    first = max(bisect_left(atoms, (span[0], span[0])) - 1, 0)
    for place in range(first, len(atoms)):
        if atoms[place][0] >= span[1]:
            return
        if atoms[place][1] > span[0]:
            yield atoms[place]


def is_cut(atoms: Sequence[Span], position: int) -> bool:
    """Whether a cut at the position would be within an atom, and not at its edge."""
    place = bisect_left(atoms, (position, position)) - 1
    return place >= 0 and atoms[place][0] < position < atoms[place][1]


def is_end(atoms: Sequence[Span], position: int) -> bool:
    """Whether an atom ends at the position."""
    place = bisect_left(atoms, (position, position)) - 1
    return place >= 0 and atoms[place][1] == position


def cover_atoms(text: str, span: Span, atoms: Sequence[Span]) -> str:
    """Read the text of a span with all that belongs to an atom blanked out, at the same length."""
    piece = list(text[span[0] : span[1]])
    for low, high in overlapping(atoms, span):
        low, high = max(low, span[0]) - span[0], min(high, span[1]) - span[0]
        piece[low:high] = " " * (high - low)
    return "".join(piece)
