"""Holds a rewrite to the decision: what is denied stays denied, what is not stays so.

A denial is a negating word and what it stands before. It counts denials and compares what they are
about; it can't tell a decision from any other statement, so it guards all of them alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.words import Reading, Word, content, key, keys_of, read

_MESSAGE = "May change what is decided or denied."


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
    def firm(self) -> int:
        """How often it denies something that must stay so ("not us", "no excuse" may go)."""
        return sum(head not in _loose() for head in self.heads)


def check_decision(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that loses, adds or turns round a denial."""
    before, now = read(context.source, context.names), read(after, context.names)
    old, new = _stance(before), _stance(now)
    if _is_turned(old, new):
        return Failure("decision_turned", _MESSAGE)
    lists = load().negation
    if old.firm - new.denials > max(0, _more(now, before, lists.stands_for)):
        return Failure("denial_lost", _MESSAGE)
    if new.denials - old.denials > max(0, _more(before, now, lists.put_as)) + _restated(old, before, now):
        return Failure("denial_added", _MESSAGE)
    if _opposite(before, now):
        return Failure("opposite_put", _MESSAGE)
    if _lost_states(before, now) and new.denials <= old.denials:
        return Failure("state_lost", _MESSAGE)
    return None


def _opposite(before: Reading, now: Reading) -> bool:
    """Whether a word of the sentence has gone and its opposite has come, with no new denial."""
    gone, came = before.keys - now.keys, now.keys - before.keys
    return any((one in gone and other in came) or (other in gone and one in came) for one, other in _opposites())


def _lost_states(before: Reading, now: Reading) -> frozenset[str]:
    """Return the words on how a thing stands that have gone without one near them."""
    states = frozenset(word.key for word in before.words if word.text in load().negation.states)
    return frozenset(state for state in states - now.keys if not near_keys((state,)) & now.keys)


def _is_turned(old: _Stance, new: _Stance) -> bool:
    """Whether something plainly denied is now stated, or the reverse."""
    denied = old.denied - old.stated - old.touched
    stated = old.stated - old.denied - old.touched
    return bool(denied & (new.stated - new.touched) or stated & new.denied)


def _stance(reading: Reading) -> _Stance:
    denied: set[str] = set()
    touched: set[str] = set()
    stated: set[str] = set()
    heads: list[str] = []
    for clause in reading.clauses():
        found = list(_denied_heads(clause.words))
        keys = content(clause.words) - set(found)
        heads += found
        denied |= set(found) - {""}
        (touched if found or clause.is_open else stated).update(keys)
    return _Stance(frozenset(denied), frozenset(touched), frozenset(stated), tuple(heads))


def _denied_heads(clause: tuple[Word, ...]) -> Iterator[str]:
    """Yield the key of what each negating word of a clause denies, "" where nothing follows it."""
    for position, word in enumerate(clause):
        if word.text in load().negation.negators:
            yield _head(clause[position + 1 :])


def _head(words: tuple[Word, ...]) -> str:
    silent = load().meaning.function_words
    return next((word.key for word in words if word.key and word.text not in silent and word.key not in _light()), "")


def _more(one: Reading, other: Reading, words: frozenset[str]) -> int:
    """How many more of these words one text has than the other."""
    return sum(word.text in words for word in one.words) - sum(word.text in words for word in other.words)


def _restated(old: _Stance, before: Reading, now: Reading) -> int:
    """How many denials only draw the conclusion, as "so I can't offer one", from what is denied."""
    drawn = (clause for clause in now.clauses() if clause.opener == "so")
    return sum(len(list(_denied_heads(clause.words))) for clause in drawn) if old.denials or before.texts & load().negation.states else 0


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[str, str], ...]:
    pairs = ((key(one), key(other)) for one, other in load().negation.opposites)
    return tuple(pair for pair in pairs if pair[0] != pair[1])


@lru_cache(maxsize=1)
def _loose() -> frozenset[str]:
    return keys_of(load().negation.loose) | {""}


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    return keys_of(load().negation.light)
