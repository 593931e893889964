"""What the model is asked: the texts around one mail and around each of its slots.

Templates are data (prompts/templates.yaml). Knows nothing of tokens: whoever encodes these texts
must read them as plain text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drafting.candidate import Candidate, Op
from drafting.errors import PromptFileError
from drafting.labels import Label

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
Text = Annotated[str, Field(min_length=1)]


class Words(BaseModel):
    """The word that stands for each operation and label in a filling."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: Text
    delete: Text
    acknowledgement: Text
    benefit_of_the_doubt: Text
    next_steps: Text
    explanation: Text

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

    def ask(self, mail: "Mail") -> str:
        """Return the part of the prompt that all slots of a mail share."""
        return _fill(
            self.mail,
            {"customer": mail.customer_message or self.no_customer, "draft": mail.draft},
        )

    def ask_sentence(self, sentence: str) -> str:
        """Return the header of a sentence's slot, which repeats the sentence."""
        return _fill(self.sentence, {"sentence": one_line(sentence)})

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
def load_templates() -> Mapping[str, Template]:
    """Read prompts/templates.yaml.

    Raises:
        PromptFileError: a template lacks a text or has one that is unknown.

    """
    raw = yaml.safe_load((PROMPTS / "templates.yaml").read_text(encoding="utf-8"))
    try:
        return {name: Template.model_validate(entry) for name, entry in raw.items()}
    except ValidationError as error:
        raise PromptFileError(f"prompts/templates.yaml: {error}") from error


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Put values into a template in one pass, so that braces in a value stay what they are."""
    parts = [template]
    for name, value in values.items():
        head, mark, tail = parts.pop().partition("{" + name + "}")
        parts += [head, value, tail] if mark else [head]
    return "".join(parts)
