"""Brings the forms of an English word together, so that "refunded" is found in "refund".

It is a light suffix stripper: a stem is a key for comparing, not a word to show. It knows no other
language and no grammar. Irregular forms come from `prompts/verification.yaml`.
"""

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST = 3
_PLURAL = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))
_VERB = (("ied", "y"), ("ying", "y"), ("eed", "ee"), ("ed", ""), ("ing", ""))
_NOUN = (
    ("ification", "if"),
    ("isation", "is"),
    ("ization", "is"),
    ("ations", ""),
    ("ation", ""),
    ("ition", ""),
    ("ments", ""),
    ("ment", ""),
    ("ness", ""),
    ("ities", ""),
    ("ability", ""),
    ("ity", ""),
    ("ible", ""),
    ("able", ""),
    ("ance", ""),
    ("ence", ""),
    ("ally", ""),
    ("ily", ""),
    ("ly", ""),
    ("ions", ""),
    ("ion", ""),
    ("ise", "is"),
    ("ize", "is"),
    ("al", ""),
)
_LONG = 4


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return the key under which the forms of a lower-case word meet."""
    key = _strip(_strip_plural(word), _VERB, _SHORTEST)
    key = _strip(_undouble(key), _NOUN, _SHORTEST)
    key = key.removesuffix("e") if len(key) > _SHORTEST else key
    if len(key) > _LONG and key.endswith("y"):
        key = key[:-1]
    return _undouble(key)


def _strip_plural(word: str) -> str:
    for ending, replacement in _PLURAL:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
            return word[: -len(ending)] + replacement
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _SHORTEST:
        return word[:-1]
    return word


def _strip(word: str, endings: tuple[tuple[str, str], ...], shortest: int) -> str:
    for ending, replacement in endings:
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= shortest - len(replacement):
            return root + replacement if _VOWEL.search(root) else word
    return word


def _undouble(word: str) -> str:
    if len(word) <= _SHORTEST or word[-1] != word[-2] or word[-1] in "aeious":
        return word
    return word if word[-1] == "l" and len(word) <= _LONG + 1 else word[:-1]
