"""Openings for one occasion each: hand-written sentences, and the words by which a mail speaks of it.

"You charged me again after I'd cancelled" holds a word for charging and one for cancelling in one
breath, so "Being charged after you'd cancelled is frustrating." may open the reply. An entry is found
where all its groups of words stand in one sentence, or three groups in two that follow each other
(`prompts/openings/`). It knows words and no meaning: whether a mail wants an opening at all is for
`fit` to say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from drafting.candidate import Candidate, Op, Source
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.phrases.drawing import draw
from drafting.phrases.spelling import spell
from drafting.prompt import PROMPTS, read_entry, read_mapping
from drafting.situations import Entry, Identifier, Reading

OPENINGS = PROMPTS / "openings"
THING = "{thing}"
_MOST_WORDS = 28
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_TOKEN = re.compile(r"[\w&#](?:[\w&#'-]*[\w&#])?|[^\w\s'-]")
"""A word, or a mark of punctuation: no phrase reaches over one."""
_ANY_ENDING = "*"
_NO_NOUNS = frozenset(
    "it's that's he's she's what's there's here's where's who's how's when's why's let's".split()
)
"""Without their "'s" they are words of which the occasions mean something else."""
_LONGEST_BEGINNING = 20
"""Of a word with any ending."""
_HARDSHIP = -1
"""Stands for the words of hardship where the numbers of occasions are."""
_FEW_GROUPS = 2
_UNLESS = 0
"""Number of the group of words that an occasion must not have; the others count from 1."""


class Side(StrEnum):
    """Which text must speak of the occasion."""

    MESSAGE = "message"
    DRAFT = "draft"
    """Of a mail without a message."""


def _check_words(words: str) -> str:
    beginnings = re.findall(r"\S+(?=\*)", words)
    if not re.fullmatch(r"[a-z#'*&| -]+", words) or not all(map(str.strip, words.split("|"))):
        raise ValueError(f"{words!r}: lower-case words, `#` for a number, `|` between alternatives")
    if any(len(word) > _LONGEST_BEGINNING for word in beginnings):
        raise ValueError(f"{words!r}: a beginning has more than {_LONGEST_BEGINNING} letters")
    return words


Words = Annotated[str, AfterValidator(_check_words)]
"""Alternatives, such as "charge* | took the money": whole words, `*` for any ending."""


class Occasion(Entry):
    """Something that a customer may write about, and what may be said first."""

    id: Identifier
    side: Side = Side.MESSAGE
    when: tuple[Words, ...] = Field(min_length=1)
    """Groups of words, all of which must be found together."""
    unless: Words | None = None
    """Words that must stand nowhere in the text."""
    thing: Words | None = None
    """A further group, whose word as it was found stands for `{thing}`: nouns in the singular."""
    claims: bool = False
    """Rests on the customer's word, so it isn't used where the draft disputes anything."""
    heavy: bool = False
    """Fit to be said of hardship: where a message speaks of any, no lighter one is used."""
    texts: tuple[str, ...] = Field(min_length=1)
    finds: tuple[str, ...] = Field(min_length=1)
    leaves: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _reads_well(self) -> Self:
        for text in self.texts:
            if re.search(r"[\d!?@/]|\{(?!thing\})", text) or text != text.strip():
                raise ValueError(
                    f"{text!r}: no digit, link, question or `!`, nor a hole but {{thing}}"
                )
            if text[-1] != "." or len(text.split()) > _MOST_WORDS:
                raise ValueError(f"{text!r}: one or two sentences, up to {_MOST_WORDS} words")
            if THING in text and not self.thing:
                raise ValueError(f"{text!r}: {{thing}} needs `thing`, the words that it may be")
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """All groups that must be found, that of the thing last."""
        return (*self.when, self.thing) if self.thing else self.when


@dataclass(frozen=True, slots=True)
class Found:
    """Where an occasion was found."""

    occasion: Occasion
    apart: int
    """0 where one sentence holds all its words, 1 where two do."""
    at: int
    """Number of the sentence, from 0."""
    thing: str = ""

    @property
    def is_close(self) -> bool:
        """Whether the words stand close enough to belong together.

        Of the openings of 120 unseen mails, read by hand, 15 of 25 were good where one sentence held all words,
        and 1 of 4 where two did that had two groups.
        """
        return not self.apart or len(self.occasion.groups) > _FEW_GROUPS

    @property
    def rank(self) -> tuple[int, int, int]:
        """More groups of words go first, then one sentence, then what is told earlier."""
        return -len(self.occasion.groups), self.apart, self.at


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One alternative of a group: the words that must follow its first one."""

    order: int
    """Of two that stand at one place, the one that is indexed first counts."""
    occasion: int
    group: int
    rest: tuple[str, ...]

    def follows(self, tokens: Sequence[str], at: int) -> bool:
        """Whether the rest stands behind the token at `at`."""
        behind = tokens[at + 1 : at + 1 + len(self.rest)]
        return len(behind) == len(self.rest) and all(map(_fits, self.rest, behind))


