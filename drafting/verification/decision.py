"""Holds a rewrite to the decision: what is denied stays denied, what is not stays so.

A denial is a negating word and what it stands before. It counts denials and compares what they are
about; it can't tell a decision from any other statement, so it guards all of them alike.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from drafting.verification.context import Context, Failure
from drafting.verification.jibes import without_jibes
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.words import Reading, Word, content, key, keys_of, read

_TO = frozenset(("to", "as", "like"))
_OBJECTS = frozenset(("nothing", "nobody", "none"))
_PERSONS = frozenset(("us", "ours", "me", "mine", "you", "yours"))
_REPORTING = frozenset(("that", "whether", "which"))
_MESSAGE = "May change what is decided or denied."


_POSSIBLE = re.compile(
    r"(?<!not )(?<!you )\b(?:can|could|may|might|able to)\s+(?:refuse|deny|decline|reject|cancel|close)\b",
    re.IGNORECASE,
)
"""A refusal that only might be: what was decided must not become what could be decided."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """What a text denies outright, may deny, and doesn't deny, by content key."""

    denied: frozenset[str]
    touched: frozenset[str]
    stated: frozenset[str]
    heads: tuple[str, ...]

    @property
    def denials(self) -> int:
        """How often the text denies."""
        return len(self.heads)

    @property
    def different(self) -> int:
        """How many different things it denies."""
        return len(set(self.heads) - {""}) + self.heads.count("")

    def firm(self, now: Reading) -> int:
        """How often it denies something that must stay so ("not us", "no excuse" may go unsaid)."""
        return sum(head not in _loose() or head in now.keys for head in self.heads)


def check_decision(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that loses, adds or turns round a denial."""
    if _POSSIBLE.search(after) and not _POSSIBLE.search(context.source):
        return Failure("act_became_possible", _MESSAGE)
    before, now = read(context.source, context.names), read(after, context.names)
    told = read(without_jibes(context.source, after), context.names)
    old, new = _stance(told), _stance(now)
    denials = _stance(before).denials
    lists = load().negation
    spare = _gone(before, now, lists.put_as)
    if _is_turned(old, new, spare > 0) or _denies_state(before, old, new):
        return Failure("decision_turned", _MESSAGE)
    if old.firm(now) - new.denials > _gone(now, before, lists.stands_for):
        return Failure("denial_lost", _MESSAGE)
    if new.different - denials > spare + _restated(old, before, now) + _needless(before, now):
        return Failure("denial_added", _MESSAGE)
    if new.denials <= old.denials and _opposite(before, now):
        return Failure("opposite_put", _MESSAGE)
    if new.denials <= old.denials and _lost_states(told, now):
        return Failure("state_lost", _MESSAGE)
    return None


def _opposite(before: Reading, now: Reading) -> bool:
    """Whether a word of the sentence has gone and its opposite has come, with no new denial."""
    gone, came = before.keys - now.keys, now.keys - before.keys
    return any(
        (one in gone and other in came) or (other in gone and one in came)
        for one, other in _opposites()
    )


def _lost_states(before: Reading, now: Reading) -> frozenset[str]:
    """Return the words on how a thing stands that have gone without one near them."""
    states = frozenset(word.key for word in before.words if word.text in load().negation.states)
    return frozenset(state for state in states - now.keys if not near_keys((state,)) & now.keys)


def _is_turned(old: _Stance, new: _Stance, spare: bool) -> bool:
    """Whether something plainly denied is now stated, or the reverse (unless put so for a word gone)."""
    denied = old.denied - old.stated - old.touched
    stated = old.stated - old.denied - old.touched
    return bool(denied & (new.stated - new.touched) or (not spare and stated & new.denied))


def _denies_state(before: Reading, old: _Stance, new: _Stance) -> bool:
    """Whether what comes to be denied is near to how the sentence says things stand."""
    lists = load().negation
    states = frozenset(
        word.key for word in before.words if word.text in lists.put_as | lists.states
    )
    return any(near_keys((head,)) & states for head in new.denied - old.denied - old.touched)


def _stance(reading: Reading) -> _Stance:
    denied: set[str] = set()
    touched: set[str] = set()
    stated: set[str] = set()
    heads: list[str] = []
    reach = False
    for clause in reading.clauses():
        found = tuple(_denied_heads(clause.words))
        keys = content(clause.words) - set(found)
        reach = reach and clause.opener in _REPORTING
        heads += found
        denied |= set(found) - {""}
        (touched if found or reach or clause.is_open else stated).update(keys)
        reach = bool(found)
    return _Stance(frozenset(denied), frozenset(touched), frozenset(stated), tuple(heads))


def _denied_heads(clause: tuple[Word, ...]) -> Iterator[str]:
    """Yield the key of what each negating word of a clause denies; two for the same undo each other."""
    heads = [
        _head(clause, position)
        for position, word in enumerate(clause)
        if word.text in load().negation.negators and not _is_number_sign(clause, position)
    ]
    yield from (
        head
        for head, count in Counter(heads).items()
        for _ in range(count % 2 or count * (not head))
    )


def _is_number_sign(clause: tuple[Word, ...], at: int) -> bool:
    """Whether "no" is short for number, as in "your registration no."."""
    is_last = clause[at].text == "no" and at == len(clause) - 1
    return is_last and at > 0 and clause[at - 1].text in load().negation.numbered


def _head(clause: tuple[Word, ...], at: int) -> str:
    """Return the first content word after a place, else a person after it, else what stands before."""
    following, leading = clause[at + 1 :], tuple(reversed(clause[:at]))
    if clause[at].text in _OBJECTS and (done := _first_content(leading)):
        return done
    return (
        _first_content(following)
        or next((word.key for word in following if word.text in _PERSONS), "")
        or _first_content(leading)
    )


def _first_content(words: tuple[Word, ...]) -> str:
    """Return the key of the first content word, past words like "seem" in "not seem to"."""
    silent, lists = load().meaning.function_words, load().negation
    heads = [
        word.key
        for word, following in zip_longest(words, words[1:])
        if word.key
        and word.text not in silent
        and not (word.key in keys_of(lists.light) and following)
        and not (word.key in keys_of(lists.lead_in) and following and following.text in _TO)
    ]
    return heads[0] if heads else ""


def _gone(one: Reading, other: Reading, words: frozenset[str]) -> int:
    """How many of these words stand in one text and not in the other."""
    return sum(word.text in words and word.key not in other.keys for word in one.words)


def _restated(old: _Stance, before: Reading, now: Reading) -> int:
    """How many denials only draw the conclusion, as "so I can't offer one", from what is denied."""
    drawn = (clause for clause in now.clauses() if clause.opener == "so")
    return (
        sum(len(list(_denied_heads(clause.words))) for clause in drawn)
        if old.denials or before.texts & load().negation.states
        else 0
    )


def _needless(before: Reading, now: Reading) -> int:
    """How often "no need to" tells what the sentence asks not to do, as "calling won't help"."""
    denies = load().negation.negators & before.texts
    return sum(
        1
        for one, two, three in zip(now.words, now.words[1:], now.words[2:], strict=False)
        if denies and (one.text, two.text) == ("not", "must") and three.key in before.keys
    )


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = ((key(one), key(other)) for one, other in load().negation.opposites)
    return tuple(pair for pair in pairs if pair[0] != pair[1])


@lru_cache(maxsize=1)
def _loose() -> frozenset[str]:
    return keys_of(load().negation.loose)
