"""Holds a deletion to sentences that carry nothing: no fact, request, duty, choice, decision or offer.

It can't tell a jibe from a statement that the customer needs; that is left to who proposes it.
"""

from itertools import pairwise

from drafting.facts import FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.jibes import cut_jibes
from drafting.verification.language import guess_language
from drafting.verification.lists import load
from drafting.verification.words import MARKS, content, find_facts, keys_of, read

_BEARING = frozenset(
    "please must shall cannot can may might if unless until final closed cancelled suspended terminated"
    " deleted removed expired blocked approve approved refused rejected denied declined".split()
)
_KINDLY = frozenset(
    "sorry apologise apologize apologies regret thank thanks glad happy welcome hope appreciate".split()
)
_SAYING = _KINDLY | frozenset(
    "need needs will won't lost fault mistake error covered locked turned due owe full booked sold free paid cost"
    " costs charge charged late delayed broken missing lapsed over gone stopped ended".split()
)
"""Words of duties, states, faults and kindness: among 1,268 marked sentences, those with one say something
five times in six."""
_DUTY = frozenset(("have", "has", "had"))
_BARE_ANSWERS = frozenset(("no", "yes", "nope", "yep", "never", "always"))
_OURS = frozenset(("i", "we"))


def check_sting(context: Context) -> Failure | None:
    """Fail the deletion of a sentence that is taken for a mere sting, where it may say something.

    It does so where it leads over to what follows, is in another language or an answer of one word,
    or holds a word of a duty, a state, a fault or kindness, or what we don't do.
    """
    words = [word for word in read(context.source, context.names).plain if word not in MARKS]
    pairs = set(pairwise(words))
    says = (
        context.source.rstrip().endswith(":")
        or guess_language(context.source) not in (None, "en")
        or not {*words} - _BARE_ANSWERS
        or _SAYING & {*words}
        or any(first in _DUTY and second == "to" for first, second in pairs)
        or (_OURS & {*words} and pairs & {("do", "not"), ("did", "not"), ("does", "not")})
    )
    if says:
        return Failure("content_dropped", "May drop a sentence that says something.")
    return None


def sounds_kind(text: str) -> bool:
    """Tell whether a text has a word of thanks, regret or good wishes."""
    return not _KINDLY.isdisjoint(read(text).plain)


def check_deletion(context: Context) -> Failure | None:
    """Fail the deletion of a sentence that says something which the customer needs."""
    sentence = read(cut_jibes(context.source), context.names)
    facts = find_facts(context.source, context.names)
    if any(fact.kind not in (FactKind.NAME, FactKind.NUMBER_WORD) for fact in facts):
        return Failure("fact_dropped", "Drops a sentence that holds a fact.")
    if _BEARING & {*sentence.plain} or content(sentence.words) & keys_of(load().promises.nouns):
        return Failure(
            "content_dropped", "Drops a sentence that decides, asks or offers something."
        )
    return None
