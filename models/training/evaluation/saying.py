"""What a reply says and how often: does it speak of this situation, does it repeat itself.

Works on content stems (the training data's: first letters of words that carry content), less the
words that any reply of empathy has. Knows nothing of what the program counts as an opening.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.training.data.check import stems

_APOLOGY = re.compile(
    r"\b(?:sorry|apologi[sz]\w*|apolog(?:y|ies)|forgive|regret(?:s|ful)?)\b", re.IGNORECASE
)
_EMPATHY = (
    "sorry apologies apologise apologize understand understandably understanding appreciate appreciated"
    " thank thanks thankful grateful frustrating frustrated frustration upset upsetting annoying annoyed"
    " annoyance disappointing disappointed disappointment worry worrying worried stress stressful"
    " difficult imagine hope hoping inconvenience trouble patience patient concern concerned feel feels"
    " feeling hear heard completely truly really certainly sincerely natural fair wonder right know"
    " situation experience time clear sure happy glad"
)
_EMPATHY_STEMS = stems(_EMPATHY)
_LEXICON = re.compile(
    r"\b(?:sorry|apolog\w+|understand\w*|appreciate\w*|thank\w*|grateful|frustrat\w+|upset\w*|annoy\w+"
    r"|disappoint\w+|worr(?:y|ied|ying)|stress\w*|difficult|imagine|can see (?:why|how)|must (?:be|feel|have been)"
    r"|hard|tiring|painful|patience|no wonder)\b",
    re.IGNORECASE,
)
FEWEST = 3
"""Content words that a sentence needs before it can say the same as another."""
SAME = 0.75
"""Share of the shorter sentence's content words from which two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a reply; `is_new` unless it stands as the agent wrote it."""

    text: str
    is_new: bool


def count_apologies(text: str) -> int:
    """Return how many words of apology a text has."""
    return len(_APOLOGY.findall(text))


def count_empathy(text: str) -> int:
    """Return how many words of a small lexicon of empathy a text has: what a stock line fools."""
    return len(_LEXICON.findall(text))


def find_content(text: str) -> frozenset[str]:
    """Return the stems of a text's content words, without those that any such text has."""
    return frozenset(stems(text) - _EMPATHY_STEMS)


def is_specific(opening: str, situation: str) -> bool:
    """Tell whether an opening shares a content word with a situation."""
    return bool(find_content(opening) & find_content(situation))


def rate_by_chance(opening: frozenset[str], others: Sequence[frozenset[str]]) -> float:
    """Return the share of other mails' situations that an opening's words would fit as well."""
    return sum(bool(opening & other) for other in others) / len(others) if others else 0.0


def find_repeated(texts: Sequence[str]) -> dict[str, int]:
    """Return the texts that stand more than once, without regard to case and spaces, with counts."""
    counts = Counter(_even(text) for text in texts)
    return {text: counts[key] for text in texts if counts[key := _even(text)] > 1}


def _even(text: str) -> str:
    return " ".join(text.lower().split())


def find_said_twice(reply: Sequence[Said]) -> Iterator[tuple[str, str]]:
    """Yield pairs of sentences of a reply that say the same, at least one of them new."""
    words = [stems(said.text) for said in reply]
    for at, one in enumerate(reply):
        for other in range(at):
            if not (one.is_new or reply[other].is_new):
                continue
            fewest = min(len(words[at]), len(words[other]))
            if fewest >= FEWEST and len(words[at] & words[other]) >= SAME * fewest:
                yield reply[other].text, one.text
