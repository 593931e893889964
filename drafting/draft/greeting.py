"""Where a draft greets its reader, on a line of its own or at the start of the first sentence.

Knows greetings in the languages that our users write most; a greeting in another one is prose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.draft.atoms import cover_atoms
from drafting.draft.headings import SUBJECT
from drafting.draft.lines import Line
from drafting.draft.verbatim import is_quoted
from drafting.draft.vocabulary import ADDRESSEES, PRONOUNS, TITLES
from drafting.facts import Span

_OPENING = re.compile(
    r"(?:dear|hi+(?:ya)?|hello|hey+a?|hej|greetings|howdy|(?:a\s+(?:very\s+)?)?good\s+(?:morning"
    r"|afternoon|evening|day)|g'day|morning|afternoon|guten\s+(?:tag|morgen|abend)|hallo|moin(?:\s+moin)?"
    r"|servus|grüß\s+gott|grüezi|sehr\s+geehrte[rs]?|liebe[rs]?|werte[rs]?|bonjour|bonsoir|salut|cher"
    r"|chère|chers|chères|hola|buen(?:os|as)\s+(?:días|tardes|noches)|estimad[oa]s?|querid[oa]|ciao"
    r"|buongiorno|buonasera|salve|gentile|egregio|olá|bom\s+dia|boa\s+tarde|prezad[oa]s?|car[oa]"
    r"|beste|geachte|dag|goedemorgen|goedemiddag|hei|kära|bästa|kære|cześć|dzień\s+dobry|witam"
    r"|szanown[aiy]\w*)(?![\w'’-])",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"(?:dear|greetings|sehr\s+geehrte)", re.IGNORECASE)
_CALL = re.compile(
    r"(?i:to\s+whom\s+it\s+may\s+concern)\s*[,:](?=\s)"
    r"|(?:(?i:mrs?|ms|mx|dr|prof)\.?\s+[A-Z][\w'’-]{1,30}|[{\[<%#$*|]{1,3}[\w. ]{1,40}\W{1,3}),"
    r"(?=\s+[A-Z])"
)
"""Calls without a greeting word; a sentence may follow on the line."""

_NOTICE = re.compile(
    r"(?:to\s+whom\s+it\s+may\s+concern|to\s+(?:the|all|our|every)\b|to:|att(?:entio)?n\b[.:]?)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?::\w+:\s*)?@[\w-]{1,40}\s*(?:[-–—,:]+(?=\s|$)|$)|:wave:(?=\s|$)")
_STOP = re.compile(r"[,!:;]+|[.?]+(?=\s|$)|\s[-–—]+(?=\s|$)|[–—]+(?=\s|$)|$")
_TAG = re.compile(r"\W+[\w.]*(?:salutation|greeting|anrede)\w*\W+$", re.IGNORECASE)
_WORD = re.compile(r"\w")
_MAX_WORDS = 8
_REACH = 120
"""How many characters a greeting may have behind its greeting word."""

_MAX_TITLE_WORDS = 15


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting: its span and the number of its line, which may go on with a sentence."""

    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class _Look:
    """A line as the rules see it: `covered` has its merge tags and links blanked out."""

    text: str
    covered: str
    alone: bool
    """Whether the draft goes on below."""


def find_greeting(
    text: str, lines: Sequence[Line], verbatim: frozenset[int], atoms: Sequence[Span]
) -> Greeting | None:
    """Find the greeting in the first line of text, or below a subject line."""
    rows = [
        index
        for index, line in enumerate(lines)
        if not line.blank and not is_quoted(line) and index not in verbatim
    ]
    for place, index in enumerate(rows):
        line = lines[index]
        if _is_field(lines, rows, place):
            continue
        covered = cover_atoms(text, (line.offset, line.offset + len(line.text)), atoms)
        length = _measure(_Look(line.text, covered, place + 1 < len(rows)))
        if length and (place == 0 or length >= len(line.text) or SUBJECT.match(lines[0].text)):
            return Greeting((line.offset, line.offset + length), index)
        if not _may_precede(lines, index) or place > 4:
            return None
    return None


def _is_field(lines: Sequence[Line], rows: Sequence[int], place: int) -> bool:
    """Whether the line is one of several mail header fields."""
    near = [lines[index].text for index in rows[max(place - 1, 0) : place + 2]]
    return sum(SUBJECT.match(text) is not None for text in near) > 1 and bool(
        SUBJECT.match(lines[rows[place]].text)
    )


