"""Cuts out of a sentence what only jibes: its "not" and its "if" decide nothing and may go.

The patterns of `prompts/verification.yaml` name them one by one; any other denial is taken for a decision.
"""

import re
from functools import lru_cache

from drafting.verification.lists import load

_FEWEST_WORDS = 2


def without_jibes(source: str, after: str) -> str:
    """Return the sentence without the jibes that the rewrite dropped; all of it if nothing else is left."""
    cut = cut_jibes(source, after)
    return cut if len(cut.split()) >= _FEWEST_WORDS else source


def cut_jibes(source: str, after: str = "") -> str:
    """Return the sentence without the jibes that the rewrite dropped, however little is left."""
    kept = after.lower().replace("’", "'")
    text = source.replace("’", "'")
    return _pattern().sub(lambda match: match[0] if match[0].lower() in kept else "", text)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{jibe})" for jibe in load().jibes), re.IGNORECASE)
