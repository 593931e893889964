"""Holds a rewrite to what must, may or will be, and to the bounds of times and amounts.

It counts words of duty and permission over the whole sentence; it does not know which of two duties
became a permission when both stand there.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from drafting.verification.acts import Mood, find_acts
from drafting.verification.context import Context, Failure
from drafting.verification.jibes import without_jibes
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.words import FACT, MARKS, Reading, Word, key, keys_of, read

_MESSAGE = "May change what must, may or will be done."
_NO = frozenset(("no", "none", "nobody", "nothing", "neither"))
_DUTY = frozenset(("must",))
_CHOICE = frozenset(("may", "can", "could", "might"))
_LIMITED = frozenset(("only", "now"))
_TURNING = frozenset(("within", "before", "after", "until", "least", "most"))
_STRICT = frozenset(("within", "before", "after", "until", "least", "most", "by"))
_BREAKS = frozenset("so and but because that we you i".split())
_PERSONS = frozenset("i we you they who that which".split())
_REACH = 3
_GUESS = 3
_COULD_NOT = re.compile(r"\bcould(?:n['’]t| not)\b", re.IGNORECASE)
_CANNOT = re.compile(
    r"\b(?:can(?:['’]t| ?not)|(?:am|are|is|['’]re|['’]m)(?: not|n['’]t) able)\b", re.IGNORECASE
)
_THEN = re.compile(r"\b(?:could|was|were|did|had|has|have)(?:n['’]t)?\b", re.IGNORECASE)
_ONLY_THEN = re.compile(r" (?:before|until) (?:i|we) can ")


def check_modality(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that turns a duty into a choice, a choice into a duty, or a maybe into a fact."""
    before = read(without_jibes(context.source, after), context.names)
    now = read(after, context.names)
    lists = load().modality
    must = _count(before, lists.must), _count(now, lists.must)
    may = _count(before, lists.may), _count(now, lists.may)
    supposes_more = _count(now, lists.conditions) > _count(before, lists.conditions)
    if must[0] > must[1] and not (now.texts & lists.asks or supposes_more):
        return Failure("duty_lost", _MESSAGE)
    if (must[0] > must[1] and may[1] > may[0]) or _is_turned(before, now, _DUTY, _CHOICE):
        return Failure("duty_became_choice", _MESSAGE)
    sure = _count(now, lists.will) > _count(before, lists.will) or must[1] > must[0]
    invites = supposes_more or now.texts >= {"please", "if"}
    if may[0] > may[1] and (sure or not invites):
        return Failure("choice_lost", _MESSAGE)
    if _is_turned(before, now, _CHOICE, _DUTY):
        return Failure("choice_became_duty", _MESSAGE)
    if _maybes(now) > _maybes(before) + _guesses(before) and not before.texts & lists.blame:
        return Failure("doubt_added", _MESSAGE)
    if (_new_power(now, before) or _may_happen(now, before)) and not may[0]:
        return Failure("act_became_possible", _MESSAGE)
    if _COULD_NOT.search(context.source) and _CANNOT.search(after) and not _THEN.search(after):
        return Failure("past_became_lasting", "Says of a single time what would hold for good.")
    return None


