"""What is seen of an HTML source, character by character, with where each is written.

White space is left out, since a page folds it; so are images. What the sanitizer drops (scripts,
hidden elements) is passed over in the same way, but more simply: whoever uses this compares with
the clean page, and goes on only where both say the same.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from drafting.markup.elements import BREAKS, DROPPED, LISTS, RENAMED, VERBATIM
from drafting.markup.items import Glyph
from drafting.markup.merge_tags import drop_unwanted
from drafting.markup.page import Page
from drafting.markup.styles import is_hidden
from drafting.markup.tokens import Tag, read_placed

_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)|.", re.DOTALL)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(slots=True)
class Element:
    """An element that text stands in: a block, or one whose text is a fact."""

    name: str
    start: int
    """Where its start tag starts."""
    inner: int
    """Where its start tag ends."""
    parent: int
    """Number of the element around it; -1 outside of all."""
    close: int = -1
    """Where its end tag starts; -1 where it has none."""
    end: int = -1
    """Where its end tag ends."""


@dataclass(slots=True)
class Seen:
    """The characters and where they are, in four lists of the same length."""

    chars: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    """For each the number of the innermost element around it; -1 outside of all."""
    elements: list[Element] = field(default_factory=list)

    def climb(self, place: int) -> Iterator[Element]:
        """Yield the elements around a character, from the innermost."""
        number = self.inside[place]
        while number >= 0:
            yield self.elements[number]
            number = self.elements[number].parent

    def find_link(self, place: int) -> Element | None:
        """Return the outermost element around a character whose text is a fact."""
        found = [element for element in self.climb(place) if element.name in VERBATIM]
        return found[-1] if found else None

    def find_list(self, place: int) -> Element | None:
        """Return the outermost list around a character."""
        found = [element for element in self.climb(place) if element.name in LISTS]
        return found[-1] if found else None


def look(source: str) -> Seen:
    """Read what is seen of a source."""
    return _Looker().read(source)


class _Looker:
    def __init__(self) -> None:
        self._seen = Seen()
        self._open: list[int] = []
        self._skipped = ("", 0)

    def read(self, source: str) -> Seen:
        for token, start, end in read_placed(source):
            if isinstance(token, Tag):
                if not self._skip(token):
                    self._read_tag(token, start, end)
            elif not self._skipped[1]:
                self._read_text(token, start)
        return self._seen

    def _skip(self, tag: Tag) -> bool:
        name, depth = self._skipped
        if depth:
            if tag.name == name:
                self._skipped = name, depth + (-1 if tag.closing else 1)
            return True
        gone = tag.name in DROPPED or is_hidden(tag)
        if gone and not tag.closing and tag.name not in _VOID:
            self._skipped = tag.name, 1
            return True
        return False

    def _read_tag(self, tag: Tag, start: int, end: int) -> None:
        name = RENAMED.get(tag.name, tag.name)
        if name not in BREAKS and name not in VERBATIM:
            return
        elements = self._seen.elements
        if not tag.closing:
            if name != "hr":
                elements.append(Element(name, start, end, self._open[-1] if self._open else -1))
                self._open.append(len(elements) - 1)
            return
        for depth in range(len(self._open) - 1, -1, -1):
            element = elements[self._open[depth]]
            if element.name == name:
                element.close, element.end = start, end
                del self._open[depth:]
                return

    def _read_text(self, text: str, start: int) -> None:
        inside = self._open[-1] if self._open else -1
        seen = self._seen
        for found in _REFERENCE.finditer(text):
            shown = html.unescape(found.group()) if found.group()[0] == "&" else found.group()
            for char in drop_unwanted(shown):
                if not char.isspace():
                    seen.chars.append(char)
                    seen.starts.append(start + found.start())
                    seen.ends.append(start + found.end())
                    seen.inside.append(inside)


def align(page: Page, seen: Seen) -> dict[int, int]:
    """Return for each place of a page's text the number of the character that is seen there.

    Where page and source differ, what is between the ends that agree has no number.
    """
    places = list(_list_places(page))
    shown = [page.text[place] for place in places]
    if shown == seen.chars:
        return dict(zip(places, range(len(places)), strict=True))
    head = _count_same(shown, seen.chars)
    tail = _count_same(shown[head:][::-1], seen.chars[head:][::-1])
    shift = len(seen.chars) - len(shown)
    numbers = {places[number]: number for number in range(head)}
    return numbers | {places[n]: n + shift for n in range(len(places) - tail, len(places))}


def _list_places(page: Page) -> Iterator[int]:
    """Yield the places of a page's text that are seen characters of its source."""
    for place, origin in enumerate(page.projection.origins):
        item = None if origin is None else page.items[origin]
        if isinstance(item, Glyph) and not item.is_image and not page.text[place].isspace():
            yield place


def _count_same(one: Sequence[str], other: Sequence[str]) -> int:
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)
