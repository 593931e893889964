"""Reads and checks the chapters of `prompts/moves`: word lists, forms, and the moves themselves.

It knows how a move is written and whether it can be compiled. Whether a move is kind or right it
does not know: each move's examples say that, and a test runs them.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from drafting.errors import PromptFileError
from drafting.facts import FactKind
from drafting.labels import Label
from drafting.moves.filters import Filter, make_filters
from drafting.moves.move import SLOT, Move, Printed, PrintedMove, ready
from drafting.moves.shelter import FIRST, LAST, kind_range
from drafting.moves.signs import find_signs

MOVES = Path(__file__).resolve().parents[2] / "prompts" / "moves"
"""The folder of chapters, which are read in the order of their names."""
MACRO = re.compile(r"\{([A-Za-z_]+)\}")

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


def load_moves(folder: Path = MOVES) -> tuple[Move, ...]:
    """Return the moves of all chapters, in order. Raises MoveBookError, which names a bad entry."""
    return ready(print_book(read_book(folder)))


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


def print_book(book: Book) -> Printed:
    """Return what the moves need to run; everything of them is compiled once, so that it can be.

    Raises:
        MoveBookError: a pattern or template can't be used; it names the move.

    """
    ids = [entry.id for entry in book.moves]
    for twice in {name for name in ids if ids.count(name) > 1}:
        raise MoveBookError(f"move {twice!r}: the id is used twice")
    macros, known = _macros(book), make_filters(book.words, book.forms)
    moves = tuple(_print_move(entry, macros, known) for entry in book.moves)
    return Printed(words=book.words, forms=book.forms, moves=moves)


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


def _print_move(
    entry: MoveEntry, macros: Mapping[str, str], known: Mapping[str, Filter]
) -> PrintedMove:
    owner = f"move {entry.id!r}"

    def expand(field: str, source: str | None) -> str | None:
        if source is None:
            return None
        pattern = _expanded(f"{owner}, {field}", source, macros)
        try:
            re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise MoveBookError(f"{owner}, {field}: {error}") from error
        return pattern

    pattern = expand("pattern", entry.pattern)
    assert pattern is not None
    if entry.becomes is not None:
        _check_template(owner, entry.becomes, re.compile(pattern, re.IGNORECASE), known)
    return PrintedMove(
        id=entry.id,
        label=entry.label,
        rank=entry.rank,
        pattern=pattern,
        becomes=entry.becomes,
        only_if=expand("only_if", entry.only_if),
        not_if=expand("not_if", entry.not_if),
        why=entry.why,
        signs=find_signs(pattern),
    )


def _check_template(
    owner: str, source: str, pattern: re.Pattern[str], known: Mapping[str, Filter]
) -> None:
    for slot in SLOT.finditer(source):
        group, names = slot.group(1), slot.group(2).split("|")[1:]
        if group not in pattern.groupindex:
            raise MoveBookError(f"{owner}, becomes: the pattern has no group {group!r}")
        for name in names:
            if name not in known:
                raise MoveBookError(f"{owner}, becomes: there is no filter {name!r}")
    if re.search("[{}]", SLOT.sub("", source)):
        raise MoveBookError(f"{owner}, becomes: a brace does not belong to a {{group|filter}}")