def check_conditions(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that leaves out an if, unless, until, except, only ..."""
    before = read(without_jibes(context.source, after), context.names)
    now = read(after, context.names)
    lists = load().modality
    if _count(before, lists.limits) > _count(now, lists.limits | lists.conditions):
        return Failure("condition_lost", _MESSAGE)
    return None


def _maybes(reading: Reading) -> int:
    return sum(text in load().modality.perhaps for text in reading.plain)


def _is_turned(before: Reading, now: Reading, old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether what stood after one kind of modal word now stands after the other kind."""
    governed = frozenset(_governed(before, old)) - frozenset(_governed(now, old))
    return bool(
        governed & near_keys(frozenset(_governed(now, new))) - frozenset(_governed(before, new))
    )


def _governed(reading: Reading, modals: frozenset[str]) -> Iterator[str]:
    """Yield the key of the first content word after each of these modal words."""
    silent = load().meaning.function_words
    for at, word in enumerate(reading.words):
        if word.text in modals and not _is_guess(reading, at):
            following = reading.words[at + 1 : at + 1 + _REACH + 1]
            yield next((other.key for other in following if other.text not in silent), "")


def _count(reading: Reading, words: frozenset[str]) -> int:
    """Count these words; what need not or can't be done is no duty and no choice."""
    total, denied = 0, False
    texts = ["", *(word.text for word in reading.words), "", ""]
    for at, text in enumerate(texts[1:-2]):
        previous, following, then = texts[at], texts[at + 2], texts[at + 3]
        denied = text not in MARKS and (denied or text in _NO)
        # "May refuse" reads "may not approve" and is a choice.
        undone = previous == "not" or (following == "not" and then != "approve")
        total += text in words and not undone and not denied and not _is_guess(reading, at)
    return total


def _guesses(reading: Reading) -> int:
    return sum(_is_guess(reading, at) for at in range(len(reading.words)))


def _is_guess(reading: Reading, at: int) -> bool:
    """Whether "must" at this place only supposes something, as in "you must have left it on"."""
    texts = [word.text for word in reading.words[at : at + 3]]
    if texts[:2] != ["must", "have"] or len(texts) < _GUESS:
        return False
    verb = texts[-1]
    return verb.endswith("ed") or verb == "been" or load().forms.irregular.get(verb, verb) != verb


def _new_power(now: Reading, before: Reading) -> bool:
    """Whether "we can" has come before an act that the sentence tells as done or doesn't tell."""
    able = {key(word.text) for word in before.words if word.text.endswith(("able", "ible"))}
    return (
        any(
            act.who == "we"
            and act.mood == Mood.MAY
            and act.key not in able
            and not _is_harmless(act.key)
            for act in find_acts(now)
        )
        and not now.texts & _LIMITED
        and not _ONLY_THEN.search(now.joined)
    )


def _may_happen(now: Reading, before: Reading) -> bool:
    """Whether what the sentence says of a thing only can happen now.

    As where "fees apply" becomes "fees may apply" or "it can get you charged".
    """
    words = now.words
    return any(
        word.text in _CHOICE
        and words[at - 1].text not in _PERSONS
        and words[max(0, at - 2)].text != "you"
        and not _NO & {other.text for other in words[max(0, at - _REACH) : at]}
        and (words[at + 1].key in before.keys - {""} or words[at + 1].text == "get")
        for at, word in enumerate(words[:-1])
        if at
    )


def _is_harmless(act: str) -> bool:
    return act in keys_of(load().persons.we_may)


def check_bounds(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that loses or turns round a bound: within, by, before, until, at least ..."""
    before, now = read(context.source, context.names), read(after, context.names)
    for old, new in zip(_fact_bounds(before), _fact_bounds(now), strict=False):
        if old != new and not _fits(old, new):
            return Failure("bound_changed", _MESSAGE)
    lost = (_bounds(before) - _bounds(now)) & _TURNING
    came = (_bounds(now) - _bounds(before)) & _TURNING
    if any(
        (one in lost and other in came) or (other in lost and one in came)
        for one, other in load().modality.opposites
    ):
        return Failure("bound_turned", _MESSAGE)
    return None


def _fits(old: str, new: str) -> bool:
    if old not in _STRICT:
        return not _opposed(old, new)
    return new != "" and not _opposed(old, new)


def _opposed(one: str, other: str) -> bool:
    pairs = load().modality.opposites
    return (one, other) in pairs or (other, one) in pairs


def _fact_bounds(reading: Reading) -> Iterator[str]:
    """Yield for each fact the bound that stands close before it, "" for none."""
    for at, word in enumerate(reading.words):
        if word.text == FACT:
            yield _last_bound(reading.words[max(0, at - _REACH) : at])


def _last_bound(words: Sequence[Word]) -> str:
    """Return the nearest bound; "by" must stand next to its fact ("covered by the warranty")."""
    for distance, word in enumerate(reversed(words)):
        if word.is_mark or word.text.endswith("ing") or word.text in _BREAKS:
            return ""
        if bound := _bound_of(word.text):
            return "" if bound == "by" and distance else bound
    return ""


def _bounds(reading: Reading) -> frozenset[str]:
    return frozenset(filter(None, (_bound_of(word.text) for word in reading.words)))


def _bound_of(word: str) -> str:
    return _bound_names().get(word, "")


@lru_cache(maxsize=1)
def _bound_names() -> dict[str, str]:
    return {word: name for name, words in load().modality.bounds.items() for word in words}
