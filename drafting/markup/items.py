"""What a page is made of: the edges of its blocks, and glyphs with the elements around them.

Inline elements are no tree here but a property of each glyph. That is why text can be put in,
taken out and moved without ever leaving an element unbalanced.
"""

from collections.abc import Iterable
from dataclasses import dataclass

NBSP = "\u00a0"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", NBSP: "&nbsp;"})
SPACES = frozenset(" \t\n\f\r")
"""What browsers fold into one space."""


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """An inline element around some glyphs; two of them are never the same, even if alike."""

    name: str
    source: str
    """Its start tag."""


Marks = tuple[Inline, ...]
"""The inline elements around a glyph, from the outermost to the innermost."""


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """Where a block starts or ends."""

    name: str
    source: str
    opens: bool
    number: int | None = None
    """What an `<ol>` starts with, or an `<li>` is set to."""
    signs: bool = False
    """Whether a mail client put its signature in."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """A character, a merge tag, an image or a line break: what is never cut into."""

    text: str
    """How it reads in plain text."""
    source: str
    """How it is written in HTML."""
    marks: Marks = ()

    @property
    def is_break(self) -> bool:
        """Whether it is a line break of the page."""
        return self.source == "<br>"

    @property
    def is_image(self) -> bool:
        """Whether it is an image."""
        return self.source.startswith("<img")

    @property
    def is_tag(self) -> bool:
        """Whether it is a merge tag."""
        return len(self.text) > 1 and not self.is_image

    @property
    def is_space(self) -> bool:
        """Whether a browser folds it with the white space beside it."""
        return self.text in SPACES and not self.is_break

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it can be seen, a line break included."""
        return self.text.isspace()


Item = Edge | Glyph

HR = Edge("hr", "<hr>", opens=False)


def escape(text: str) -> str:
    """Return text as it is written in HTML."""
    return text.translate(_ESCAPES)


def escape_value(value: str) -> str:
    """Return an attribute value as it is written in double quotes."""
    return escape(value).replace('"', "&quot;")


def make_break(marks: Marks = ()) -> Glyph:
    """Return a line break."""
    return Glyph("\n", "<br>", marks)


def spell(text: str, marks: Marks = ()) -> list[Glyph]:
    """Return a text as glyphs, its line breaks as those of a page."""
    return [
        make_break(marks) if char == "\n" else Glyph(char, escape(char), marks) for char in text
    ]


def share_marks(glyphs: Iterable[Glyph]) -> Marks:
    """Return the elements that are around all of the glyphs, blank ones left aside."""
    shared: Marks | None = None
    for glyph in glyphs:
        if not glyph.is_blank:
            shared = glyph.marks if shared is None else common(shared, glyph.marks)
    return shared or ()


def common(one: Marks, other: Marks) -> Marks:
    """Return the elements with which both start."""
    if one == other:
        return one
    count = 0
    for left, right in zip(one, other, strict=False):
        if left is not right:
            break
        count += 1
    return one[:count]
