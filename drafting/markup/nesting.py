"""The blocks that are open while a page is read, and what may stand in what.

A subset of HTML's tree construction for which every parser agrees: no block in a paragraph, no item
in an item, cells in rows in sections in tables. Inline elements are somebody else's.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from drafting.markup.elements import CELLS, HEADINGS, SECTIONS, TABLE_CONTEXT, TABLE_PARTS
from drafting.markup.items import Edge

MOST_OPEN = 100
"""How deep blocks nest; bleach's time grows with the square of the depth."""

_ROOM = 4
"""A table needs room for itself, a section, a row and a cell."""

_ITEMS = {"li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"})}
_LOOSE = frozenset({"p", "div"})
"""Blocks that do not keep an item from being closed by the next one."""


@dataclass(frozen=True, slots=True)
class Block:
    """An open block."""

    name: str
    """As it is written."""
    tag: str
    """As its tag was named, which may be written under another name."""
    hidden: bool


class Nesting:
    """Opens and closes blocks; `emit` gets the edges of each, whoever asked for it."""

    def __init__(self, emit: Callable[[Edge], None]) -> None:
        self._emit = emit
        self._open: list[Block] = []
        self._ignored: Counter[str] = Counter()
        self.hidden = 0
        """How many of the open blocks are hidden."""

    @property
    def top(self) -> str:
        """Name of the innermost block; empty outside of all."""
        return self._open[-1].name if self._open else ""

    @property
    def in_table(self) -> bool:
        """Whether only parts of a table may come next."""
        return self.top in TABLE_CONTEXT

    def make_cell(self) -> None:
        """Make room for text where a table has none."""
        if self.in_table:
            self._clear_to_parent("td")
            self._push(Edge("td", "<td>", opens=True))

    def open(self, edge: Edge, tag: str, *, hidden: bool = False) -> bool:
        """Open a block, closing what can't be around it; False where there is no place for it."""
        room = _ROOM if edge.name == "table" else 0
        if edge.name not in TABLE_PARTS and len(self._open) + room >= MOST_OPEN:
            self._ignored[tag] += 1
            return False
        if edge.name in TABLE_PARTS:
            if not self._clear_to_parent(edge.name):
                return False
        else:
            self.make_cell()
            self._close_beside(edge.name)
        self._push(edge, tag, hidden=hidden)
        return True

    def close(self, tag: str) -> bool:
        """Close the innermost block with this tag, unless a cell is around it first.

        False where it ends a block that there was no place for.
        """
        if self._ignored[tag]:
            self._ignored[tag] -= 1
            return False
        tags = HEADINGS if tag in HEADINGS else {tag}
        fence = {"table"} if tag in TABLE_PARTS else CELLS | {"table"}
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].tag in tags:
                self._pop_to(place)
                break
            if self._open[place].name in fence:
                break
        return True

    def close_paragraph(self) -> None:
        """Close the paragraph or heading that can't hold a block."""
        if self._open and self._open[-1].tag == "p":
            self._pop_to(len(self._open) - 1)

    def close_all(self) -> None:
        """Close everything."""
        self._pop_to(0)

    def _push(self, edge: Edge, tag: str = "", *, hidden: bool = False) -> None:
        self._open.append(Block(edge.name, tag or edge.name, hidden))
        self.hidden += hidden
        self._emit(edge)

    def _pop_to(self, place: int) -> None:
        while len(self._open) > place:
            block = self._open.pop()
            self._emit(Edge(block.name, f"</{block.name}>", opens=False))
            self.hidden -= block.hidden

    def _close_beside(self, name: str) -> None:
        self.close_paragraph()
        if name in HEADINGS and self.top in HEADINGS:
            self._pop_to(len(self._open) - 1)
        items = _ITEMS.get(name, frozenset())
        for place in range(len(self._open) - 1 if items else -1, -1, -1):
            if self._open[place].name in items:
                self._pop_to(place)
                return
            if self._open[place].name not in _LOOSE:
                return

    def _clear_to_parent(self, name: str) -> bool:
        """Close what is open in the innermost table up to where this part of it may stand."""
        tables = [place for place, block in enumerate(self._open) if block.name == "table"]
        if not tables:
            return False
        parents = SECTIONS if name == "tr" else SECTIONS | {"tr"} if name in {"td", "th"} else ()
        while len(self._open) > tables[-1] + 1 and self.top not in parents:
            self._pop_to(len(self._open) - 1)
        if name in {"tr", "td", "th"} and self.top == "table":
            self._push(Edge("tbody", "<tbody>", opens=True))
        if name in {"td", "th"} and self.top != "tr":
            self._push(Edge("tr", "<tr>", opens=True))
        return True