def _fits(word: str, token: str) -> bool:
    if word.endswith(_ANY_ENDING):
        return token.startswith(word[:-1])
    return word in (token, _without_s(token))


def _without_s(token: str) -> str:
    """Return "parcel" of "parcel's", which is short for "is" or "has" as often as it says whose."""
    return token if token in _NO_NOUNS else token.removesuffix("'s")


def _spell_pattern(word: str) -> str:
    """Return a word of an alternative as the words of a message are spelt."""
    if word.endswith(_ANY_ENDING):
        return spell(word[:-1]) + _ANY_ENDING
    return spell(word)


_Named = dict[int, dict[int, str]]
"""The words of an occasion that were found: by sentence, then by group the first alternative."""


_ORDER = attrgetter("order")


@dataclass(slots=True)
class _Followed:
    """Phrases of one first word, by the word behind it."""

    by_second: defaultdict[str, list[_Phrase]] = field(default_factory=lambda: defaultdict(list))
    others: list[_Phrase] = field(default_factory=list)
    """Of one word, or with any ending of the second."""

    def add(self, phrase: _Phrase) -> None:
        """Take a phrase in."""
        second = phrase.rest[0] if phrase.rest else _ANY_ENDING
        (self.others if second.endswith(_ANY_ENDING) else self.by_second[second]).append(phrase)

    def before(self, token: str) -> list[_Phrase]:
        """Return the phrases whose second word, if they have one, a token may be."""
        seconds = (self.by_second.get(word) for word in dict.fromkeys((token, _without_s(token))))
        found = [phrase for each in filter(None, seconds) for phrase in each]
        return sorted([*self.others, *found], key=_ORDER) if found else self.others


_Index = defaultdict[str, _Followed]


