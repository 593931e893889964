"""Which situations a draft and the customer's message speak of, found from their words alone.

Reads the sections `words`, `marks` and `situations` of `prompts/phrases.yaml`. It knows patterns and
no meaning: what no pattern is certain of is not found, because words for the wrong situation are worse
than none. It does not know what is then said about a situation, nor what a mail is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from drafting.errors import PromptFileError

PHRASES = Path(__file__).resolve().parent.parent / "prompts" / "phrases.yaml"

_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " "})
_LINK = re.compile(r"(?:https?://|www\.)\S*\w/?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MERGE_TAG = re.compile(
    r"\{\{.*?\}\}\}?|\{%.*?%\}|[%$#]\{.*?\}|\[\[.*?\]\]|\(\(.*?\)\)|<<.*?>>|<%.*?%>|\*\|\w+\|\*"
    r"|##.*?##|\[%.*?%\]|\{[\w.!$#-]+\}|\[[\w ]+\]|%[A-Z_]{3,}%|%\d\$[sd]"
)
# Whatever holds a digit is an amount, a date or a number: a pattern needs to know only that it is there.
_NUMBER = re.compile(r"\S*\d\S*?(?=[.,;:!?)\"]*(?:\s|$))")
_MACRO = re.compile(r"<([a-z_]+)>")


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

    IMPROPER = "improper"
    """The message threatens, insults or asks for something that can't be right."""


class Entry(BaseModel):
    """A piece of the file: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def expand(source: str, info: ValidationInfo) -> str:
    """Put the file's `words` in for `<name>` and check that a regex comes out."""
    words: Mapping[str, str] = (info.context or {}).get("words", {})
    try:
        whole = _MACRO.sub(lambda name: f"(?:{words[name[1]]})", source)
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
AnyEntry = TypeVar("AnyEntry", bound=Entry)


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    # Word boundaries, but only beside letters: a pattern may start or end with punctuation.
    return re.compile(rf"(?:(?<!\w)|(?=\W))(?:{'|'.join(patterns)})(?:(?!\w)|(?<=\W))")


