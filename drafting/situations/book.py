"""The situations of `prompts/phrases.yaml`: loaded, checked with their examples, and weighed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from drafting.errors import PromptFileError
from drafting.situations.entries import MACRO, Entry, Mark, MarkEntry, Situation, Weight
from drafting.situations.reading import Reading, read

PHRASES = Path(__file__).resolve().parents[2] / "prompts" / "phrases.yaml"

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True, slots=True)
class SituationBook:
    """The checked sections of the file."""

    marks: tuple[MarkEntry, ...]
    situations: tuple[Situation, ...]

    def find_marks(self, reading: Reading) -> frozenset[Mark]:
        """What the draft and the message do, whatever they are about."""
        return frozenset(mark.id for mark in self.marks if mark.is_found(reading))

    def find_situations(self, reading: Reading) -> tuple[str, ...]:
        """The ids of the situations, in the order of the file, weighed against each other."""
        found = [situation for situation in self.situations if situation.is_found(reading)]
        weights = {situation.weight for situation in found}
        if Weight.SILENT in weights:
            return tuple(s.id for s in found if s.weight is Weight.SILENT)
        if Weight.GRAVE in weights:
            return tuple(s.id for s in found if s.weight in {Weight.GRAVE, Weight.OWNED})
        if Weight.QUIET in weights:
            return tuple(s.id for s in found if s.weight is Weight.QUIET)
        disputed = Mark.DISPUTE in self.find_marks(reading)
        return tuple(s.id for s in found if not (disputed and s.contested))

    def is_silent(self, reading: Reading) -> bool:
        """Whether words of ours could only do harm here."""
        return any(s.weight is Weight.SILENT and s.is_found(reading) for s in self.situations)


def read_file(path: Path) -> dict[str, Any]:
    """The raw file with its `words` made whole. Raises PromptFileError if that can't be done."""
    try:
        raw = yaml.load(
            path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except yaml.YAMLError as error:
        raise PromptFileError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(raw, dict):
        raise PromptFileError(f"{path.name} must hold sections; write `situations:` and so on")
    words: dict[str, str] = {}
    for name, source in (raw.get("words") or {}).items():
        # A word may use those above it.
        words[name] = MACRO.sub(lambda used: f"(?:{words.get(used[1], used[0])})", str(source))
    return raw | {"words": words}


def check_entries(
    raw: Mapping[str, Any], section: str, model: type[AnyEntry]
) -> tuple[AnyEntry, ...]:
    """Validate a section's entries. Raises PromptFileError, which names the first wrong entry."""
    checked: list[AnyEntry] = []
    seen: set[str] = set()
    for number, entry in enumerate(raw.get(section) or (), 1):
        name = (
            str(entry.get("id", f"number {number}"))
            if isinstance(entry, dict)
            else f"number {number}"
        )
        try:
            checked.append(model.model_validate(entry, context={"words": raw["words"]}))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise PromptFileError(f"{section}, {name}: {where} {first['msg']}".strip()) from error
        if name in seen:
            raise PromptFileError(f"{section}, {name}: the id is used twice; give each its own")
        seen.add(name)
    return tuple(checked)


def _check_examples(book: SituationBook) -> None:
    """Every example of the file must come out as it says, with all entries at work together."""
    for section, entries, find in (
        ("marks", book.marks, book.find_marks),
        ("situations", book.situations, book.find_situations),
    ):
        for entry in entries:
            for example in (*entry.finds, *entry.leaves):
                is_found = entry.id in find(read(example.draft, example.message))
                if is_found != (example in entry.finds):
                    fault = "finds" if is_found else "does not find"
                    raise PromptFileError(
                        f"{section}, {entry.id}: {fault} its example {example.model_dump()}; "
                        f"{'narrow' if is_found else 'widen'} a pattern"
                    )


@cache
def load_situations(path: Path = PHRASES) -> SituationBook:
    """Read and check marks and situations. Raises PromptFileError, which names the entry."""
    raw = read_file(path)
    marks = check_entries(raw, "marks", MarkEntry)
    for mark in Mark:
        if mark not in {entry.id for entry in marks}:
            raise PromptFileError(f"marks, {mark}: has no entry; add one")
    book = SituationBook(marks, check_entries(raw, "situations", Situation))
    _check_examples(book)
    return book


def find_marks(reading: Reading) -> frozenset[Mark]:
    """What the draft and the message do, whatever they are about."""
    return load_situations().find_marks(reading)


def find_situations(draft_text: str, customer_message: str | None) -> tuple[str, ...]:
    """The ids of the situations that both texts speak of for certain, strongest first.

    A silent and a quiet one stand alone, and a grave one beside an admitted fault only. Where the draft
    disputes what the customer tells, what rests on the customer's word is left out.
    """
    return load_situations().find_situations(read(draft_text, customer_message))


def takes_closing(draft_text: str, customer_message: str | None) -> bool:
    """Whether a sentence of ours may end the mail at all, however it is worded."""
    return not load_situations().is_silent(read(draft_text, customer_message))


def takes_opening(draft_text: str, customer_message: str | None) -> bool:
    """Whether a sentence of ours may stand before the draft's first at all."""
    book, reading = load_situations(), read(draft_text, customer_message)
    return Mark.CONTINUES not in book.find_marks(reading) and not book.is_silent(reading)
