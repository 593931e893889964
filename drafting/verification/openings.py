"""Holds an opening to the situation that the mail is about, in words that the mail uses.

What it names must be in the customer's message or the draft, or in a stock of frames ("must be
frustrating"). It can't tell whether a feeling fits; the judge does that.
"""

import re

from drafting.facts import Fact, FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.meaning_words import near_keys
from drafting.verification.numbers import split_numbers
from drafting.verification.promises import admits_fault, check_admission, pattern_of
from drafting.verification.speaker import check_speaker
from drafting.verification.words import Reading, content, find_facts, key, keys_of, read

_APOLOGY = re.compile(r"\b(?:sorry|apologi[sz]e|apology|apologies)\b", re.IGNORECASE)
_SPOKEN = frozenset(
    {
        FactKind.NAME,
        FactKind.NUMBER_WORD,
        FactKind.QUOTE,
        FactKind.DATE,
        FactKind.TIME,
        FactKind.QUANTITY,
    }
)
_SMALL = frozenset("both half a an the of same time and or".split())
_FEW = frozenset((1, 2))
_GONE = re.compile(r" (?:he|she|dad|mum|mom) (?:is gone|went) ")
"""A death: a parcel that is gone is "it"."""
_SHOUT = re.compile(r"!|\b[A-Z]{4,}\b")


def check_opening(after: str, context: Context) -> Failure | None:
    """Fail an opening that blames, asks, promises, or names what the mail doesn't."""
    now, around = read(after), read(context.surroundings)
    if "?" in after:
        return Failure("opening_asks", "Asks a question before it answers.")
    if _blames(now, context):
        return Failure("opening_blames", "Blames the customer.")
    if not all(is_spoken(fact, context) for fact in find_facts(after)):
        return Failure("opening_states_facts", "States a figure or name that isn't in the mail.")
    if _promises(now):
        return Failure("promise_added", "Promises something that the draft doesn't promise.")
    return (
        check_admission(after, context)
        or _check_apology(after, context)
        or _check_situation(now, around, context)
    )


def is_spoken(fact: Fact, context: Context) -> bool:
    """Whether a fact is made of words of the mail ("three weeks" where it says so, or "3rd week")."""
    if fact.kind not in _SPOKEN or any(letter.isdigit() for letter in fact.text):
        return False
    numbers, words = split_numbers(fact.text)
    known, around = split_numbers(context.surroundings)
    return numbers <= known | _FEW and words <= around | _SMALL


def _promises(now: Reading) -> bool:
    will = re.search(r" (?:i|we) (?:will|shall|would|are going to|am going to) ", now.joined)
    return bool(will or pattern_of(load().promises.commitments).search(now.joined))


def _blames(now: Reading, context: Context) -> bool:
    """Whether it blames; what the customer says of themselves may be repeated."""
    said = read(context.customer_message or "").keys
    found = pattern_of(load().openings.blame).finditer(" ".join(now.plain))
    return any(key(match[0].split()[-1]) not in said for match in found)


def _check_apology(after: str, context: Context) -> Failure | None:
    if not _APOLOGY.search(after):
        return None
    around, message = read(context.surroundings), context.customer_message or ""
    founded = around.texts & (load().openings.losses | load().negation.states)
    if (
        founded
        or _GONE.search(around.joined)
        or _SHOUT.search(message)
        or admits_fault(read(context.draft))
    ):
        return None
    return Failure("apology_unfounded", "Apologises though nothing went wrong.")


def _check_situation(now: Reading, around: Reading, context: Context) -> Failure | None:
    if not _is_known(content(now.words) - keys_of(load().openings.frames), around.keys):
        return Failure("situation_unknown", "Speaks of something that the mail doesn't speak of.")
    if failure := check_speaker(now, around, context):
        return failure
    if pattern_of(load().openings.refusal_frames).search(now.joined) and not _refuses(context):
        return Failure("refusal_unknown", "Speaks of bad news that the draft doesn't bring.")
    return None


def _is_known(situation: frozenset[str], around: frozenset[str]) -> bool:
    """Whether enough of what is named stands in the mail.

    The bounds were chosen over worked openings (97 in 100 pass) and openings of other mails (84 in
    100 fail).
    """
    loose = keys_of(load().openings.loose_frames)
    exact = situation & around
    unknown = situation - near_keys(around)
    firm = len(exact - loose)
    if len(unknown - loose) > 1 + (firm > 0) + (firm > 2):
        return False
    return not unknown - loose or bool(exact)


def _refuses(context: Context) -> bool:
    texts = read(context.draft).texts
    return bool(texts & (load().negation.negators | load().negation.states | {"only"}))
