"""Flesch's reading ease of a mail's sentences.

R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948): 206.835 - 1.015
words a sentence - 84.6 syllables a word. Higher is easier; 60 to 70 is plain English. Links, mail
addresses, merge tags and code are left out, as nobody reads them aloud.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from drafting.draft import parse
from drafting.facts import FactKind, find_facts

_UNREAD = frozenset({FactKind.LINK, FactKind.EMAIL, FactKind.MERGE_TAG, FactKind.CODE})
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
_SPLIT = re.compile(r"i(?:a|o(?!u|n))|eo(?!n|u)|(?<![gq])ua|(?<=[^aeiou])uou|yi|[aeiou]ing\b")
"""Where two vowels are mostly two syllables: "re-li-a-ble", "vid-e-o", "sit-u-ate", "do-ing"."""
_SILENT = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouydt]ed|[^aeiouysxzcg]es|[^aeiou]ely)$")
"""Endings whose last vowel isn't heard: "take", "rule", "closed", "makes"; not "table"."""


def measure_ease(text: str) -> float | None:
    """Return the reading ease of a mail, its greeting and sign-off left out; None without words."""
    return rate_sentences([sentence.text for sentence in parse(text).sentences])


def rate_sentences(sentences: Sequence[str]) -> float | None:
    """Return the reading ease of sentences; None where they hold no word."""
    read = [words for sentence in sentences if (words := find_words(sentence))]
    words = [word for sentence in read for word in sentence]
    if not words:
        return None
    syllables = sum(map(count_syllables, words))
    return 206.835 - 1.015 * len(words) / len(read) - 84.6 * syllables / len(words)


def find_words(sentence: str) -> list[str]:
    """Return the words of a sentence that are read aloud; a figure counts as one."""
    for fact in reversed(find_facts(sentence)):
        if fact.kind in _UNREAD:
            start, end = fact.span
            sentence = f"{sentence[:start]} {sentence[end:]}"
    return _WORD.findall(sentence)


@lru_cache(maxsize=20_000)
def count_syllables(word: str) -> int:
    """Return about how many syllables an English word has; at least one.

    Counts runs of vowels, adds where two vowels are mostly heard apart and takes off where an
    ending is silent. Good to a few words in a hundred, which is enough to compare two texts.
    """
    letters = word.lower().replace("’", "'")
    stem = re.sub(r"'(?:s|re|ve|ll|d|m|t)$|n't$", "", letters) or letters
    count = len(_VOWELS.findall(stem)) + len(_SPLIT.findall(stem))
    if count > 1 and _SILENT.search(stem):
        count -= 1
    heard = letters.endswith("n't") and stem[-1:] in tuple("dst")
    return max(1, count + heard)
