"""A move that is ready to run on a sheltered sentence, and how it is kept until it is needed.

There are many moves and few of them have anything to say about a sentence, so a pattern is compiled
when a sentence first holds one of the move's signs. It knows neither chapters nor the cache.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from drafting.labels import Label
from drafting.moves.filters import Filter, UncertainFormError, make_filters

SLOT = re.compile(r"\{([a-z_]+)((?:\|[a-z_]+)*)\}")
"""`{group}` or `{group|filter|filter}` in what a move becomes."""


class PrintedMove(BaseModel):
    """What a move needs to run: its entry in the book without examples, with macros written out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: Label
    rank: int
    pattern: str
    becomes: str | None
    only_if: str | None
    not_if: str | None
    why: str
    signs: tuple[str, ...]
    """Texts in small letters of which a sentence must hold one, none where there are no such."""


class Printed(BaseModel):
    """The book as it is run: its moves in order, with the lists and tables of their filters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, str]
    forms: dict[str, dict[str, str]]
    moves: tuple[PrintedMove, ...]


@dataclass(frozen=True)
class Move:
    """One move and the filters that it may ask for."""

    printed: PrintedMove
    filters: Mapping[str, Filter]

    @property
    def id(self) -> str:
        """Its name."""
        return self.printed.id

    @property
    def label(self) -> Label:
        """What its change is for."""
        return self.printed.label

    @property
    def rank(self) -> int:
        """1 turns the sentence round, 2 swaps a phrase, 3 only tidies."""
        return self.printed.rank

    @property
    def why(self) -> str:
        """Why it is kinder, in one sentence for the agent."""
        return self.printed.why

    @property
    def deletes(self) -> bool:
        """Whether the sentence goes."""
        return self.printed.becomes is None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What it looks for in a sentence without its end mark."""
        return re.compile(self.printed.pattern, re.IGNORECASE)

    @cached_property
    def _only_if(self) -> re.Pattern[str] | None:
        return _compile(self.printed.only_if)

    @cached_property
    def _not_if(self) -> re.Pattern[str] | None:
        return _compile(self.printed.not_if)

    @cached_property
    def _template(self) -> tuple[str | tuple[str, tuple[Filter, ...]], ...]:
        """Return plain texts, and groups with what is done to their words."""
        source, at = self.printed.becomes or "", 0
        parts: list[str | tuple[str, tuple[Filter, ...]]] = []
        for slot in SLOT.finditer(source):
            names = slot.group(2).split("|")[1:]
            parts += [source[at : slot.start()], (slot[1], tuple(self.filters[n] for n in names))]
            at = slot.end()
        return (*parts, source[at:])

    def fits(self, body: str, tail: str) -> bool:
        """Whether the conditions beside the pattern hold, for the sentence with its end mark."""
        text = body + tail
        if self._only_if and not self._only_if.search(text):
            return False
        return not (self._not_if and self._not_if.search(text))

    def change(self, body: str) -> str:
        """The body after the move; the same body where it does not apply."""
        try:
            return " ".join(self.pattern.sub(self._fill, body).split())
        except UncertainFormError:
            return body

    def _fill(self, match: re.Match[str]) -> str:
        parts = []
        for part in self._template:
            if isinstance(part, str):
                parts.append(part)
                continue
            text = match.group(part[0]) or ""
            for change in part[1] if text else ():
                text = change(text)
            parts.append(text)
        return "".join(parts)


def ready(printed: Printed) -> tuple[Move, ...]:
    """Return the moves of a printed book, in order."""
    filters = make_filters(printed.words, printed.forms)
    return tuple(Move(move, filters) for move in printed.moves)


def _compile(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(pattern, re.IGNORECASE)
