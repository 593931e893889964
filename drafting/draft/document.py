"""A draft taken apart; how that is done is known to the parser alone."""

from dataclasses import dataclass
from enum import StrEnum

from drafting.draft.quotation import read_customer_message
from drafting.facts import Span


class SentenceKind(StrEnum):
    """Where a sentence stands."""

    PROSE = "prose"
    ITEM = "item"
    """In a bullet or numbered list; the marker is outside of the sentence."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as written.

    `index` counts from 1 through the draft, `paragraph` from 0; `text` is the draft's text at
    `span` and carries no white space at its ends, though it may run over a line break.
    """

    index: int
    text: str
    span: Span
    paragraph: int
    kind: SentenceKind


@dataclass(frozen=True, slots=True)
class Hints:
    """What a format knows of its plain text that the text alone doesn't tell."""

    breaks: frozenset[int] = frozenset()
    """Where lines start that no sentence goes on into."""
    verbatim: frozenset[int] = frozenset()
    """Where lines start that are no prose."""
    signature: int | None = None
    """Where the line starts with which the signature does."""
    atoms: tuple[Span, ...] = ()
    """What no sentence ends inside of, in order and free of overlaps."""


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft and its parts.

    What lies outside of the sentences (greeting, headings, list markers, quoted or fenced blocks,
    sign-off, history, white space) is never rewritten. Spans count Unicode code points.
    """

    text: str
    sentences: tuple[Sentence, ...]
    greeting: Span | None
    sign_off: Span | None
    history: Span | None

    @property
    def customer_message(self) -> str | None:
        """The newest quoted message, without quote marks, attribution and signature."""
        return read_customer_message(self.text, self.history)

    @property
    def newline(self) -> str:
        r"""The line break that the draft mostly uses, `"\n"` or `"\r\n"`."""
        return "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"
