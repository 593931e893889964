"""The slots of a draft: opening, one for each sentence, closing; and what each of them may hold.

A slot knows the literal pieces of its sentence that must stand in a rewrite. It knows nothing of
models, grammars' syntax or how a filling is judged.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drafting.draft import Draft, Sentence, SentenceKind
from drafting.facts import Fact, FactKind, Span, find_facts, find_names
from drafting.labels import Label

OPENS = "([{\"'“‘«"
CLOSES = ".,;:!?)]}\"'”’»"
MARKUP = re.compile(r"[*_~|<>\\`#]")
"""Characters of markup: a sentence that holds them beside its facts is not for free rewriting."""
OWNERS = frozenset({FactKind.NAME, FactKind.MERGE_TAG, FactKind.QUANTITY, FactKind.NUMBER_WORD})
"""Facts that a possessive may follow and leave; it would become part of a link."""


class Place(StrEnum):
    """Where a slot stands."""

    OPENING = "opening"
    SENTENCE = "sentence"
    CLOSING = "closing"


LABELS: dict[Place, tuple[Label, ...]] = {
    Place.OPENING: (Label.ACKNOWLEDGEMENT, Label.BENEFIT_OF_THE_DOUBT),
    Place.SENTENCE: tuple(Label),
    Place.CLOSING: (Label.NEXT_STEPS,),
}
"""Which labels a slot may carry."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the edit script."""

    id: str
    """`opening`, `s1`, `s2`, ..., `closing`; stable for one draft."""
    place: Place
    sentence: Sentence | None = None
    facts: tuple[Fact, ...] = ()
    """Facts of the sentence, with spans relative to it."""
    literals: tuple[str, ...] = ()
    """What a rewrite must hold, in order: the facts with all that is glued to them."""
    capitals: frozenset[str] = frozenset()
    """Capitalised words that may stand in free text, since the mail has them."""
    spoken: frozenset[str] = frozenset()
    """Number words of the customer's message, which an opening may take up ("three weeks")."""
    free: bool = True
    """Whether the model may write text here at all."""

    @property
    def text(self) -> str:
        """The slot's sentence, or nothing."""
        return self.sentence.text if self.sentence else ""

    @property
    def deletable(self) -> bool:
        """Whether the sentence may go: it holds no fact, and no list marker would stay behind."""
        return (
            self.sentence is not None
            and self.sentence.kind is SentenceKind.PROSE
            and not self.facts
        )

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels that a filling may carry."""
        return LABELS[self.place]

    @property
    def owners(self) -> frozenset[str]:
        """The literals that a possessive may follow."""
        return frozenset(fact.text for fact in self.facts if fact.kind in OWNERS)

    def locate_facts(self, text: str) -> tuple[Span, ...] | None:
        """Return where the facts stand in a text, in order; None where one is missing."""
        spans: list[Span] = []
        at = 0
        for fact in self.facts:
            start = _find_whole(fact.text, text, at)
            if start < 0:
                return None
            at = start + len(fact.text)
            spans.append((start, at))
        return tuple(spans)


def match_facts(facts: Sequence[Fact], text: str) -> tuple[tuple[Fact, Span], ...]:
    """Return the facts that stand in a text, in any order, each with a place of its own."""
    taken: list[Span] = []
    matches = []
    for fact in sorted(facts, key=lambda fact: -len(fact.text)):
        for start, end in _find_all(fact.text, text):
            if not any(start < right and left < end for left, right in taken):
                taken.append((start, end))
                matches.append((fact, (start, end)))
                break
    return tuple(sorted(matches, key=lambda match: match[0].span))


def _find_all(fact: str, text: str) -> Iterator[Span]:
    """Yield where a fact stands; `$12` doesn't stand in `$120`."""
    left = r"(?<!\w)" if fact[0].isalnum() else ""
    right = r"(?!\w)" if fact[-1].isalnum() else ""
    return (match.span() for match in re.finditer(left + re.escape(fact) + right, text))


