"""Finds what is said twice: inside one filling, and between the sentences of a whole reply.

It compares content words, so that two sentences about the same things count as the same even where
they say different things of them; only new text is ever dropped for it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.verification.context import Context, Failure
from drafting.verification.words import content, read

_APOLOGY = re.compile(r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies)|forgive|regret)\b", re.IGNORECASE)
_OFTEN = 3
_PHRASE = 3
_SAME_SHARE = 0.75
_HALF = 0.5
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the reply; `is_new` unless it stands as the agent wrote it."""

    text: str
    is_new: bool
    is_insert: bool = False


def check_repetition(after: str, context: Context) -> Failure | None:
    """Fail text that says a word three times or a phrase twice, unless the sentence does."""
    if _repeats(after, context) - _repeats(context.source, context):
        return Failure("repeats_itself", "Repeats itself.")
    if len(_APOLOGY.findall(after)) > max(1, len(_APOLOGY.findall(context.source))):
        return Failure("apologises_twice", "Apologises more than once.")
    return None


def _repeats(text: str, context: Context) -> frozenset[str]:
    reading = read(text, context.names)
    silent = content(reading.words)
    counts = Counter(word.key for word in reading.words if word.key in silent)
    often = {key for key, count in counts.items() if count >= _OFTEN}
    keys = [word.key for word in reading.words if not word.is_mark]
    phrases = Counter(zip(*(keys[start:] for start in range(_PHRASE)), strict=False))
    twice = {
        " ".join(phrase)
        for phrase, count in phrases.items()
        if count > 1 and len(silent & set(phrase)) > 1
    }
    return frozenset(often | twice)


def find_repetitions(reply: Sequence[Written]) -> tuple[int, ...]:
    """Return the indexes of new texts to drop, given all sentences of a reply in reading order.

    An inserted step goes before a rewrite does, and of two alike the later goes.
    """
    return tuple(sorted(_second_apologies(reply) | _second_sayings(reply)))


def _second_apologies(reply: Sequence[Written]) -> frozenset[int]:
    """Return the new apologies to drop so that one is left; the agent's own always stays."""
    apologies = [at for at, written in enumerate(reply) if _APOLOGY.search(written.text)]
    own = [at for at in apologies if not reply[at].is_new]
    keep = own or sorted(apologies, key=lambda at: not reply[at].is_insert)[:1]
    return frozenset(apologies) - frozenset(keep)


def _second_sayings(reply: Sequence[Written]) -> frozenset[int]:
    words = [content(read(written.text).words) for written in reply]
    dropped: set[int] = set()
    for at in range(len(reply)):
        for other in range(at):
            if other not in dropped and _says_the_same(words[at], words[other]):
                dropped |= _weaker(reply, other, at)
    return frozenset(dropped)


def _says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    fewest, most = sorted((len(one), len(other)))
    both = len(one & other)
    return fewest >= _FEWEST_WORDS and both >= _SAME_SHARE * fewest and both >= _HALF * most


def _weaker(reply: Sequence[Written], first: int, second: int) -> frozenset[int]:
    """Return which of two alike goes: an insert before a rewrite, the later before the earlier."""
    new = [at for at in (second, first) if reply[at].is_new]
    return frozenset(sorted(new, key=lambda at: not reply[at].is_insert)[:1])
