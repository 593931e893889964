"""Choose what fills a slot: gather candidates, verify them, score their meaning, take the best.

Model, moves and phrasebook compete; what does not clear the bar is not used, and `keep` is what is
left. Wrong is worse than curt. Knows nothing of how the model writes, nor of the rest of the reply.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from drafting.candidate import KEEP, Candidate, Op, Source
from drafting.draft import SentenceKind
from drafting.engine import Bar, Deletion, Filled, Fit, Weighed
from drafting.findings import Finding, find_in_sentence
from drafting.labels import Label
from drafting.moves import apply_moves
from drafting.phrases import fit_closings, fit_openings, fit_sentence, weighs_heavily
from drafting.prompt import Mail
from drafting.reading import Reading
from drafting.reasons import load_reasons
from drafting.slots import Place, Slot
from drafting.verification import Context, Failure, check_sting, sounds_kind, verify_candidate

Weigh = Callable[[Sequence[tuple[str, Filled]]], list[Weighed]]
"""What rewrites of sentences are worth; `drafting.engine.Engine.weigh`."""

JudgeOpenings = Callable[[Slot, Sequence[Candidate]], list[Fit]]
"""How well openings fit the mail; `drafting.engine.Engine.judge_openings`."""

JudgeDeletions = Callable[[Mail, Sequence[Deletion]], list[float]]
"""How surely sentences may go; `drafting.engine.Engine.judge_deletions`."""

MOST_ALTERNATIVES = 4
MOST_JUDGED = 6
"""Openings that are judged: each is read behind the mail, and those further behind fit less."""
MOST_SUGGESTIONS = 1
"""The likeliest to be right of those that nothing makes sure of; more would be more to check."""
_SPACES = re.compile(r"[ \t\n]+")
FACTS_LOST = Failure("fact_changed", "Changes, drops or reorders a fact of the sentence.")
_A_PERSONS_OWN = frozenset({"situation_unknown", "unknown_word"})
"""What only tells that a model may have made something up."""
MEANING_UNSURE = Failure("meaning_unsure", "May not say what the sentence says.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What fills a slot, why, and what else could."""

    candidate: Candidate = KEEP
    why: str = ""
    alternatives: tuple[str, ...] = ()
    failure: Failure | None = None
    """What the first rewrite failed, where the slot is kept though something was found in it."""
    suggestions: tuple[str, ...] = ()
    """Rewrites for a person to decide on, where the slot is kept: nothing refused them, and nothing makes
    sure that they say the same."""
    may_go: bool = False
    """Whether the sentence, which is kept, may be one that only stings: for a person to decide."""
    doubt: Label | Op | None = None
    """What the model would make of a sentence in which nothing was found, and which is kept: a rewrite under
    a label, or a deletion. None where it might keep it, too."""

    def fold(self) -> "Choice":
        """Return the choice with white space as a page shows it: one space for each run."""
        text = self.candidate.text
        return replace(
            self,
            candidate=replace(self.candidate, text=text and _SPACES.sub(" ", text)),
            alternatives=tuple(_SPACES.sub(" ", text) for text in self.alternatives),
            suggestions=tuple(_SPACES.sub(" ", text) for text in self.suggestions),
        )


@dataclass(frozen=True, slots=True)
class _Option:
    candidate: Candidate
    why: str
    worth: float = 0.0
    """Of two by the model, which is the better one."""


_Sure = tuple[list[_Option], list[Failure]]

SUREST = {Source.PHRASEBOOK: 0, Source.MOVE: 1, Source.MODEL: 2, Source.KEEP: 3}
"""Of candidates that leave as few findings, the surest source goes first."""


