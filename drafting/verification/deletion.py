"""Holds a deletion to sentences that carry nothing: no fact, request, duty, choice, decision or offer.

It can't tell a jibe from a statement that the customer needs; that is left to who proposes it.
"""

from drafting.facts import FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.jibes import cut_jibes
from drafting.verification.lists import load
from drafting.verification.words import content, find_facts, keys_of, read

_BEARING = frozenset(
    "please must shall cannot can may might if unless until final closed cancelled suspended terminated"
    " deleted removed expired blocked approve approved refused rejected denied declined".split()
)


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
