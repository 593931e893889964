"""The entries of the phrasebook, checked: things, groups and phrases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.situations import (
    PHRASES,
    Entry,
    Identifier,
    Pattern,
    check_entries,
    load_situations,
    read_file,
)

THING = "{thing}"
_MOST_WORDS = 32
_SECTIONS = {"words", "marks", "situations", "things", "groups", "phrases"}


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
    LETTER = "letter"
    NO_APOLOGY = "no_apology"
    PROPER_MESSAGE = "proper_message"
    NAMED_TWICE = "named_twice"
    """Both texts name the thing."""

    NAMED_ALONE = "named_alone"
    """None of the situation's other things is named: then it's certain which one is meant."""


class Thing(Entry):
    """A noun of the closed vocabulary, as it stands in `{thing}`, and how texts speak of it."""

    id: Identifier
    noun: str = Field(pattern=r"^[a-z]+(?:[ -][a-z]+)*$")
    patterns: tuple[Pattern, ...] = Field(min_length=1)


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

    only_if: tuple[Pattern, ...] = ()
    """What the draft must say, of which the phrase speaks as being there."""

    not_if_message: tuple[Pattern, ...] = ()
    replaces: tuple[Pattern, ...] = ()
    last: bool = False
    """Whether all others go before it: a customer rather hears that they are understood than thanks."""

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


@cache
def load_phrases(path: Path = PHRASES) -> Phrasebook:
    """Read and check the phrasebook. Raises PromptFileError, which names the entry."""
    raw = read_file(path)
    unknown = sorted(set(raw) - _SECTIONS)
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