def make_slots(
    draft: Draft, customer_message: str | None = None, known: Sequence[Fact] = ()
) -> tuple[Slot, ...]:
    """Return the slots of a draft in reading order; none for a draft without sentences.

    `known` are facts that the text alone doesn't show (the texts of links), with spans in the draft.
    """
    if not draft.sentences:
        return ()
    names = find_names(draft.text)
    body = [make_sentence_slot(sentence, names, known) for sentence in draft.sentences]
    heard = find_facts(customer_message or "")
    said = _mail_names([*(slot.facts for slot in body), heard])
    spoken = frozenset(
        fact.text.split()[0].lower() for fact in heard if fact.kind is FactKind.NUMBER_WORD
    )
    opening = Slot("opening", Place.OPENING, capitals=said, spoken=spoken)
    closing = Slot("closing", Place.CLOSING, capitals=said)
    return (opening, *body, closing)


def make_sentence_slot(
    sentence: Sentence, names: frozenset[str] = frozenset(), known: Sequence[Fact] = ()
) -> Slot:
    """Return the slot of one sentence; `known` are facts of its draft, in order."""
    facts = _add_known(find_facts(sentence.text, names), sentence, known)
    spans = find_literals(sentence.text, facts)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    beside = zip([0, *ends], [*starts, len(sentence.text)], strict=True)
    return Slot(
        id=f"s{sentence.index}",
        place=Place.SENTENCE,
        sentence=sentence,
        facts=facts,
        literals=tuple(sentence.text[start:end] for start, end in spans),
        free=not any(MARKUP.search(sentence.text, start, end) for start, end in beside),
    )


def _add_known(
    facts: tuple[Fact, ...], sentence: Sentence, known: Sequence[Fact]
) -> tuple[Fact, ...]:
    """Add the known facts of a sentence; one that cuts into others takes them in."""
    start, end = sentence.span
    for fact in known[bisect_left(known, start, key=lambda fact: fact.span[1]) :]:
        if fact.span[0] >= end:
            break
        low, high = max(fact.span[0], start) - start, min(fact.span[1], end) - start
        held = [f for f in facts if f.span[0] <= low and high <= f.span[1]]
        if low < high and not held:
            facts = _take_in(facts, fact.kind, (low, high), sentence.text)
    return facts


def _take_in(facts: tuple[Fact, ...], kind: FactKind, span: Span, text: str) -> tuple[Fact, ...]:
    """Add a fact at a span, widened by the facts that it overlaps."""
    cut = [fact for fact in facts if fact.span[0] < span[1] and span[0] < fact.span[1]]
    start = min([span[0], *(fact.span[0] for fact in cut)])
    end = max([span[1], *(fact.span[1] for fact in cut)])
    kept = [fact for fact in facts if fact not in cut]
    added = Fact(kind, text[start:end], (start, end))
    return tuple(sorted([*kept, added], key=lambda fact: fact.span))


def find_literals(text: str, facts: Sequence[Fact]) -> tuple[Span, ...]:
    """Return where the facts of a text stand, each widened by what is glued to it.

    `#` before a merge tag, `/month` behind an amount or two tags without a space between them would
    change what the fact means if they came apart, so they are one literal.
    """
    spans: list[Span] = []
    for fact in facts:
        start, end = _widen(text, fact)
        if spans and start <= spans[-1][1]:
            start, end = spans[-1][0], max(end, spans[-1][1])
            spans.pop()
        spans.append((start, end))
    return tuple(spans)


def _widen(text: str, fact: Fact) -> Span:
    """Widen a fact to both sides up to white space or to punctuation that ends there."""
    start, end = fact.span
    left = start
    while left and not text[left - 1].isspace():
        left -= 1
    while left < start and text[left] in OPENS:
        left += 1
    right = end
    while right < len(text) and not text[right].isspace():
        right += 1
    while right > end and text[right - 1] in CLOSES:
        right -= 1
    if fact.kind in OWNERS and text[end:right].lower() in {"'s", "’s"}:
        right = end
    return left, right


def _find_whole(fact: str, text: str, at: int) -> int:
    """Return where a fact starts in a text, as words of its own if it does so anywhere, or -1."""
    whole = re.compile(rf"(?<!\w){re.escape(fact)}(?!\w)").search(text, at)
    return whole.start() if whole else text.find(fact, at)


def _mail_names(groups: Iterable[Iterable[Fact]]) -> frozenset[str]:
    """Return the single capitalised words among the names of a mail."""
    return frozenset(
        word
        for facts in groups
        for fact in facts
        if fact.kind is FactKind.NAME
        for word in fact.text.split()
        if word.isalpha() and word[0].isupper()
    )
