"""A sentence's new text in the elements of its old one.

Texts of links, code, images and merge tags are found again and keep their elements. Emphasis stays
where all of its words are still there and together, and goes otherwise. Does not know what a
sentence is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.facts import Fact
from drafting.markup.elements import VERBATIM
from drafting.markup.items import Glyph, Inline, Marks, share_marks, spell
from drafting.words import diff_words


@dataclass(frozen=True, slots=True)
class Wording:
    """Text with the glyph of each of its characters; None where the page has none for it."""

    text: str
    glyphs: Sequence[Glyph | None]
    facts: Sequence[Fact]
    """Verbatim texts in it, in order, with spans in the text."""


def respell(old: Wording, text: str) -> list[Glyph]:
    """Return glyphs for the new text, with what the old one has of them."""
    base = plain(share_marks(glyph for glyph in old.glyphs if glyph))
    kept = _keep_glyphs(old, text)
    broken = _find_broken(old, kept, base)
    glyphs: list[Glyph] = []
    last: Glyph | None = None
    for char, glyph in zip(text, kept, strict=True):
        if glyph is None:
            glyphs += spell(char, base)
        elif glyph is not last or len(glyph.text) == 1:
            glyphs.append(_lift(glyph, broken))
        last = glyph
    return glyphs


def plain(marks: Marks) -> Marks:
    """Return the elements that new text may stand in: no link and no code."""
    return tuple(mark for mark in marks if mark.name not in VERBATIM)


def _keep_glyphs(old: Wording, text: str) -> list[Glyph | None]:
    """Return for each character of the text the old glyph that it stays, if it does."""
    kept: list[Glyph | None] = [None] * len(text)
    at = below = 0
    for fact, start in _find_again(old.facts, text):
        _align(old, (at, fact.span[0]), text, (below, start), kept)
        below = start + len(fact.text)
        kept[start:below] = old.glyphs[slice(*fact.span)]
        at = fact.span[1]
    _align(old, (at, len(old.text)), text, (below, len(text)), kept)
    return kept


def _find_again(facts: Sequence[Fact], text: str) -> Iterator[tuple[Fact, int]]:
    """Yield the facts that are in the text, in order, with where each starts."""
    at = 0
    for fact in facts:
        whole = re.compile(rf"(?<!\w){re.escape(fact.text)}(?!\w)").search(text, at)
        start = whole.start() if whole else text.find(fact.text, at)
        if start >= 0:
            yield fact, start
            at = start + len(fact.text)


def _align(
    old: Wording,
    span: tuple[int, int],
    text: str,
    new_span: tuple[int, int],
    kept: list[Glyph | None],
) -> None:
    """Let the words that are in both stretches keep their glyphs."""
    at, below = span[0], new_span[0]
    for mark, run in diff_words(old.text[slice(*span)], text[slice(*new_span)]):
        if mark == "=":
            for shift in range(len(run)):
                kept[below + shift] = _free(old.glyphs[at + shift])
        at += len(run) if mark != "+" else 0
        below += len(run) if mark != "-" else 0


def _free(glyph: Glyph | None) -> Glyph | None:
    """Return a glyph unless it is part of what only stays as a whole."""
    if glyph is None or len(glyph.text) > 1 or plain(glyph.marks) != glyph.marks:
        return None
    return glyph


def _find_broken(old: Wording, kept: Sequence[Glyph | None], base: Marks) -> set[Inline]:
    """Return the elements whose text isn't all there any more, or has something new in it."""
    texts: dict[Inline, int] = {}
    for glyph in _distinct(old.glyphs):
        for mark in plain(glyph.marks):
            texts[mark] = texts.get(mark, 0) + (not glyph.is_blank)
    broken: set[Inline] = set()
    for mark, count in texts.items():
        if mark in base:
            continue
        places = [n for n, g in enumerate(kept) if g and mark in g.marks and not g.is_blank]
        run = kept[places[0] : places[-1] + 1] if places else []
        same = [g for g in _distinct(kept) if mark in g.marks and not g.is_blank]
        new = any(g is None or (mark not in g.marks and not g.is_blank) for g in run)
        if new or len(same) < count:
            broken.add(mark)
    return broken


def _distinct(glyphs: Sequence[Glyph | None]) -> Iterator[Glyph]:
    """Yield the glyphs, each once though it may have several characters."""
    last: Glyph | None = None
    for glyph in glyphs:
        if glyph and glyph is not last:
            yield glyph
        last = glyph


def _lift(glyph: Glyph, broken: set[Inline]) -> Glyph:
    """Return a glyph without the elements that are broken."""
    if broken.isdisjoint(glyph.marks):
        return glyph
    return replace(glyph, marks=tuple(mark for mark in glyph.marks if mark not in broken))
