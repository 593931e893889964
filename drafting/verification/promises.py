"""Holds new text to what the draft promises, offers, gives as a reason and admits.

It finds promises by set phrases and by a list of what can be offered; a promise in other words that uses
only words of the sentence passes here.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.words import MARKS, SUBJECTS, Reading, Word, content, keys_of, read

_WILL = frozenset(("will", "going", "would", "shall"))
_WE = frozenset(("i", "we"))
_REACH = 6
_SORRY_FOR_THEM = re.compile(r" sorry (?:that |but )?you (?:do|did|have|had|are|were) not ")
_AND_SORRY = re.compile(r" (?:and|which) (?:i am|we are) (?:very |so |truly )?sorry (?:\. )?$")
"""Said behind what is told, it owns it: "we didn't tell the cleaner, and I'm sorry"."""


def check_promises(after: str, context: Context) -> Failure | None:
    """Fail text with a promise, an offer, a reason or an admission that the draft doesn't hold."""
    before, now = read(context.source, context.names), read(after, context.names)
    if _new_phrase(load().promises.commitments, now, before) or _new_will(now, before):
        return Failure("promise_added", "Promises something that the sentence doesn't promise.")
    if (_offers(now) - before.keys) - _offers(read(context.draft)):
        return Failure("offer_added", "Offers something that the draft doesn't offer.")
    if _new_reason(now, before):
        return Failure("reason_added", "Gives a reason that the sentence doesn't give.")
    if _SORRY_FOR_THEM.search(now.joined) and not _SORRY_FOR_THEM.search(before.joined):
        return Failure("apology_blames", "Is sorry for what the customer did or didn't do.")
    # Who did it the sentence may leave open, and the model then takes it for us.
    owned = _AND_SORRY.search(now.joined) and not _AND_SORRY.search(before.joined)
    if owned and not admits_fault(read(context.draft)):
        return Failure("fault_admitted", "Owns a mistake that the draft doesn't admit.")
    return check_admission(after, context)


def check_admission(after: str, context: Context) -> Failure | None:
    """Fail text that owns a mistake which the draft doesn't admit."""
    draft = read(context.draft)
    if _new_phrase(
        load().promises.admissions, read(after), read(context.source)
    ) and not admits_fault(draft):
        return Failure("fault_admitted", "Owns a mistake that the draft doesn't admit.")
    return None


def admits_fault(draft: Reading) -> bool:
    """Whether a draft says that something went wrong on our side."""
    return bool(pattern_of(load().promises.faults).search(draft.joined))


def _new_phrase(phrases: tuple[str, ...], now: Reading, before: Reading) -> bool:
    pattern = pattern_of(phrases)
    known = {match[0] for match in pattern.finditer(_plain(before))}
    return any(match[0] not in known for match in pattern.finditer(_plain(now)))


def _plain(reading: Reading) -> str:
    return f" {' '.join(reading.plain)} "


def _offers(reading: Reading) -> frozenset[str]:
    """Return what a text speaks of that can be offered; what it denies is no offer."""
    return frozenset(
        word.key
        for clause in reading.clauses()
        if not any(word.text in load().negation.negators for word in clause.words)
        for word in clause.words
        if word.key in _offer_keys()
    )


def _new_will(now: Reading, before: Reading) -> bool:
    """Whether we commit ourselves to an act that the sentence doesn't speak of."""
    known = content(before.words)
    known |= near_keys(known)
    return any(
        act and not act & known and not act & _harmless()
        for act in (content(clause) for clause in _commitments(now.words))
    )


def _commitments(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Yield what follows "we will" and its like."""
    for at, word in enumerate(words):
        if word.text in _WE and any(other.text in _WILL for other in words[at + 1 : at + 3]):
            yield tuple(_until_mark(words[at + 2 : at + 2 + _REACH]))


def _until_mark(words: Sequence[Word]) -> Iterator[Word]:
    for word in words:
        if word.text in MARKS:
            return
        yield word


def _new_reason(now: Reading, before: Reading) -> bool:
    """Whether a reason is given in words that the sentence doesn't have."""
    known = near_keys(before.keys) | _harmless()
    most = 0.5 if load().promises.reasons & before.texts else 0.34
    for word, given in _reasons(now.words):
        new = content(given) - known
        if len(new) > len(content(given)) * most and (word != "as" or len(new) > 1):
            return True
    return False


def _reasons(words: Sequence[Word]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """Yield "because" and its like, and "as" before a subject, each with what follows."""
    for at, (word, following) in enumerate(pairwise(words)):
        if word.text in load().promises.reasons and (
            word.text != "as" or following.text in SUBJECTS
        ):
            yield word.text, tuple(_until_mark(words[at + 1 :]))


@lru_cache(maxsize=16)
def pattern_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for a list of regular expressions; an empty list matches nothing."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b") if phrases else re.compile("(?!)")


@lru_cache(maxsize=1)
def _offer_keys() -> frozenset[str]:
    return keys_of(load().promises.nouns)


@lru_cache(maxsize=1)
def _harmless() -> frozenset[str]:
    return keys_of(load().meaning.plain)
