"""Lines that stay as they are because they are no prose: code, quotes, tables, rules, tags.

Knows single lines and their neighbours, nothing of sentences or of e-mail.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from drafting.draft.atoms import cover_atoms, overlapping
from drafting.draft.lines import Line
from drafting.facts import Span

_FENCE = re.compile(r"(`{3,}|~{3,})")
_QUOTE = re.compile(r"\s*>")
_BLOCK_TAG = re.compile(r"\{%[^{}\r\n]{1,300}%\}|\{\{(?:[#/^!]|else\b)[^{}\r\n]{0,300}\}\}")
_CONTROL_LINE = re.compile(
    rf"(?:\A|(?<=[\r\n]))[ \t]*(?:(?:{_BLOCK_TAG.pattern})[ \t]*)+(?=[\r\n]|\Z)"
)
_WORD = re.compile(r"\w")
_OPAQUE = re.compile(r"[^\w\s\"'“‘(]|\(\(|www\.|\S*?(?:://|@|\.\w+(?:/|$))|\w+[-#]?[{\[<*%]")
"""Atoms that nobody reads as words."""

_GAP = re.compile(r"(?:\t| {3}|\u00a0{3})\s*")
_MIN_COLUMNS = 2


def is_quoted(line: Line) -> bool:
    """Whether the line carries a quote mark."""
    return _QUOTE.match(line.raw) is not None


def has_prose(text: str, span: Span, atoms: Sequence[Span]) -> bool:
    """Whether there are letters in the span besides merge tags, links and addresses."""
    opaque = [atom for atom in overlapping(atoms, span) if _OPAQUE.match(text, *atom)]
    return any(char.isalpha() for char in cover_atoms(text, span, opaque))


def hide_control_lines(text: str) -> str:
    """Blank out lines of nothing but control tags, at the same length.

    What stands between `{% if %}` and `{% endif %}` is one atom, unless they have their own lines.
    """
    return _CONTROL_LINE.sub(lambda line: " " * len(line.group()), text)


def find_verbatim_lines(text: str, lines: Sequence[Line], atoms: Sequence[Span]) -> frozenset[int]:
    """Indexes of the lines that are code, quotes, tables, rules or nothing but control tags.

    A line of nothing but merge tags or links is not among them: it may go on with a sentence.
    """
    found = set(_fenced(lines)) | set(_tabular(text, lines, atoms))
    for index, line in enumerate(lines):
        if is_quoted(line) or _is_symbolic(line):
            found.add(index)
    return frozenset(found)


def _is_symbolic(line: Line) -> bool:
    rest = _BLOCK_TAG.sub("", line.raw)
    return not line.blank and _WORD.search(rest.replace("_", "")) is None


def _fenced(lines: Sequence[Line]) -> Iterator[int]:
    """Lines of closed fences; one that is never closed is no fence."""
    opened: tuple[int, str] | None = None
    for index, line in enumerate(lines):
        mark = _FENCE.match(line.text)
        if mark is None:
            continue
        if opened is None:
            opened = index, mark.group()
        elif line.text.startswith(opened[1]):
            yield from range(opened[0], index + 1)
            opened = None


def _tabular(text: str, lines: Sequence[Line], atoms: Sequence[Span]) -> Iterator[int]:
    """Lines of at least two rows with the same dividers, merge tags left aside."""
    rows = [_count_dividers(text, line, atoms) for line in lines]
    for index, row in enumerate(rows):
        if row >= _MIN_COLUMNS and row in _neighbours(rows, index):
            yield index


def _count_dividers(text: str, line: Line, atoms: Sequence[Span]) -> int:
    if not _GAP.search(line.text) and "|" not in line.raw:
        return 0
    pipes = cover_atoms(text, (line.start, line.end), atoms).count("|")
    return pipes or len(_GAP.findall(line.text)) + 1


def _neighbours(rows: Sequence[int], index: int) -> Iterable[int]:
    return (rows[near] for near in (index - 1, index + 1) if 0 <= near < len(rows))
