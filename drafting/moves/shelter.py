"""Puts each fact of a sentence behind one private-use character: no pattern reaches into it.

The character carries the kind of the fact, so that a pattern may ask for a telephone number or an
amount. It knows nothing of moves. A sentence that holds such characters itself is not sheltered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.facts import Fact, FactKind

FIRST, LAST = 0xE000, 0xF8FF
ROOM = (LAST - FIRST + 1) // len(FactKind)
"""How many facts of one kind a sentence may hold."""

ANY_FACT = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
END = re.compile(r"[\s.!?…:;,]*$")
BARE_ENDS = frozenset({FactKind.LINK, FactKind.CODE})
"""A full stop right after one of these may be read as part of it."""
ENDED = re.compile(r"[.!?…][\"'”’)\]*_]+$|[^\w\s)\]%€£$\"'”’>}|*#-]$")
"""The end of a sentence that has its mark inside a quote or bracket, or that ends in a picture."""


def kind_range(kind: FactKind) -> str:
    """The characters that stand for facts of this kind, as the inside of a character class."""
    start = FIRST + list(FactKind).index(kind) * ROOM
    return f"{chr(start)}-{chr(start + ROOM - 1)}"


@dataclass(frozen=True, slots=True)
class Sheltered:
    """A sentence with its facts behind placeholders; `body` is without its end mark.

    `tail` is the end mark as it was written, `end` the one that a rewrite gets.
    """

    body: str
    tail: str
    end: str
    facts: tuple[tuple[str, str], ...]
    bare_end: bool
    curly: bool

    def rebuild(self, body: str) -> str | None:
        """The body as a finished sentence; None where a fact is lost, doubled or moved."""
        if ANY_FACT.findall(body) != [mark for mark, _ in self.facts]:
            return None
        text = _finish(body, self.end, self.bare_end)
        if self.curly:
            text = text.replace("'", "’")
        for mark, fact in self.facts:
            text = text.replace(mark, fact)
        return text


def shelter(sentence: str, facts: Sequence[Fact]) -> Sheltered | None:
    """The sentence ready for matching: straight apostrophes, single spaces, facts as one character.

    None where it holds private-use characters or too many facts; ValueError where a fact's span
    does not hold its text.
    """
    if ANY_FACT.search(sentence):
        return None
    marks = _marks(facts)
    if marks is None:
        return None
    parts, at = [], 0
    for fact, (mark, _) in zip(facts, marks, strict=True):
        start, stop = fact.span
        if start < at or sentence[start:stop] != fact.text:
            raise ValueError(f"the {fact.kind.value} at {fact.span} is not in the sentence")
        parts += [sentence[at:start], mark]
        at = stop
    text = "".join([*parts, sentence[at:]])
    return _split(text, tuple(marks), facts)


def _marks(facts: Sequence[Fact]) -> list[tuple[str, str]] | None:
    kinds = list(FactKind)
    used = dict.fromkeys(kinds, 0)
    marks = []
    for fact in facts:
        if used[fact.kind] == ROOM:
            return None
        marks.append((chr(FIRST + kinds.index(fact.kind) * ROOM + used[fact.kind]), fact.text))
        used[fact.kind] += 1
    return marks


def _split(text: str, marks: tuple[tuple[str, str], ...], facts: Sequence[Fact]) -> Sheltered:
    curly = "’" in text
    text = " ".join(text.replace("’", "'").split())
    match = END.search(text)
    tail = match.group() if match else ""
    body = text[: len(text) - len(tail)]
    bare = not tail and _ends_bare(text, marks, facts)
    if tail.count("!") > 1:
        body += "!!"
    return Sheltered(body, tail.strip(), _calm(tail), marks, bare, curly)


def _ends_bare(text: str, marks: tuple[tuple[str, str], ...], facts: Sequence[Fact]) -> bool:
    """Whether a sentence that has no end mark should stay without one."""
    if marks and text.endswith(marks[-1][0]):
        return facts[-1].kind in BARE_ENDS or ENDED.search(facts[-1].text) is not None
    return ENDED.search(text) is not None


def _calm(tail: str) -> str:
    """The one mark that a rewritten sentence ends with."""
    return next((mark for mark in "?:;," if mark in tail), ".")


def _finish(body: str, end: str, bare: bool) -> str:
    body = " ".join(body.split())
    body = re.sub(r" ([,.;])(?= |$)", r"\1", body).rstrip(",;: ")
    first = re.match(r"[^\W\d_]\w*", body)
    if first and first.group()[1:] == first.group()[1:].lower():
        body = body[0].upper() + body[1:]
    if bare or body[-1:] in set(".?!…:") or (body[-1:] == ")" and body[:1] == "("):
        return body
    return body + end
