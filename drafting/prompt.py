"""What the model is asked: the texts around one mail and around each of its slots.

Templates are data (prompts/templates.yaml). Knows nothing of tokens: whoever encodes these texts
must read them as plain text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drafting.candidate import Candidate, Op
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.slots import Place, Slot

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
TEMPLATES = PROMPTS / "templates.yaml"
Entry = TypeVar("Entry", bound=BaseModel)
Text = Annotated[str, Field(min_length=1)]
Word = Annotated[str, Field(pattern=r"^[a-z]+$")]
HOLES = {"mail": ("customer", "draft"), "sentence": ("sentence",), "reverse": ("text",)}
"""What each text of a template must leave room for, once."""


class Words(BaseModel):
    """The word that stands for each operation and label in a filling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: Word
    delete: Word
    acknowledgement: Word
    benefit_of_the_doubt: Word
    next_steps: Word
    explanation: Word

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        words = list(self.model_dump().values())
        for word in words:
            if words.count(word) > 1:
                raise ValueError(f"{word!r} stands for two things; give each a word of its own")
        return self

    def of(self, name: Label | Op) -> str:
        """Return the word for a label, or for keep or delete."""
        return str(getattr(self, name.value))


class Template(BaseModel):
    """The texts of one way of asking."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: Text
    mail: Text
    no_customer: Text
    opening: Text
    sentence: Text
    closing: Text
    reverse: Text
    words: Words

    @model_validator(mode="after")
    def _has_its_holes(self) -> Self:
        for text, names in HOLES.items():
            for name in names:
                if getattr(self, text).count("{" + name + "}") != 1:
                    raise ValueError(f"{text!r} must hold {{{name}}} once")
        return self

    def ask(self, mail: "Mail") -> str:
        """Return the part of the prompt that all slots of a mail share."""
        return _fill(
            self.mail,
            {"customer": mail.customer_message or self.no_customer, "draft": mail.draft},
        )

    def ask_sentence(self, sentence: str) -> str:
        """Return the header of a sentence's slot, which repeats the sentence."""
        return _fill(self.sentence, {"sentence": one_line(sentence)})

    def ask_slot(self, slot: Slot) -> str:
        """Return the header of a slot: what is asked behind the mail."""
        if slot.place is Place.OPENING:
            return self.opening
        if slot.place is Place.CLOSING:
            return self.closing
        return self.ask_sentence(slot.text)

    def ask_reverse(self, text: str) -> str:
        """Return what asks for the sentence that `text` may have replaced."""
        return _fill(self.reverse, {"text": one_line(text)})

    def answer(self, candidate: Candidate) -> str:
        """Write a candidate as the model would write it."""
        if candidate.label is None or candidate.text is None:
            return self.words.of(candidate.op)
        return f"{self.words.of(candidate.label)}: {one_line(candidate.text)}"

    def read(self, answer: str, *, insert: bool) -> Candidate:
        """Read a filling that the model wrote; the inverse of `answer`.

        Raises:
            ValueError: the filling is none that the grammar allows.

        """
        word, _, text = answer.partition(": ")
        for op in (Op.KEEP, Op.DELETE):
            if answer == self.words.of(op):
                return Candidate(op)
        for label in Label:
            if word == self.words.of(label) and text:
                return Candidate(Op.INSERT if insert else Op.REWRITE, label, text)
        raise ValueError("not a filling of this template")


@dataclass(frozen=True, slots=True)
class Mail:
    """A draft and the message that it answers, as the model sees them."""

    customer_message: str | None
    draft: str


def make_mail(
    customer_message: str | None, greeting: str | None, paragraphs: list[list[str]]
) -> Mail:
    """Lay out sentences the way the model was trained to read them."""
    lines = [greeting] if greeting else []
    lines += [" ".join(map(one_line, sentences)) for sentences in paragraphs]
    message = one_line(customer_message) if customer_message else None
    return Mail(message, "\n".join(lines))


def one_line(text: str) -> str:
    """Return the text with each run of white space as one space."""
    return " ".join(text.split())


@cache
def load_templates(path: Path = TEMPLATES) -> Mapping[str, Template]:
    """Read the templates, by name.

    Raises:
        PromptFileError: a template lacks a text or has one that is unknown.

    """
    return {
        name: read_entry(Template, entry, f"{path.name}, {name}")
        for name, entry in read_mapping(path).items()
    }


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file of named entries.

    Raises:
        PromptFileError: it isn't one.

    """
    try:
        source = path.read_text(encoding="utf-8")
        raw = yaml.load(source, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise PromptFileError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise PromptFileError(f"{path.name} must hold named entries")
    return raw


def read_entry(model: type[Entry], raw: object, place: str) -> Entry:
    """Check one entry; `place` is what an error calls it.

    Raises:
        PromptFileError: the entry lacks something or has something unknown.

    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([place, *map(str, first["loc"])])
        raise PromptFileError(f"{where}: {first['msg']}") from error


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into a template in one pass, so that braces in a value stay what they are."""
    holes = re.compile("|".join(re.escape("{" + name + "}") for name in values))
    return holes.sub(lambda hole: values[hole.group()[1:-1]], template)
