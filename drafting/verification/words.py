"""Reads a sentence as the checks see it: words in one spelling, each with a key that its forms share.

Facts become the single word `FACT`, contractions are written out, and set phrases come together
("unable to", "not in a position to" and "can't" are all `cannot`). It knows no grammar: a clause is
what stands between two marks or joining words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from drafting.facts import Fact, FactKind
from drafting.facts import find_facts as _find_facts
from drafting.verification.lists import load
from drafting.verification.stems import stem

FACT = "§"
MARKS = frozenset(",;:.?!()–—")
_OPEN_KINDS = frozenset({FactKind.NAME, FactKind.NUMBER_WORD})
_TOKEN = re.compile(rf"{FACT}|[^\W\d_]+(?:'[^\W\d_]+)*|[,;:.?!()–—]")
_ENDINGS = (
    (re.compile(r"^(ca|wo|sha)n't$"), {"ca": "can not", "wo": "will not", "sha": "shall not"}),
    (re.compile(r"^(\w+)n't$"), None),
)
_SLASHED = re.compile(r"\bw/(o\b)?")
_UNDONE = re.compile(
    r"^un(?!it|der|ion|les|intend|expect|preced|subscrib)([a-z]{3,}ed|paid|sent|sold|read|known)$"
)
_TAILS = {"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
_IS_AFTER = frozenset(
    "it that there here what who he she this how where when everything something nothing".split()
)
_JOINS = frozenset(
    "and but because so if when unless until as which that while although though since whereas"
    " otherwise whether where".split()
)
_TIMES = frozenset(("before", "after"))
SUBJECTS = frozenset("i we you it they he she this that the your our".split())
_SUPPOSING = frozenset("if when unless until before after whether otherwise where".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A lower-case word, fact or mark, with the key under which its forms meet ("" for a mark)."""

    text: str
    key: str

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return self.text in MARKS


@dataclass(frozen=True, slots=True)
class Clause:
    """Words without a mark or joining word inside, and the one that opens them."""

    opener: str
    words: tuple[Word, ...]

    @property
    def is_open(self) -> bool:
        """Whether it asks or supposes and so states nothing."""
        return self.opener in _SUPPOSING or any(word.text == "please" for word in self.words)


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text in order; `plain` are the same before set phrases came together."""

    words: tuple[Word, ...]
    plain: tuple[str, ...]

    @property
    def texts(self) -> frozenset[str]:
        """The words that occur, as they are spelt."""
        return frozenset(word.text for word in self.words)

    @property
    def keys(self) -> frozenset[str]:
        """The keys that occur."""
        return frozenset(word.key for word in self.words if word.key)

    @property
    def joined(self) -> str:
        """The words with one space around each, for matching phrases."""
        return f" {' '.join(word.text for word in self.words)} "

    def clauses(self) -> Iterator[Clause]:
        """Yield what stands between marks and joining words, in order."""
        opener, clause = "", list[Word]()
        for word, following in zip(self.words, (*self.words[1:], None), strict=True):
            if _is_join(word, following, clause):
                yield Clause(opener, tuple(clause))
                opener, clause = word.text, []
            else:
                clause.append(word)
        yield Clause(opener, tuple(clause))


def _is_join(word: Word, following: Word | None, clause: Iterable[Word]) -> bool:
    """Whether a word ends the clause before it."""
    if word.text == "and":
        return _has_verb(clause)
    if word.text in _TIMES:
        return following is not None and following.text in SUBJECTS
    return word.is_mark or word.text in _JOINS


def _has_verb(clause: Iterable[Word]) -> bool:
    """Whether "and" after these words can join clauses and not only nouns."""
    return any(word.text in load().shape.verbs or word.key in act_keys() for word in clause)


def _unslash(match: re.Match[str]) -> str:
    return "without" if match[1] else "with"


@lru_cache(maxsize=256)
def read(text: str, names: frozenset[str] = frozenset()) -> Reading:
    """Return the words of a text, its facts masked."""
    plain = _SLASHED.sub(_unslash, _mask_facts(text, names).lower().replace("’", "'"))
    spelt = tuple(_spell_out(_TOKEN.findall(plain.replace(" - ", " – ").replace("-", " "))))
    joined = _join_phrases(" ".join(spelt)).split()
    return Reading(tuple(Word(word, key(word)) for word in joined), spelt)


def key(word: str) -> str:
    """Return what all forms and near synonyms of a word share; "" for a mark or a fact."""
    if word in MARKS or word == FACT:
        return ""
    root = _root(word)
    return _synonyms().get(root, root)


@lru_cache(maxsize=64)
def keys_of(words: frozenset[str]) -> frozenset[str]:
    """Return the keys of a word list."""
    return frozenset(key(word) for word in words)


def content(words: Iterable[Word]) -> frozenset[str]:
    """Return the keys of the words that carry content."""
    silent = load().meaning.function_words
    return frozenset(word.key for word in words if word.key and word.text not in silent)


@lru_cache(maxsize=1)
def act_keys() -> frozenset[str]:
    """Return the keys of all acts that the lists know."""
    persons = load().persons
    return keys_of(persons.our_acts | persons.your_acts | persons.we_anyway | persons.you_may)


def _root(word: str) -> str:
    forms = load().forms
    return stem(forms.irregular.get(word) or forms.nouns.get(word, word))


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    groups = load().forms.synonyms
    return {_root(word): _root(group[0]) for group in groups for word in group}


@lru_cache(maxsize=256)
def find_facts(text: str, names: frozenset[str] = frozenset()) -> tuple[Fact, ...]:
    """Return the facts of a text; several checks ask for those of the same one."""
    return _find_facts(text, names)


def _mask_facts(text: str, names: frozenset[str]) -> str:
    parts, end = [], 0
    for fact in find_facts(text, names):
        if fact.kind not in _OPEN_KINDS:
            parts += [text[end : fact.span[0]], f" {FACT} "]
            end = fact.span[1]
    return "".join([*parts, text[end:]])


def _spell_out(tokens: Iterable[str]) -> Iterator[str]:
    spellings = load().forms.spellings
    for token in tokens:
        yield from spellings.get(token, "").split() or _expand(token)


def _expand(token: str) -> list[str]:
    for pattern, heads in _ENDINGS:
        if match := pattern.match(token):
            return (heads[match[1]] if heads else f"{match[1]} not").split()
    if match := _UNDONE.match(token):
        return ["not", match[1]]
    head, apostrophe, tail = token.rpartition("'")
    if not apostrophe:
        return [token]
    if tail == "s":
        return [head, "is"] if head in _IS_AFTER else [head]
    return [head, _TAILS[f"'{tail}"]] if f"'{tail}" in _TAILS else [head + tail]


def _join_phrases(spelt: str) -> str:
    pattern, joined = _phrases()
    return pattern.sub(lambda match: joined[match[0]], spelt)


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    joined = {
        variant: phrase for phrase, variants in load().forms.phrases.items() for variant in variants
    }
    longest_first = sorted(joined, key=len, reverse=True)
    choice = "|".join(re.escape(variant) for variant in longest_first)
    return re.compile(rf"(?<!\S)(?:{choice})(?!\S)"), joined
