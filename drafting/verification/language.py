"""Votes on the language of a text by its commonest words: en, de, fr, es, it, nl, pt.

Short texts and texts in other languages get no vote and pass.
"""

import re
from collections import Counter

from drafting.verification.context import Context, Failure
from drafting.verification.lists import load

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CLEAR_VOTES = 2
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")


def check_language(after: str, context: Context) -> Failure | None:
    """Fail text in another language or script than what it stands for, and any but English.

    The other checks know English only; a text that they can't judge is doubtful.
    """
    home = guess_language(context.draft) or guess_language(context.source)
    here = guess_language(after)
    if _is_foreign_script(after, context) or (here and here != (home or "en")):
        return Failure("language_changed", "Switches to another language.")
    if home not in (None, "en"):
        return Failure("language_unknown", "Is in a language that can't be checked yet.")
    return None


def guess_language(text: str) -> str | None:
    """Return the code of the language that most of the common words belong to, or None in doubt."""
    words = {word.lower() for word in _WORD.findall(text)}
    votes = Counter({code: len(words & common) for code, common in load().languages.items()})
    (best, most), (_, second) = votes.most_common(2)
    return best if most >= _CLEAR_VOTES and most > second else None


def _is_foreign_script(after: str, context: Context) -> bool:
    """Whether letters outside Latin come in that the mail doesn't hold."""
    return any(
        letter not in context.surroundings
        for letter in _LETTER.findall(after)
        if not _LATIN.match(letter)
    )
