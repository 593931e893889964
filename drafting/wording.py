"""The wording that people tune: what to point out in a draft, and what a model must never write.

Reads `prompts/wording.yaml` once and checks every entry against its own examples. Knows patterns
and advice; it does not know what a mail or a fact is, nor what a model does with the avoid list.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from drafting.errors import PromptFileError
from drafting.labels import Label

WORDING_FILE = Path(__file__).resolve().parent.parent / "prompts" / "wording.yaml"

Span = tuple[int, int]
Examples = Annotated[tuple[str, ...], Field(min_length=2)]
Text = Annotated[str, Field(min_length=10)]
Identifier = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]

# One code point for one, so that spans stay true.
_EVEN = str.maketrans("’‘ʼ\n\r\t\u00a0\u202f", "'''     ")
# What Python's `re` and the Rust engine behind llguidance read alike. It has to stay a regular
# language, because a grammar intersects with its complement.
_TOKEN = re.compile(r"\[[\w'’ -]+\]|[^\W_]|[ ',’-]|\\p\{L\}|\(\?:|[|)?*]")
_LAZY = re.compile(r"[?*][?*]")
_LETTER = r"[^\W\d_]"


def even_out(text: str) -> str:
    """The text with plain spaces and straight apostrophes, as rules read it; same length."""
    return text.translate(_EVEN)


def _read_lines(value: object) -> object:
    """Let patterns be written one a line, without the quoting that YAML wants in a list."""
    if not isinstance(value, str):
        return value
    return tuple(line for line in value.splitlines() if line.strip())


def _check_pattern(source: str) -> str:
    try:
        pattern = _compile_one(source, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{source!r} is no Python regex ({error}); mend it") from error
    if pattern.search(""):
        raise ValueError(f"{source!r} finds an empty text; write a pattern that needs a word")
    if set(pattern.groupindex) - {"mark"} or pattern.groups > len(pattern.groupindex):
        raise ValueError(f"{source!r} has a group that is not `mark`; write (?:...) instead")
    return source


def _check_portable(source: str) -> str:
    if _TOKEN.sub("", source) or _LAZY.search(source):
        raise ValueError(
            f"{source!r} is not for every regex engine; write letters, digits, spaces, (?:a|b), "
            "[ab], ?, * and \\p{L}, apostrophes as ['’], and no anchors, look-around or counts"
        )
    _check_pattern(translate(source))
    return source


def translate(source: str) -> str:
    """A portable pattern as Python's `re` reads it; a space stands for any run of white space."""
    words = {" ": r"\s+", r"\p{L}": _LETTER}
    return _TOKEN.sub(lambda token: words.get(token.group(), token.group()), source)


Pattern = Annotated[str, AfterValidator(_check_pattern)]
PatternLines = Annotated[tuple[Pattern, ...], BeforeValidator(_read_lines), Field(min_length=1)]
PortablePattern = Annotated[str, AfterValidator(_check_portable)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Entry):
    """One thing to point out in a sentence that nothing in `unless` excuses; what to write instead."""

    id: Identifier
    label: Label
    advice: Text
    patterns: PatternLines
    unless: PatternLines | None = None
    case_sensitive: bool = False
    in_list_items: bool = True
    fallback: bool = False
    """Whether it only speaks in sentences in which no other rule finds anything."""
    finds: Examples
    leaves: Examples

    @model_validator(mode="after")
    def _examples_hold(self) -> Self:
        _hold(self.finds, self.leaves, lambda text: bool(self.find_spans(text)))
        return self

    def find_spans(self, text: str) -> tuple[Span, ...]:
        """Where the rule finds something; half-open spans in code points, which may overlap."""
        even = even_out(text)
        flags = re.NOFLAG if self.case_sensitive else re.IGNORECASE
        # One search for all patterns spares most sentences the search for each.
        if not _compile_any(self.patterns, flags).search(even) or is_found(self.unless, text):
            return ()
        spans = (
            match.span("mark" if "mark" in pattern.groupindex else 0)
            for pattern in (_compile_one(source, flags) for source in self.patterns)
            for match in pattern.finditer(even)
        )
        return tuple((start, end) for start, end in spans if start < end)


class Missing(_Entry):
    """Something that a whole draft lacks."""

    label: Label
    advice: Text
    needed_by_rules: tuple[Identifier, ...] = ()
    needed_by: PatternLines | None = None
    needed_by_message: PatternLines | None = None
    met_by_rules: tuple[Identifier, ...] = ()
    met_by: PatternLines
    finds: Examples
    """Whole drafts that lack it, one sentence a line."""
    leaves: Examples


class Shouting(_Entry):
    """Capitals that raise the voice: the ordinary words are listed, so an acronym is never one."""

    label: Label
    advice: Text
    words: Annotated[frozenset[str], BeforeValidator(str.split)]
    finds: Examples
    leaves: Examples


