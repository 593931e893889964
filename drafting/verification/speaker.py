"""Holds an opening to who speaks: we, who weren't there, to a customer who may not have written.

It finds set phrases and the doers that `acts.py` sees; whether a feeling fits is left to the judge.
"""

from itertools import pairwise

from drafting.verification.acts import Act, Mood, find_acts
from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.promises import pattern_of
from drafting.verification.words import Reading, keys_of, read

_SWAPPED = {"we": "you", "you": "we"}
_YOUR = frozenset(("your",))
_OUR = frozenset(("our", "my"))


def check_speaker(now: Reading, around: Reading, context: Context) -> Failure | None:
    """Fail an opening that mixes up who speaks, or knows what nobody has told."""
    told = told_acts(context)
    is_known = all(_is_told(act, told, around) for act in find_acts(now))
    if pattern_of(load().openings.swapped).search(now.joined) or not is_known:
        return Failure("person_swapped", "May mix up who does what.")
    if not context.customer_message and pattern_of(load().openings.feelings).search(now.joined):
        return Failure("feeling_unknown", "Tells a customer who hasn't written how they feel.")
    if _swaps_owner(now, context):
        return Failure("owner_swapped", "May mix up whose something is.")
    if _refuses_more(now, context):
        return Failure("decision_told_first", "Refuses something that the draft doesn't refuse.")
    return None


def told_acts(context: Context) -> frozenset[Act]:
    """Return the acts of the mail as the reply sees them: the customer's "I" is our "you"."""
    theirs = find_acts(read(context.customer_message or ""))
    swapped = (Act(_SWAPPED.get(act.who, act.who), act.key) for act in theirs if not act.passive)
    return frozenset((*swapped, *find_acts(read(context.draft))))


def _swaps_owner(now: Reading, context: Context) -> bool:
    """Whether the customer's "your" was kept ("your driver" is our driver), or their "my"."""
    draft, message = read(context.draft), read(context.customer_message or "")
    yours = _owned(now, _YOUR) & _owned(message, _YOUR) - _owned(message, _OUR)
    ours = _owned(now, _OUR) & _owned(message, _OUR) - _owned(message, _YOUR)
    return bool(yours - _owned(draft, _YOUR) or ours - _owned(draft, _OUR))


def _owned(reading: Reading, owners: frozenset[str]) -> frozenset[str]:
    words = reading.words
    return frozenset(
        owned.key for owner, owned in pairwise(words) if owner.text in owners and owned.key
    )


def _refuses_more(now: Reading, context: Context) -> bool:
    """Whether an opening says that we can't do what the draft doesn't say that we can't."""
    refused = {act.key for act in find_acts(read(context.draft)) if act.denied}
    return any(
        act.who == "we" and act.mood is Mood.CANNOT and act.key not in refused
        for act in find_acts(now)
    )


def _is_told(act: Act, told: frozenset[Act], around: Reading) -> bool:
    if act.who not in _SWAPPED or act.passive:
        return True
    doers = {known.who for known in told if known.key == act.key and not known.passive}
    if act.key in keys_of(load().openings.frames):
        is_theirs = act.who == "we" and doers == {"you"}
        return not is_theirs or act.key in keys_of(load().openings.ours_anyway)
    if doers:
        return act.who in doers
    return act.who == "you" or act.key in near_keys(around.keys)