@dataclass(slots=True)
class Book:
    """Occasions with an index by the first two words of each alternative: a text is read once for all."""

    occasions: tuple[Occasion, ...]
    hardship: Words | None = None
    """Words of hardship."""
    _exact: _Index = field(default_factory=lambda: defaultdict(_Followed))
    _begun: _Index = field(default_factory=lambda: defaultdict(_Followed))
    """By the beginning of a first word with any ending."""
    _size: int = 0

    def __post_init__(self) -> None:
        """Index all alternatives of all groups."""
        self._index(_HARDSHIP, (self.hardship,))
        for number, occasion in enumerate(self.occasions):
            self._index(number, (occasion.unless, *occasion.groups))

    def _index(self, occasion: int, groups: Iterable[str | None]) -> None:
        for group, words in enumerate(groups):
            for alternative in words.split("|") if words else ():
                first, *rest = map(_spell_pattern, alternative.split())
                phrase = _Phrase(self._size, occasion, group, tuple(rest))
                self._size += 1
                if first.endswith(_ANY_ENDING):
                    self._begun[first[:-1]].add(phrase)
                else:
                    self._exact[first].add(phrase)

    def find(self, text: str, side: Side) -> list[Found]:
        """Return the occasions of a side that an evened-out text speaks of, in the order of the book.

        Where a message tells of hardship, heavy ones alone.
        """
        read = self._read(text)
        heavy = side is Side.MESSAGE and bool(read.pop(_HARDSHIP, None))
        places = (
            _place(self.occasions[number], named)
            for number, named in sorted(read.items())
            if number != _HARDSHIP and self.occasions[number].side is side
        )
        return [found for found in places if found and (found.occasion.heavy or not heavy)]

    def _read(self, text: str) -> dict[int, _Named]:
        """Return which words of which occasion stand in a text, by the occasion's number."""
        found: dict[int, _Named] = defaultdict(lambda: defaultdict(dict))
        for sentence, words in enumerate(_SENTENCE.split(text)):
            tokens = [spell(token) for token in _TOKEN.findall(words)]
            for at, token in enumerate(tokens):
                behind = tokens[at + 1] if at + 1 < len(tokens) else ""
                for phrase in self._begin(token, behind):
                    if not phrase.rest or phrase.follows(tokens, at):
                        named = found[phrase.occasion][sentence]
                        if phrase.group not in named:
                            words = tokens[at : at + 1 + len(phrase.rest)]
                            named[phrase.group] = _without_s(" ".join(words))
        return found

    def _begin(self, token: str, behind: str) -> Iterator[_Phrase]:
        """Yield the phrases whose first word a token may be, and whose second the one behind it."""
        words = dict.fromkeys((token, _without_s(token)))
        beginnings = (token[:end] for end in range(1, min(len(token), _LONGEST_BEGINNING) + 1))
        followed = (
            *(self._exact.get(word) for word in words),
            *(self._begun.get(beginning) for beginning in beginnings),
        )
        for each in filter(None, followed):
            yield from each.before(behind)


def _place(occasion: Occasion, named: _Named) -> Found | None:
    """Return where all groups of an occasion stand together; None if nowhere."""
    if any(_UNLESS in groups for groups in named.values()):
        return None
    wanted = len(occasion.groups)
    for apart in (0, 1):
        for at, groups in sorted(named.items()):
            together = named.get(at + apart, {}) | groups
            if len(together) == wanted:
                return Found(occasion, apart, at, together[wanted] if occasion.thing else "")
    return None


class _File(Entry):
    hardship: Words | None = None
    """Words of hardship, which call for heavy occasions alone; in one file of them all."""
    occasions: tuple[Occasion, ...]


@cache
def load_occasions(folder: Path = OPENINGS) -> Book:
    """Read and check the occasions of all files of the folder.

    Raises:
        PromptFileError: an entry is wrong, or two have the same id or text.

    """
    found: list[Occasion] = []
    hardship: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_entry(_File, read_mapping(path), path.name)
        found += file.occasions
        hardship += [file.hardship] if file.hardship else []
    for what in ([one.id for one in found], [text for one in found for text in one.texts]):
        seen: set[str] = set()
        for name in what:
            if name in seen:
                raise PromptFileError(f"{folder.name}: {name!r} stands there twice")
            seen.add(name)
    return Book(tuple(found), " | ".join(hardship) or None)


def find_occasions(reading: Reading, *, disputed: bool = False) -> list[Found]:
    """Return the occasions that a mail speaks of, the most certain first, then as the files go.

    The draft alone is asked where there is no message: else its news would be told before it tells
    them. Where it has the matter `disputed`, none is found that rests on the customer's word.
    """
    book = load_occasions()
    message = reading.message
    found = book.find(message, Side.MESSAGE) if message else book.find(reading.draft, Side.DRAFT)
    fitting = (one for one in found if one.is_close and not (disputed and one.occasion.claims))
    return sorted(fitting, key=lambda one: one.rank)


def open_occasions(reading: Reading, key: str, *, disputed: bool = False) -> Iterator[Candidate]:
    """Yield the openings of the occasions; `key` decides the order of the texts of one."""
    for found in find_occasions(reading, disputed=disputed):
        for text in sorted(found.occasion.texts, key=lambda text: draw(f"{key}|{text}")):
            filled = text.replace(THING, found.thing)
            yield Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, filled, Source.PHRASEBOOK)
