"""Holds a rewrite to the lightest touch: the sentence's own content words stay, hardly any come in.

It compares words, not what they mean together: a rewrite of the same words in another order passes here.
"""

from functools import lru_cache

from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.words import content, keys_of, read


def check_meaning_words(after: str, context: Context) -> Failure | None:
    """Fail a rewrite with too many new content words, or too few of the sentence's own."""
    before = content(read(context.source, context.names).words)
    now = content(read(after, context.names).words)
    if new_weight(now, before, content(read(context.surroundings).words)) > _room(len(before)):
        return Failure("new_words", "Says things that the sentence doesn't say.")
    if lost_share(before, now) > 0.7:
        return Failure("lost_words", "Leaves out what the sentence says.")
    return None


def new_weight(now, before, around) -> float:
    new = now - before - _keys("plain")
    near=near_keys(before)
    return sum(0.5 if key in around else 1.0 for key in new if key not in near)

def lost_words(before, now):
    near=near_keys(now)
    return {k for k in before - now - _keys("droppable") if k not in near}

def lost_share(before, now):
    return len(lost_words(before, now)) / max(len(before - _keys("droppable")), 1)

def _room(words):
    return 1.5 + words / 5

def near_keys(keys):
    return frozenset().union(*(_near().get(k, frozenset()) for k in keys))

@lru_cache(maxsize=1)
def _near():
    near: dict[str, frozenset[str]] = {}
    for group in load().meaning.near:
        keys = keys_of(group)
        for k in keys:
            near[k] = near.get(k, frozenset()) | keys
    return near


@lru_cache(maxsize=4)
def _keys(name: str) -> frozenset[str]:
    return keys_of(getattr(load().meaning, name))
