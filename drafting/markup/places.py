"""Where a new paragraph goes in a page: beside a block, around a list, or within a cell.

Knows blocks; nothing of sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drafting.markup.ancestry import Ancestry
from drafting.markup.elements import CELLS, HEADINGS, LISTS
from drafting.markup.items import Edge, Glyph, Item, Marks, make_break, share_marks
from drafting.markup.spelling import plain

_PARAGRAPHS = HEADINGS | {"p", "div", "pre"}
_FENCES = CELLS | {"table", "blockquote"}


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a page, to put paragraphs beside."""

    items: Sequence[Item]
    ancestry: Ancestry

    def find_sibling(self, place: int, *, before: bool) -> int | None:
        """Return the opening edge of the block beside which a paragraph goes; None where in none.

        That is the outermost list around an item; else the paragraph around it, if nothing else is
        on that side in it.
        """
        outer: int | None = None
        for edge in self.ancestry.climb(place):
            if self._name(edge) in _FENCES:
                break
            if self._name(edge) in LISTS:
                outer = edge
        if outer is not None:
            return outer
        inner = self.ancestry.parents[place]
        if inner < 0 or self._name(inner) not in _PARAGRAPHS:
            return None
        beside = range(inner + 1, place) if before else range(place + 1, self.ancestry.ends[inner])
        return inner if all(self._is_empty(number) for number in beside) else None

    def make_paragraph(self, beside: int, glyphs: Sequence[Glyph], *, before: bool) -> list[Item]:
        """Return a paragraph like those of the page; between lines, an empty one keeps it apart."""
        name = self._name(beside)
        listed = name in LISTS
        if name not in {"p", "div"}:
            paragraphs = any(isinstance(item, Edge) and item.name == "p" for item in self.items)
            name = "p" if paragraphs or not listed else "div"
        paragraph = _wrap(name, glyphs)
        if name == "p" or (listed and self._is_last(beside, before=before)):
            return paragraph
        # A list keeps its distance by itself: there, the far side is what would come too close.
        empty = _wrap(name, [make_break()])
        return [*paragraph, *empty] if before is not listed else [*empty, *paragraph]

    def _is_last(self, edge: int, *, before: bool) -> bool:
        """Whether nothing is on that side of a block in the whole page."""
        beside = range(edge) if before else range(self.ancestry.ends[edge] + 1, len(self.items))
        return all(isinstance(self.items[n], Edge) or self._is_empty(n) for n in beside)

    def share_marks(self, place: int) -> Marks:
        """Return the elements that all the text of an item's block stands in, links left aside."""
        start = self.ancestry.parents[place]
        end = self.ancestry.ends[start] if start >= 0 else len(self.items)
        within = (self.items[number] for number in range(start + 1, end))
        return plain(share_marks(item for item in within if isinstance(item, Glyph)))

    def _name(self, edge: int) -> str:
        item = self.items[edge]
        assert isinstance(item, Edge), "only edges have something in them"
        return item.name

    def _is_empty(self, number: int) -> bool:
        item = self.items[number]
        return isinstance(item, Glyph) and item.is_blank


def _wrap(name: str, glyphs: Sequence[Glyph]) -> list[Item]:
    return [
        Edge(name, f"<{name}>", opens=True),
        *glyphs,
        Edge(name, f"</{name}>", opens=False),
    ]
