"""Reads and checks the chapters of `prompts/moves`: word lists, forms, and the moves themselves.

It knows how a move is written and whether it can be compiled. Whether a move is kind or right it
does not know: each move's examples say that, and a test runs them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drafting.errors import PromptFileError
from drafting.facts import FactKind
from drafting.labels import Label
from drafting.moves import filters
from drafting.moves.filters import Filter, UncertainFormError
from drafting.moves.shelter import FIRST, LAST, kind_range

MOVES = Path(__file__).resolve().parents[2] / "prompts" / "moves"
"""The folder of chapters, which are read in the order of their names."""
MACRO = re.compile(r"\{([A-Za-z_]+)\}")
SLOT = re.compile(r"\{([a-z_]+)((?:\|[a-z_]+)*)\}")

Text = Annotated[str, Field(min_length=1)]


class MoveBookError(PromptFileError):
    """The book of moves cannot be used; the message names the entry and what is wrong with it."""


class Example(BaseModel):
    """A sentence that a move changes, and what it becomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: Text
    after: Text | None = None
    """None for a move that deletes."""


class MoveEntry(BaseModel):
    """One move as it is written in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Label
    rank: Annotated[int, Field(ge=1, le=3)] = 1
    """1 turns the sentence round, 2 swaps a phrase, 3 only tidies."""
    pattern: Text
    becomes: str | None = None
    delete: bool = False
    only_if: Text | None = None
    not_if: Text | None = None
    why: Text
    changes: Annotated[tuple[Example, ...], Field(min_length=2)]
    leaves: Annotated[tuple[Text, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _says_what_it_does(self) -> "MoveEntry":
        if self.delete == (self.becomes is not None):
            raise ValueError("give either `becomes` or `delete: true`")
        if any((example.after is None) != self.delete for example in self.changes):
            raise ValueError("`after` belongs to moves that rewrite, and to all of their examples")
        return self


class Book(BaseModel):
    """One chapter, or all of them put together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, str] = Field(default_factory=dict)
    """Lists of single words, written with white space between them; each chapter may add to any."""
    forms: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Tables from a word to its form; each chapter may add to any."""
    macros: dict[str, str] = Field(default_factory=dict)
    moves: tuple[MoveEntry, ...] = ()

    def add(self, chapter: "Book") -> "Book":
        """Return the book with a further chapter.

        Raises:
            MoveBookError: both give a name to something else.

        """
        words = dict(self.words)
        for name, more in chapter.words.items():
            words[name] = f"{words.get(name, '')} {more}"
        forms = dict(self.forms)
        for name, pairs in chapter.forms.items():
            forms[name] = _join(f"forms {name!r}", forms.get(name, {}), pairs)
        macros = _join("macros", self.macros, chapter.macros)
        return Book(words=words, forms=forms, macros=macros, moves=self.moves + chapter.moves)


@dataclass(frozen=True, slots=True)
class Move:
    """A move ready to run on a sheltered sentence."""

    id: str
    label: Label
    rank: int
    pattern: re.Pattern[str]
    becomes: tuple[str | tuple[str, tuple[Filter, ...]], ...] | None
    only_if: re.Pattern[str] | None
    not_if: re.Pattern[str] | None
    why: str

    @property
    def deletes(self) -> bool:
        """Whether the sentence goes."""
        return self.becomes is None

    def fits(self, body: str, tail: str) -> bool:
        """Whether the conditions beside the pattern hold, for the sentence with its end mark."""
        text = body + tail
        if self.only_if and not self.only_if.search(text):
            return False
        return not (self.not_if and self.not_if.search(text))

    def change(self, body: str) -> str:
        """The body after the move; the same body where it does not apply."""
        try:
            return " ".join(self.pattern.sub(self._fill, body).split())
        except UncertainFormError:
            return body

    def _fill(self, match: re.Match[str]) -> str:
        parts = []
        for part in self.becomes or ():
            if isinstance(part, str):
                parts.append(part)
                continue
            text = match.group(part[0]) or ""
            for change in part[1] if text else ():
                text = change(text)
            parts.append(text)
        return "".join(parts)


@cache
def load_moves(folder: Path = MOVES) -> tuple[Move, ...]:
    """Return the moves of all chapters, in order. Raises MoveBookError, which names a bad entry."""
    book = read_book(folder)
    macros = _macros(book)
    known = _filters(book)
    moves = tuple(_compiled(entry, macros, known) for entry in book.moves)
    ids = [move.id for move in moves]
    for twice in {name for name in ids if ids.count(name) > 1}:
        raise MoveBookError(f"move {twice!r}: the id is used twice")
    return moves


def read_book(folder: Path = MOVES) -> Book:
    """Return the chapters as they are written, put together and checked for shape.

    Raises:
        MoveBookError: there is none, one isn't as it should be, or two contradict each other.

    """
    book = Book()
    for path in sorted(folder.glob("*.yaml")):
        book = book.add(_read_chapter(path))
    if not book.moves:
        raise MoveBookError(f"{folder.name} holds no moves")
    return book


def _read_chapter(path: Path) -> Book:
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise MoveBookError(f"{path.name} is not YAML: {error}") from error
    try:
        return Book.model_validate(data)
    except ValidationError as error:
        raise MoveBookError(f"{path.name}, {_explained(error, data)}") from error


def _join(owner: str, known: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    for name in known.keys() & more.keys():
        if known[name] != more[name]:
            raise MoveBookError(f"{owner}: {name!r} is given twice, and not the same")
    return {**known, **more}


def _explained(error: ValidationError, data: Any) -> str:
    first = error.errors()[0]
    where = list(first["loc"])
    name = ".".join(str(part) for part in where)
    if len(where) > 1 and where[0] == "moves" and isinstance(where[1], int):
        entry = data["moves"][where[1]]
        shown = entry.get("id", where[1]) if isinstance(entry, dict) else where[1]
        name = ".".join([f"move {shown!r}", *(str(part) for part in where[2:])])
    return f"{name}: {first['msg']}"


def _macros(book: Book) -> dict[str, str]:
    macros = {"F": f"[{chr(FIRST)}-{chr(LAST)}]"}
    macros |= {kind.name: f"[{kind_range(kind)}]" for kind in FactKind}
    for name, words in book.words.items():
        macros[name] = _any_of(words.split())
    for name, forms in book.forms.items():
        macros[name] = _any_of(forms)
    for name, pattern in book.macros.items():
        macros[name] = _expanded(f"macro {name!r}", pattern, macros)
    return macros


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) for word in longest_first) + ")"


def _expanded(owner: str, pattern: str, macros: Mapping[str, str]) -> str:
    def look_up(match: re.Match[str]) -> str:
        if match.group(1) not in macros:
            raise MoveBookError(f"{owner}: there is no macro or word list {match.group(1)!r}")
        return macros[match.group(1)]

    return MACRO.sub(look_up, pattern)


def _filters(book: Book) -> dict[str, Filter]:
    words = {name: frozenset(items.split()) for name, items in book.words.items()}
    plain = words.get("plain", frozenset())
    nouns, masses = words.get("count_nouns", frozenset()), words.get("mass_nouns", frozenset())
    forms = book.forms
    known = plain.union(*words.values(), *(_both_sides(mapping) for mapping in forms.values()))
    made: dict[str, Filter] = {
        "lower": str.lower,
        "lower_verb": filters.lower_verb,
        "lower_first": filters.lower_first(plain),
        "as_object": filters.as_object(plain, nouns, masses),
        "quiet_case": filters.quiet_case(known, forms.get("capitals", {})),
        "with_article": filters.with_article(nouns, masses),
    }
    return made | {name: filters.looked_up(mapping) for name, mapping in forms.items()}


def _both_sides(mapping: Mapping[str, str]) -> set[str]:
    return {word.lower() for pair in mapping.items() for text in pair for word in text.split()}


def _compiled(entry: MoveEntry, macros: Mapping[str, str], known: Mapping[str, Filter]) -> Move:
    owner = f"move {entry.id!r}"

    def compiled(field: str, source: str | None) -> re.Pattern[str] | None:
        if source is None:
            return None
        try:
            return re.compile(_expanded(f"{owner}, {field}", source, macros), re.IGNORECASE)
        except re.error as error:
            raise MoveBookError(f"{owner}, {field}: {error}") from error

    pattern = compiled("pattern", entry.pattern)
    assert pattern is not None
    becomes = None if entry.becomes is None else _template(owner, entry.becomes, pattern, known)
    return Move(
        entry.id, entry.label, entry.rank, pattern, becomes,
        compiled("only_if", entry.only_if), compiled("not_if", entry.not_if), entry.why,
    )  # fmt: skip


def _template(
    owner: str, source: str, pattern: re.Pattern[str], known: Mapping[str, Filter]
) -> tuple[str | tuple[str, tuple[Filter, ...]], ...]:
    parts: list[str | tuple[str, tuple[Filter, ...]]] = []
    at = 0
    for slot in SLOT.finditer(source):
        group, names = slot.group(1), slot.group(2).split("|")[1:]
        if group not in pattern.groupindex:
            raise MoveBookError(f"{owner}, becomes: the pattern has no group {group!r}")
        for name in names:
            if name not in known:
                raise MoveBookError(f"{owner}, becomes: there is no filter {name!r}")
        parts += [source[at : slot.start()], (group, tuple(known[name] for name in names))]
        at = slot.end()
    rest = source[at:]
    if "{" in rest or "}" in rest or any("{" in p for p in parts if isinstance(p, str)):
        raise MoveBookError(f"{owner}, becomes: a brace does not belong to a {{group|filter}}")
    return (*parts, rest)
