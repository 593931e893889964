"""Holds a rewrite to how the sentence joins what it says: in spite of what, under which condition, who it was for.

The other checks count words; these look for single turns that small models make of the same words. Each
stands for faults that were read in real output, and fails hardly any worked rewrite.
"""

import re
from collections.abc import Callable

from drafting.verification.acts import Mood, find_acts
from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.requests import asks
from drafting.verification.words import Reading, Word, keys_of, read

_CONDITIONS = frozenset(("if", "when", "unless", "once"))
_LIMITS = ("unless", "until")
_NEAR = 4
_EARLY = 2
_NO_PARTICIPLES = frozenset(
    ("bring", "ring", "thing", "need", "feed", "speed", "exceed", "proceed")
)
_FOR_US = re.compile(r" (for|to|with|from|by|on) (?:us|me) ")
_FOR_YOU = re.compile(r" (for|to|with|from|by|on) you ")
_OURS = re.compile(r" (?:our|my) (\w+) ")
_QUESTION = re.compile(
    r" if you (?:have|had) (?:any |a )?(?:more |other |further )?(?:questions?|problems?) "
)
_LIABLE = re.compile(r" (?:i|we|company) (?:am|are|is) (?:\w+ )?(?:responsible|liable) ")

_Turn = Callable[[Reading, Reading, Context], bool]


def check_turns(after: str, context: Context) -> Failure | None:
    """Fail a rewrite that joins the sentence's own words in another sense."""
    before, now = read(context.source, context.names), read(after, context.names)
    for code, message, is_turned in _TURNS:
        if is_turned(before, now, context):
            return Failure(code, message)
    return None


def _despite_became_because(before: Reading, now: Reading, _: Context) -> bool:
    lists = load().turns
    return bool(
        before.texts & lists.despite
        and now.texts & lists.because
        and not now.texts & lists.despite_kept
    )


def _loses_regardless(before: Reading, now: Reading, _: Context) -> bool:
    lists = load().turns
    return bool(before.texts & lists.regardless and not now.texts & lists.regardless_kept)


def _swaps_limits(before: Reading, now: Reading, _: Context) -> bool:
    """Whether "unless" became "until" or the reverse: an exception is no date."""
    old, new = (frozenset(_LIMITS) & reading.texts for reading in (before, now))
    return len(old) == 1 and len(new) == 1 and old != new


def _confirms_claim(before: Reading, now: Reading, _: Context) -> bool:
    """Whether what the customer says has become what we know."""
    lists = load().turns
    known = keys_of(lists.confirmed) - before.keys
    return bool(before.texts & lists.claims) and any(
        act.who == "we" and act.key in known and not act.denied for act in find_acts(now)
    )


def _supposes_duty(before: Reading, now: Reading, _: Context) -> bool:
    """Whether what must be done is only spoken of behind an "if" now."""
    owed = frozenset(filter(None, (_owed(before, at) for at in range(len(before.words)))))
    supposed, stated = set[str](), set[str]()
    for clause in now.clauses():
        target = supposed if clause.opener in _CONDITIONS else stated
        target.update(word.key for word in clause.words)
    return bool(owed & supposed - stated) and not before.texts & _CONDITIONS


def _owed(reading: Reading, at: int) -> str:
    """Return the key of what must be done, if "must" stands here; a guess ("must have left") is none."""
    silent, words = load().meaning.function_words, reading.words
    if words[at].text != "must" or any(word.text == "have" for word in words[at + 1 : at + 2]):
        return ""
    following = (word for word in words[at + 1 : at + 1 + _NEAR] if word.key)
    return next((word.key for word in following if word.text not in silent), "")


def _asks_what_is_done(before: Reading, now: Reading, _: Context) -> bool:
    """Whether a note of what was or is being done ("Re-sent today.") has become a request."""
    if asks(before) or before.texts & load().persons.auxiliaries or "please" not in now.texts:
        return False
    silent = load().meaning.function_words
    content = tuple(word for word in before.words if word.key and word.text not in silent)
    return bool(_participles((*content[:_EARLY], *content[-1:])) & _requested(now))


