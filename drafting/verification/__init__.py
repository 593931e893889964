"""Judges what no grammar can say: whether a filling of a slot means what the sentence means.

Each check is a small pure function in a module of its own, with its words in
`prompts/verification.yaml`. They know English words and no grammar: they count, compare and look up.
Whatever they can't judge is doubtful and fails, because wrong is worse than curt.
"""

from collections.abc import Callable

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.verification.closings import check_closing
from drafting.verification.context import Context, Failure
from drafting.verification.decision import check_decision
from drafting.verification.deletion import check_deletion, check_sting, sounds_kind
from drafting.verification.facts_kept import check_facts
from drafting.verification.known_words import check_known_words
from drafting.verification.language import check_language
from drafting.verification.meaning_words import check_meaning_words
from drafting.verification.modality import check_bounds, check_conditions, check_modality
from drafting.verification.openings import check_opening
from drafting.verification.persons import check_persons
from drafting.verification.promises import check_promises
from drafting.verification.repetition import Written, check_repetition, find_repetitions
from drafting.verification.shape import check_shape
from drafting.verification.turns import check_turns

__all__ = [
    "Context",
    "Failure",
    "Written",
    "check_sting",
    "find_repetitions",
    "sounds_kind",
    "verify_candidate",
]

Check = Callable[[str, Context], Failure | None]

_EVERYWHERE: tuple[Check, ...] = (
    check_shape,
    check_known_words,
    check_language,
    check_repetition,
)
_REWRITE: tuple[Check, ...] = (
    *_EVERYWHERE,
    check_facts,
    check_decision,
    check_modality,
    check_conditions,
    check_bounds,
    check_persons,
    check_turns,
    check_promises,
    check_meaning_words,
)
_OPENING: tuple[Check, ...] = (*_EVERYWHERE, check_opening)
_CLOSING: tuple[Check, ...] = (*_EVERYWHERE, check_closing)


def verify_candidate(candidate: Candidate, context: Context) -> tuple[Failure, ...]:
    """Return why a candidate must not fill its slot; empty when it may.

    Inserted steps labelled `next_steps` are closings, all others openings. A keep always passes.
    """
    if candidate.op is Op.DELETE:
        return tuple(filter(None, (check_deletion(context),)))
    if candidate.op is Op.KEEP or candidate.text is None:
        return ()
    text = candidate.text
    return tuple(filter(None, (check(text, context) for check in _checks_for(candidate))))


def _checks_for(candidate: Candidate) -> tuple[Check, ...]:
    if candidate.op is Op.REWRITE:
        return _REWRITE
    return _CLOSING if candidate.label is Label.NEXT_STEPS else _OPENING
