"""Preferences: what a slot's filling should be, beside what readers marked bad.

Each bad candidate of the model for a sentence stands beside the good filling that is nearest to it:
a good candidate, a reader's revision of a bad one, or what the worked rewrite has there, where the
mail has been worked out. A worked
text that was withdrawn stands beside the better one. Pairs that differ in little teach what the
difference is (D'Oosterlinck et al., "Anchored Preference Optimization and Contrastive Revisions",
2024). A sentence that may go, as readers said, is rather deleted than kept, and one that is needed rather
kept (or what else is good for it) than deleted.
Openings and closings come from the phrasebook, so none of theirs are learnt from.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from drafting.candidate import Candidate, Op
from drafting.prompt import Mail, Template
from drafting.reading import read_draft
from drafting.slots import Slot
from models.encoding import Encoder
from models.training.evaluation.cases import Case
from models.training.judging import Judged, MarkedDeletion, Revision, Withdrawn
from models.training.packing import PROMPT, Document, encode_reverse

MOST = 2
"""Bad candidates of a slot that are learnt from: more of them say the same."""
DELETE = Candidate(Op.DELETE)
_AS_IT_IS = Candidate(Op.KEEP)
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Preference:
    """Two fillings of a slot."""

    slot: Slot
    chosen: Candidate
    rejected: Candidate


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is preferred in the slots of one mail."""

    mail: Mail
    pairs: tuple[Preference, ...]


def find_preferences(
    cases: Sequence[Case],
    marks: Iterable[Judged],
    revisions: Iterable[Revision],
    withdrawn: Iterable[Withdrawn] = (),
    deletions: Iterable[MarkedDeletion] = (),
) -> Iterator[Preferences]:
    """Yield the preferences of each mail of which a sentence's filling was marked or withdrawn."""
    marked = _group(((mark.mail, mark.slot), mark) for mark in marks)
    revised = _group(((each.mail, each.slot), each.candidate()) for each in revisions)
    old = _group((text.mail, text) for text in withdrawn)
    may_go = {(each.mail, each.slot, each.text): each.mark == "go" for each in deletions}
    named = {mail for mail, *_ in [*marked, *may_go]} | old.keys()
    for case in cases:
        if case.id not in named:
            continue
        reading = read_draft(case.draft, case.customer_message)
        pairs: list[Preference] = []
        for slot in reading.slots:
            if slot.sentence:
                at = case.id, slot.id
                worked = _find_worked(slot, case)
                pairs += _pair(slot, marked[at], revised[at], worked)
                pairs += _pair_withdrawn(slot, old[case.id], case, worked)
                if (*at, slot.text) in may_go:
                    good = _find_good(marked[at], revised[at], worked)
                    if not good and not reading.find_in(slot):
                        good = [_AS_IT_IS]
                    pairs += _pair_deletion(slot, may_go[*at, slot.text], good)
        if pairs:
            yield Preferences(reading.mail, tuple(pairs))


def _group(items: Iterable[tuple[Key, Value]]) -> defaultdict[Key, list[Value]]:
    grouped: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in items:
        grouped[key].append(value)
    return grouped


def _pair(
    slot: Slot, marks: Sequence[Judged], revisions: Sequence[Candidate], worked: Candidate | None
) -> Iterator[Preference]:
    good = _find_good(marks, revisions, worked)
    bad = [mark.candidate() for mark in marks if mark.verdict == "bad"]
    for rejected in bad[:MOST]:
        others = [each for each in good if _write(each) != _write(rejected)]
        if others:
            yield Preference(slot, max(others, key=lambda c: _likeness(c, rejected)), rejected)


def _find_good(
    marks: Sequence[Judged], revisions: Sequence[Candidate], worked: Candidate | None
) -> list[Candidate]:
    """Return the good fillings of a slot: those marked so and revised, else the worked one."""
    good = [mark.candidate() for mark in marks if mark.verdict == "good"] + [*revisions]
    return good or ([worked] if worked else [])


def _pair_deletion(slot: Slot, may_go: bool, good: Sequence[Candidate]) -> Iterator[Preference]:
    """Yield what is preferred of a sentence that the model might delete.

    Nothing is known of one that is needed, and in which something was found, without a good rewrite:
    to prefer keeping it would teach to leave it as it is.
    """
    others = [each for each in good if each.op is not Op.DELETE]
    if may_go:
        yield Preference(slot, DELETE, _AS_IT_IS)
    elif others:
        yield Preference(slot, others[0], DELETE)


def _pair_withdrawn(
    slot: Slot, old: Sequence[Withdrawn], case: Case, worked: Candidate | None
) -> Iterator[Preference]:
    sentences = case.row.sentences if case.row else []
    for text in old:
        if worked and text.source and sentences[text.source - 1] == slot.text:
            yield Preference(slot, worked, text.candidate())


def _find_worked(slot: Slot, case: Case) -> Candidate | None:
    """Return what the worked rewrite does with a sentence, None where there is none for it."""
    if case.row:
        for step in case.row.script:
            if step.source and case.row.sentences[step.source - 1] == slot.text:
                return step.candidate()
    return None


def _write(candidate: Candidate) -> tuple[Op, str, str]:
    return candidate.op, candidate.label or "", candidate.text or ""


def _likeness(one: Candidate, other: Candidate) -> float:
    """Return how much of their words two candidates share in order, from 0 to 1."""
    words = (one.text or "").split(), (other.text or "").split()
    return difflib.SequenceMatcher(None, *words, autojunk=False).ratio()


def encode_preferences(
    preferences: Preferences, template: Template, encoder: Encoder
) -> Iterator[Document]:
    """Yield a mail's document with its pairs, then its chosen rewrites in the reverse direction.

    A chosen filling weighs one in the loss, however long it is, and a rejected one is only compared.
    """
    document, blocks = Document(), dict[tuple[str, tuple[Op, str, str]], int]()
    prompt = encoder.prompt(template.system, template.ask(preferences.mail))
    document.add_block(PROMPT, [(prompt, 0.0)], 0)
    reverse: list[Document] = []

    def add(slot: Slot, filling: Candidate, sign: float) -> int:
        key = slot.id, _write(filling)
        if key not in blocks:
            blocks[key] = len(blocks) + PROMPT + 1
            answer = [*encoder.plain(template.answer(filling)), encoder.end]
            header = encoder.plain(template.ask_slot(slot))
            parts = [(header, 0.0), (answer, sign / len(answer))]
            document.add_block(blocks[key], parts, len(prompt))
            if sign > 0 and filling.op is Op.REWRITE and filling.text:
                behind = encode_reverse(slot.text, filling.text, template, encoder, as_one=True)
                reverse.append(behind)
        return blocks[key]

    for pair in preferences.pairs:
        chosen = add(pair.slot, pair.chosen, 1.0)
        document.pairs.append((chosen, add(pair.slot, pair.rejected, -1.0)))
    yield document
    yield from reverse