def _may_precede(lines: Sequence[Line], index: int) -> bool:
    """Whether a line may stand above the greeting: a subject, a title, or nothing but tags."""
    words = lines[index].text.split()
    if SUBJECT.match(lines[index].text):
        return True
    titled = len(words) <= _MAX_TITLE_WORDS and lines[index].text[-1] not in ".!?,;:"
    return titled and index + 1 < len(lines) and lines[index + 1].blank


def _measure(look: _Look) -> int:
    """How many characters of the line greet; 0 when none do."""
    call = _MENTION.match(look.text) or _CALL.match(look.text)
    if call:
        return call.end()
    opening = _OPENING.match(look.text)
    if opening:
        return _measure_address(look, opening.end())
    whole = _TAG.match(look.text) or _is_notice(look) or _is_vocative(look)
    return len(look.text) if whole else 0


def _measure_address(look: _Look, start: int) -> int:
    """Measure a greeting whose greeting word ends at `start`."""
    stop = _find_stop(look, start)
    if stop.start() == start and stop.group().startswith(","):
        named = _find_stop(look, stop.end())
        if _is_named(look, stop.end(), named.start()):  # "Hi, Anna!"
            stop = named
    own_line = _WORD.search(look.text, stop.end()) is None
    words = look.text[start : stop.start()].split()
    if own_line and stop.group()[:1] not in (".", "?", "") and _is_address(words):
        return len(look.text)
    # "hi sam", with nothing behind it, where the draft goes on below.
    short = 0 < len(words) <= 2 and look.text[:1].islower() and not stop.group()
    if own_line and short and look.alone and _is_address(words) and _are_letters(words):
        return len(look.text)
    if _is_named_words(words, look, start, stop.start()):
        return len(look.text) if own_line else stop.end()
    typed = (look.text[0].islower() and len(words) == 1) or _FORMAL.match(look.text)
    return stop.end() if typed and stop.group()[:1] in (",", "!") and _is_address(words) else 0


def _are_letters(words: Sequence[str]) -> bool:
    return all(word.isalpha() for word in words)


def _find_stop(look: _Look, start: int) -> re.Match[str]:
    """Find the mark that ends a greeting, past titles and initials ("Dear Mr. T. Tran,")."""
    position = start
    while True:
        stop = _STOP.search(look.covered, position, start + _REACH)
        assert stop is not None, "the pattern matches the end of the text that it searches"
        words = look.text[start : stop.start()].split()
        last = words[-1].casefold() if words else ""
        if stop.group() != "." or (last not in TITLES and len(last) != 1):
            return stop
        position = stop.end()


def _is_address(words: Sequence[str]) -> bool:
    return len(words) <= _MAX_WORDS and not any(word in PRONOUNS for word in words)


def _is_named(look: _Look, start: int, end: int) -> bool:
    words = look.text[start:end].split()
    return bool(words) and len(words) <= 3 and _is_named_words(words, look, start, end)


def _is_named_words(words: Sequence[str], look: _Look, start: int, end: int) -> bool:
    """Whether each word is a name, a title, a merge tag or somebody to address."""
    if not _is_address(words):
        return False
    return all(_is_addressee(word) for word in look.covered[start:end].split())


def _is_addressee(word: str) -> bool:
    bare = word.strip("().,'’\"/")
    return (
        not _WORD.search(bare)
        or bare[0].isupper()
        or bare[0] == "@"
        or bare.casefold() in ADDRESSEES
        or bare.casefold() in TITLES
    )


def _is_notice(look: _Look) -> bool:
    """Whether the line calls to its reader without a greeting word ("Attention players,")."""
    notice = _NOTICE.match(look.text)
    if notice is None or not look.alone:
        return False
    words = look.text[notice.end() :].strip(" ,:!").split()
    named = _is_named_words(words, look, notice.end(), len(look.text))
    ended = look.text[-1] in ",:" and _is_address(words)
    return look.text[-1] not in ".?" and (ended or (named and not notice.group().islower()))


def _is_vocative(look: _Look) -> bool:
    """Whether the line is a name and a comma ("Mr. Petrov,", "[[username]],", "Applicant:")."""
    words = look.text[:-1].split()
    if not look.alone or not words or len(words) > 4:
        return False
    if look.text[-1] == ":":
        return len(words) == 1 and words[0][0].isupper() and words[0].casefold() in ADDRESSEES
    plain = any(word.casefold() in PRONOUNS for word in words) or words[-1].endswith("ly")
    if look.text[-1] != "," or plain:
        return False
    return all(word[0].isupper() for word in look.covered[:-1].split())
