"""Put the chosen fillings together: reply, changes with their places, facts, findings, notes.

Looks at the reply as a whole (one apology, nothing said twice, something left to send), which no
slot can see. Knows nothing of how a filling was chosen.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from drafting.candidate import KEEP, Candidate, Op
from drafting.choice import Choice
from drafting.draft import parse
from drafting.facts import Fact, find_facts
from drafting.findings import Finding, find_findings, find_in_sentence
from drafting.reading import Reading
from drafting.reasons import load_reasons
from drafting.result import Change, FactPlace, FindingPlace, Findings, Model, Note, Result
from drafting.script import CLOSING, OPENING, EditScript, Piece
from drafting.slots import Place, Slot
from drafting.verification.repetition import Written, find_repetitions
from drafting.words import diff_words

NOTHING = Choice()


class Named(Protocol):
    """Whatever wrote the fillings."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def adapter(self) -> str | None:
        """The adapter's name."""
        ...


def assemble(
    reading: Reading, choices: Mapping[str, Choice], model: Named, took_ms: int
) -> Result:
    """Return the result of one draft."""
    script = make_script(reading, choices)
    pieces = script.apply()
    reply = "".join(piece.text for piece in pieces)
    changes = [
        make_change(reading, slot, choices[slot.id], _span(pieces, slot.id))
        for slot in reading.slots
        if slot.id in script.changes
    ]
    return Result(
        reply=reply,
        changes=changes,
        summary=Counter(change.label for change in changes if change.label),
        facts=list(_place_facts(reading, pieces)),
        findings=Findings(
            draft=_place_findings(reading.findings),
            reply=_place_findings(find_findings(parse(reply))),
        ),
        notes=list(_write_notes(reading, script, choices)),
        model=Model(name=model.name, adapter=model.adapter),
        took_ms=took_ms,
    )


def make_script(reading: Reading, choices: Mapping[str, Choice]) -> EditScript:
    """Return the edit script: what was chosen, less what the reply as a whole can't have."""
    chosen = {
        slot.id: choices[slot.id].candidate
        for slot in reading.slots
        if choices.get(slot.id, NOTHING).candidate.op is not Op.KEEP
    }
    chosen = _drop_repetitions(reading.slots, chosen)
    if not _leaves_something(reading.slots, chosen):
        chosen = {i: c for i, c in chosen.items() if c.op is not Op.DELETE}
    return EditScript(reading.draft, chosen)


def make_change(
    reading: Reading, slot: Slot, choice: Choice, reply_span: tuple[int, int] = (0, 0)
) -> Change:
    """Return a slot's change; its place in the reply is empty until the reply is assembled."""
    after = choice.candidate.text or ""
    return Change(
        id=slot.id,
        op=choice.candidate.op,
        label=choice.candidate.label,
        before=slot.text,
        after=after,
        draft_span=slot.sentence.span if slot.sentence else _edge(reading, slot),
        reply_span=reply_span,
        words=diff_words(slot.text, after),
        why=choice.why,
        alternatives=list(choice.alternatives),
    )


def _edge(reading: Reading, slot: Slot) -> tuple[int, int]:
    """Return the empty span where an opening or closing goes."""
    script = EditScript(reading.draft, {slot.id: Candidate(Op.INSERT, text="x")})
    return next(piece.draft_span for piece in script.apply() if piece.slot == slot.id)


def _drop_repetitions(
    slots: Sequence[Slot], chosen: Mapping[str, Candidate]
) -> dict[str, Candidate]:
    """Drop new texts that apologise again or say what another sentence says."""
    standing = [
        (slot, text)
        for slot in slots
        if (text := chosen.get(slot.id, KEEP).text if slot.id in chosen else slot.text)
    ]
    reply = [
        Written(text, slot.id in chosen, slot.place is not Place.SENTENCE)
        for slot, text in standing
    ]
    dropped = {standing[n][0].id for n in find_repetitions(reply)}
    return {i: candidate for i, candidate in chosen.items() if i not in dropped}


def _leaves_something(slots: Sequence[Slot], chosen: Mapping[str, Candidate]) -> bool:
    """Tell whether a sentence of the draft stays: a reply of stock phrases alone is none."""
    return any(
        chosen.get(slot.id, KEEP).op is not Op.DELETE
        for slot in slots
        if slot.place is Place.SENTENCE
    )


def _span(pieces: Sequence[Piece], slot_id: str) -> tuple[int, int]:
    """Return a slot's place in the reply; a deleted sentence has an empty one, where it was."""
    for piece in pieces:
        if piece.slot == slot_id:
            return piece.reply_span
    number = int(slot_id[1:])
    before = [
        piece.reply_span[1]
        for piece in pieces
        if piece.slot == OPENING
        or (piece.slot not in {None, CLOSING} and int((piece.slot or "s0")[1:]) < number)
    ]
    at = before[-1] if before else pieces[0].reply_span[1]
    return at, at


def _place_facts(reading: Reading, pieces: Sequence[Piece]) -> Iterator[FactPlace]:
    """Yield the facts of the draft's sentences and of what stands between them."""
    slots = {slot.id: slot for slot in reading.slots}
    end = min(
        span[0] for span in (reading.draft.sign_off, reading.draft.history, (1 << 60, 0)) if span
    )
    for piece in pieces:
        if piece.slot is None and piece.draft_span[1] <= end:
            facts = find_facts(piece.text)
            yield from _shift(facts, facts, piece)
        elif piece.slot in slots and slots[piece.slot].sentence:
            facts = slots[piece.slot].facts
            yield from _shift(facts, _relocate(facts, piece.text), piece)


def _relocate(facts: Sequence[Fact], text: str) -> Iterator[Fact]:
    """Yield the same facts at their places in another text that holds them in order."""
    at = 0
    for fact in facts:
        start = text.index(fact.text, at)
        at = start + len(fact.text)
        yield Fact(fact.kind, fact.text, (start, at))


def _shift(before: Sequence[Fact], after: Sequence[Fact] | Iterator[Fact], piece: Piece) -> Iterator[FactPlace]:
    """Yield facts of a piece with spans in draft and reply."""
    for old, new in zip(before, after, strict=True):
        yield FactPlace(
            kind=old.kind,
            text=old.text,
            draft_span=(old.span[0] + piece.draft_span[0], old.span[1] + piece.draft_span[0]),
            reply_span=(new.span[0] + piece.reply_span[0], new.span[1] + piece.reply_span[0]),
        )


def _place_findings(findings: Sequence[Finding]) -> list[FindingPlace]:
    return [
        FindingPlace(rule=f.rule, label=f.label, text=f.text, span=f.span, advice=f.advice)
        for f in findings
    ]


def _write_notes(
    reading: Reading, script: EditScript, choices: Mapping[str, Choice]
) -> Iterator[Note]:
    """Yield what the person should know: what was left alone, and why."""
    messages = load_reasons().notes
    if not reading.is_english:
        yield Note(code="other_language", message=messages.other_language)
        return
    if reading.is_kind:
        yield Note(code="already_kind", message=messages.already_kind)
        return
    if reading.lacks_opening and OPENING not in script.changes:
        yield Note(code="opening_left_out", message=messages.opening_left_out)
    for slot in reading.slots:
        if slot.sentence and slot.id not in script.changes and find_in_sentence(slot.text):
            failure = choices.get(slot.id, NOTHING).failure
            yield Note(
                code="kept_as_written",
                message=messages.kept_as_written,
                sentence=slot.sentence.index,
                reason=failure.code if failure else None,
            )
