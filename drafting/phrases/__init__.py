"""The phrasebook: plain fillings, written by hand, that fit a draft for certain.

Reads the sections `things`, `groups` and `phrases` of `prompts/phrases.yaml`. It offers openings,
closings and whole sentences as candidates; it does not judge whether one is needed, nor choose.
It knows situations by name only: `drafting.situations` finds them.
"""

from drafting.phrases.book import Phrase, load_phrases
from drafting.phrases.fit import (
    fit_closings,
    fit_openings,
    fit_sentence,
    knows_occasion,
    weighs_heavily,
)

__all__ = [
    "Phrase",
    "fit_closings",
    "fit_openings",
    "fit_sentence",
    "knows_occasion",
    "load_phrases",
    "weighs_heavily",
]
