"""Finds the pieces of a script in the page that was made of them, and mends the gaps between.

Where a sentence was taken out, lines may have come closer or farther apart than the script has it:
blocks keep their distance, whatever was between them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from drafting.facts import Span
from drafting.markup.items import Edge, Glyph, Item, make_break
from drafting.markup.page import Page
from drafting.markup.pruning import prune
from drafting.script import Piece


def find_pieces(
    page: Page, pieces: Sequence[Piece], owners: Mapping[int, str]
) -> tuple[Piece, ...]:
    """Return the pieces as they are in the page: gaps and slots in turn, a gap first and last.

    `owners` says which slot an item is of, by the item's identity.
    """
    return tuple(_find(page, pieces, owners))


def _find(page: Page, pieces: Sequence[Piece], owners: Mapping[int, str]) -> Iterator[Piece]:
    drafted = {piece.slot: piece.draft_span for piece in pieces if piece.slot}
    last = max((piece.draft_span[1] for piece in pieces), default=0)
    at, below = 0, 0
    for slot, (start, end) in _find_slots(page, owners):
        span = drafted[slot]
        yield Piece(page.text[below:start], None, (at, max(at, span[0])), (below, start))
        yield Piece(page.text[start:end], slot, span, (start, end))
        at, below = max(at, span[1]), end
    yield Piece(page.text[below:], None, (at, max(at, last)), (below, len(page.text)))


def _find_slots(page: Page, owners: Mapping[int, str]) -> list[tuple[str, Span]]:
    """Return the slots in the order of the text, each with its span in it."""
    spans: dict[str, Span] = {}
    for place, origin in enumerate(page.projection.origins):
        owner = None if origin is None else owners.get(id(page.items[origin]))
        if owner:
            spans[owner] = spans.get(owner, (place, place))[0], place + 1
    return sorted(spans.items(), key=lambda item: item[1])


@dataclass(frozen=True, slots=True)
class _Tear:
    """A place with too many (above zero) or too few line breaks before an item."""

    item: int
    surplus: int


def mend(
    page: Page, pieces: Sequence[Piece], found: Sequence[Piece], torn: Collection[str | None]
) -> list[Item]:
    """Return the page's items with the lines before the torn slots as far apart as in the script."""
    before: dict[int, list[Item]] = {}
    gone: set[int] = set()
    for tear in _find_tears(page, pieces, found, torn):
        if tear.surplus < 0:
            before[tear.item] = [make_break() for _ in range(-tear.surplus)]
        else:
            gone.update(list(_find_breaks(page.items, tear.item))[: tear.surplus])
    return prune(_rebuild(page.items, before, gone))


def _rebuild(
    items: Sequence[Item], before: Mapping[int, list[Item]], gone: Collection[int]
) -> Iterator[Item | None]:
    for number, item in enumerate(items):
        yield from before.get(number, ())
        yield None if number in gone else item


def _find_tears(
    page: Page, pieces: Sequence[Piece], found: Sequence[Piece], torn: Collection[str | None]
) -> Iterator[_Tear]:
    wanted = dict(_gaps(pieces))
    for number, piece in enumerate(found):
        slot = found[number + 1].slot if number + 1 < len(found) else None
        if piece.slot is not None or slot not in torn:
            continue
        start, end = piece.reply_span
        first, last = _count_lines(piece.text), _count_lines(piece.text[::-1])
        ink = start + len(piece.text) - len(piece.text.lstrip())
        if number:
            yield from _compare(page, ink, first - _count_lines(wanted[slot]))
        if slot and piece.text.strip():
            yield from _compare(page, end, last - _count_lines(wanted[slot][::-1]))


def _compare(page: Page, place: int, surplus: int) -> Iterator[_Tear]:
    behind = page.projection.origins[place:]
    item = next((origin for origin in behind if origin is not None), None)
    if surplus and item is not None:
        yield _Tear(item, surplus)


def _gaps(pieces: Sequence[Piece]) -> Iterator[tuple[str | None, str]]:
    """Yield the text before each slot, and the text behind the last one."""
    text = ""
    for piece in pieces:
        if piece.slot:
            yield piece.slot, text
            text = ""
        else:
            text += piece.text
    yield None, text


def _count_lines(gap: str) -> int:
    """Count the line breaks with which a gap starts."""
    return gap[: len(gap) - len(gap.lstrip())].count("\n")


def _find_breaks(items: Sequence[Item], number: int) -> Iterator[int]:
    """Yield the line breaks and blank lines right before an item, the nearest first."""
    for place in range(number - 1, -1, -1):
        item = items[place]
        if isinstance(item, Glyph):
            if not item.is_blank:
                return
            if not item.is_space:
                yield place
        elif isinstance(item, Edge) and item.name == "hr":
            return
