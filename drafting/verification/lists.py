"""Loads the word lists of the checks, `prompts/verification.yaml`, and refuses a broken file."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from drafting.errors import PromptFileError

PATH = Path(__file__).resolve().parent.parent.parent / "prompts" / "verification.yaml"


def _split(words: object) -> object:
    """Let a list of words be one string: no commas, and no `no` that YAML takes for false."""
    return words.split() if isinstance(words, str) else words


Words = Annotated[frozenset[str], BeforeValidator(_split)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Forms(_Section):
    """How spellings, word forms and set phrases come together."""

    spellings: dict[str, str]
    irregular: dict[str, str]
    nouns: dict[str, str]
    phrases: dict[str, tuple[str, ...]]
    synonyms: tuple[Annotated[tuple[str, ...], BeforeValidator(_split)], ...]


class Meaning(_Section):
    """Which words carry no content, may come in, may go, or cover one another."""

    function_words: Words
    plain: Words
    droppable: Words
    near: tuple[Words, ...]


class Negation(_Section):
    """Words that deny, words that stand between these and what they deny, and words that can stand for them."""

    negators: Words
    light: Words
    lead_in: Words
    loose: Words
    numbered: Words
    stands_for: Words
    put_as: Words
    opposites: tuple[Annotated[tuple[str, str], BeforeValidator(_split)], ...]
    states: Words


class Modality(_Section):
    """Words of duty, permission and future, and those that bound a time or an amount."""

    must: Words
    asks: Words
    may: Words
    perhaps: Words
    will: Words
    conditions: Words
    limits: Words
    blame: Words
    bounds: dict[str, Words]
    opposites: tuple[tuple[str, str], ...]


class Persons(_Section):
    """Who can be meant to do what."""

    auxiliaries: Words
    breaks: Words
    before_object: Words
    after_object: Words
    our_acts: Words
    your_acts: Words
    only_your_acts: Words
    either_acts: Words
    we_anyway: Words
    we_if: Words
    we_may: Words
    we_must: Words
    we_will: Words
    you_anyway: Words
    you_if: Words
    you_may: Words
    you_will: Words
    you_missed: Words
    actors: Words
    generic: Words


class Turns(_Section):
    """Words that join two things, and what must not come to be ours or known."""

    despite: Words
    despite_kept: Words
    because: Words
    regardless: Words
    regardless_kept: Words
    claims: Words
    confirmed: Words
    harms: Words
    admitting: Words
    theirs: Words


class Promises(_Section):
    """What must not be promised, offered or admitted unless the draft does."""

    nouns: Words
    commitments: tuple[str, ...]
    reasons: Words
    faults: tuple[str, ...]
    admissions: tuple[str, ...]


class Shape(_Section):
    """What can't stand together (a regular expression), what ends no sentence, the commonest verbs."""

    broken: str
    never_last: Words
    verbs: Words


class Openings(_Section):
    """What an opening or a closing may be made of."""

    frames: Words
    loose_frames: Words
    refusal_frames: tuple[str, ...]
    blame: tuple[str, ...]
    swapped: tuple[str, ...]
    ours_anyway: Words
    feelings: tuple[str, ...]
    doors: tuple[str, ...]
    door_words: Words
    losses: Words


class Lists(_Section):
    """All lists of the file."""

    forms: Forms
    meaning: Meaning
    negation: Negation
    jibes: tuple[str, ...]
    modality: Modality
    persons: Persons
    turns: Turns
    promises: Promises
    shape: Shape
    openings: Openings
    languages: dict[str, Words]


@lru_cache(maxsize=1)
def load() -> Lists:
    """Return the validated lists; raises PromptFileError when the file is broken."""
    try:
        return Lists.model_validate(yaml.safe_load(PATH.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise PromptFileError(f"{PATH.name} can't be used: {error}") from error
