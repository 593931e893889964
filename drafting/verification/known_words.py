"""Holds new text to words that are known: those of the mail, and those that our own texts are made of.

A small model glues words together where its grammar forbids what it meant ("policybooks"), and
invents some ("redeliveration"). Of 2,071 fillings read by hand, of those that passed all other
checks, 97 had an unknown word; 94 of these were bad.
"""

import re
from functools import cache
from pathlib import Path

from drafting.verification.context import Context, Failure

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
VOCABULARY = PROMPTS / "vocabulary.txt"
"""The words of the worked rewrites to train on; `python -m models.training.vocabulary` writes it."""
_OWN_TEXTS = ("moves/*.yaml", "phrases.yaml", "verification.yaml")
"""What people tune: whatever word stands there is meant."""
_NUMBERS = """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands first second third fourth fifth sixth seventh eighth ninth tenth
"""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def check_known_words(after: str, context: Context) -> Failure | None:
    """Fail a word that stands neither in the mail nor among the known ones."""
    unknown = split_words(after) - known_words()
    if unknown - split_words(context.surroundings) - split_words(context.source):
        return Failure("unknown_word", "Uses a word that is not in the mail and not known.")
    return None


def split_words(text: str) -> frozenset[str]:
    """Return the words of a text in small letters, with straight apostrophes."""
    return frozenset(_WORD.findall(text.replace("’", "'").lower()))


@cache
def known_words() -> frozenset[str]:
    """Return all words that may be used in any mail."""
    own = (path for pattern in _OWN_TEXTS for path in PROMPTS.glob(pattern))
    texts = (path.read_text(encoding="utf-8") for path in (VOCABULARY, *own))
    return frozenset().union(*map(split_words, (_NUMBERS, *texts)))