class Structural(_Entry):
    """The rules whose logic is code, with their wording."""

    shouting: Shouting
    missing_acknowledgement: Missing
    missing_next_step: Missing


class Avoided(_Entry):
    """A phrase that a model must never write.

    The pattern is read without regard to case and between letters that are not its own, by Python
    and by the constraint engine.
    """

    id: Identifier
    reason: Text
    label: Label
    pattern: PortablePattern
    example: str
    allows: str

    @model_validator(mode="after")
    def _examples_hold(self) -> Self:
        _hold([self.example], [self.allows], lambda text: bool(self.find_spans(text)))
        return self

    def find_spans(self, text: str) -> tuple[Span, ...]:
        """Where the phrase stands; half-open spans in code points."""
        return tuple(match.span() for match in _compile_avoided(self.pattern).finditer(text))


class Wording(_Entry):
    """The whole file."""

    rules: tuple[Rule, ...]
    structural: Structural
    avoid: tuple[Avoided, ...]

    @model_validator(mode="after")
    def _ids_are_unique_and_known(self) -> Self:
        ids = [*(rule.id for rule in self.rules), *Structural.model_fields]
        for group in (ids, [phrase.id for phrase in self.avoid]):
            for name in {name for name in group if group.count(name) > 1}:
                raise ValueError(f"id {name!r} is used twice; give each entry its own")
        missing = (self.structural.missing_acknowledgement, self.structural.missing_next_step)
        for name in {n for entry in missing for n in (*entry.needed_by_rules, *entry.met_by_rules)}:
            if name not in ids:
                raise ValueError(f"no rule has the id {name!r}; name one of {', '.join(ids)}")
        return self


@dataclass(frozen=True, slots=True)
class AvoidedPhrase:
    """An avoided phrase that stands in a text; `span` is half-open, in code points."""

    id: str
    text: str
    span: Span
    reason: str


def parse_wording(source: str) -> Wording:
    """Read and check a wording file's text. Raises `PromptFileError` that names the wrong entry."""
    try:
        return Wording.model_validate(_load(source))
    except yaml.YAMLError as error:
        raise PromptFileError(f"wording.yaml is not YAML: {error}") from error
    except ValidationError as error:
        raise PromptFileError("\n".join(_explain(source, error))) from error


@cache
def load_wording() -> Wording:
    """The wording that this program ships, read once."""
    return parse_wording(WORDING_FILE.read_text(encoding="utf-8"))


def load_rules() -> tuple[Rule, ...]:
    """The rules for one sentence, in the file's order."""
    return load_wording().rules


def avoided_phrases() -> tuple[str, ...]:
    """The portable regex sources of what a model must never write; without regard to case.

    They carry no word boundaries: whoever compiles them adds that no letter touches either end.
    """
    return tuple(phrase.pattern for phrase in load_wording().avoid)


def find_avoided(text: str) -> tuple[AvoidedPhrase, ...]:
    """The avoided phrases that stand in a text, in order; they may overlap."""
    if not _compile_avoided("|".join(avoided_phrases())).search(text):
        return ()
    found = (
        AvoidedPhrase(phrase.id, text[start:end], (start, end), phrase.reason)
        for phrase in load_wording().avoid
        for start, end in phrase.find_spans(text)
    )
    return tuple(sorted(found, key=lambda phrase: (phrase.span, phrase.id)))


def _load(source: str) -> Any:
    # The C loader reads this file in a fifteenth of the time.
    return yaml.load(source, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _hold(finds: Iterable[str], leaves: Iterable[str], found: Callable[[str], bool]) -> None:
    for text in finds:
        if not found(text):
            raise ValueError(f"does not find its example {text!r}; widen a pattern")
    for text in leaves:
        if found(text):
            raise ValueError(f"finds {text!r}, which it must leave; narrow a pattern")


def _explain(source: str, error: ValidationError) -> Iterable[str]:
    """One line for each mistake, with the id of its entry where it has one."""
    raw = _load(source)
    for problem in error.errors(include_url=False, include_input=False):
        where = problem["loc"]
        name = ".".join(map(str, where)) or "the file as a whole"
        with suppress(LookupError, TypeError):
            name = f"{raw[where[0]][where[1]]['id']} ({name})"
        yield f"wording.yaml, {name}: {problem['msg']}"


def is_found(patterns: tuple[str, ...] | None, text: str) -> bool:
    """Whether one of a rule's patterns is found in a text."""
    return bool(patterns and _compile_any(patterns, re.IGNORECASE).search(even_out(text)))


@cache
def _compile_one(source: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{source})(?!\w)", flags)


@cache
def _compile_any(sources: tuple[str, ...], flags: re.RegexFlag) -> re.Pattern[str]:
    return _compile_one("|".join(sources).replace("(?P<mark>", "(?:"), flags)


@cache
def _compile_avoided(source: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!{_LETTER})(?:{translate(source)})(?!{_LETTER})", re.IGNORECASE)
