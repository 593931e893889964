"""A page with the pieces of an edit script put in: its reply, as HTML and as text.

The page decides: what its plain text is in the end, the reply's text is, and each piece is found in
it again. Knows nothing of who wrote a piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.facts import Fact, Span
from drafting.markup.ancestry import trace
from drafting.markup.items import Glyph, Item, spell
from drafting.markup.mending import find_pieces, mend
from drafting.markup.page import Page
from drafting.markup.places import Blocks
from drafting.markup.pruning import prune
from drafting.markup.spelling import Wording, respell
from drafting.script import OPENING, Piece


@dataclass(frozen=True, slots=True)
class PageReply:
    """A rewritten page, and the pieces with their places in its text."""

    page: Page
    pieces: tuple[Piece, ...]


def rewrite_page(page: Page, pieces: Sequence[Piece]) -> PageReply:
    """Return the page with the pieces of its script (over the page's text) put in."""
    editor = _Editor(page)
    editor.put(pieces)
    made = Page(tuple(editor.finish()))
    if editor.torn:
        found = find_pieces(made, pieces, editor.owners)
        made = Page(tuple(mend(made, pieces, found, editor.torn)))
    return PageReply(made, find_pieces(made, pieces, editor.owners))


class _Editor:
    """Collects what changes in a page, then makes it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._text = page.text
        self._origins = page.projection.origins
        self._blocks = Blocks(page.items, trace(page.items))
        self._new: dict[int, list[Item]] = {}
        """What stands instead of an item."""
        self._before: dict[int, list[Item]] = {}
        self._after: dict[int, list[Item]] = {}
        self._gone: set[int] = set()
        self.owners: dict[int, str] = {}
        """The slot of each item, by its identity."""
        self.torn: set[str | None] = set()
        """The slots behind a deleted sentence; None for the end."""

    def put(self, pieces: Sequence[Piece]) -> None:
        at, torn, opened = 0, False, False
        for number, piece in enumerate(pieces):
            start, end = piece.draft_span
            if start > at:
                self._delete((at, start), lines=not opened)
                torn = not opened
            at = max(at, end)
            if piece.slot is None:
                continue
            opened = piece.slot == OPENING
            if torn:
                self.torn.add(piece.slot)
                torn = False
            if start == end:
                self._insert(pieces, number)
            else:
                self._fill(piece, piece.slot)
        if at < len(self._text):
            self._delete((at, len(self._text)))
            torn = True
        if torn:
            self.torn.add(None)

    def finish(self) -> list[Item]:
        return prune(self._make())

    def _make(self) -> Iterator[Item | None]:
        for number, item in enumerate(self._page.items):
            yield from self._before.get(number, ())
            if number in self._new:
                yield from self._new[number]
            yield None if number in self._gone else item
            yield from self._after.get(number, ())

    def _delete(self, span: Span, *, lines: bool = True) -> None:
        """Take out what is at a span; with an opening in its place, the lines below stay apart."""
        for place in range(*span):
            origin = self._origins[place]
            if origin is not None and (lines or self._text[place] != "\n"):
                self._gone.add(origin)

    def _fill(self, piece: Piece, slot: str) -> None:
        start, end = piece.draft_span
        numbers = [place for place in self._origins[start:end] if place is not None]
        items = self._page.items
        if piece.text == self._text[start:end]:
            self._own([items[number] for number in numbers], slot)
            return
        glyphs = respell(self._read(piece.draft_span), piece.text)
        self._own(glyphs, slot)
        self._new[numbers[0]] = list(glyphs)
        between = range(numbers[0], numbers[-1] + 1)
        self._gone.update(number for number in between if isinstance(items[number], Glyph))

    def _read(self, span: Span) -> Wording:
        """Return the text at a span with its glyphs and the facts that the page knows in it."""
        start, end = span
        facts = [fact for fact in self._page.facts if start < fact.span[1] and fact.span[0] < end]
        glyphs = [self._glyph(place) for place in self._origins[start:end]]
        return Wording(self._text[start:end], glyphs, [_shift(fact, span) for fact in facts])

    def _glyph(self, place: int | None) -> Glyph | None:
        item = None if place is None else self._page.items[place]
        return item if isinstance(item, Glyph) else None

    def _own(self, items: Sequence[Item], slot: str) -> None:
        self.owners.update((id(item), slot) for item in items)

    def _insert(self, pieces: Sequence[Piece], number: int) -> None:
        """Put an opening before, or a closing behind, the sentence that it stands beside."""
        piece = pieces[number]
        assert piece.slot is not None, "gaps are not inserted"
        opening = piece.slot == OPENING
        beside = pieces[number + 1] if opening else pieces[number - 1]
        place = self._find_glyph(piece.draft_span[0], opening=opening)
        glyphs = spell(piece.text, self._blocks.share_marks(place))
        self._own(glyphs, piece.slot)
        target = self._before if opening else self._after
        sibling = None
        if "\n" in beside.text:
            sibling = self._blocks.find_sibling(place, before=opening)
        if sibling is None:
            gap = spell("\n\n" if "\n" in beside.text else " ", self._blocks.share_marks(place))
            target.setdefault(place, []).extend([*glyphs, *gap] if opening else [*gap, *glyphs])
            return
        paragraph = self._blocks.make_paragraph(sibling, glyphs, before=opening)
        self.torn |= {piece.slot, _find_next(pieces, number)}
        edge = sibling if opening else self._blocks.ancestry.ends[sibling]
        target.setdefault(edge, []).extend(paragraph)

    def _find_glyph(self, place: int, *, opening: bool) -> int:
        """Return the item at a place of the text: the first from there on, or the last before."""
        ahead = range(place, len(self._origins)) if opening else range(place - 1, -1, -1)
        return next(o for n in ahead if (o := self._origins[n]) is not None)


def _find_next(pieces: Sequence[Piece], number: int) -> str | None:
    return next((piece.slot for piece in pieces[number + 1 :] if piece.slot), None)


def _shift(fact: Fact, span: Span) -> Fact:
    """Return the part of a fact that is in a span, with its place in it."""
    start, end = max(fact.span[0], span[0]) - span[0], min(fact.span[1], span[1]) - span[0]
    offset = fact.span[0] - span[0]
    return Fact(fact.kind, fact.text[start - offset : end - offset], (start, end))
