"""Names: people, places, products, screens. Found by capital letters alone.

Works on text whose other facts are masked. Knows no list of names: what the start of a sentence or
shouting capitalises is no name, so a name that stands only there is missed unless the whole text
shows it elsewhere (`collect_names`).
"""

import re
from collections.abc import Iterator, Sequence

from drafting.facts.capitals import Word, adjoins, mark_capitals, read_words
from drafting.facts.fact import FactKind, Mark
from drafting.facts.lexicon import (
    GENERIC,
    JOINERS,
    NEVER_NAMES,
    PARTICLES,
    STARTERS,
    TITLES,
    UNTELLING,
)

_GREETING = re.compile(r"^[ \t>]*(?:Dear|Hi|Hello|Hey)[ \t]+([^\n,!:;]{1,60})", re.MULTILINE)
_VERB_OR_ADVERB = re.compile(r"(?:ing|ed|ly|[a-z]{3}(?:ate|ise|ize|ify))$")
_GIVEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*+")
_LEFT_OUT = JOINERS | PARTICLES | NEVER_NAMES
_NO_NAME_ALONE = GENERIC | TITLES
_UNTELLING = STARTERS | GENERIC | TITLES | UNTELLING
_PROSE = 3  # lower-case words that make a line more than a signature


def find_capitals(text: str, names: frozenset[str] = frozenset()) -> Iterator[Mark]:
    """Mark names; `names` are words that count as names even at the start of a sentence."""
    for run in _name_runs(text, read_words(text), names):
        last = run[-1]
        yield Mark(FactKind.NAME, run[0].start, last.start + len(last.bare))


def collect_names(text: str) -> frozenset[str]:
    """Collect the single words that are certainly names, given the whole text.

    Those that stand capitalised inside a sentence, after a title or in the greeting, and never in
    lower case.
    """
    words = read_words(text)
    lower = {word.text for word in words if not word.capital}
    certain = set(_greeted(text))
    for run in _name_runs(text, words, frozenset()):
        is_sure = len(run) == 1 or run[0].text in TITLES
        if is_sure and _is_prose(text, run[0].start):
            certain.update(word.bare for word in run)
    return frozenset(name for name in certain if name.lower() not in lower and _is_telling(name))


def _greeted(text: str) -> Iterator[str]:
    for match in _GREETING.finditer(text):
        yield from (word for word in _GIVEN.findall(match.group(1)) if word[0].isupper())


def _is_prose(text: str, position: int) -> bool:
    """Tell a line of prose from a signature, where every word may have a capital."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)][:400]
    return sum(word.islower() for word in line.split()) >= _PROSE


def _is_telling(word: str) -> bool:
    return len(word) > 1 and not word.isupper() and word not in _UNTELLING


def _name_runs(text: str, words: Sequence[Word], names: frozenset[str]) -> Iterator[Sequence[Word]]:
    """Group the words that capitals mark, with the joiners between them."""
    marked = mark_capitals(text, words)
    position = 0
    while position < len(words):
        end = _run_end(text, words, marked, position)
        run = _drop_opener(words[position:end], names)
        if run and not (len(run) == 1 and run[0].bare in _NO_NAME_ALONE):
            yield run
        position = max(end, position + 1)


def _run_end(text: str, words: Sequence[Word], marked: Sequence[bool], start: int) -> int:
    if not marked[start]:
        return start
    end = start + 1
    while step := _next_step(text, words, marked, end):
        end += step
    return end


def _next_step(text: str, words: Sequence[Word], marked: Sequence[bool], at: int) -> int:
    """Count the words from `at` to the next marked one ("of", "of the" may part it); 0 if none."""
    for offset, word in enumerate(words[at : at + 3]):
        if not adjoins(text, words, at + offset):
            return 0
        if marked[at + offset]:
            return offset + 1
        if word.text not in (PARTICLES if offset else JOINERS):
            return 0
    return 0


def _drop_opener(run: Sequence[Word], names: frozenset[str]) -> Sequence[Word]:
    """Cut off what only the start of the sentence capitalised."""
    if run and run[0].opens and not _stands_as_opener(run, names):
        run = run[1:]
        while run and (run[0].text in _LEFT_OUT):
            run = run[1:]
    return run


def _stands_as_opener(run: Sequence[Word], names: frozenset[str]) -> bool:
    first = run[0]
    if first.bare in names or first.text in TITLES or first.has_inner_capital:
        return True
    if len(run) == 1 or first.text in STARTERS or _VERB_OR_ADVERB.search(first.text):
        return False
    second = run[1]
    return second.text[0].isupper() and second.text not in TITLES and not second.text.isupper()
