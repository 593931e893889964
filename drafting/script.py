"""The edit script of a draft, and what applying some or all of it gives.

A script is one filling for each slot. Applied, the draft is cut at its sentences: what lies between
them is carried over byte for byte, and only white space that a deleted sentence leaves behind goes.
Applying nothing gives the draft, applying all gives the reply. Does not know who wrote a filling.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import Draft, Sentence, SentenceKind
from drafting.facts import Span

OPENING = "opening"
CLOSING = "closing"
ENDS = ".?!…:;)]\"'”’"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the reply: a gap of the draft carried over, or the filling of a slot."""

    text: str
    slot: str | None
    """None for a gap."""
    draft_span: Span
    reply_span: Span


@dataclass(frozen=True, slots=True)
class EditScript:
    """What fills each slot of a draft; a slot that isn't named is kept."""

    draft: Draft
    fillings: Mapping[str, Candidate] = field(default_factory=dict)

    def filling(self, slot: str) -> Candidate:
        """Return what fills a slot."""
        return self.fillings.get(slot, KEEP)

    @property
    def changes(self) -> tuple[str, ...]:
        """Ids of the slots that change something, in reading order."""
        ids = (OPENING, *(slot_id(s) for s in self.draft.sentences), CLOSING)
        return tuple(i for i in ids if self.filling(i).op is not Op.KEEP)

    def apply(self, accepted: Collection[str] | None = None) -> tuple[Piece, ...]:
        """Return the reply in pieces; `accepted` names the changes to apply, None means all."""
        chosen = {i: self.filling(i) for i in self.changes if accepted is None or i in accepted}
        return tuple(_place(_drop_gaps(list(_lay_out(self.draft, chosen)))))

    def reply(self, accepted: Collection[str] | None = None) -> str:
        """Return the text of `apply`."""
        return "".join(piece.text for piece in self.apply(accepted))


def slot_id(sentence: Sentence) -> str:
    """Return the id of a sentence's slot."""
    return f"s{sentence.index}"


@dataclass(slots=True)
class _Part:
    """A gap (slot is None) or a slot's text; None as text marks a deleted sentence."""

    text: str | None
    slot: str | None
    span: Span


def _lay_out(draft: Draft, chosen: Mapping[str, Candidate]) -> Iterator[_Part]:
    """Yield gaps and slots in turn, beginning and ending with a gap."""
    at = 0
    for sentence in draft.sentences:
        start, end = sentence.span
        gap = _Part(draft.text[at:start], None, (at, start))
        if sentence.index == 1 and OPENING in chosen:
            yield from _open(draft, gap, chosen[OPENING])
        else:
            yield gap
        filling = chosen.get(slot_id(sentence), KEEP)
        text = sentence.text if filling.op is Op.KEEP else filling.text
        yield _Part(text, slot_id(sentence), sentence.span)
        at = end
    if CLOSING in chosen and draft.sentences:
        yield _Part(_closing_break(draft, chosen), None, (at, at))
        yield _Part(chosen[CLOSING].text, CLOSING, (at, at))
    yield _Part(draft.text[at:], None, (at, len(draft.text)))


def _open(draft: Draft, gap: _Part, opening: Candidate) -> Iterator[_Part]:
    """Yield the gap before the first sentence with the opening in it."""
    at, start = gap.span
    first = draft.sentences[0]
    separator = " "
    if first.kind is SentenceKind.ITEM:
        # Before the marker, which stays with its item.
        start = max(at, draft.text.rfind("\n", at, start) + 1)
        separator = draft.newline * 2
    yield _Part(draft.text[at:start], None, (at, start))
    yield _Part(opening.text, OPENING, (start, start))
    marker = draft.text[start : gap.span[1]]
    if marker:
        yield _Part(separator, None, (start, start))
    yield _Part(marker or separator, None, (start, gap.span[1]))


def _closing_break(draft: Draft, chosen: Mapping[str, Candidate]) -> str:
    """Return what stands between the last sentence and the closing."""
    last = draft.sentences[-1]
    filling = chosen.get(slot_id(last), KEEP)
    text = last.text if filling.op is Op.KEEP else filling.text or "."
    apart = last.paragraph > 0 or last.kind is SentenceKind.ITEM or text[-1] not in ENDS
    return draft.newline * 2 if apart else " "


def _drop_gaps(parts: list[_Part]) -> list[_Part]:
    """Return the parts without deleted sentences, each with what stays of the gaps around it."""
    kept: list[_Part] = []
    for part in parts:
        if kept and kept[-1].text is None:
            kept.pop()
            before = kept.pop()
            kept += _join_gaps(before, part, end=part is parts[-1])
        else:
            kept.append(part)
    return kept


def _join_gaps(before: _Part, after: _Part, *, end: bool) -> list[_Part]:
    """Return what stays of the gaps around a deleted sentence: the stronger one, and all ink."""
    first, second = before.text or "", after.text or ""
    if first.strip() and second.strip():
        return [before, after]
    if first.strip():
        return [before]
    if second.strip() or end:
        return [after]
    if before.span[0] == 0:
        return [before]
    return [before if first.count("\n") >= second.count("\n") else after]


def _place(parts: Iterable[_Part]) -> Iterator[Piece]:
    """Yield pieces with their places in the reply."""
    at = 0
    for part in parts:
        text = part.text or ""
        yield Piece(text, part.slot, part.span, (at, at + len(text)))
        at += len(text)
