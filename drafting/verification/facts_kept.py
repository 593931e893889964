"""Holds a rewrite to the facts of its sentence: all of them, in order, character for character.

A constrained model can't break this; a move, a phrase that somebody wrote or a remote engine can.
"""

from collections.abc import Iterable

from drafting.facts import Fact, FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.words import find_facts

_MESSAGE = "Changes, drops or reorders a fact of the sentence."
_WORDED = frozenset(
    {FactKind.NUMBER, FactKind.QUANTITY, FactKind.NUMBER_WORD, FactKind.DATE, FactKind.TIME}
)


def check_facts(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that loses, changes, reorders or makes up a fact."""
    before, now = find_facts(context.source, context.names), find_facts(after, context.names)
    if _exact(before) != _exact(now) and not _is_calmed(after, context):
        return Failure("fact_changed", _MESSAGE)
    if any(name not in after for name in _names(before)):
        return Failure("fact_changed", _MESSAGE)
    if any(name not in context.surroundings for name in _names(now)):
        return Failure("fact_added", "Names something that the mail doesn't name.")
    return None


def _is_calmed(after: str, context: Context) -> bool:
    """Whether a shouted sentence only came down: "24 MONTHS" may be "24 months", a code stays."""
    if not context.source.isupper():
        return False
    worded = _exact(find_facts(context.source.lower())) == _exact(find_facts(after.lower()))
    coded = (fact.text for fact in find_facts(context.source) if fact.kind not in _WORDED)
    return worded and all(text in after for text in coded)


def _exact(facts: Iterable[Fact]) -> list[str]:
    return [fact.text for fact in facts if fact.kind is not FactKind.NAME]


def _names(facts: Iterable[Fact]) -> list[str]:
    """The names; what starts a sentence may be taken for one, so their order is not compared."""
    return [fact.text for fact in facts if fact.kind is FactKind.NAME]