class Chooser:
    """Chooses for the slots of one mail."""

    def __init__(
        self,
        reading: Reading,
        weigh: Weigh,
        bar: Bar,
        seed: int,
        seen: frozenset[str] = frozenset(),
        judge: JudgeOpenings | None = None,
        judge_deletions: JudgeDeletions | None = None,
    ) -> None:
        """Take a mail; texts that were `seen` are not chosen again."""
        self._reading = reading
        self._seen = seen
        self._weigh = weigh
        self._bar = bar
        self._seed = seed
        self._judge = judge
        self._judge_deletions = judge_deletions
        self._sure: dict[str, _Sure] = {}
        """What `_find_sure` has found."""

    def choose(self, slot: Slot, written: Sequence[Filled]) -> Choice:
        """Choose among what the model wrote, what the moves make and what the phrasebook has."""
        if slot.place is Place.SENTENCE:
            return self._choose_sentence(slot, written)
        return self._choose_insert(slot, written)

    def foretell(self, slot: Slot) -> Choice | None:
        """Return what will be chosen whatever the model writes, but for its other wordings.

        A sure rewrite that leaves no finding goes before all of the model's, and so does an opening
        or closing of the phrasebook.
        """
        if self.is_judged(slot):
            return None
        choice = self.choose(slot, ())
        found = _findings_left(choice.candidate)
        sure = slot.place is not Place.SENTENCE or not found
        return choice if choice.candidate.op is not Op.KEEP and sure else None

    def is_judged(self, slot: Slot) -> bool:
        """Tell whether the judge of openings decides what fills a slot.

        It has learnt from mails with a message. Where something grave is to be spoken of, or a fault
        of ours, that goes first without it.
        """
        return slot.place is Place.OPENING and self._has_judged_opening

    @cached_property
    def _has_judged_opening(self) -> bool:
        message = self._reading.customer_message
        return bool(self._judge and message and not weighs_heavily(self._reading.draft, message))

    def has_sure(self, slot: Slot) -> bool:
        """Tell whether phrasebook or moves have something for a slot."""
        return bool(self._find_sure(slot)[0])

    def _choose_sentence(self, slot: Slot, written: Sequence[Filled]) -> Choice:
        found = self._reading.find_in(slot)
        sure, failures = self._find_sure(slot)
        failures = list(failures)
        if not found and _keeps(written, self._bar.keep):
            written = ()
        gone, may_go = self._free_deletions(slot, written, found, failures)
        free, unsure = self._free_rewrites(slot, written, failures)
        options = self._rank(slot, [*sure, *gone, *free])
        if not options:
            return Choice(
                failure=failures[0] if failures and found else None,
                suggestions=self._suggest(slot, unsure),
                may_go=may_go,
                doubt=None if found else self._find_doubt(slot, written),
            )
        return _take(options)

    def listen(self, slot: Slot, written: Sequence[Filled]) -> Choice:
        """Return what a person is told of a sentence that is kept, in a draft without a finding."""
        doubt = self._find_doubt(slot, written)
        if doubt is None:
            return Choice()
        gone, may_go = self._free_deletions(slot, written, (), [])
        free, unsure = self._free_rewrites(slot, written, [])
        sure, _ = self._find_sure(slot)
        return Choice(
            suggestions=self._suggest(slot, [*sure, *free, *unsure]),
            may_go=may_go or any(o.candidate.op is Op.DELETE for o in [*gone, *sure]),
            doubt=doubt,
        )

    def _suggest(self, slot: Slot, options: Sequence[_Option]) -> tuple[str, ...]:
        """Return the texts of the best of what a person may decide on."""
        texts = [option.candidate.text for option in self._rank(slot, options)]
        return tuple(text for text in texts if text)[:MOST_SUGGESTIONS]

    def _find_doubt(self, slot: Slot, written: Sequence[Filled]) -> Label | Op | None:
        """Return what the model would make of a sentence that it is sure not to keep.

        It would drop thanks and regrets with the rest: those aren't pointed out.
        """
        first = written[0] if written else None
        if first is None or first.keep is None or first.candidate.op is Op.KEEP:
            return None
        label = first.candidate.label
        # What it would make a request of is most often civil enough.
        bar = self._bar.doubt / 2 if label is Label.NEXT_STEPS else self._bar.doubt
        return (label or Op.DELETE) if first.keep < bar and not sounds_kind(slot.text) else None

    def _find_sure(self, slot: Slot) -> _Sure:
        """Return what phrasebook and moves have for a slot, and what else of theirs failed."""
        if slot.id not in self._sure:
            failures: list[Failure] = []
            made = _sure_rewrites(slot) if slot.sentence else self._sure_inserts(slot)
            options = [
                o for o in made if not slot.sentence or self._passes(slot, o.candidate, failures)
            ]
            self._sure[slot.id] = options, failures
        return self._sure[slot.id]

    def _sure_inserts(self, slot: Slot) -> Iterator[_Option]:
        """Yield the openings or closings of the phrasebook that fit the mail."""
        context = self._context(slot)
        fit = fit_openings if slot.place is Place.OPENING else fit_closings
        for phrase in fit(self._reading.draft, self._reading.customer_message, self._seed):
            if not _failures_of_phrase(phrase, context):
                yield _Option(phrase, load_reasons().why.of(phrase))

    def _free_rewrites(
        self,
        slot: Slot,
        written: Sequence[Filled],
        failures: list[Failure],
    ) -> tuple[list[_Option], list[_Option]]:
        """Return the model's rewrites that pass the checks: those that keep the meaning, and others."""
        passing = [
            filled
            for filled in written
            if filled.candidate.op is Op.REWRITE and self._passes(slot, filled.candidate, failures)
        ]
        likely = [f for f in passing if f.log_probability >= self._bar.likelihood]
        sure: list[_Option] = []
        unsure: list[_Option] = []
        for filled, weighed in zip(likely, self._weigh_all(slot, likely), strict=True):
            why = load_reasons().why.of(filled.candidate)
            option = _Option(filled.candidate, why, _worth(weighed))
            if self._clears(weighed):
                sure.append(option)
            elif weighed.verdict is not None and weighed.verdict >= self._bar.suggestion:
                unsure.append(option)
        failures += [MEANING_UNSURE] * (len(passing) - len(sure))
        return sure, unsure

    def _passes(self, slot: Slot, candidate: Candidate, failures: list[Failure]) -> bool:
        """Tell whether a candidate may fill a sentence's slot, and remember why not."""
        if candidate.op is Op.DELETE:
            if not slot.deletable:
                return False
        elif candidate.text is None or candidate.text == slot.text:
            return False
        elif slot.locate_facts(candidate.text) is None:
            failures.append(FACTS_LOST)
            return False
        failed = verify_candidate(candidate, self._context(slot))
        failures += failed
        return not failed

    def _clears(self, weighed: Weighed) -> bool:
        """Tell whether a rewrite keeps the meaning, and satisfies the judge where there is one."""
        satisfies = weighed.verdict is None or weighed.verdict >= self._bar.verdict
        return weighed.meaning >= self._bar.meaning and satisfies

    def _weigh_all(self, slot: Slot, rewrites: Sequence[Filled]) -> list[Weighed]:
        """Return what each rewrite is worth."""
        return self._weigh([(slot.text, filled) for filled in rewrites]) if rewrites else []

    def _free_deletions(
        self,
        slot: Slot,
        written: Sequence[Filled],
        found: Sequence[Finding],
        failures: list[Failure],
    ) -> tuple[list[_Option], bool]:
        """Return the model's deletion of a sentence where it is believed, and whether a person is asked.

        It is believed where the sentence is stock empathy, or where the judge of deletions is sure that it
        only stings: the model by itself can't tell what a sentence decides.
        """
        deletion = next((each for each in written if each.candidate.op is Op.DELETE), None)
        if deletion is None:
            return [], False
        why = load_reasons().why
        if any(finding.rule.startswith("canned_empathy") for finding in found):
            likely = deletion.log_probability >= self._bar.likelihood
            believed = likely and self._passes(slot, deletion.candidate, failures)
            return [_Option(deletion.candidate, why.stock)] if believed else [], False
        # What fails here is no reason why the sentence is kept: nobody but the model would delete it.
        if check_sting(self._context(slot)) or not self._passes(slot, deletion.candidate, []):
            return [], False
        odds = self._judge_deletion(slot)
        if odds < self._bar.deletion:
            return [], odds >= self._bar.may_go or (not found and self._would_go(slot, written))
        # A rewrite that is as good goes first: it says what the sentence says.
        return [_Option(deletion.candidate, why.sting, -math.inf)], False

    def _would_go(self, slot: Slot, written: Sequence[Filled]) -> bool:
        """Tell whether the model is sure not to keep a sentence, and would most likely delete it."""
        is_question = slot.text.rstrip().endswith("?")
        return not is_question and self._find_doubt(slot, written) is Op.DELETE

    def _judge_deletion(self, slot: Slot) -> float:
        """Return the log-odds that a sentence may go."""
        if self._judge_deletions is None:
            return -math.inf
        message = self._reading.customer_message or ""
        deletion = Deletion(slot, *self._reading.find_around(slot), message)
        return self._judge_deletions(self._reading.mail, [deletion])[0]

    def _rank(self, slot: Slot, options: Sequence[_Option]) -> list[_Option]:
        """Return the options that improve on the sentence, best first, one for each text."""
        before = len(find_in_sentence(slot.text))
        left = {id(option): _findings_left(option.candidate) for option in options}
        better = [
            o
            for o in options
            if left[id(o)] < before
            or (left[id(o)] == before and not _must_improve(o.candidate, before))
        ]
        better.sort(key=lambda o: (left[id(o)], SUREST[o.candidate.source], -o.worth))
        return _differing(better, self._seen)

    def _choose_insert(self, slot: Slot, written: Sequence[Filled]) -> Choice:
        """Choose an opening or closing, where the draft lacks one."""
        opening = slot.place is Place.OPENING
        if not (self._reading.lacks_opening if opening else self._reading.lacks_closing):
            return Choice()
        context = self._context(slot)
        why = load_reasons().why
        ours, _ = self._find_sure(slot)
        free = [
            f.candidate
            for f in sorted(written, key=lambda f: -f.log_probability)
            if f.candidate.op is Op.INSERT
            and f.candidate.label in slot.labels
            and f.log_probability >= self._bar.fluency
            and not verify_candidate(f.candidate, context)
        ]
        # What the phrasebook knows fits for certain goes first; the model's are other wordings.
        options = _differing([*ours, *(_Option(c, why.of(c)) for c in free)], self._seen)
        if self.is_judged(slot):
            options = self._judge_all(slot, options[:MOST_JUDGED])
        return _take(options) if options else Choice()

    def _judge_all(self, slot: Slot, options: Sequence[_Option]) -> list[_Option]:
        """Return the openings that are good, best first, then those that do no harm, as they come.

        Readers liked what the phrasebook puts first, as long as it was true, better than what the
        judge finds safest, which is mostly bland.
        """
        fits = self._judge(slot, [o.candidate for o in options]) if self._judge else []
        judged = list(zip(options, fits, strict=True))
        good = [replace(o, worth=f.good) for o, f in judged if f.good >= self._bar.opening]
        good.sort(key=lambda option: -option.worth)
        others = [o for o, f in judged if f.good < self._bar.opening]
        harmless = {o.candidate for o, f in judged if f.harmless >= self._bar.harmless}
        return [*good, *(option for option in others if option.candidate in harmless)]

    def _context(self, slot: Slot) -> Context:
        return Context(
            sentence=slot.text if slot.sentence else None,
            draft=self._reading.body,
            customer_message=self._reading.customer_message,
            facts=slot.facts,
        )


