"""Which block each item of a page is in, and where each block ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.markup.items import Edge, Item


@dataclass(frozen=True, slots=True)
class Ancestry:
    """For each item the number of the block's opening edge around it, -1 outside of all."""

    parents: tuple[int, ...]
    ends: dict[int, int]
    """For each opening edge the number of its closing one."""

    def climb(self, place: int) -> Iterator[int]:
        """Yield the opening edges around an item, from the innermost."""
        while (place := self.parents[place]) >= 0:
            yield place


def trace(items: Sequence[Item]) -> Ancestry:
    """Return the ancestry of all items."""
    parents: list[int] = []
    ends: dict[int, int] = {}
    opened = [-1]
    for place, item in enumerate(items):
        if isinstance(item, Edge) and not item.opens and item.name != "hr":
            ends[opened.pop()] = place
        parents.append(opened[-1])
        if isinstance(item, Edge) and item.opens:
            opened.append(place)
    return Ancestry(tuple(parents), ends)
