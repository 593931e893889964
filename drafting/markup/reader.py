"""From tokens to items: keeps what a mail may have, in the only way it may be nested.

Reads what comes from outside (merge tags covered) and, once more, what bleach let through (covers
lifted). Knows which elements there are, but not which addresses are safe: that is bleach's.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drafting.markup.elements import (
    BREAKS,
    CELLS,
    DROPPED,
    INLINES,
    LINK,
    NEEDING_ATTRIBUTES,
    RENAMED,
    SIGNATURE,
    may_have,
)
from drafting.markup.items import (
    HR,
    SPACES,
    Edge,
    Glyph,
    Inline,
    Item,
    Marks,
    escape,
    escape_value,
    make_break,
)
from drafting.markup.merge_tags import (
    COVER,
    as_comment,
    number_of,
    quote_value,
    read_tag,
)
from drafting.markup.nesting import Nesting
from drafting.markup.styles import (
    find_emphasis,
    is_hidden,
    is_line,
    is_pixel,
    is_plain,
    is_signature,
)
from drafting.markup.tokens import Tag, Token, read_tokens

_PIECE = re.compile(rf"{COVER.pattern}|.", re.DOTALL)
_BRACKETS = re.compile(r"[\[\]\s]+")
_MOST_INLINES = 64
"""How deep inline elements nest."""

_MOST_REOPENED = 400_000
"""Characters of start tags that are written again because an inline element goes over blocks."""

_LONGEST_ALT = 40
_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """An inline tag that is open, and the elements that stand for it: none, one or several."""

    name: str
    marks: Marks
    hidden: bool


def read_items(source: str, tags: tuple[str, ...] | None = None) -> tuple[Item, ...]:
    """Read HTML whose merge tags are covered; with `tags`, their covers are lifted."""
    return _Reader(tags).read(read_tokens(source))


class _Reader:
    def __init__(self, tags: tuple[str, ...] | None) -> None:
        self._tags = tags
        self._items: list[Item] = []
        self._blocks = Nesting(self._put_edge)
        self._entries: list[_Entry] = []
        self._outside: list[list[_Entry]] = []
        """The inline tags that were open where each open cell starts."""
        self._marks: Marks = ()
        self._hidden = 0
        """How many of the open inline tags are hidden."""
        self._ignored: Counter[str] = Counter()
        self._skipped = ("", 0)
        self._reopened = 0

    def read(self, tokens: Iterable[Token]) -> tuple[Item, ...]:
        for token in tokens:
            if isinstance(token, Tag):
                if not self._skip(token):
                    self._read_tag(token)
            elif not self._skipped[1]:
                self._read_text(token)
        self._blocks.close_all()
        return tuple(self._items)

    def _skip(self, tag: Tag) -> bool:
        """Whether the tag belongs to what goes with all that is in it."""
        name, depth = self._skipped
        if depth and tag.name == name:
            self._skipped = name, depth + (-1 if tag.closing else 1)
        elif not depth and tag.name in DROPPED and not tag.closing:
            self._skipped = tag.name, 1
        else:
            return depth > 0
        return True

    def _read_tag(self, tag: Tag) -> None:
        name = RENAMED.get(tag.name, tag.name)
        if name == "br":
            self._put_text(make_break(self._marks))
        elif tag.closing:
            if name in INLINES:
                self._close_inline(tag.name)
            elif name in BREAKS and not self._blocks.close(tag.name):
                self._put_line()
        elif name == "img":
            self._read_image(tag)
        elif name == "hr":
            self._blocks.make_cell()
            self._blocks.close_paragraph()
            self._put(HR)
        elif name in INLINES:
            self._open_inline(name, tag)
        elif name in BREAKS:
            self._open_block("div" if name == "p" and is_line(tag) else name, tag)

    def _open_block(self, name: str, tag: Tag) -> None:
        signs = is_signature(tag)
        source = self._write_tag(name, tag, (SIGNATURE,) if signs else ())
        edge = Edge(name, source, opens=True, number=_read_number(tag), signs=signs)
        opened = self._blocks.open(edge, tag.name, hidden=is_hidden(tag))
        if not opened:
            self._put_line()

    def _put_line(self) -> None:
        """Keep lines apart that stand in blocks for which there is no place."""
        last = self._items[-1] if self._items else None
        if isinstance(last, Glyph) and not last.is_break and not self._blocks.in_table:
            self._put(make_break(self._marks))

    def _open_inline(self, name: str, tag: Tag) -> None:
        if len(self._entries) >= _MOST_INLINES:
            self._ignored[tag.name] += 1
            return
        if name == LINK:
            self._close_inline(tag.name)
        marks = tuple(self._make_marks(name, tag))
        self._entries.append(_Entry(tag.name, marks, is_hidden(tag)))
        self._gather_marks()

    def _make_marks(self, name: str, tag: Tag) -> Iterator[Inline]:
        """Yield the elements that an inline tag stands for; none that would add nothing."""
        around = {mark.source for mark in self._marks}
        source = self._write_tag(name, tag)
        bare = name in NEEDING_ATTRIBUTES and source == f"<{name}>"
        linked = name != LINK or "href" in tag.attributes
        if linked and not bare and not is_plain(tag) and source not in around:
            yield Inline(name, source)
        for emphasis in find_emphasis(tag):
            if emphasis != name and f"<{emphasis}>" not in around:
                yield Inline(emphasis, f"<{emphasis}>")

    def _close_inline(self, name: str) -> None:
        if self._ignored[name]:
            self._ignored[name] -= 1
            return
        for place in range(len(self._entries) - 1, -1, -1):
            if self._entries[place].name == name:
                del self._entries[place]
                self._gather_marks()
                return

    def _gather_marks(self) -> None:
        self._marks = tuple(mark for entry in self._entries for mark in entry.marks)
        self._hidden = sum(entry.hidden for entry in self._entries)

    def _put_edge(self, edge: Edge) -> None:
        """Put the edge of a block; inline tags that are opened in a cell end with it."""
        self._put(edge)
        if edge.name in CELLS:
            if edge.opens:
                self._outside.append(list(self._entries))
            else:
                self._entries = self._outside.pop()
                self._gather_marks()
        if self._marks:
            self._reopened += sum(len(mark.source) for mark in self._marks)
            if self._reopened > _MOST_REOPENED:
                self._entries.clear()
                self._gather_marks()

    def _read_image(self, tag: Tag) -> None:
        if not tag.attributes.get("src", "").strip() or is_pixel(tag):
            return
        alt = COVER.sub(self._read_cover, tag.attributes.get("alt", ""))
        alt = _BRACKETS.sub(" ", alt).strip()[:_LONGEST_ALT].rstrip()
        text = f"[image: {alt}]" if alt else "[image]"
        self._put_text(Glyph(text, self._write_tag("img", tag), self._marks))

    def _read_text(self, text: str) -> None:
        decoded = html.unescape(text).replace("\r", "\n").replace("\f", " ")
        for piece in _PIECE.finditer(decoded):
            if piece.group(1):
                self._read_merge_tag(piece)
                continue
            char = piece.group()
            if self._starts_pre() and char == "\n":
                continue  # Parsers leave it out.
            if char in SPACES and self._blocks.in_table:
                self._put(Glyph(char, char))
            else:
                self._put_text(Glyph(char, escape(char), self._marks))

    def _starts_pre(self) -> bool:
        last = self._items[-1] if self._items else None
        return isinstance(last, Edge) and last.opens and last.name == "pre"

    def _read_merge_tag(self, cover: re.Match[str]) -> None:
        """Put a merge tag where it is, even between the rows of a table."""
        text = self._read_cover(cover)
        source = as_comment(cover.group()) if self._tags is None else self._tags[number_of(cover)]
        self._put(Glyph(text, source, () if self._blocks.in_table else self._marks))

    def _read_cover(self, cover: re.Match[str]) -> str:
        """Return how a merge tag reads."""
        return read_tag(self._tags[number_of(cover)]) if self._tags else cover.group()

    def _put_text(self, glyph: Glyph) -> None:
        if self._blocks.in_table:
            self._blocks.make_cell()
        self._put(glyph)

    def _put(self, item: Item) -> None:
        if not (self._hidden or self._blocks.hidden):
            self._items.append(item)

    def _write_tag(self, name: str, tag: Tag, added: Sequence[tuple[str, str]] = ()) -> str:
        """Return a start tag with the attributes that the element may have."""
        kept = [(key, value) for key, value in tag.attributes.items() if may_have(name, key)]
        values = (
            f" {key}={quote_value(escape_value(value), self._tags)}"
            for key, value in (*added, *kept)
        )
        return f"<{name}{''.join(values)}>"


def _read_number(tag: Tag) -> int | None:
    """Return the number that a list starts with or an item is set to."""
    number = tag.attributes.get("start" if tag.name == "ol" else "value", "")
    return int(number) if tag.name in {"ol", "li"} and _NUMBER.fullmatch(number) else None
