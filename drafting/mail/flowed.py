r"""Lines as a person reads them, and the lines that a mail has them in.

For format=flowed (RFC 3676) a paragraph is one line here, whatever number of lines it is sent in;
quoted lines, and "-- " above a signature, stay lines of their own. In other mails each line is one.
Where lines change they are wrapped again, as the mail is; all others stay as they are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from drafting.draft.lines import Line
from drafting.draft.wrapping import is_full, measure_width
from drafting.mail.splices import Splice, order

WIDTH = 72
"""Characters in a wrapped line; RFC 3676 has 78 as the most."""

_MOST_WRAPPED = 80
_MOST_UNWRAPPED = 990
_BREAK = re.compile(r"\r\n|\r|\n")
_MARK = re.compile(r"\s*(?:[>|]|[-*•–—+]\s|\d{1,3}[.)]\s)")
_SIGNATURE = "-- "


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is read, and the lines that it is sent in; both without the last line break."""

    flat: tuple[int, int]
    raw: tuple[int, int]


@dataclass(frozen=True)
class Lines:
    """A text as it is read."""

    text: str
    rows: tuple[Row, ...]
    source: str
    """The text as it is sent."""
    flowed: bool = False
    delsp: bool = False
    narrow: bool = False
    """Whether a mail without long lines is to stay without them."""

    def place(self, splices: Iterable[Splice]) -> list[Splice]:
        """Return splices of the text as splices of its source, with their lines wrapped again."""
        chosen = order(splices)
        return [self._rewrite(run, chosen) for run in self._group(chosen)]

    def _group(self, splices: Sequence[Splice]) -> Iterator[tuple[int, int]]:
        """Yield runs of rows (first, last) that splices touch."""
        run: tuple[int, int] | None = None
        for each in splices:
            first, last = self._find(each.start), self._find(each.end)
            while not self.flowed and last + 1 < len(self.rows) and self._is_soft(last):
                last += 1
            if run and first <= run[1]:
                run = run[0], max(run[1], last)
                continue
            if run:
                yield run
            run = first, last
        if run:
            yield run

    def _find(self, place: int) -> int:
        low, high = 0, len(self.rows) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.rows[middle].flat[0] <= place else (low, middle - 1)
        return low

    def _rewrite(self, run: tuple[int, int], splices: Sequence[Splice]) -> Splice:
        """Return one splice of the source for all the rows of a run."""
        rows = self.rows[run[0] : run[1] + 1]
        start, end = rows[0].flat[0], rows[-1].flat[1]
        inside = [each for each in splices if start <= each.start and each.end <= end]
        if not self.flowed:
            inside += self._join(run, inside)
        text, done = "", start
        for each in order(inside):
            text += self.text[done : each.start] + each.new
            done = each.end
        text += self.text[done:end]
        newline = find_newline(self.source)
        lines = [out for line in _BREAK.split(text) for out in self._wrap(line)]
        return Splice(rows[0].raw[0], rows[-1].raw[1], newline.join(lines))

    def _join(self, run: tuple[int, int], splices: Sequence[Splice]) -> Iterator[Splice]:
        """Yield spaces for the breaks that only wrapping has made."""
        for number in range(run[0], run[1]):
            place = self.rows[number].flat[1], self.rows[number + 1].flat[0]
            free = all(each.end <= place[0] or each.start >= place[1] for each in splices)
            if free and self._is_soft(number):
                yield Splice(*place, "" if self._get(number).endswith(" ") else " ")

    def _get(self, number: int) -> str:
        return self.text[slice(*self.rows[number].flat)]

    def _is_soft(self, number: int) -> bool:
        """Whether a line was only broken because it was full."""
        above, below = self._get(number).strip(), self._get(number + 1).strip()
        width = self.width
        prose = above and below and not _MARK.match(self._get(number + 1)) and above[0] not in ">|"
        return bool(prose and width <= _MOST_WRAPPED and is_full(above, below, width))

    @cached_property
    def width(self) -> int:
        """The length of the longest line that isn't quoted."""
        texts = (self._get(number) for number in range(len(self.rows)))
        own = [Line(text, 0) for text in texts if not text.startswith(">")]
        if any(len(line.text) > _MOST_WRAPPED for line in own):
            return _MOST_UNWRAPPED
        return measure_width(own)

    def _wrap(self, line: str) -> list[str]:
        if self.flowed:
            return list(_flow(line, delsp=self.delsp))
        most = max(self.width, WIDTH) if self._is_wrapped else _MOST_UNWRAPPED
        return list(_fold(line, most)) if len(line) > most else [line]

    @cached_property
    def _is_wrapped(self) -> bool:
        """Whether the mail was wrapped at a fixed width."""
        if self.narrow:
            return self.width <= _MOST_WRAPPED
        return any(self._is_soft(number) for number in range(len(self.rows) - 1))


