"""Whether a full stop, question or exclamation mark ends its sentence, judged by its neighbours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from drafting.draft.atoms import is_end
from drafting.draft.vocabulary import (
    BEFORE_NUMBER,
    DAYS_AND_ZONES,
    FILE_ENDINGS,
    MAYBE_FINAL,
    MONTHS,
    NEVER_FINAL,
    ORDINAL_LEADS,
    STARTERS,
)
from drafting.facts import Span

_WORD_BEFORE = re.compile(r"[\w.'’-]*$")
_NEXT = re.compile(r"(\s*)([\"'“”‘„«(\[*_¿¡]*)(\S*)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GLUED_BEFORE = re.compile(
    r"(?:^|[\s\"'“‘(\[*.!?])[^\W\d_A-Z]+(?:['’-][^\W\d_]+)*[\"'”’)\]*]*$|\d$"
)
_GLUED_TITLE = re.compile(r"(?:^|[\s\"'“‘(\[*.!?])[^\W\d_]+(?:['’-][^\W\d_]+)*[\"'”’)\]*]*$|\d$")
_GLUED_AFTER = re.compile(
    r"[‘“\"'(]?(?:[A-ZÀ-Þ][^\W\d_]*(?:['’][^\W\d_]+)?|\{\{)(?=[\s,;:!?.]|\{|[^\W\d_]|$)"
)
_CODE = re.compile(r"\w+[.(_/\\@=]\w")
_HAS_NUMBER = re.compile(r"\S{0,12}?\d|[#{§]")
_LIST_LEAD = re.compile(r"(?:[!?:;]|[^\W\d_]{5,}\.|\bit\.)\s+$")
_MEASURED = re.compile(r"(?:\d\s?(?:[a-z]{1,12}\s)?|\w/)[a-z]{2,4}$")
_VOWELLESS = re.compile(r"[b-df-hj-np-tv-xz]{2,4}$")
_REACH = 60
"""How many characters around the mark are looked at."""


class Verdict(Enum):
    """What the neighbours of a mark say."""

    END = auto()
    GO_ON = auto()
    ASK = auto()
    """They do not tell: ask the trained splitter."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A mark with its neighbours."""

    marks: str
    closers: str
    before: str
    """The text before the mark, at most `_REACH` characters."""
    word: str
    """The word before the mark, in lower case, without the mark."""
    after_atom: bool
    gap: str
    opener: str
    after: str
    """The word behind the mark with what clings to it; empty at the end."""

    @classmethod
    def read(cls, piece: str, end: re.Match[str], atoms: Sequence[Span]) -> "Ending":
        """Read the neighbours of a mark in a piece of text; `atoms` are spans in that piece."""
        marks = re.match(r"[.!?…؟。！？]+", end.group())
        assert marks is not None, "an ending starts with a mark"
        before = piece[max(end.start() - _REACH, 0) : end.start()]
        word = _WORD_BEFORE.search(before)
        after = _NEXT.match(piece[end.end() : end.end() + _REACH])
        assert word is not None, "the pattern matches the empty string"
        assert after is not None, "the pattern matches the empty string"
        return cls(
            marks=marks.group(),
            closers=end.group()[marks.end() :],
            before=before,
            word=word.group().casefold(),
            after_atom=is_end(atoms, end.start()),
            gap=after.group(1),
            opener=after.group(2),
            after=after.group(3),
        )

    @property
    def next_word(self) -> str:
        """The letters behind the mark, without what clings to them."""
        found = _LETTERS.match(self.after)
        return found.group() if found else ""

    @property
    def shouted(self) -> bool:
        """Whether the word before is in capitals ("HR") while the mail goes on in small letters."""
        shouting = len(self.next_word) > 1 and self.next_word.isupper()
        return len(self.word) > 1 and self.before.endswith(self.word.upper()) and not shouting

    @property
    def starts_sentence(self) -> bool:
        """Whether the next word is capitalised and likes to start sentences."""
        return self.next_word[:1].isupper() and self.next_word.casefold() in STARTERS


