"""A page: clean HTML with its plain text, and what of the text has to stay as it is.

Knows nothing of sentences or of rewriting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from drafting.draft import Hints
from drafting.facts import Fact, FactKind, Span
from drafting.markup.elements import LINK, VERBATIM
from drafting.markup.items import Glyph, Item
from drafting.markup.projection import Projection, project
from drafting.markup.sanitizer import read_clean
from drafting.markup.writer import write


@dataclass(frozen=True)
class Page:
    """A clean page."""

    items: tuple[Item, ...]

    @cached_property
    def html(self) -> str:
        """The page as clean HTML."""
        return write(self.items)

    @cached_property
    def projection(self) -> Projection:
        """The page as plain text, with the way back."""
        return project(self.items)

    @property
    def text(self) -> str:
        """The page as plain text."""
        return self.projection.text

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Texts of links, code, images and merge tags, in order; none goes over a line break."""
        return tuple(_find_facts(self.items, self.projection))

    @property
    def hints(self) -> Hints:
        """What the page tells a parser of its text."""
        return Hints(
            breaks=self.projection.breaks,
            verbatim=self.projection.preformatted,
            signature=self.projection.signature,
            atoms=tuple(fact.span for fact in self.facts),
        )


def read_html(source: str) -> Page:
    """Read any HTML as a clean page."""
    return Page(read_clean(source))


def _find_facts(items: Sequence[Item], projection: Projection) -> Iterator[Fact]:
    """Yield runs of characters that belong to the same verbatim element, without blank ends."""

    def owner(place: int) -> tuple[FactKind, int] | None:
        number = projection.origins[place]
        if number is None or projection.text[place] == "\n":
            return None
        return _own(items[number], number)

    places = range(len(projection.text))
    for found, run in groupby(places, owner):
        if found:
            span = _trim(projection.text, list(run))
            if span[0] < span[1]:
                yield Fact(found[0], projection.text[slice(*span)], span)


def _own(item: Item, number: int) -> tuple[FactKind, int] | None:
    """Return the kind of fact that an item is part of, and a number that tells it from others."""
    assert isinstance(item, Glyph), "only glyphs are text"
    for mark in item.marks:
        if mark.name in VERBATIM:
            return FactKind.LINK if mark.name == LINK else FactKind.CODE, id(mark)
    if item.is_image:
        return FactKind.LINK, number
    return (FactKind.MERGE_TAG, number) if item.is_tag else None


def _trim(text: str, places: Sequence[int]) -> Span:
    start, end = places[0], places[-1] + 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