def _failures_of_phrase(candidate: Candidate, context: Context) -> list[Failure]:
    """Return what a phrase fails, but for using the mail's own words, or words known to the model.

    The phrasebook has found the situation already, and says it in words of its own, which a person
    wrote.
    """
    failures = verify_candidate(candidate, context)
    return [failure for failure in failures if failure.code not in _A_PERSONS_OWN]


def _sure_rewrites(slot: Slot) -> Iterator[_Option]:
    """Yield what phrasebook and moves make of a sentence.

    An item in small letters goes on with what stands above its list ("You can:"), and they know
    whole sentences alone.
    """
    if slot.sentence and slot.sentence.kind is SentenceKind.ITEM and slot.text[:1].islower():
        return
    why = load_reasons().why
    for candidate in fit_sentence(slot.text):
        yield _Option(candidate, why.of(candidate))
    for result in apply_moves(slot.text, slot.facts):
        yield _Option(result.candidate, " ".join(result.why))


def _differing(options: Iterable[_Option], seen: frozenset[str]) -> list[_Option]:
    """Return the first option of each text that wasn't seen yet, in order."""
    first: dict[str | None, _Option] = {}
    for option in options:
        if option.candidate.text not in seen:
            first.setdefault(option.candidate.text, option)
    return list(first.values())


def _keeps(written: Sequence[Filled], bar: float) -> bool:
    """Tell whether the model finds that a sentence can stay."""
    kept = [filled.share for filled in written if filled.candidate.op is Op.KEEP]
    return not written or (bool(kept) and kept[0] >= bar)


def _worth(weighed: Weighed) -> float:
    return weighed.meaning if weighed.verdict is None else weighed.verdict


def _must_improve(candidate: Candidate, before: int) -> bool:
    """Tell whether a candidate that leaves as many findings as there were is of no use.

    Moves are certain to say the same, so even a small one is worth it. Each rewrite of the model
    costs some trust, so it must take away what was found.
    """
    return candidate.source is Source.MODEL and before > 0


def _findings_left(candidate: Candidate) -> int:
    return 0 if candidate.op is Op.DELETE else len(find_in_sentence(candidate.text or ""))


def _take(options: Sequence[_Option]) -> Choice:
    best, *others = options
    texts = [o.candidate.text for o in others if o.candidate.text]
    return Choice(best.candidate, best.why, tuple(texts[:MOST_ALTERNATIVES]))
