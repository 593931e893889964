"""The phrasebook: plain fillings, written by hand, that fit a draft for certain.

Reads the sections `things`, `groups` and `phrases` of `prompts/phrases.yaml`. It offers openings,
closings and whole sentences as candidates; it does not judge whether one is needed, nor choose.
It knows situations by name only: `drafting.situations` finds them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from drafting.candidate import Candidate, Op, Source
from drafting.draft import Draft
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.situations import (
    PHRASES,
    Entry,
    Identifier,
    Mark,
    Pattern,
    Reading,
    check_entries,
    even_out,
    find_marks,
    find_situations,
    load_situations,
    read,
    read_file,
    speaks,
)

_MOST_WORDS = 32
_THING = "{thing}"
_OUR_MISTAKE = "our_mistake"

_Rank = tuple[int, bool, bool]
"""Place of the situation, whether no fault is owned, whether the phrase is only its group's."""


class Slot(StrEnum):
    """Where a phrase may stand."""

    OPENING = "opening"
    CLOSING = "closing"
    SENTENCE = "sentence"


class Need(StrEnum):
    """What must hold besides the situation."""

    CUSTOMER_MESSAGE = "customer_message"
    NO_CUSTOMER_MESSAGE = "no_customer_message"
    ADMITS_FAULT = "admits_fault"
    HAS_NEXT_STEP = "has_next_step"
    LACKS_NEXT_STEP = "lacks_next_step"
    LETTER = "letter"
    NO_APOLOGY = "no_apology"
    PROPER_MESSAGE = "proper_message"
    NAMED_TWICE = "named_twice"
    """Both texts name the thing: about the phrase's thing, not about the case."""


class Thing(Entry):
    """A noun of the closed vocabulary, as it stands in `{thing}`, and how texts speak of it."""

    id: Identifier
    noun: str = Field(pattern=r"^[a-z]+(?:[ -][a-z]+)*$")
    patterns: tuple[Pattern, ...] = Field(min_length=1)

    def is_named(self, text: str) -> bool:
        """Whether an evened-out text speaks of it."""
        return speaks(self.patterns, text)


class Group(Entry):
    """Situations that share phrases."""

    id: Identifier
    situations: tuple[Identifier, ...] = Field(min_length=1)