def speaks(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns stands in an evened-out text, at whole words."""
    return bool(patterns) and bool(_compile(patterns).search(text))


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft and the message it answers, evened out for patterns; `message` is empty for none."""

    draft: str
    first: str
    message: str


def even_out(text: str) -> str:
    """Lower case, single spaces, `#` for what holds a digit or is a merge tag, `@link` and `@mail`."""
    text = _LINK.sub(" @link ", text.translate(_LOOKALIKES))
    text = _NUMBER.sub("#", _MERGE_TAG.sub("#", _MAIL.sub(" @mail ", text)))
    blocks = [" ".join(block.lower().split()) for block in re.split(r"\n[ \t]*\n", text)]
    ended = (block if block[-1] in ".!?:" else f"{block}." for block in blocks if block)
    return re.sub(r" ([.,;:!?])", r"\1", " ".join(ended))


def read(draft_text: str, customer_message: str | None) -> Reading:
    """Even out both texts; the first sentence of the draft stands by itself too."""
    draft = even_out(draft_text)
    first = re.split(r"(?<=[.!?]) ", draft, maxsplit=1)[0]
    return Reading(draft, first, even_out(customer_message or ""))


class Sign(Entry):
    """Patterns on the draft, its first sentence and the message; what is given must all be found."""

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
        return any(sign.is_met(reading) for sign in self.signs)


class Weight(StrEnum):
    """What finding a situation means for the others."""

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
    contested: bool = False
    """Rests on the customer's word, so a draft that disputes it leaves nothing to be said."""

    things: tuple[Identifier, ...] = ()
    """What `{thing}` may be in its phrases, best first."""


class MarkEntry(Noticed):
    """The signs of one mark."""

    id: Mark


@dataclass(frozen=True, slots=True)
class SituationBook:
    """The checked sections of the file."""

    marks: tuple[MarkEntry, ...]
    situations: tuple[Situation, ...]

    def find_marks(self, reading: Reading) -> frozenset[Mark]:
        """What the draft and the message do, whatever they are about."""
        return frozenset(mark.id for mark in self.marks if mark.is_found(reading))

    def find_situations(self, reading: Reading) -> tuple[str, ...]:
        """The ids of the situations, in the order of the file, weighed against each other."""
        found = [situation for situation in self.situations if situation.is_found(reading)]
        weights = {situation.weight for situation in found}
        if Weight.GRAVE in weights:
            return tuple(s.id for s in found if s.weight in {Weight.GRAVE, Weight.OWNED})
        if Weight.QUIET in weights:
            return tuple(s.id for s in found if s.weight is Weight.QUIET)
        disputed = Mark.DISPUTE in self.find_marks(reading)
        return tuple(s.id for s in found if not (disputed and s.contested))


def read_file(path: Path) -> dict[str, Any]:
    """The raw file, with its `words` made whole. Raises PromptFileError where that can't be done."""
    try:
        raw = yaml.load(
            path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except yaml.YAMLError as error:
        raise PromptFileError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise PromptFileError(f"{path.name} must hold sections; write `situations:` and so on")
    words: dict[str, str] = {}
    for name, source in (raw.get("words") or {}).items():
        # A word may use those above it.
        words[name] = _MACRO.sub(lambda used: f"(?:{words.get(used[1], used[0])})", str(source))
    return raw | {"words": words}


def check_entries(
    raw: Mapping[str, Any], section: str, model: type[AnyEntry]
) -> tuple[AnyEntry, ...]:
    """Validate a section's entries. Raises PromptFileError, which names the first wrong entry."""
    checked: list[AnyEntry] = []
    seen: set[str] = set()
    for number, entry in enumerate(raw.get(section) or (), 1):
        name = (
            str(entry.get("id", f"number {number}"))
            if isinstance(entry, dict)
            else f"number {number}"
        )
        try:
            checked.append(model.model_validate(entry, context={"words": raw["words"]}))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise PromptFileError(f"{section}, {name}: {where} {first['msg']}".strip()) from error
        if name in seen:
            raise PromptFileError(f"{section}, {name}: the id is used twice; give each its own")
        seen.add(name)
    return tuple(checked)


def _check_examples(book: SituationBook) -> None:
    """Every example of the file must come out as it says, with all entries at work together."""
    for section, entries, find in (
        ("marks", book.marks, book.find_marks),
        ("situations", book.situations, book.find_situations),
    ):
        for entry in entries:
            for example in (*entry.finds, *entry.leaves):
                is_found = entry.id in find(read(example.draft, example.message))
                if is_found != (example in entry.finds):
                    fault = "finds" if is_found else "does not find"
                    raise PromptFileError(
                        f"{section}, {entry.id}: {fault} its example {example.model_dump()}; "
                        f"{'narrow' if is_found else 'widen'} a pattern"
                    )


@cache
def load_situations(path: Path = PHRASES) -> SituationBook:
    """Read and check marks and situations. Raises PromptFileError, which names the entry."""
    raw = read_file(path)
    marks = check_entries(raw, "marks", MarkEntry)
    for mark in Mark:
        if mark not in {entry.id for entry in marks}:
            raise PromptFileError(f"marks, {mark}: has no entry; add one")
    book = SituationBook(marks, check_entries(raw, "situations", Situation))
    _check_examples(book)
    return book


def find_marks(reading: Reading) -> frozenset[Mark]:
    """What the draft and the message do, whatever they are about."""
    return load_situations().find_marks(reading)


def find_situations(draft_text: str, customer_message: str | None) -> tuple[str, ...]:
    """The ids of the situations that both texts speak of for certain, strongest first.

    A grave one stands beside an admitted fault only, and a quiet one alone. Where the draft disputes
    what the customer tells, what rests on the customer's word is left out.
    """
    return load_situations().find_situations(read(draft_text, customer_message))
