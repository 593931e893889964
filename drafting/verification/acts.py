"""Finds who does what: a pronoun or an actor and the first content word after it.

A stand-in for a parser: "you" counts as a doer by the words around it, and a passive by a form of
"be" before a participle.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from drafting.verification.lists import load
from drafting.verification.words import Reading, Word, act_keys

OTHER = {"we": "you", "you": "we"}
_WHO = {"i": "we", "we": "we", "you": "you"}
_US = frozenset(("company", "management"))
_BE = frozenset("am is are was were be been being get got".split())
_HAVE = frozenset("have has had".split())
_DETERMINERS = frozenset("the a an no any your our my this that these all".split())
_PLACES = frozenset("at in on of to not up out under with".split())
_PREPOSITIONS = frozenset(
    "to for with from by of on at about near between without against behind".split()
)
_TO_PERSONS = frozenset("need ask want let help like expect allow require".split())
_SUPPOSING = {
    "we": frozenset("if should unless whether".split()),
    "you": frozenset("if should unless whether when once before until after where".split()),
}
_FINITE = frozenset("am is are was were".split())
_ADVERBS = frozenset(
    "not never also just still already only really now yet always both all each then even".split()
)
_NEGATING = frozenset("not no never cannot".split())
_AGENTS = {"you": "you", "yourself": "you", "us": "we", "ourselves": "we", "me": "we"}
_REACH = 8


class Mood(StrEnum):
    """Whether an act is stated, supposed, left open, required, announced or ruled out."""

    PLAIN = "plain"
    IF = "if"
    MAY = "may"
    MUST = "must"
    WILL = "will"
    CANNOT = "cannot"


_MOODS = {
    "cannot": Mood.CANNOT,
    "must": Mood.MUST,
    "can": Mood.MAY,
    "could": Mood.MAY,
    "may": Mood.MAY,
    "might": Mood.MAY,
    "will": Mood.WILL,
    "would": Mood.WILL,
}


@dataclass(frozen=True, slots=True)
class Act:
    """Who ("we", "you", "they", "anyone") does what.

    A passive is done to them; an agent stands after "by".
    """

    who: str
    key: str
    mood: Mood = Mood.PLAIN
    passive: bool = False
    denied: bool = False
    agent: bool = False


def find_acts(reading: Reading) -> Iterator[Act]:
    """Yield the acts of a text in order."""
    words = reading.words
    for at, word in enumerate(words):
        if word.text == "by" and (agent := _agent(words, at)):
            yield agent
        who = _doer(words, at)
        if who and (found := _verb(words[at + 1 : at + _REACH])):
            leading, verb = found
            behind = words[at + len(leading) + 2 : at + len(leading) + 3]
            if who in OTHER or not _is_loose_noun(verb, leading, behind):
                told = _told(who, verb, leading, _is_supposed(who, words[:at]))
                yield _ruled_out(told) if at and words[at - 1].text == "nothing" else told


def _agent(words: tuple[Word, ...], at: int) -> Act | None:
    """Return the act before "by you" or "by us"."""
    following = words[at + 1].text if at + 1 < len(words) else ""
    who = _AGENTS.get(following, "")
    verb = words[at - 1]
    return Act(who, verb.key, agent=True) if who and verb.key else None


def _is_loose_noun(verb: Word, leading: tuple[Word, ...], behind: tuple[Word, ...]) -> bool:
    """Whether what follows an actor is no act of theirs ("manager approval", "hotel not covered")."""
    if verb.text.endswith(("al", "ion", "ment", "ance", "able", "ible", "ity")):
        return True
    has_object = behind != () and behind[0].text in _DETERMINERS
    return [word.text for word in leading] == ["not"] and not has_object


def is_subject(words: tuple[Word, ...], at: int) -> bool:
    """Whether the pronoun at this place can be the doer ("you" is often the object)."""
    if words[at].text != "you":
        return words[at].text in _WHO
    lists = load().persons
    following = words[at + 1].text if at + 1 < len(words) else "."
    preceding = words[at - 1].text if at else "."
    if following in lists.after_object or not words[at + 1 : at + 2] or words[at + 1].is_mark:
        return following == "to" and preceding in _TO_PERSONS
    if preceding in _PREPOSITIONS:
        return False
    return preceding not in lists.before_object or following in lists.auxiliaries


def _doer(words: tuple[Word, ...], at: int) -> str:
    word = words[at].text
    if word in _WHO:
        return _WHO[word] if is_subject(words, at) else ""
    if word in _US:
        return "we"
    if word in load().persons.generic:
        return "anyone"
    is_ours = any(leader.text in ("our", "my") for leader in words[max(0, at - 2) : at])
    return "they" if word in load().persons.actors and not is_ours else ""


def _verb(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], Word] | None:
    """Return the first content word and what stands before it, within the clause."""
    lists, silent = load().persons, load().meaning.function_words
    for at, word in enumerate(words):
        is_so_much = word.text == "so" and at > 0 and words[at - 1].text in _BE
        if word.is_mark or (word.text in lists.breaks and not is_so_much):
            return None
        if word.key and word.text not in silent and word.text not in lists.auxiliaries:
            return words[:at], word
    return None


def _told(who: str, verb: Word, leading: tuple[Word, ...], supposed: bool) -> Act:
    texts = [leader.text for leader in leading]
    stated = next((_MOODS[text] for text in _MOODS if text in texts), Mood.PLAIN)
    if who == "we" and stated is Mood.MAY and "only" in texts:
        stated = Mood.CANNOT
    mood, denied = Mood.IF if supposed else stated, bool(_NEGATING & set(texts))
    auxiliaries = [text for text in texts if text in load().persons.auxiliaries]
    last = next((text for text in reversed(auxiliaries) if text not in _ADVERBS), "")
    is_participle = verb.text.endswith("ed") or verb.text in load().forms.irregular
    if _has_object(texts) or (last in _HAVE and _is_noun(verb)):
        return Act(who, "have", mood, denied=denied)
    if _has_complement(texts):
        return Act(who, "be", mood, denied=denied)
    return Act(who, verb.key, mood, is_participle and last in _BE, denied)


def _ruled_out(act: Act) -> Act:
    """Return the act as "nothing that we can do" means it."""
    return replace(act, mood=Mood.CANNOT, denied=True)


def _is_noun(verb: Word) -> bool:
    """Whether this can't be a participle after "have"."""
    forms = load().forms
    if verb.text in forms.nouns:
        return True
    return not (verb.text.endswith("ed") or verb.text in forms.irregular or verb.key in act_keys())


def _has_object(texts: list[str]) -> bool:
    """Whether "have" is the verb itself: "have a", "have no", or "that we have are"."""
    return any(
        one in _HAVE and (other in _DETERMINERS or other in _FINITE)
        for one, other in _neighbours(texts)
    )


def _has_complement(texts: list[str]) -> bool:
    """Whether "be" is the verb itself: "are a", "were not at"."""
    return any(one in _BE and other in _DETERMINERS | _PLACES for one, other in _neighbours(texts))


def _neighbours(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the words that stand side by side, adverbs left out."""
    return pairwise(text for text in texts if text not in _ADVERBS)


def _is_supposed(who: str, leading: tuple[Word, ...]) -> bool:
    return any(word.text in _SUPPOSING.get(who, ()) for word in leading[-1:])
