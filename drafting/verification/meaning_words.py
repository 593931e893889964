"""Holds a rewrite to the lightest touch: the sentence's own content words stay, hardly any come in.

It compares words, not what they mean together: a rewrite of the same words in another order passes here.
"""

from collections.abc import Iterable
from functools import lru_cache

from drafting.verification.context import Context, Failure
from drafting.verification.jibes import without_jibes
from drafting.verification.lists import load
from drafting.verification.words import FACT, Reading, content, keys_of, read

_MOST_LOST = 0.6


def check_meaning_words(after: str, context: Context) -> Failure | None:
    """Fail a rewrite with too many new content words, or too few of the sentence's own."""
    before, now = read(context.source, context.names), read(after, context.names)
    own = content(before.words)
    if new_weight(now, before, content(read(context.surroundings).words)) > _room(len(own)):
        return Failure("new_words", "Says things that the sentence doesn't say.")
    told = read(without_jibes(context.source, after), context.names)
    lost = lost_words(told, now)
    spare = int(FACT in before.texts)
    if len(lost) > max(spare, _MOST_LOST * len(lost | (content(told.words) & now.keys))):
        return Failure("lost_words", "Leaves out what the sentence says.")
    return None


def new_weight(now: Reading, before: Reading, around: frozenset[str]) -> float:
    """Weigh the content words that come in; what the mail speaks of elsewhere counts half."""
    new = content(now.words) - near_keys(before.keys) - _keys("plain")
    return sum(0.5 if key in around else 1.0 for key in new)


def lost_words(before: Reading, now: Reading) -> frozenset[str]:
    """Return the keys of the sentence that have gone and that nothing covers."""
    return content(before.words) - near_keys(now.keys) - _keys("droppable")


def near_keys(keys: Iterable[str]) -> frozenset[str]:
    """Return these keys and all that may stand for them."""
    found = frozenset(keys)
    return found.union(*(_near().get(key, frozenset()) for key in found)) - {""}


def _room(words: int) -> float:
    return 1.5 + words / 5


@lru_cache(maxsize=1)
def _near() -> dict[str, frozenset[str]]:
    near: dict[str, frozenset[str]] = {}
    for group in load().meaning.near:
        keys = keys_of(group)
        for key in keys:
            near[key] = near.get(key, frozenset()) | keys
    return near


@lru_cache(maxsize=4)
def _keys(name: str) -> frozenset[str]:
    return keys_of(getattr(load().meaning, name))
