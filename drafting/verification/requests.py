"""Tells what a sentence asks of the customer, requires of them or leaves to them.

It knows no grammar: a request is a bare verb that opens a clause, and a duty or a choice is a verb
close behind its modal word.
"""

from functools import lru_cache

from drafting.verification.lists import load
from drafting.verification.words import FACT, Reading, Word, keys_of

_NOT_BARE = ("ed", "ing", "ion", "ment", "able", "ible", "al", "ance", "s")
_BARE = frozenset(
    "bring ring press discuss assess address bleed shred feed heed need shed speed proceed".split()
)
"""Verbs that end like a form of another verb."""
_LINKS = frozenset(("and", "or", "then", "also", "just"))
_AFTER_REQUEST = frozenset(
    "the a an any your our my this that these all no us me it them to at in on by with out up back"
    " here for one over again now there if or from via under".split()
)
_OWED = frozenset(("must",))
LEFT = frozenset(("may", "can", "could", "might"))


def asks(before: Reading) -> bool:
    """Whether the sentence asks, requires or allows anything."""
    modals, silent = _OWED | LEFT | load().modality.asks, load().meaning.function_words
    return bool(before.texts & modals) or any(
        _is_asked(word.key, before)
        for word in before.words[:3]
        if word.key and word.text not in silent
    )


def is_theirs(key: str, before: Reading) -> bool:
    """Whether the sentence asks or requires the act of the customer, or leaves it to them."""
    return (
        _is_asked(key, before)
        or follows(key, before, _OWED)
        or (key in _your_acts() and follows(key, before, LEFT))
    )


def follows(key: str, before: Reading, modals: frozenset[str]) -> bool:
    """Whether a word of this key stands close after one of these modal words."""
    return any(
        word.key == key
        and not word.text.endswith(("ion", "ment"))
        and modals & {leader.text for leader in before.words[max(0, at - 4) : at]}
        for at, word in enumerate(before.words)
    )


def _is_asked(key: str, before: Reading) -> bool:
    """Whether the sentence asks for the act: a bare verb that opens a clause or follows please."""
    return any(
        word.key == key and _is_bare(word.text) and _opens_request(before.words, at)
        for at, word in enumerate(before.words)
    )


def _is_bare(text: str) -> bool:
    if text in _BARE:
        return True
    return not text.endswith(_NOT_BARE) and load().forms.irregular.get(text, text) == text


def _opens_request(words: tuple[Word, ...], at: int) -> bool:
    """Whether a bare verb at this place is a request: it opens a clause and has an object."""
    leading = [word.text for word in words[max(0, at - 2) : at]]
    following = words[at + 1] if at + 1 < len(words) else None
    if leading[-1:] in (["please"], ["must"]) or leading in (["do", "not"], ["not"]):
        return True
    if following and following.text in ("us", "me"):
        return leading[-1:] == [] or leading[-1] not in load().persons.auxiliaries
    if leading and not words[at - 1].is_mark and leading[-1] not in _LINKS:
        return False
    if following is None or following.is_mark or following.text in {*_AFTER_REQUEST, FACT}:
        return True
    return words[at].key in _your_acts() and not _is_verb_after_noun(following)


def _is_verb_after_noun(word: Word) -> bool:
    """Whether the word shows that what stands before it is a noun ("order cancelled")."""
    return word.text in load().persons.auxiliaries or word.text.endswith(("ed", "es", "ts", "ns"))


@lru_cache(maxsize=1)
def _your_acts() -> frozenset[str]:
    return keys_of(load().persons.your_acts)
