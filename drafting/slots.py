"""The slots of a draft: opening, one for each sentence, closing; and what each of them may hold.

A slot knows the literal pieces of its sentence that must stand in a rewrite. It knows nothing of
models, grammars' syntax or how a filling is judged.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drafting.draft import Draft, Sentence
from drafting.facts import Fact, FactKind, find_facts, find_names
from drafting.labels import Label

OPENS = "([{\"'“‘«"
CLOSES = ".,;:!?)]}\"'”’»"
MARKUP = re.compile(r"[*_~|<>\\`#]")
"""Characters of markup: a sentence that holds them outside of its facts is not for free rewriting."""


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
        """A sentence may go only when it holds no fact."""
        return self.sentence is not None and not self.facts

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels that a filling may carry."""
        return LABELS[self.place]


def make_slots(draft: Draft, customer_message: str | None = None) -> tuple[Slot, ...]:
    """Return the slots of a draft in reading order; none for a draft without sentences."""
    if not draft.sentences:
        return ()
    names = find_names(draft.text)
    body = [make_sentence_slot(sentence, names) for sentence in draft.sentences]
    heard = find_facts(customer_message or "")
    said = _mail_names([*(slot.facts for slot in body), heard])
    spoken = frozenset(
        fact.text.split()[0].lower() for fact in heard if fact.kind is FactKind.NUMBER_WORD
    )
    opening = Slot("opening", Place.OPENING, capitals=said, spoken=spoken)
    closing = Slot("closing", Place.CLOSING, capitals=said)
    return (opening, *body, closing)


def make_sentence_slot(sentence: Sentence, names: frozenset[str] = frozenset()) -> Slot:
    """Return the slot of one sentence."""
    facts = find_facts(sentence.text, names)
    literals = find_literals(sentence.text, facts)
    outside = sentence.text
    for literal in literals:
        outside = outside.replace(literal, " ", 1)
    return Slot(
        id=f"s{sentence.index}",
        place=Place.SENTENCE,
        sentence=sentence,
        facts=facts,
        literals=literals,
        free=not MARKUP.search(outside),
    )


def find_literals(text: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Return the facts of a text, each widened by what is glued to it.

    `#` before a merge tag, `/month` behind an amount or two tags without a space between them would
    change what the fact means if they came apart, so they are one literal.
    """
    spans: list[list[int]] = []
    for fact in facts:
        start, end = _widen(text, *fact.span)
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(end, spans[-1][1])
        else:
            spans.append([start, end])
    return tuple(text[start:end] for start, end in spans)


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to both sides up to white space or to punctuation that ends there."""
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
    if text[end:right].lower() in {"'s", "’s"}:
        right = end
    return left, right


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
