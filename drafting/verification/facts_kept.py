"""Holds a rewrite to the facts of its sentence: all of them, in order, character for character.

A constrained model can't break this; a move, a phrase that somebody wrote or a remote engine can.
"""

from collections.abc import Iterable

from drafting.facts import Fact, FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.words import find_facts

_MESSAGE = "Changes, drops or reorders a fact of the sentence."
_WORDED = frozenset({FactKind.QUANTITY, FactKind.NUMBER_WORD, FactKind.DATE, FactKind.TIME})


def check_facts(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that loses, changes, reorders or makes up a fact."""
    before, now = find_facts(context.source, context.names), find_facts(after, context.names)
    shouted = context.source.isupper()
    if _exact(before, shouted) != _exact(now, shouted):
        return Failure("fact_changed", _MESSAGE)
    if any(name not in after for name in _names(before)):
        return Failure("fact_changed", _MESSAGE)
    if any(name not in context.surroundings for name in _names(now)):
        return Failure("fact_added", "Names something that the mail doesn't name.")
    return None


def _exact(facts: Iterable[Fact], shouted: bool) -> list[str]:
    """The facts but for names; the units of a shouted sentence may come down ("24 MONTHS")."""
    return [
        fact.text.lower() if shouted and fact.kind in _WORDED else fact.text
        for fact in facts
        if fact.kind is not FactKind.NAME
    ]


def _names(facts: Iterable[Fact]) -> list[str]:
    """The names; what starts a sentence may be taken for one, so their order is not compared."""
    return [fact.text for fact in facts if fact.kind is FactKind.NAME]
