"""Quoted strings: what a screen, a label or a person says word for word.

A quote of more than a dozen words is somebody's speech; the facts inside it count, the whole does
not. Does not know who is quoted, or whether the quote is meant in earnest.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import FactKind, Mark

_LONGEST = 12  # words
_INNER = r"(?:[^{ends}\n]|\n(?![ \t\r]*\n)){{1,160}}+"
_QUOTE = re.compile(
    "|".join(
        [
            "“" + _INNER.format(ends="“”") + "”",
            "«" + _INNER.format(ends="«»") + "»",
            "„" + _INNER.format(ends="„“”") + "[“”]",
            r"(?<![\w\"])\"(?=\S)" + _INNER.format(ends='"') + r"(?<=\S)\"(?!\w)",
            # An apostrophe opens or closes nothing in the middle of a word, nor in '90s or 'til.
            r"(?<![\w'’])'(?![\s\d]|til\b|cause\b|em\b|twas\b|tis\b)"
            r"(?:[^'\n]|(?<=\w)'(?=\w)){1,100}+(?<=\S)'(?!\w)",
            r"(?<![\w'’])‘(?!\s)(?:[^‘’\n]|(?<=\w)’(?=\w)){1,100}+(?<=\S)’(?!\w)",
        ]
    )
)


def find_quotes(text: str) -> Iterator[Mark]:
    """Mark quotes of at most a dozen words, with their quotation marks."""
    for match in _QUOTE.finditer(text):
        if len(match.group().split()) <= _LONGEST:
            yield Mark(FactKind.QUOTE, match.start(), match.end())
