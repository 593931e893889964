"""Holds new text to the shape of a sentence or two; it knows nothing of what they say."""

import re
from itertools import pairwise

from drafting.facts import FactKind
from drafting.verification.context import Context, Failure
from drafting.verification.lists import load
from drafting.verification.words import act_keys, find_facts, read

_ENDS = (".", "?", ")")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"))
_SENTENCE_END = re.compile(r"[.?!]+(?=[)”\"]?(?:\s|$))")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWEL = re.compile(r"[aeiouyàâäáãåæèéêëìíîïòóôöõøœùúûüýÿ]", re.IGNORECASE)
_ABBREVIATED = re.compile(
    r"\b(?:no|nos|e\.?g|i\.?e|etc|approx|incl|excl|ref|tel|vs|dr|mr|mrs|ms|st|p|pp|cl|art|sec)\.(?=\s)",
    re.IGNORECASE,
)
_LINK_START = re.compile(r"\b(?:www|https?)\b", re.IGNORECASE)
_THRICE = re.compile(r"([^\W\d_])\1\1")
_BARE_END = frozenset((FactKind.LINK, FactKind.EMAIL, FactKind.MERGE_TAG))
_LONGEST_INSERT = 32
_LONGEST_WORD = 20
_MOST_SENTENCES = 2
_WORDS_WITHOUT_VERB = 3


def check_shape(after: str, context: Context) -> Failure | None:
    """Fail what is not one or two whole, plainly punctuated sentences of fitting length."""
    if not after or after != after.strip() or "\n" in after:
        return Failure("not_a_sentence", "Is not a whole sentence.")
    masked = _mask(after, context)
    if _is_broken(after, masked) or _trails_off(masked) or _lacks_verb(after, context):
        return Failure("not_a_sentence", "Is not a whole sentence.")
    if _stutters(masked) or _is_garbled(masked, context) or _clashes(after, context):
        return Failure("garbled", "Has garbled words.")
    if len(after.split()) > _longest(context.sentence):
        return Failure("too_long", "Is much longer than the sentence.")
    return None


def _mask(after: str, context: Context) -> str:
    """Return the text with "Fact" in the place of each fact, and no abbreviation points."""
    parts, end = [], 0
    for fact in find_facts(after, context.names):
        bare = fact.kind in _BARE_END and fact.span[1] == len(after)
        parts += [after[end : fact.span[0]], " Fact." if bare else " Fact"]
        end = fact.span[1]
    masked = "".join([*parts, after[end:]]).strip()
    return _ABBREVIATED.sub(lambda match: match[0][:-1], masked)


def _is_broken(after: str, masked: str) -> bool:
    return (
        ".." in masked
        or "…" in masked
        or not masked.endswith(_ENDS)
        or masked[0].islower()
        or len(_SENTENCE_END.findall(masked)) > _MOST_SENTENCES
        or any(after.count(opening) != after.count(closing) for opening, closing in _PAIRS)
        # A whole link is a fact, and masked.
        or bool(_LINK_START.search(masked))
        or bool(re.search(r"\s[,.;:?!]|[,;:][,.;:?!]|[.?!]\s+[a-z]", masked))
    )


def _trails_off(masked: str) -> bool:
    """Whether a sentence ends where it can't, as on "the" or "because"."""
    ends = (_WORD.findall(part)[-1:] for part in _SENTENCE_END.split(masked))
    return any(word.lower() in load().shape.never_last for words in ends for word in words)


def _lacks_verb(after: str, context: Context) -> bool:
    words = read(after, context.names).words
    return len(words) > _WORDS_WITHOUT_VERB and not any(
        word.text in load().shape.verbs or word.key in act_keys() or word.text.endswith(("ed", "s"))
        for word in words
    )


def _stutters(masked: str) -> bool:
    """Whether a word stands twice in a row ("that that" and "had had" are English)."""
    words = [word.lower() for word in re.findall(r"[\w'’]+|[^\w\s]", masked)]
    return any(
        one == other and one.isalpha() and one not in ("that", "had", "fact")
        for one, other in pairwise(words)
    )


def _is_garbled(masked: str, context: Context) -> bool:
    """Whether a word that the mail doesn't hold looks like no word."""
    known = context.surroundings.lower()
    return any(word.lower() not in known and _looks_wrong(word) for word in _WORD.findall(masked))


def _clashes(after: str, context: Context) -> bool:
    """Whether words follow one another that can't, as in "do not may"."""
    broken = re.compile(load().shape.broken)
    return any(
        match[0] not in " ".join(read(context.source).plain)
        for match in broken.finditer(" ".join(read(after).plain))
    )


def _looks_wrong(word: str) -> bool:
    if len(word) > _LONGEST_WORD or _THRICE.search(word.lower()):
        return True
    inner = re.search(r"[a-z][A-Z]", word)
    return bool(inner) or (word.islower() and len(word) > 1 and not _VOWEL.search(word))


def _longest(sentence: str | None) -> float:
    """Return how many words may stand for the sentence, or in an inserted step."""
    if sentence is None:
        return _LONGEST_INSERT
    return 1.6 * len(sentence.split()) + 9
