"""The entries of the file that say what a draft and a message speak of, checked one by one.

An entry is found by patterns alone. What finding it means for others is for the book to weigh.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from drafting.situations.reading import Reading, affirms, speaks

MACRO = re.compile(r"<([a-z_]+)>")


class Mark(StrEnum):
    """What a draft or a message does, whatever it is about."""

    KIND_FIRST = "kind_first"
    """The draft's first sentence already thanks, acknowledges, apologises or says yes."""

    KIND = "kind"
    """Somewhere the draft speaks to the person: it needs no opening."""

    APOLOGY = "apology"
    """The draft holds an apology of any sort, a stock one included."""

    DISPUTE = "dispute"
    """The draft says that something isn't as the customer tells it."""

    NO_REPLY = "no_reply"
    """The draft doesn't want, or doesn't read, an answer."""

    NEXT_STEP = "next_step"
    """The draft says what the customer can do next or whom to ask."""

    LETTER = "letter"
    """The draft calls itself a letter or a notice."""

    CONTINUES = "continues"
    """The draft's first sentence goes on from the customer's: "Because the lift is broken."."""

    IMPROPER = "improper"
    """The message threatens, insults or asks for something that can't be right."""


class Entry(BaseModel):
    """A piece of the file: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def expand(source: str, info: ValidationInfo) -> str:
    """Put the file's `words` in for `<name>` and check that a regex comes out."""
    words: Mapping[str, str] = (info.context or {}).get("words", {})
    try:
        whole = MACRO.sub(lambda name: f"(?:{words[name[1]]})", source)
        pattern = re.compile(whole)
    except KeyError as error:
        raise ValueError(f"pattern {source!r}: no such word {error}; add it to `words`") from error
    except re.error as error:
        raise ValueError(f"pattern {source!r}: {error}; write a Python regex") from error
    if pattern.search(""):
        raise ValueError(f"pattern {source!r} matches nothing at all; write one that needs a word")
    return whole


Pattern = Annotated[str, AfterValidator(expand)]
Identifier = Annotated[str, Field(pattern=r"^[a-z]+(?:_[a-z]+)*$")]


class Sign(Entry):
    """Patterns on the draft, its first sentence and the message: all that are given must match."""

    draft: tuple[Pattern, ...] = ()
    first: tuple[Pattern, ...] = ()
    message: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.draft or self.first or self.message):
            raise ValueError("a sign without patterns; give it draft, first or message")
        return self

    def pairs(self, reading: Reading) -> Iterable[tuple[tuple[str, ...], str]]:
        """The given patterns, each beside the text that they are about."""
        sides = zip((self.draft, self.first, self.message), _sides(reading), strict=True)
        return ((patterns, text) for patterns, text in sides if patterns)

    def is_met(self, reading: Reading) -> bool:
        """Whether every given side is found."""
        return all(speaks(patterns, text) for patterns, text in self.pairs(reading))

    def is_touched(self, reading: Reading) -> bool:
        """Whether any given side is found."""
        return any(speaks(patterns, text) for patterns, text in self.pairs(reading))


def _sides(reading: Reading) -> tuple[str, str, str]:
    return reading.draft, reading.first, reading.message


class Example(Entry):
    """A draft and, where it answers one, the customer's message."""

    draft: str = ""
    message: str | None = None


class Noticed(Entry):
    """What a mark and a situation share: when it is found, with examples that must hold."""

    id: Identifier
    signs: tuple[Sign, ...] = Field(min_length=1)
    unless: Sign | None = None
    finds: tuple[Example, ...] = Field(min_length=1)
    leaves: tuple[Example, ...] = ()

    def is_found(self, reading: Reading) -> bool:
        """Whether a sign is met, and nothing speaks against it."""
        if self.unless and self.unless.is_touched(reading):
            return False
        return any(self._meets(sign, reading) for sign in self.signs)

    def _meets(self, sign: Sign, reading: Reading) -> bool:
        return sign.is_met(reading)


class Weight(StrEnum):
    """What finding a situation means for the others."""

    SILENT = "silent"
    """Words of ours could only do harm: nothing is to be inserted, whatever else is found."""

    GRAVE = "grave"
    """So heavy that nothing else may be spoken of beside it."""

    OWNED = "owned"
    """A fault that our side admits, which is owned even beside a grave one."""

    QUIET = "quiet"
    """Nobody is hurt: nothing is to be acknowledged."""

    PLAIN = "plain"


class Situation(Noticed):
    """Something that a customer may be in, stronger the earlier it stands in the file."""

    weight: Weight = Weight.PLAIN
    deniable: bool = False
    """Rests on the draft alone, so a negation that governs a sign leaves it unfound."""

    contested: bool = False
    """Rests on the customer's word, so a draft that disputes it leaves nothing to be said."""

    asked: tuple[Pattern, ...] = ()
    """Words by which a message asks for what the draft says no to, and so speaks of it, too."""

    things: tuple[Identifier, ...] = ()
    """What `{thing}` may be in its phrases, best first."""

    def is_told(self, reading: Reading) -> bool:
        """Whether a customer's message speaks of it, by itself or in asking for it."""
        return self.is_found(Reading("", "", reading.message)) or speaks(
            self.asked, reading.message
        )

    def _meets(self, sign: Sign, reading: Reading) -> bool:
        is_denied = self.deniable and sign.draft and not affirms(sign.draft, reading.draft)
        return not is_denied and sign.is_met(reading)


class MarkEntry(Noticed):
    """The signs of one mark."""

    id: Mark
