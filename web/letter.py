"""A result laid out from top to bottom: what is kept, what is changed, what was left with a note.

The page without JavaScript shows it so; `static/js/rows.js` does the same in the browser.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafting.result import Change, Note, Result, Span

_Place = tuple[Span, Change | None, Note | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A run of the draft, with the change or the note that belongs to it, if any."""

    text: str
    change: Change | None = None
    note: Note | None = None


def lay_out(result: Result) -> list[Row]:
    """Return the rows of a result; their texts, in order, are the draft."""
    places: list[_Place] = [(change.draft_span, change, None) for change in result.changes]
    places += [(note.span, None, note) for note in result.notes if note.span]
    return list(_cut(result.draft_text, sorted(places, key=lambda place: place[0][0])))


def _cut(draft: str, places: Iterable[_Place]) -> Iterator[Row]:
    at = 0
    for (start, end), change, note in places:
        if draft[at:start]:
            yield Row(draft[at:start])
        yield Row(draft[start:end], change, note)
        at = end
    if draft[at:]:
        yield Row(draft[at:])
