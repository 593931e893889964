"""The parts of a plain-text mail: greeting, running text, headings, sign-off, quoted history.

Knows lines and blocks. What a sentence is, it leaves to others: it hands out flows, which are runs
of text that no sentence leaves. Other formats have a layout of their own and share the flows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.draft.atoms import is_cut
from drafting.draft.document import NO_HINTS, Hints, SentenceKind
from drafting.draft.greeting import Greeting, find_greeting
from drafting.draft.headings import MARKER, SUBJECT, is_heading, is_marked_heading
from drafting.draft.history import find_attributions, find_history
from drafting.draft.lines import Line, group_lines, split_lines, trim
from drafting.draft.signature import find_sign_off
from drafting.draft.verbatim import find_verbatim_lines, has_prose, is_quoted
from drafting.draft.wrapping import is_full, is_joined, measure_width
from drafting.facts import Span

_STOPS = (". ", "! ", "? ")


@dataclass(frozen=True, slots=True)
class Flow:
    """Running text whose sentences do not leave it; without white space at its ends."""

    span: Span
    paragraph: int
    kind: SentenceKind


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a mail are; what no part covers is left as it is."""

    greeting: Span | None
    sign_off: Span | None
    history: Span | None
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """The lines above the quoted history, with the atoms in them."""

    text: str
    lines: tuple[Line, ...]
    atoms: Sequence[Span]
    width: int
    hints: Hints


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that go together so far: where they start, the last of them, the item's indent."""

    start: int
    last: Line
    kind: SentenceKind
    indent: int

    @property
    def span(self) -> Span:
        return self.start, self.last.end


def lay_out(text: str, atoms: Sequence[Span], hints: Hints = NO_HINTS) -> Layout:
    """Find the parts of a plain-text mail. `atoms` are the spans that must stay whole, in order."""
    lines = split_lines(text)
    history = find_history(lines)
    body = _Body(text, lines[:history], atoms, measure_width(lines[:history]), hints)
    verbatim = find_verbatim_lines(text, body.lines, atoms) | set(find_attributions(body.lines))
    verbatim |= {index for index, line in enumerate(body.lines) if line.start in hints.verbatim}
    greeting = find_greeting(text, body.lines, verbatim, atoms)
    body, begin = _pass_greeting(body, greeting)
    rows = _find_rows(body.lines, begin)
    sign_off = find_sign_off(body.lines, rows)
    signed = next((row for row in rows if lines[row].start == hints.signature), None)
    if signed is not None and (sign_off is None or signed < sign_off):
        sign_off = signed
    skipped = verbatim | set(range(begin)) | _list_from(sign_off, len(body.lines))
    return Layout(
        greeting=greeting.span if greeting else None,
        sign_off=_span_from(text, body.lines, sign_off),
        history=None if history is None else (lines[history].start, len(text)),
        flows=tuple(_find_flows(body, frozenset(skipped), titled=greeting is None)),
    )


def _pass_greeting(body: _Body, greeting: Greeting | None) -> tuple[_Body, int]:
    """Leave out the greeting and what stands above it; return the first line of text."""
    if greeting is None:
        return body, _pass_subject(body.lines)
    line, end = body.lines[greeting.line], greeting.span[1]
    rest = Line(body.text[end : line.end], end)
    if rest.blank:
        return body, greeting.line + 1
    lines = (*body.lines[: greeting.line], rest, *body.lines[greeting.line + 1 :])
    return replace(body, lines=lines), greeting.line


def _pass_subject(lines: Sequence[Line]) -> int:
    """Count the header fields at the top, if anything comes below them."""
    count = 0
    while count < len(lines) and (lines[count].blank or SUBJECT.match(lines[count].text)):
        count += 1
    return count if any(not line.blank for line in lines[count:]) else 0


def _find_rows(lines: Sequence[Line], begin: int) -> list[int]:
    """Visible lines in which the sign-off may be: below the last quote."""
    rows: list[int] = []
    for index in range(begin, len(lines)):
        if is_quoted(lines[index]):
            rows.clear()
        elif not lines[index].blank:
            rows.append(index)
    return rows


def _list_from(start: int | None, end: int) -> set[int]:
    return set() if start is None else set(range(start, end))


def _span_from(text: str, lines: Sequence[Line], start: int | None) -> Span | None:
    return None if start is None else trim(text, (lines[start].start, lines[-1].end))


def _find_flows(body: _Body, skipped: frozenset[int], *, titled: bool) -> Iterator[Flow]:
    """Cut the lines that are not skipped; `titled` says that the first may be a title."""
    blocks = group_lines(body.lines, skipped)
    for place, block in enumerate(blocks):
        below = blocks[place + 1] if place + 1 < len(blocks) else ()
        texts = [body.lines[index].text for index in below]
        title = body.lines[block[0]].text
        if len(block) == 1 and is_heading(title, texts, first=titled and place == 0):
            continue
        for span, kind in _cut_block(body, [body.lines[index] for index in block]):
            if has_prose(body.text, span, body.atoms):
                yield Flow(trim(body.text, span), place, kind)


def _cut_block(body: _Body, block: Sequence[Line]) -> Iterator[tuple[Span, SentenceKind]]:
    """Cut a paragraph into list items and into lines that do not go on with the one above."""
    open_run: _Run | None = None
    for place, line in enumerate(block):
        heading, marker = is_marked_heading(line.text), MARKER.match(line.raw)
        if marker and open_run and _wraps_mark(open_run, block[place : place + 2], body.width):
            marker = None
        if open_run and not (heading or marker) and _goes_on(body, open_run, line):
            open_run = replace(open_run, last=line)
            continue
        if open_run:
            yield open_run.span, open_run.kind
        open_run = None if heading else _start_run(line, marker, open_run)
    if open_run:
        yield open_run.span, open_run.kind


def _wraps_mark(run: _Run, lines: Sequence[Line], width: int) -> bool:
    """Whether what looks like a list mark came to the line's start only by wrapping."""
    single = len(lines) == 1 or not MARKER.match(lines[1].raw)
    full = is_full(run.last.text, lines[0].text, width)
    return run.kind is SentenceKind.PROSE and single and full and run.last.text[-1] not in ".!?:"


def _start_run(line: Line, marker: re.Match[str] | None, above: _Run | None) -> _Run:
    """Start a list item, go on with one in an indented line, or start prose."""
    if marker:
        return _Run(line.start + marker.end(), line, SentenceKind.ITEM, line.indent)
    inside = above and above.kind is SentenceKind.ITEM and line.indent > above.indent
    if above and inside:
        return _Run(line.offset, line, SentenceKind.ITEM, above.indent)
    return _Run(line.offset, line, SentenceKind.PROSE, line.indent)


def _goes_on(body: _Body, run: _Run, line: Line) -> bool:
    """Whether the line goes on with the sentence that ends the run."""
    if line.start in body.hints.breaks:
        return False
    if is_cut(body.atoms, run.last.end):
        return True
    last = body.text[max(run.start, run.last.start) : run.last.end].strip()
    stop = max(last.rfind(mark) for mark in _STOPS)
    begun = last[stop + 2 : stop + 3] if stop >= 0 else body.text[run.start : run.start + 1]
    return is_joined(last, line.text, body.width, lower_case=begun.islower())
