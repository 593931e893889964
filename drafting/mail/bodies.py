"""The two texts that a mail can have, each with what of it is the draft.

A body knows where the quoted mail starts: what is above is the draft, what is below is the
customer's message. It turns a result into splices of its own text, and knows nothing of encodings.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from drafting.draft.history import find_history
from drafting.draft.lines import split_lines
from drafting.draft.quotation import read_customer_message
from drafting.mail.content import Content
from drafting.mail.flowed import Lines, read_flowed, read_lines
from drafting.mail.parts import Part
from drafting.mail.quotes import find_quote
from drafting.mail.rewording import Rewording
from drafting.mail.seen import align, look
from drafting.mail.splices import Splice, find_splices, splice
from drafting.mail.transfer import PLAIN
from drafting.markup.page import Page, read_html
from drafting.result import Applied, Format
from drafting.rewriter import MOST_CHARACTERS, MOST_SOURCE

_SEALED = re.compile(r"^-----BEGIN PGP (?:SIGNED )?MESSAGE-----", re.MULTILINE)
_BODY_TAG = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


class Body(Protocol):
    """A text of a mail."""

    @property
    def part(self) -> Part:
        """The part that it is."""
        ...

    @property
    def content(self) -> Content:
        """The part's text."""
        ...

    @property
    def format(self) -> Format:
        """What the text is written in."""
        ...

    @property
    def draft(self) -> str:
        """What is to be rewritten, in the body's format."""
        ...

    @property
    def customer_message(self) -> str | None:
        """What the quoted mail says; None where the draft itself has the quotes, or none is there."""
        ...

    @property
    def is_sealed(self) -> bool:
        """Whether it is signed or encrypted within its text (PGP)."""
        ...

    def find_splices(self, applied: Applied) -> tuple[list[Splice], bool]:
        """Return splices of the content's text, and whether they keep all that isn't rewritten."""
        ...


@dataclass(frozen=True)
class PlainBody:
    """A `text/plain` part."""

    part: Part
    content: Content
    format: Format = Format.TEXT

    @cached_property
    def lines(self) -> Lines:
        """Its lines, as they are read."""
        if self.part.parameter("format") == "flowed":
            return read_flowed(self.content.text, delsp=self.part.parameter("delsp") == "yes")
        return read_lines(self.content.text, narrow=self.content.transfer in PLAIN)

    @cached_property
    def _history(self) -> int | None:
        lines = split_lines(self.lines.text)
        first = find_history(lines)
        return None if first is None else lines[first].start

    @property
    def draft(self) -> str:
        """The text above the quoted mail; all of it where quotes and answers take turns."""
        return self.lines.text[: self._history]

    @cached_property
    def customer_message(self) -> str | None:
        """What the quoted mail says."""
        if self._history is None:
            return None
        text = self.lines.text
        return read_customer_message(text, (self._history, len(text)))

    @property
    def is_sealed(self) -> bool:
        """Whether it is signed or encrypted within its text."""
        return _SEALED.search(self.draft) is not None

    def find_splices(self, applied: Applied) -> tuple[list[Splice], bool]:
        """Return splices of the content's text."""
        return self.lines.place(find_splices(applied)), True


@dataclass(frozen=True)
class HtmlBody:
    """A `text/html` part."""

    part: Part
    content: Content
    format: Format = Format.HTML

    @cached_property
    def _cut(self) -> int:
        """Where the quoted mail starts in the source."""
        source = self.content.text
        quote = find_quote(source)
        if quote is not None:
            return quote
        return _find_history(source) if len(source) <= MOST_SOURCE else len(source)

    @property
    def draft(self) -> str:
        """The source above the quoted mail."""
        return self.content.text[: self._cut]

    @cached_property
    def page(self) -> Page:
        """The draft as the rewriter reads it."""
        return read_html(self.draft)

    @cached_property
    def customer_message(self) -> str | None:
        """What the quoted mail says."""
        below = self.content.text[self._cut : self._cut + MOST_SOURCE]
        text = read_html(below).text.lstrip("\n") if below else ""
        return read_customer_message(text, (0, len(text))) if text else None

    @property
    def is_sealed(self) -> bool:
        """Whether it is signed or encrypted within its text."""
        return len(self.draft) <= MOST_SOURCE and _SEALED.search(self.page.text) is not None

    def find_splices(self, applied: Applied) -> tuple[list[Splice], bool]:
        """Return splices of the source; without a sure place for each, the clean page as a whole.

        What is put in is read again, and has to say what the reply says.
        """
        splices = Rewording(self.draft, self.page, applied).find()
        if splices is not None and self._says(splice(self.draft, splices), applied):
            return splices, True
        begin = _BODY_TAG.search(self.draft)
        start = begin.end() if begin else 0
        newline = "\r\n" if "\r\n" in self.draft else "\n"
        return [Splice(start, self._cut, applied.reply.replace("\n", newline))], False

    def _says(self, source: str, applied: Applied) -> bool:
        return _squeeze(read_html(source).text) == _squeeze(applied.reply_text)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _find_history(source: str) -> int:
    """Return where quoted mail starts in a source by what its text says; its end for nowhere."""
    page = read_html(source)
    lines = split_lines(page.text)
    first = find_history(lines)
    if first is None:
        return len(source)
    seen = look(source)
    numbers = align(page, seen)
    places = (numbers.get(place) for place in range(lines[first].start, len(page.text)))
    number = next((each for each in places if each is not None), None)
    return len(source) if number is None else seen.starts[number]


def cut_message(message: str | None) -> str | None:
    """Return as much of a customer's message as one request may hold."""
    return message[:MOST_CHARACTERS] if message else None