def read_lines(source: str, *, narrow: bool = False) -> Lines:
    """Return a text whose lines are as they are sent."""
    rows = tuple(Row((line.start, line.end), (line.start, line.end)) for line in _split(source))
    return Lines(source, rows, source, narrow=narrow)


def read_flowed(source: str, *, delsp: bool) -> Lines:
    """Return a text in format=flowed, its paragraphs in one line each."""
    rows: list[Row] = []
    flat: list[str] = []
    size = 0
    lines = list(_split(source))
    at = 0
    while at < len(lines):
        first = at
        text, soft = _unstuff(lines[at].raw, delsp=delsp)
        while soft and at + 1 < len(lines) and not _ends_flow(lines[at + 1].raw):
            at += 1
            more, soft = _unstuff(lines[at].raw, delsp=delsp)
            text += more
        if soft and delsp:
            text += " "  # Nothing follows: the space is the line's own.
        rows.append(Row((size, size + len(text)), (lines[first].start, lines[at].end)))
        at += 1
        newline = source[lines[at - 1].end : lines[at].start] if at < len(lines) else ""
        flat += [text, newline]
        size += len(text) + len(newline)
    return Lines("".join(flat), tuple(rows), source, flowed=True, delsp=delsp)


def _split(source: str) -> Iterator[Line]:
    start = 0
    for found in _BREAK.finditer(source):
        yield Line(source[start : found.start()], start)
        start = found.end()
    yield Line(source[start:], start)


def _unstuff(line: str, *, delsp: bool) -> tuple[str, bool]:
    """Return a line without its stuffing, and whether it flows into the next one."""
    if line.startswith(">") or line == _SIGNATURE:
        return line, False
    plain = line.removeprefix(" ")
    soft = plain.endswith(" ") and plain != _SIGNATURE
    return (plain[:-1] if soft and delsp else plain), soft


def _ends_flow(line: str) -> bool:
    """Whether a line is no part of a paragraph above it: another quote depth, or the signature."""
    return line.startswith(">") or line.removeprefix(" ") == _SIGNATURE


def _flow(line: str, *, delsp: bool) -> Iterator[str]:
    """Yield a paragraph in lines that end in a space but for the last one (RFC 3676, 4.2)."""
    if line == _SIGNATURE or line.startswith(">"):
        yield line
        return
    pieces = list(_fold(line, WIDTH, keep_space=True))
    for number, piece in enumerate(pieces):
        last = number + 1 == len(pieces)
        text = piece.rstrip(" ") if last else piece + " " * delsp
        yield f" {text}" if text.startswith((" ", ">", "From ")) else text


def _fold(line: str, width: int, *, keep_space: bool = False) -> Iterator[str]:
    """Yield a line in pieces that aren't longer than `width`, cut at spaces where there are any."""
    at = 0
    while len(line) - at > width:
        cut = line.rfind(" ", at + 1, at + width + 1)
        cut = line.find(" ", at + width) if cut < 0 else cut
        if cut < 0 or not line[at:cut].strip() or not line[cut + 1 :].strip():
            break
        yield line[at : cut + 1] if keep_space else line[at:cut]
        at = cut + 1
    yield line[at:]


def find_newline(text: str) -> str:
    r"""Return the line break that a text mostly uses."""
    if text.count("\r\n") * 2 > text.count("\n"):
        return "\r\n"
    return "\n" if "\n" in text or "\r" not in text else "\r"