class Phrase(Entry):
    """One filling. Only a sentence has `replaces`; only an opening or a closing has situations."""

    id: Identifier
    label: Label
    slot: Slot
    situations: tuple[Identifier, ...] = ()
    needs: frozenset[Need] = frozenset()
    not_if: tuple[Pattern, ...] = ()
    """What the draft must not say, where the phrase would repeat or contradict it."""

    not_if_message: tuple[Pattern, ...] = ()
    replaces: tuple[Pattern, ...] = ()
    text: str

    @model_validator(mode="after")
    def _reads_well(self) -> Self:
        if re.search(r"[\d!@/]|\{(?!thing\})", self.text):
            raise ValueError("text: no digit, exclamation mark, link or placeholder but {thing}")
        if self.text != self.text.strip() or self.text[-1] not in ".?":
            raise ValueError(
                "text: end it with a full stop or a question mark, and nothing after it"
            )
        if len(self.text.split()) > _MOST_WORDS:
            raise ValueError(f"text: more than {_MOST_WORDS} words")
        if (self.slot is Slot.SENTENCE) != bool(self.replaces):
            raise ValueError("replaces: a sentence needs it, an opening or a closing can't have it")
        if (self.slot is Slot.SENTENCE) == bool(self.situations):
            raise ValueError("situations: an opening or a closing needs them, a sentence has none")
        return self


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The checked sections of the file."""

    places: Mapping[str, tuple[str, ...]]
    """The things of each situation, best first."""

    things: Mapping[str, Thing]
    groups: Mapping[str, frozenset[str]]
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """All that decides what fits one draft."""

    reading: Reading
    situations: tuple[str, ...]
    marks: frozenset[Mark]
    needs: frozenset[Need]


@cache
def load_phrases(path: Path = PHRASES) -> Phrasebook:
    """Read and check the phrasebook. Raises PromptFileError, which names the entry."""
    raw = read_file(path)
    unknown = sorted(set(raw) - {"words", "marks", "situations", "things", "groups", "phrases"})
    if unknown:
        raise PromptFileError(f"{path.name}: no such section {unknown[0]!r}")
    places = {entry.id: entry.things for entry in load_situations(path).situations}
    things = {thing.id: thing for thing in check_entries(raw, "things", Thing)}
    groups = {
        group.id: frozenset(group.situations) for group in check_entries(raw, "groups", Group)
    }
    book = Phrasebook(places, things, groups, check_entries(raw, "phrases", Phrase))
    _check_names(book)
    return book


def _check_names(book: Phrasebook) -> None:
    """Every situation and thing that an entry names must be there."""
    named = [
        *(
            ("situations", place, name, book.things)
            for place, names in book.places.items()
            for name in names
        ),
        *(
            ("groups", group, name, book.places)
            for group, names in book.groups.items()
            for name in names
        ),
        *(
            ("phrases", phrase.id, name, {**book.places, **book.groups})
            for phrase in book.phrases
            for name in phrase.situations
        ),
    ]
    for section, entry, name, known in named:
        if name not in known:
            raise PromptFileError(
                f"{section}, {entry}: names {name!r}, which has no entry; add one"
            )


def fit_openings(draft: Draft, customer_message: str | None, seed: int) -> tuple[Candidate, ...]:
    """Openings for the draft, most specific first; none where it is kind, neutral or unclear.

    Without a `customer_message` the one quoted in the draft counts. The same draft and seed give the
    same order; another draft gives another, so that replies differ.
    """
    case = _look_at(draft, customer_message)
    return _fit(Slot.OPENING, case, seed)


def fit_closings(draft: Draft, customer_message: str | None, seed: int) -> tuple[Candidate, ...]:
    """Closings for a draft that takes answers and has no next step; ordered like the openings."""
    case = _look_at(draft, customer_message)
    if case.marks & {Mark.NO_REPLY, Mark.NEXT_STEP}:
        return ()
    return _fit(Slot.CLOSING, case, seed)


def fit_sentence(sentence_text: str) -> tuple[Candidate, ...]:
    """Whole sentences to put in place of a stock one; none unless it says exactly that."""
    even = even_out(sentence_text).rstrip(".!?: ")
    return tuple(
        Candidate(Op.REWRITE, phrase.label, phrase.text, Source.PHRASEBOOK)
        for phrase in load_phrases().phrases
        if phrase.slot is Slot.SENTENCE
        and any(re.fullmatch(pattern, even) for pattern in phrase.replaces)
        and phrase.text != sentence_text.strip()
    )


def _look_at(draft: Draft, customer_message: str | None) -> _Case:
    body = "\n\n".join(sentence.text for sentence in draft.sentences)
    message = draft.customer_message if customer_message is None else customer_message
    reading = read(body, message)
    # A notice not to reply often stands below the signature, outside the sentences.
    marks = find_marks(reading) | (
        find_marks(read(_without_history(draft), None)) & {Mark.NO_REPLY}
    )
    situations = find_situations(body, message)
    return _Case(reading, situations, marks, _meet_needs(reading, situations, marks))


def _without_history(draft: Draft) -> str:
    if draft.history is None:
        return draft.text
    start, end = draft.history
    return f"{draft.text[:start]}\n\n{draft.text[end:]}"


def _meet_needs(
    reading: Reading, situations: tuple[str, ...], marks: frozenset[Mark]
) -> frozenset[Need]:
    met = {
        Need.CUSTOMER_MESSAGE: bool(reading.message),
        Need.NO_CUSTOMER_MESSAGE: not reading.message,
        Need.ADMITS_FAULT: _OUR_MISTAKE in situations,
        Need.HAS_NEXT_STEP: Mark.NEXT_STEP in marks,
        Need.LACKS_NEXT_STEP: Mark.NEXT_STEP not in marks,
        Need.LETTER: Mark.LETTER in marks,
        Need.NO_APOLOGY: Mark.APOLOGY not in marks,
        Need.PROPER_MESSAGE: Mark.IMPROPER not in marks,
        Need.NAMED_TWICE: True,
    }
    return frozenset(need for need, is_met in met.items() if is_met)


def _fit(slot: Slot, case: _Case, seed: int) -> tuple[Candidate, ...]:
    if case.marks & {Mark.KIND_FIRST, Mark.KIND}:
        return ()
    ranked: list[tuple[_Rank, str, Candidate]] = []
    for phrase in load_phrases().phrases:
        if phrase.slot is slot and _may_stand(phrase, case):
            for rank, text in islice(_fill(phrase, case), 1):
                candidate = Candidate(Op.INSERT, phrase.label, text, Source.PHRASEBOOK)
                ranked.append((rank, _shuffle(phrase, case, seed), candidate))
    return tuple(candidate for _, _, candidate in sorted(ranked, key=lambda entry: entry[:2]))


def _may_stand(phrase: Phrase, case: _Case) -> bool:
    return (
        phrase.needs <= case.needs
        and not speaks(phrase.not_if, case.reading.draft)
        and not speaks(phrase.not_if_message, case.reading.message)
    )


def _fill(phrase: Phrase, case: _Case) -> Iterator[tuple[_Rank, str]]:
    """The phrase for each situation that it fits, strongest first, with its rank."""
    book = load_phrases()
    for place, situation in enumerate(case.situations):
        direct = situation in phrase.situations
        shared = any(situation in book.groups.get(name, ()) for name in phrase.situations)
        thing = _name_thing(phrase, book.places[situation], case.reading)
        if (direct or shared) and thing is not None:
            owns = Need.ADMITS_FAULT in phrase.needs
            yield (place, not owns, not direct), phrase.text.replace(_THING, thing)


def _name_thing(phrase: Phrase, places: tuple[str, ...], reading: Reading) -> str | None:
    """What the texts call the thing, that which both name first; empty where no thing is asked for."""
    if _THING not in phrase.text:
        return ""
    least = 2 if Need.NAMED_TWICE in phrase.needs else 1
    named: dict[int, str] = {}
    for name in reversed(places):
        thing = load_phrases().things[name]
        times = thing.is_named(reading.draft) + thing.is_named(reading.message)
        named[times] = thing.noun
    return next((named[times] for times in (2, 1) if times >= least and times in named), None)


def _shuffle(phrase: Phrase, case: _Case, seed: int) -> str:
    """A key that is the same in every process, unlike `hash`."""
    key = f"{seed}|{phrase.id}|{case.reading.draft}|{case.reading.message}"
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
