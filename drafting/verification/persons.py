"""Holds a rewrite to who does what: what the customer did is not said to be done by us, nor the reverse.

It compares acts (`acts.py`). Where the sentence leaves the doer open, as a passive does, lists say which
side can be meant; a doer that neither the sentence nor a list knows is doubtful and fails.
"""

from functools import lru_cache

from drafting.verification.acts import OTHER, Act, Mood, find_acts, is_subject
from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.requests import LEFT, asks, follows, is_theirs
from drafting.verification.words import Reading, key, keys_of, read

_MESSAGE = "May mix up who does what."
_MINE = {"my": "we", "our": "we", "your": "you"}
_OBJECTS = {"i": ("us", "me"), "we": ("us", "me"), "you": ("you",), "please": ("you",)}
_DONE = frozenset("is are was were been be being has have had will".split())
_PLURAL = frozenset("am are were".split())
_JOINS = frozenset("and but or".split())
_ADVERBS = frozenset("not now also still therefore just so yet no longer".split())
_RECEIVED = frozenset("received got obtained".split())
_CLOSE = 2
_CATENATIVES = frozenset(
    "bother bothered fail failed neglect neglected forget forgot forgotten refuse refused"
    " manage managed try tried choose chose chosen decide decided remember remembered".split()
)
"""Verbs whose doer also does what the infinitive behind them says ("you failed to fill it in")."""


def check_persons(after: str, context: Context) -> Failure | None:
    """Fail a rewrite in which we do what the customer does, or the reverse."""
    before, now = read(context.source, context.names), read(after, context.names)
    old = frozenset(find_acts(before))
    acts = tuple(act for act in find_acts(now) if act.who in OTHER)
    written = _written(acts, before, context)
    if not all(act in written or _is_known(act, old, before) for act in acts):
        return Failure("person_swapped", _MESSAGE)
    came = _owners(now) - _owners(before)
    if _owners(before) & frozenset((OTHER[who], key) for who, key in came):
        return Failure("owner_swapped", _MESSAGE)
    if _takes_over(now, before):
        return Failure("person_turned", _MESSAGE)
    if _turns_on_itself(now) and not _turns_on_itself(before):
        return Failure("person_turned", _MESSAGE)
    return None


def _is_known(act: Act, old: frozenset[Act], before: Reading) -> bool:
    """Whether the sentence lets this side do that."""
    if act.passive:
        return act.who == "you" or act.key in before.keys or any(known.who == "we" for known in old)
    if doers := _doers(old, _governing_keys(act.key, before)):
        return act.who in doers or (act.who == "you" and "anyone" in doers)
    if any(known.who == act.who and known.key == act.key for known in old):
        return False
    if act.agent:
        return True
    if act.key in _undergone(before):
        return False
    if act.key in ("have", "be"):
        return _can_have(act, old, before)
    if act.key in before.keys:
        return _can_do(act, old, before)
    return _can_come(act, old, before)


def _written(acts: tuple[Act, ...], before: Reading, context: Context) -> frozenset[Act]:
    """Return what the customer writes that they did, and that they told us so."""
    message = find_acts(read(context.customer_message or ""))
    own = {(act.key, act.denied) for act in message if act.who == "we" and not act.passive}
    written = frozenset(
        act
        for act in acts
        if act.who == "you"
        and not act.passive
        and (act.key, act.denied) in own
        and act.key not in before.keys | {"have", "be"}
    )
    told = (act for act in acts if act.who == "you" and act.key == key("tell") and not act.denied)
    return written.union(told) if written else written


def _takes_over(now: Reading, before: Reading) -> bool:
    """Whether "and are not available" has come to be said of us, where the thing was meant.

    It happens when a passive in front of it gets a doer ("it was not sent and is gone").
    """
    told = {(act.who, act.key) for act in find_acts(before)} | _joined(before)
    return any(key in before.keys and (who, key) not in told for who, key in _joined(now))


def _joined(reading: Reading) -> frozenset[tuple[str, str]]:
    """Return who is, behind "and" and without a word for them, what."""
    words, who, found = reading.words, "", set()
    for at, word in enumerate(words):
        if is_subject(words, at):
            who = "you" if word.text == "you" else "we"
        elif word.is_mark:
            who = ""
        elif who and word.text in _JOINS and words[at + 1 : at + 2]:
            rest = [w for w in words[at + 1 : at + 4] if w.text not in _ADVERBS]
            if len(rest) > 1 and rest[0].text in _PLURAL and not rest[1].text.endswith("ing"):
                found.add((who, rest[1].key))
    return frozenset(found)


def _doers(old: frozenset[Act], keys: frozenset[str]) -> frozenset[str]:
    return frozenset(act.who for act in old if act.key in keys and not act.passive)


def _undergone(before: Reading) -> frozenset[str]:
    """Return what a thing of the sentence receives itself ("the plan has not received approval")."""
    texts = [word for word in before.words if word.text not in _ADVERBS]
    return frozenset(
        word.key
        for word, leading in zip(texts[1:], texts, strict=False)
        if word.text in _RECEIVED and leading.text in ("has", "have", "had")
    )


def _governing_keys(key: str, before: Reading) -> frozenset[str]:
    """Return the keys of the verbs whose doer does the act: itself, and those it is the object of."""
    words = before.words
    leaders = {
        words[at - 2].key
        for at, word in enumerate(words)
        if at > 1
        and word.key == key
        and words[at - 1].text == "to"
        and words[at - 2].text in _CATENATIVES
    }
    return frozenset({key, *(leader for leader in leaders if leader)})


