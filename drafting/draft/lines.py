"""Lines of a text with their places in it; knows nothing of what a line means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.facts import Span

_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = "\u200b\u2060\ufeff"
"""Zero-width characters that mail clients leave at the ends of lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its line break; `start` is its place in the text."""

    raw: str
    start: int

    @property
    def text(self) -> str:
        """The line without the white space around it."""
        return self.raw.strip().strip(_UNSEEN).strip()

    @property
    def blank(self) -> bool:
        """Whether nothing can be seen in the line."""
        return not self.text

    @property
    def end(self) -> int:
        """Where the line break starts."""
        return self.start + len(self.raw)

    @property
    def indent(self) -> int:
        """How many white space characters the line starts with."""
        return len(self.raw) - len(self.raw.lstrip())

    @property
    def offset(self) -> int:
        """Where the first visible character is in the text; the line's end when blank."""
        return self.start + (self.raw.find(self.text) if self.text else len(self.raw))


def split_lines(text: str) -> tuple[Line, ...]:
    """Cut a text at its line breaks, CRLF, LF, CR and the rarer ones alike."""
    return tuple(_cut_lines(text))


def _cut_lines(text: str) -> Iterator[Line]:
    start = 0
    for found in _BREAK.finditer(text):
        yield Line(text[start : found.start()], start)
        start = found.end()
    yield Line(text[start:], start)


def trim(text: str, span: Span) -> Span:
    """Shrink a span until no white space or zero-width character is at its ends."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in _UNSEEN):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _UNSEEN):
        end -= 1
    return start, end


def group_lines(lines: Sequence[Line], skipped: frozenset[int]) -> tuple[tuple[int, ...], ...]:
    """Indexes of lines that stand together, without blank or skipped ones between them."""
    groups: list[list[int]] = [[]]
    for index, line in enumerate(lines):
        if line.blank or index in skipped:
            groups.append([])
        else:
            groups[-1].append(index)
    return tuple(tuple(group) for group in groups if group)
