"""A page as plain text, the way a browser would copy it, with the way back for each character.

Blocks are lines or paragraphs, items get their marker, quotes their `> `; white space is folded as
browsers fold it. Knows nothing of what the text says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from drafting.markup.elements import BREAKS, LISTS, NEW_LINE
from drafting.markup.items import Edge, Glyph, Item

QUOTE = "> "
BULLET = "- "
_MOST_QUOTES = 10
"""How many quote marks a line gets at most."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Plain text, and where it came from. Spans and places count code points of the text."""

    text: str
    origins: tuple[int | None, ...]
    """For each character the number of its item; None for markers and what keeps blocks apart."""
    breaks: frozenset[int]
    """Where lines start that the page keeps apart by blocks: no sentence goes over one."""
    preformatted: frozenset[int]
    """Where lines start that are preformatted."""
    signature: int | None
    """Where the line starts with which a mail client's signature does."""


def project(items: Sequence[Item]) -> Projection:
    """Return the plain text of a page."""
    return _Projector(items).run()


@dataclass(slots=True)
class _Lead:
    """What a block puts before its lines: a quote mark, or an item's marker and then its indent."""

    edge: Edge
    first: str = ""
    rest: str = ""


@dataclass(slots=True)
class _Gap:
    """What lies between two pieces of text."""

    lines: int = 0
    """How many line breaks there will be."""
    breaks: list[int] = field(default_factory=list)
    """Items that are line breaks by themselves."""
    held: list[int] = field(default_factory=list)
    """Blank characters at the start of a line, of which nothing is seen if it stays blank."""
    spaces: list[int] = field(default_factory=list)
    """White space of which one space is seen, within a line."""
    apart: bool = False
    """Whether an edge of a block is in it."""


class _Projector:
    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._chars: list[str] = []
        self._origins: list[int | None] = []
        self._starts: set[int] = set()
        self._preformatted: set[int] = set()
        self._leads: list[_Lead] = []
        self._counts: list[int] = []
        """The number of the next item of each open list."""
        self._pre = 0
        self._signs = False
        self._signature: int | None = None
        self._gap = _Gap(apart=True)

    def run(self) -> Projection:
        for place, item in enumerate(self._items):
            if isinstance(item, Edge):
                self._pass_edge(item)
            elif item.is_break or (self._pre and item.text == "\n"):
                self._break_line(place)
            elif item.is_space and not self._pre:
                self._gap.spaces.append(place)
            elif item.is_blank and self._at_start():
                self._gap.held.append(place)
            else:
                self._put(place, item)
        return Projection(
            "".join(self._chars),
            tuple(self._origins),
            frozenset(self._starts),
            frozenset(self._preformatted),
            self._signature,
        )

    def _at_start(self) -> bool:
        return self._gap.lines > 0 or not self._chars

    def _pass_edge(self, edge: Edge) -> None:
        self._end_blank_line()
        nested = edge.name in LISTS and any(lead.edge.name == "li" for lead in self._leads)
        self._gap.lines = max(self._gap.lines, NEW_LINE if nested else BREAKS[edge.name])
        self._gap.apart = True
        self._signs = self._signs or edge.signs
        if edge.name == "pre":
            self._pre += 1 if edge.opens else -1
        if edge.name in {"ol", "ul"}:
            self._turn_list(edge)
        elif edge.name in {"li", "blockquote"}:
            self._turn_lead(edge)

    def _turn_list(self, edge: Edge) -> None:
        if edge.opens:
            first = 1 if edge.number is None else edge.number
            self._counts.append(first if edge.name == "ol" else -1)
        else:
            self._counts.pop()

    def _turn_lead(self, edge: Edge) -> None:
        if not edge.opens:
            self._leads.pop()
        elif edge.name == "blockquote":
            quotes = sum(lead.first == QUOTE for lead in self._leads)
            mark = QUOTE if quotes < _MOST_QUOTES else ""
            self._leads.append(_Lead(edge, mark, mark))
        else:
            marker = self._number(edge)
            self._leads.append(_Lead(edge, marker, " " * len(marker)))

    def _number(self, edge: Edge) -> str:
        """Return an item's marker and count it."""
        if not self._counts or self._counts[-1] < 0:
            return BULLET
        number = self._counts[-1] if edge.number is None else edge.number
        self._counts[-1] = number + 1
        return f"{number}. "

    def _break_line(self, place: int) -> None:
        self._gap.lines += 1
        self._gap.breaks.append(place)
        self._gap.held.clear()
        self._gap.spaces.clear()

    def _end_blank_line(self) -> None:
        """Count a line with nothing but blanks in it, as Outlook's empty paragraphs."""
        if self._gap.held:
            self._gap.lines += 1
            self._gap.breaks.append(self._gap.held[0])
            self._gap.held.clear()
        self._gap.spaces.clear()

    def _put(self, place: int, glyph: Glyph) -> None:
        gap, self._gap = self._gap, _Gap()
        if gap.lines or not self._chars:
            self._start_line(gap)
            for held in gap.held:
                self._add(self._items[held], held)
        elif gap.spaces:
            self._chars.append(" ")
            self._origins.append(gap.spaces[0])
        self._add(glyph, place)

    def _start_line(self, gap: _Gap) -> None:
        if self._chars:
            unknown = max(gap.lines - len(gap.breaks), 0)
            self._chars += "\n" * gap.lines
            self._origins += [None] * unknown
            self._origins += gap.breaks[len(gap.breaks) - gap.lines + unknown :]
        if gap.apart or not self._chars:
            self._starts.add(len(self._chars))
        if self._signs and self._signature is None:
            self._signature = len(self._chars)
        if self._pre:
            self._preformatted.add(len(self._chars))
        for lead in self._leads:
            self._chars += lead.first
            self._origins += [None] * len(lead.first)
            lead.first = lead.rest

    def _add(self, item: Item, place: int) -> None:
        assert isinstance(item, Glyph), "only glyphs are text"
        self._chars += item.text
        self._origins += [place] * len(item.text)