def _can_have(act: Act, old: frozenset[Act], before: Reading) -> bool:
    """Whether a side may be said to have or be something though the sentence doesn't say who does."""
    if act.who == "you":
        known = any(other.who == "you" for other in old)
        return act.mood == Mood.IF or known or (not act.denied and act.mood != Mood.PLAIN)
    if act.mood == Mood.IF:
        return act.denied or "unless" in before.texts
    return act.key == "have" and act.mood in (Mood.PLAIN, Mood.CANNOT, Mood.MUST)


def _can_do(act: Act, old: frozenset[Act], before: Reading) -> bool:
    """Whether a side can be meant where the sentence names the act without a doer."""
    ours, theirs = act.key in _keys("our_acts"), act.key in _keys("your_acts")
    if act.key in _keys("either_acts"):
        return act.who == "you" or act.mood != Mood.IF
    if act.who == "you":
        if act.key in _keys("we_if") and act.mood == Mood.MUST:
            return False
        if {known.who for known in old} == {"you"} and (theirs or not ours):
            return True
        left = act.mood != Mood.CANNOT and not ours and follows(act.key, before, LEFT)
        return (
            left
            or is_theirs(act.key, before)
            or (theirs and (not ours or act.mood == Mood.IF or _is_open(act, before)))
        )
    if act.mood == Mood.IF:
        return act.key in _keys("we_if")
    if act.mood == Mood.MAY and theirs:
        return act.key in _keys("we_may") or _is_possible(act.key, before)
    if act.key in _keys("only_your_acts"):
        return False
    return (
        act.mood == Mood.CANNOT
        or act.key in _keys("we_if")
        or ((ours or not theirs) and not is_theirs(act.key, before))
    )


def _can_come(act: Act, old: frozenset[Act], before: Reading) -> bool:
    """Whether a side may be said to do what the sentence has no such word for."""
    if act.who == "we" and act.key in _keys("we_if") and (act.denied or act.mood == Mood.IF):
        return True
    near = near_keys((act.key,)) & before.keys
    doers = _doers(old, near)
    if act.denied and act.mood == Mood.MAY:
        return act.who == "you" and act.key in _keys("you_missed")
    if act.who in doers or act.key in _anyway(act.who, act.mood):
        return act.who in doers or _is_fit(act, near, doers, before)
    ours, theirs = act.key in _keys("our_acts"), act.key in _keys("your_acts")
    if act.who == "you":
        left = act.mood == Mood.IF or (act.mood in (Mood.MAY, Mood.MUST) and asks(before))
        return _is_fit(act, near, doers, before) and left and (theirs or not ours)
    open_moods = (
        (Mood.PLAIN, Mood.CANNOT, Mood.MUST, Mood.WILL) if near else (Mood.PLAIN, Mood.CANNOT)
    )
    return (
        act.mood in open_moods
        and (ours or not theirs)
        and not asks(before)
        and _is_fit(act, near, doers, before)
    )


def _is_fit(act: Act, near: frozenset[str], doers: frozenset[str], before: Reading) -> bool:
    """Whether nothing in the sentence speaks against this side doing something like that."""
    if act.who == "we":
        return not doers and not any(is_theirs(one, before) for one in near)
    if act.denied and act.mood == Mood.MUST:
        return bool(before.texts & load().modality.must) and not is_theirs(act.key, before)
    if act.denied and act.mood == Mood.PLAIN:
        return act.key in _keys("either_acts")
    return act.mood != Mood.MUST or bool(near) or bool(before.texts & load().modality.must)


def _is_possible(key: str, before: Reading) -> bool:
    """Whether the sentence calls the act possible, as "recoverable" does."""
    return any(word.key == key and word.text.endswith(("able", "ible")) for word in before.words)


def _anyway(who: str, mood: Mood) -> frozenset[str]:
    """Return what may be said of a side though the sentence has no such word."""
    if who == "we" and mood is Mood.MUST:
        return _keys("we_must")
    lists = {Mood.IF: "if", Mood.MAY: "may", Mood.MUST: "may", Mood.WILL: "will"}
    return _keys(f"{who}_{lists.get(mood, 'anyway')}")


def _is_open(act: Act, before: Reading) -> bool:
    """Whether the sentence leaves it to the customer, or speaks of a duty or choice and of no act done."""
    lists = load().modality
    return is_theirs(act.key, before) or (
        act.mood in (Mood.MAY, Mood.MUST)
        and bool(before.texts & (lists.may | lists.must))
        and not follows(act.key, before, _DONE)
    )


def _owners(reading: Reading) -> frozenset[tuple[str, str]]:
    """Return whose (ours or the customer's) each noun is."""
    return frozenset(
        (_MINE[word.text], following.key)
        for word, following in zip(reading.words, reading.words[1:], strict=False)
        if word.text in _MINE and following.key
    )


def _turns_on_itself(reading: Reading) -> bool:
    """Whether a side does something to itself, as in "please send you" and "we told us"."""
    doer, since = "", 0
    for at, word in enumerate(reading.words):
        if doer and word.text in _OBJECTS[doer] and not is_subject(reading.words, at):
            return doer != "please" or at - since <= _CLOSE
        if word.text in _OBJECTS and (word.text == "please" or is_subject(reading.words, at)):
            doer, since = word.text, at
        elif word.is_mark or word.text in load().persons.breaks:
            doer = ""
    return False


@lru_cache(maxsize=16)
def _keys(name: str) -> frozenset[str]:
    return keys_of(getattr(load().persons, name))
