"""Put the chosen fillings together: reply, changes with their places, facts, findings, notes.

Looks at the reply as a whole (one apology, nothing said twice, something left to send), which no
slot can see. Knows nothing of how a filling was chosen.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from drafting.candidate import KEEP, Candidate, Op, Source
from drafting.choice import Choice
from drafting.draft import Draft, SentenceKind, parse
from drafting.facts import Fact, Span, find_facts
from drafting.findings import Finding, find_findings
from drafting.labels import Label
from drafting.markup.page import Page
from drafting.markup.reply import rewrite_page
from drafting.reading import Reading
from drafting.reasons import load_reasons
from drafting.result import Change, FactPlace, FindingPlace, Findings, Format, Model, Note, Result
from drafting.script import OPENING, EditScript, Piece
from drafting.slots import Place, Slot, match_facts
from drafting.verification.repetition import Written, find_repetitions
from drafting.words import diff_words

NOTHING = Choice()
_GONE = Candidate(Op.DELETE)
LEFT_OUT = "left_out_of_the_whole"
"""Reason where a choice was good by itself and the reply as a whole can't have it."""


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


def assemble(reading: Reading, choices: Mapping[str, Choice], model: Named, took_ms: int) -> Result:
    """Return the result of one draft."""
    choices = begin_anew(reading, fall_back(reading, choices))
    script = make_script(reading, choices)
    reply = make_reply(reading, script)
    changes = [
        make_change(reading, slot, choices[slot.id], reply.pieces)
        for slot in reading.slots
        if slot.id in script.changes
    ]
    return Result(
        **describe(reading, reply),
        changes=changes,
        summary=Counter(change.label for change in changes if change.label),
        notes=list(_write_notes(reading, script, choices)),
        model=Model(name=model.name, adapter=model.adapter),
        took_ms=took_ms,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in the format of its draft, and in pieces, whose texts together are its text."""

    content: str
    pieces: tuple[Piece, ...]
    page: Page | None = None

    @property
    def draft(self) -> Draft:
        """The reply as a draft, to look for findings in it."""
        if self.page:
            return parse(self.page.text, self.page.hints)
        return parse(self.content)


def make_reply(reading: Reading, script: EditScript) -> Reply:
    """Return what applying a script gives."""
    pieces = script.apply()
    if reading.page is None:
        return Reply("".join(piece.text for piece in pieces), pieces)
    done = rewrite_page(reading.page, pieces)
    return Reply(done.page.html, done.pieces, done.page)


def describe(reading: Reading, reply: Reply) -> dict[str, Any]:
    """Return the fields of `Applied` that a reply decides: texts, facts, findings."""
    written = reply.draft
    return {
        "reply": reply.content,
        "format": Format.HTML if reading.page else Format.TEXT,
        "draft_text": reading.draft.text,
        "reply_text": written.text,
        "facts": list(_place_facts(reading, reply.pieces)),
        "findings": Findings(
            draft=place_findings(reading.findings),
            reply=place_findings(find_findings(written, reading.customer_message)),
        ),
    }


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
    reading: Reading, slot: Slot, choice: Choice, pieces: Sequence[Piece] = ()
) -> Change:
    """Return a slot's change; its place is (0, 0) where the pieces of the reply aren't given."""
    after = choice.candidate.text or ""
    return Change(
        id=slot.id,
        op=choice.candidate.op,
        label=choice.candidate.label,
        before=slot.text,
        after=after,
        draft_span=slot.sentence.span if slot.sentence else _edge(reading, slot),
        reply_span=_span(pieces, slot) if pieces else (0, 0),
        words=diff_words(slot.text, after),
        why=choice.why,
        alternatives=list(choice.alternatives),
    )


def _edge(reading: Reading, slot: Slot) -> Span:
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


def fall_back(reading: Reading, choices: Mapping[str, Choice]) -> dict[str, Choice]:
    """Return the choices with another wording for an opening or closing that repeats the rest."""
    fitting = dict(choices)
    for slot in reading.slots:
        choice = choices.get(slot.id, NOTHING)
        if slot.place is Place.SENTENCE or choice.candidate.op is Op.KEEP:
            continue
        texts = [choice.candidate.text or "", *choice.alternatives]
        for text in texts:
            others = tuple(other for other in texts if other != text)
            other = replace(
                choice, candidate=replace(choice.candidate, text=text), alternatives=others
            )
            if slot.id in make_script(reading, fitting | {slot.id: other}).changes:
                fitting[slot.id] = other
                break
    return fitting


def begin_anew(reading: Reading, choices: Mapping[str, Choice]) -> dict[str, Choice]:
    """Return the choices with a capital letter for a sentence that was the first and comes second now.

    In some languages a letter goes on in small letters behind its greeting.
    """
    found = dict(choices)
    first = next((slot for slot in reading.slots if slot.sentence), None)
    if first is None or choices.get(OPENING, NOTHING).candidate.op is not Op.INSERT:
        return found
    choice = choices.get(first.id, NOTHING)
    text = choice.candidate.text or first.text
    word = text.split(maxsplit=1)[0]
    written = text[:1].upper() + text[1:]
    # Neither "iPhone" nor an address begins with a capital anywhere.
    small = word[:1].islower() and (word[1:].islower() or len(word) == 1)
    if choice.candidate.op is Op.DELETE or not small or first.locate_facts(written) is None:
        return found
    if choice.candidate.op is Op.KEEP:
        candidate = Candidate(Op.REWRITE, Label.ACKNOWLEDGEMENT, written, Source.MOVE)
        found[first.id] = Choice(candidate, load_reasons().why.capital)
    else:
        candidate = replace(choice.candidate, text=written)
        found[first.id] = replace(choice, candidate=candidate)
    return found


def _leaves_something(slots: Sequence[Slot], chosen: Mapping[str, Candidate]) -> bool:
    """Tell whether a sentence of the draft stays: a reply of stock phrases alone is none."""
    return any(
        chosen.get(slot.id, KEEP).op is not Op.DELETE
        for slot in slots
        if slot.place is Place.SENTENCE
    )


def _span(pieces: Sequence[Piece], slot: Slot) -> Span:
    """Return a slot's place in the reply; a deleted sentence has an empty one, where it was."""
    for piece in pieces:
        if piece.slot == slot.id:
            return piece.reply_span
    start = slot.sentence.span[0] if slot.sentence else 0
    at = max((p.reply_span[1] for p in pieces if p.draft_span[1] <= start), default=0)
    return at, at


def _place_facts(reading: Reading, pieces: Sequence[Piece]) -> Iterator[FactPlace]:
    """Yield the facts of the draft's sentences and of what stands between them."""
    slots = {slot.id: slot for slot in reading.slots}
    draft = reading.draft
    outside = frozenset(_find_outside(draft))
    for piece in pieces:
        if piece.slot is None:
            for place in _place_between(draft, piece):
                if place.draft_span[0] not in outside:
                    yield place
        elif (slot := slots[piece.slot]).sentence:
            spans = slot.locate_facts(piece.text)
            # Only what a hand has edited can lose facts, or turn their order round.
            found = (
                zip(slot.facts, spans, strict=True)
                if spans
                else match_facts(slot.facts, piece.text)
            )
            for fact, span in found:
                yield _place(fact, span, piece)


def _place_between(draft: Draft, piece: Piece) -> Iterator[FactPlace]:
    """Yield the facts of a gap; the white space in it may differ from the draft's."""
    at, end = piece.draft_span
    same = draft.text[at:end] == piece.text
    for fact in find_facts(piece.text):
        start = fact.span[0] + piece.draft_span[0] if same else draft.text.find(fact.text, at, end)
        if start >= 0:
            at = start + len(fact.text)
            yield _place(
                replace(fact, span=(start, at)), fact.span, replace(piece, draft_span=(0, at))
            )


def _find_outside(draft: Draft) -> Iterator[int]:
    """Yield the places of the draft whose facts are not the reply's: sign-off, history, markers.

    A list marker ("1.") numbers an item and is no fact.
    """
    for span in (draft.sign_off, draft.history):
        yield from range(*span or (0, 0))
    for sentence in draft.sentences:
        if sentence.kind is SentenceKind.ITEM:
            start = sentence.span[0]
            yield from range(draft.text.rfind("\n", 0, start) + 1, start)


def _place(fact: Fact, span: Span, piece: Piece) -> FactPlace:
    """Return a fact of a piece with its places in draft and reply; `span` is its place in it."""
    draft, reply = piece.draft_span[0], piece.reply_span[0]
    return FactPlace(
        kind=fact.kind,
        text=fact.text,
        draft_span=(fact.span[0] + draft, fact.span[1] + draft),
        reply_span=(span[0] + reply, span[1] + reply),
    )


def place_findings(findings: Sequence[Finding]) -> list[FindingPlace]:
    """Return findings as the result shows them."""
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
    noted = list(_note_sentences(reading, script, choices))
    if reading.is_kind and not noted:
        yield Note(code="already_kind", message=messages.already_kind)
    if reading.lacks_opening and OPENING not in script.changes:
        yield Note(code="opening_left_out", message=messages.opening_left_out)
    yield from noted


def _note_sentences(
    reading: Reading, script: EditScript, choices: Mapping[str, Choice]
) -> Iterator[Note]:
    """Yield what there is to say of the sentences that are kept."""
    standing = {slot_id: script.filling(slot_id) for slot_id in script.changes}
    for slot in reading.slots:
        if slot.sentence is None or slot.id in standing:
            continue
        choice = choices.get(slot.id, NOTHING)
        may_go = choice.may_go and _leaves_something(reading.slots, standing | {slot.id: _GONE})
        found = reading.find_in(slot)
        if may_go or found or choice.doubt:
            code, message = _name_note(choice, may_go=may_go)
            yield Note(
                code=code,
                message=message,
                sentence=slot.sentence.index,
                span=slot.sentence.span,
                reason=_find_reason(choice),
                label=choice.doubt if isinstance(choice.doubt, Label) else None,
                suggestions=list(choice.suggestions),
                may_go=may_go,
            )


def _name_note(choice: Choice, *, may_go: bool) -> tuple[str, str]:
    """Return code and message of a kept sentence's note."""
    messages = load_reasons().notes
    if may_go and not choice.suggestions and not isinstance(choice.doubt, Label):
        return "may_go", messages.may_go
    if choice.doubt:
        return "may_sting", messages.may_sting.of(choice.doubt)
    return "kept_as_written", messages.kept_as_written


def _find_reason(choice: Choice) -> str | None:
    """Return why a slot is kept: what its best candidate failed, or that the reply repeats it."""
    if choice.failure:
        return choice.failure.code
    return LEFT_OUT if choice.candidate.op is not Op.KEEP else None