def judge(ending: Ending) -> Verdict:
    """Judge whether a sentence ends at the mark."""
    if ending.marks[0] in "。！？" and not ending.closers:
        return Verdict.END
    if not ending.gap:
        return _judge_glued(ending) if ending.after or ending.opener else Verdict.END
    if not (ending.after or ending.opener):
        return Verdict.END
    if ending.marks.startswith("…") or ".." in ending.marks:
        return Verdict.GO_ON if ending.next_word[:1].islower() else Verdict.END
    if ending.marks != ".":
        quoted = bool(ending.closers) and ending.next_word[:1].islower()
        return Verdict.GO_ON if quoted else Verdict.END
    return _judge_stop(ending)


def _judge_glued(ending: Ending) -> Verdict:
    """Judge a mark with no white space behind it: a typing slip, or part of a name or number."""
    if len(ending.marks) > 1 and "." in ending.marks:
        return Verdict.GO_ON
    following = (ending.opener + ending.after).lstrip()
    if not _GLUED_AFTER.match(following) or ending.word in NEVER_FINAL | MAYBE_FINAL:
        return Verdict.GO_ON
    if ending.next_word.casefold() in FILE_ENDINGS or _CODE.match(ending.after):
        return Verdict.GO_ON
    before = ending.before + ending.closers
    likely = ending.starts_sentence or ending.marks != "."
    clear = ending.after_atom or (_GLUED_TITLE if likely else _GLUED_BEFORE).search(before)
    long_enough = ending.after_atom or len(ending.word) > 1
    return Verdict.END if clear and long_enough else Verdict.GO_ON


def _judge_stop(ending: Ending) -> Verdict:
    """Judge a single full stop with white space behind it."""
    word = ending.word
    if ending.closers:
        return Verdict.GO_ON if ending.next_word[:1].islower() else Verdict.END
    if word in NEVER_FINAL and not ending.shouted:
        return Verdict.GO_ON
    if word in BEFORE_NUMBER and _HAS_NUMBER.match(ending.after):
        return Verdict.GO_ON
    if word.isdigit():
        return _judge_number(ending)
    if _MEASURED.search(ending.before):
        return Verdict.END  # "30 max.", "5 hrs.", "60 req/min."
    if ending.after_atom and word not in MAYBE_FINAL:
        return Verdict.END
    if word in MAYBE_FINAL or "." in word or (len(word) == 1 and word.isalpha()):
        return _judge_abbreviation(ending)
    if ending.next_word[:1].islower():
        shortened = word in BEFORE_NUMBER or _VOWELLESS.match(word)
        return Verdict.GO_ON if shortened and not ending.shouted else Verdict.END
    unknown = ending.next_word and not ending.starts_sentence and _VOWELLESS.match(word)
    return Verdict.ASK if unknown and not ending.shouted else Verdict.END


def _judge_number(ending: Ending) -> Verdict:
    """Judge a full stop behind a number: a list number, an ordinal ("3. März"), or the end."""
    lead = ending.before[: -len(ending.word)]
    if len(ending.word) > 2 or (lead and not lead[-1].isspace()):
        return Verdict.END  # a year, or the last part of a date or time
    if not lead.strip() or _LIST_LEAD.search(lead):
        return Verdict.GO_ON
    counted = lead.split()[-1].casefold() in ORDINAL_LEADS and not ending.starts_sentence
    return Verdict.GO_ON if counted or ending.next_word.casefold() in MONTHS else Verdict.END


def _follows_time(ending: Ending) -> bool:
    """Whether a capitalised word behind "6 p.m." begins a sentence: no day, zone or place."""
    word = ending.next_word
    if ending.word not in ("a.m", "p.m") or not word[:1].isupper() or word.isupper():
        return False
    return word.casefold() not in MONTHS | DAYS_AND_ZONES


def _judge_abbreviation(ending: Ending) -> Verdict:
    """Judge a full stop that may belong to an abbreviation or initial, and may end too."""
    if ending.starts_sentence or _follows_time(ending):
        return Verdict.END
    initial = len(ending.word) == 1 and ending.before[-1:].isupper() and ending.before[-2:-1] in " "
    if ending.next_word[:1].islower() or initial:
        return Verdict.GO_ON
    return Verdict.ASK if ending.word in MAYBE_FINAL else Verdict.END
