"""Apply a chosen part of a draft's changes, some of them edited by hand, without a model.

The person is the author here: their words are not held against the rules, but the facts that they
lose and what is still curt are told. Knows nothing of how a change came about.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from drafting.assembly import describe, make_change, make_reply
from drafting.candidate import Candidate, Op
from drafting.choice import Choice
from drafting.errors import UnfitChangeError
from drafting.labels import Label
from drafting.reading import Reading
from drafting.reasons import load_reasons
from drafting.result import Applied, LostFact
from drafting.rewriter import Request, read_request
from drafting.script import EditScript
from drafting.slots import Place, Slot, match_facts

_SPACES = re.compile(r"[ \t\r\n]+")
"""White space that a sentence has one space for; a page would fold it anyway."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change as the person wants it."""

    id: str
    op: Op
    label: Label | None = None
    after: str = ""


def apply_edits(
    request: Request, edits: Sequence[Edit], accepted: Collection[str] | None = None
) -> Applied:
    """Return the reply with the accepted edits, all where `accepted` is None.

    Raises:
        InputError: the draft can't be read (see `read_request`), an edit or an accepted id names a
            slot that isn't there, or its operation doesn't fit its slot.

    """
    reading = read_request(request)
    fillings = {edit.id: _read_edit(reading.find_slot(edit.id), edit) for edit in edits}
    if len(fillings) < len(edits):
        raise UnfitChangeError("Two changes name the same slot. Please send one for each.")
    chosen = _accept(fillings, accepted)
    script = EditScript(reading.draft, chosen)
    reply = make_reply(reading, script)
    why = load_reasons().why
    changes = [
        make_change(reading, slot, Choice(chosen[slot.id], why.of(chosen[slot.id])), reply.pieces)
        for slot in reading.slots
        if slot.id in script.changes
    ]
    return Applied(
        **describe(reading, reply),
        changes=changes,
        summary=Counter(change.label for change in changes if change.label),
        missing_facts=list(_find_lost(reading, chosen)),
    )


def _accept(
    fillings: Mapping[str, Candidate], accepted: Collection[str] | None
) -> dict[str, Candidate]:
    """Return the fillings that are to be applied."""
    if accepted is None:
        return dict(fillings)
    if unknown := set(accepted) - fillings.keys():
        raise UnfitChangeError(
            f"{len(unknown)} of the accepted ids belong to none of the changes sent. "
            "Please send each accepted change along."
        )
    return {slot_id: filling for slot_id, filling in fillings.items() if slot_id in accepted}


def _read_edit(slot: Slot, edit: Edit) -> Candidate:
    """Return what fills the slot."""
    inside = slot.place is Place.SENTENCE
    fits = edit.op in ({Op.REWRITE, Op.DELETE} if inside else {Op.INSERT})
    if not fits:
        raise UnfitChangeError(
            "A sentence can be rewritten or deleted, and an opening or closing inserted. "
            "Please look at the operation of each change."
        )
    if edit.op is Op.DELETE:
        return Candidate(Op.DELETE)
    text = _SPACES.sub(" ", edit.after).strip()
    if not text:
        # A text edited down to nothing: the sentence goes, or the opening isn't there.
        return Candidate(Op.DELETE if inside else Op.KEEP)
    return Candidate(edit.op, edit.label, text)


def _find_lost(reading: Reading, chosen: Mapping[str, Candidate]) -> list[LostFact]:
    """Return the facts of changed sentences that don't stand in what replaces them."""
    lost = []
    for slot in reading.slots:
        if slot.sentence is None or slot.id not in chosen:
            continue
        start, text = slot.sentence.span[0], chosen[slot.id].text or ""
        kept = [fact.span for fact, _ in match_facts(slot.facts, text)]
        lost += [
            LostFact(
                kind=fact.kind,
                text=fact.text,
                draft_span=(start + fact.span[0], start + fact.span[1]),
            )
            for fact in slot.facts
            if fact.span not in kept
        ]
    return lost