def _participles(words: tuple[Word, ...]) -> frozenset[str]:
    """Return the keys of these words that are participles."""
    irregular = load().forms.irregular
    return frozenset(
        word.key
        for word in words
        if word.text not in _NO_PARTICIPLES
        and (word.text.endswith(("ed", "ing")) or irregular.get(word.text, word.text) != word.text)
    )


def _requested(reading: Reading) -> frozenset[str]:
    """Return the key of the verb after each "please"."""
    silent, words = load().meaning.function_words, reading.words
    return frozenset(
        next((other.key for other in words[at + 1 : at + _NEAR] if other.text not in silent), "")
        for at, word in enumerate(words)
        if word.text == "please"
    ) - {""}


def _turns_to_other(before: Reading, now: Reading, _: Context) -> bool:
    """Whether "for us" became "for you" or the reverse."""
    us, you = (_came(pattern, before, now) for pattern in (_FOR_US, _FOR_YOU))
    no_us, no_you = (_came(pattern, now, before) for pattern in (_FOR_US, _FOR_YOU))
    return bool(us & no_you or you & no_us)


def _came(pattern: re.Pattern[str], before: Reading, now: Reading) -> frozenset[str]:
    return frozenset(pattern.findall(now.joined)) - frozenset(pattern.findall(before.joined))


def _asks_for_questions(before: Reading, now: Reading, _: Context) -> bool:
    """Whether an instruction has become an invitation to ask ("if you have any questions")."""
    known = keys_of(frozenset(("question", "query", "enquiry", "problem", "issue")))
    return bool(_QUESTION.search(now.joined)) and not before.keys & known


def _harms(before: Reading, now: Reading, _: Context) -> bool:
    """Whether harm that happened is now said to be our doing, where the sentence admits nothing."""
    ours = {act.key for act in find_acts(before) if act.who == "we"}
    return any(
        act.who == "we"
        and act.mood is Mood.PLAIN
        and not act.denied
        and not act.passive
        and act.key in keys_of(load().turns.harms) - ours
        for act in find_acts(now)
    ) and not (ours or before.texts & load().turns.admitting)


def _takes_liability(before: Reading, now: Reading, _: Context) -> bool:
    return bool(
        _LIABLE.search(now.joined)
        and not _LIABLE.search(before.joined)
        and not before.texts & {"our", "us", "ours"}
    )


def _owns_theirs(before: Reading, now: Reading, _: Context) -> bool:
    """Whether the customer's claim, request or booking is called ours."""
    return bool(_came(_OURS, before, now) & load().turns.theirs)


def _makes_doer(before: Reading, now: Reading, _: Context) -> bool:
    """Whether who was told ("Regulator informed.") has become who tells us or you."""
    words = before.words
    told = {
        (one.key, verb.key)
        for one, verb, mark in zip(words, words[1:], words[2:], strict=False)
        if mark.is_mark and verb.text.endswith("ed")
    }
    return any(
        (one.key, verb.key) in told and person.text in ("us", "me", "you")
        for one, verb, person in zip(now.words, now.words[1:], now.words[2:], strict=False)
    )


_WHO = "May mix up who does what."
_WHEN = "May change under which condition something holds."
_TURNS: tuple[tuple[str, str, _Turn], ...] = (
    ("relation_turned", "May turn round how two things hang together.", _despite_became_because),
    ("condition_lost", _WHEN, _loses_regardless),
    ("condition_turned", _WHEN, _swaps_limits),
    ("claim_confirmed", "Confirms what the draft only says was told.", _confirms_claim),
    ("duty_supposed", "May make a duty a condition.", _supposes_duty),
    ("done_asked", "Asks for what is done already.", _asks_what_is_done),
    ("person_turned", _WHO, _turns_to_other),
    ("person_turned", _WHO, _makes_doer),
    ("question_invited", "Invites questions in the place of what the sentence says.", _asks_for_questions),
    ("harm_owned", "Owns harm that the draft doesn't lay at our door.", _harms),
    ("harm_owned", "Takes a liability that the draft doesn't take.", _takes_liability),
    ("owner_swapped", _WHO, _owns_theirs),
)  # fmt: skip
