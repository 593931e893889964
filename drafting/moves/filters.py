"""What a template may do to the words that a pattern caught: `{name|filter}`.

Each filter takes and gives a string, or raises `UncertainFormError` where the right form is not
certain; the move is then not made. They know word lists, not grammar.
"""

import re
from collections.abc import Callable, Mapping

from drafting.facts import FactKind
from drafting.moves.shelter import ANY_FACT, kind_range

Filter = Callable[[str], str]

OBJECTS = {"he": "him", "she": "her", "they": "them", "we": "us", "i": "me"}
PRONOUNS = frozenset({"i", "i'm", "i've", "i'll", "i'd"})
_HANGS_ON = "of|for|by|in|on|at|to|with|from|after|before|under|without|and|or"
HEAD = re.compile(rf"[\w'-]+(?: (?!(?:{_HANGS_ON})\b)[\w'-]+)*")
"""The first words of a noun phrase, up to what hangs on it."""

PLURAL = re.compile(r"[\w'-]*[^su'i]s|[\w-]*ies|children|people")
OPENING_NUMBER = re.compile(f"[{kind_range(FactKind.QUANTITY)}{kind_range(FactKind.NUMBER_WORD)}]")
DETERMINERS = frozenset(
    {"a", "an", "the", "this", "that", "these", "those", "your", "our", "my", "its", "their"}
    | {"his", "her", "all", "any", "each", "every", "some", "both"}
)
AN = re.compile(r"(?!one|uni|use|eu)[aeiou]")


class UncertainFormError(Exception):
    """The words caught have no certain form here; caught inside `drafting.moves`."""


def lower_verb(text: str) -> str:
    """With a small first letter, for a verb that the pattern has made sure of."""
    if text[1:2].isupper():
        raise UncertainFormError(text)
    return text[:1].lower() + text[1:]


def lower_first(plain: frozenset[str]) -> Filter:
    """A filter for words that move away from the start of a sentence.

    A word that is not in `plain` may be a name, which keeps its capital.
    """

    def apply(text: str) -> str:
        word = re.match(r"[\w'-]+", text)
        if word is None or ANY_FACT.match(text) or not word.group()[0].isalpha():
            return text
        first, rest = word.group(), text[word.end() :]
        if first[0].islower() or first.lower() in PRONOUNS or first[1:2].isupper():
            return text
        if re.match(r" [A-Z][a-z]", rest) and first.lower() not in DETERMINERS:
            return text
        if first.lower() not in plain:
            raise UncertainFormError(first)
        return first.lower() + rest

    return apply


def as_object(plain: frozenset[str], nouns: frozenset[str], masses: frozenset[str]) -> Filter:
    """A filter that turns a subject into an object: "They" to "them", "Meter" to "the meter"."""
    lowered = lower_first(plain)

    def apply(text: str) -> str:
        if text.lower() in OBJECTS:
            return OBJECTS[text.lower()]
        if OPENING_NUMBER.match(text):
            raise UncertainFormError(text)
        thing = lowered(text)
        if thing.split()[0] in DETERMINERS | {"it", "you"} or not thing[0].islower():
            return thing
        return _with_the(thing, nouns, masses)

    return apply


def _with_the(thing: str, nouns: frozenset[str], masses: frozenset[str]) -> str:
    """A bare noun phrase, with "the" where it is one countable thing."""
    head = HEAD.match(thing)
    if head is None:
        raise UncertainFormError(thing)
    words = head.group().split()
    followed_by_fact = ANY_FACT.match(thing[head.end() :].lstrip())
    if followed_by_fact or words[-1] in masses or any(PLURAL.fullmatch(w) for w in words):
        return thing
    if words[-1].endswith("ing") or words[-1] not in nouns:
        raise UncertainFormError(thing)
    return f"the {thing}"


def with_article(nouns: frozenset[str], masses: frozenset[str]) -> Filter:
    """A filter that gives a bare count noun its "a" or "an", and lets plurals and masses be."""

    def apply(text: str) -> str:
        lowered = text.lower()
        words = lowered.split()
        if words[0] in DETERMINERS or words[-1] in masses or PLURAL.fullmatch(words[-1]):
            return lowered
        if words[-1] not in nouns:
            raise UncertainFormError(text)
        return f"{'an' if AN.match(lowered) else 'a'} {lowered}"

    return apply


def quiet_case(known: frozenset[str], kept: Mapping[str, str]) -> Filter:
    """A filter that takes shouted words down; a word that it does not know may be a name."""

    def lower(match: re.Match[str]) -> str:
        word = match.group().lower()
        if word in kept:
            return kept[word]
        if word not in known and word.removesuffix("s") not in known:
            raise UncertainFormError(match.group())
        return word

    def apply(text: str) -> str:
        return re.sub(r"[A-Za-z][A-Za-z']*", lower, text)

    return apply


def looked_up(forms: Mapping[str, str]) -> Filter:
    """A filter that gives the form written in the book."""

    def apply(text: str) -> str:
        try:
            return forms[text.lower()]
        except KeyError:
            raise UncertainFormError(text) from None

    return apply


def make_filters(
    words: Mapping[str, str], forms: Mapping[str, Mapping[str, str]]
) -> dict[str, Filter]:
    """Return all filters by name, made of a book's word lists and tables of forms."""
    lists = {name: frozenset(items.split()) for name, items in words.items()}
    none: frozenset[str] = frozenset()
    plain = lists.get("plain", none)
    nouns, masses = lists.get("count_nouns", none), lists.get("mass_nouns", none)
    known = plain.union(*lists.values(), *(_both_sides(table) for table in forms.values()))
    made: dict[str, Filter] = {
        "lower": str.lower,
        "lower_verb": lower_verb,
        "lower_first": lower_first(plain),
        "as_object": as_object(plain, nouns, masses),
        "quiet_case": quiet_case(known, forms.get("capitals", {})),
        "with_article": with_article(nouns, masses),
    }
    return made | {name: looked_up(table) for name, table in forms.items()}


def _both_sides(table: Mapping[str, str]) -> set[str]:
    return {word.lower() for pair in table.items() for text in pair for word in text.split()}
