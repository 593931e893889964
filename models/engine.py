"""The local engine: a model in this process fills slots and scores meaning.

Turns asks into token jobs and rows back into candidates, and has its rewrites judged. Knows nothing
of what is then chosen.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from transformers import PreTrainedTokenizerBase

from drafting.candidate import KEEP, Candidate, Op, Source
from drafting.engine import (
    Announce,
    Ask,
    Bar,
    Deletion,
    Filled,
    Fillings,
    Fit,
    IsStopped,
    MoreAsks,
    Weighed,
)
from drafting.findings import find_in_sentence
from drafting.grammar import make_grammar
from drafting.labels import Label
from drafting.prompt import Mail, Template, one_line
from drafting.slots import Slot
from models.causal import Causal
from models.constraint import Constraints
from models.decoding import decode
from models.deletion_judge import DeletionEvidence, DeletionJudge
from models.encoding import Encoder
from models.guessing import Copying
from models.jobs import Job, Row, Runner, Settling
from models.judge import Evidence, Judge
from models.opening_judge import OpeningEvidence, OpeningJudge
from models.sampling import log_probabilities
from models.scoring import Likelihood

if TYPE_CHECKING:
    # Brings all of transformers' modelling along, which the default model does without.
    from models.seq2seq import Seq2Seq

INSERT_TOKENS = 48
"""Room for an opening or closing: the longest of the training data has 40 tokens."""
GUESSED = 3
STEP_TOKENS = 16
"""Tokens that a row guesses in a step, and that a step has with them: on two cores, so many take a
third longer than one row alone (tests/benchmarks/NOTES.md)."""
REWRITE_SHARE = 1.7
REWRITE_TOKENS = 16
"""Room for a rewrite: so many times its sentence, so many tokens more (data/README.md, rule 2)."""


class LocalEngine:
    """Fills slots with a model, causal or seq2seq."""

    def __init__(
        self,
        model: "Causal | Seq2Seq",
        tokenizer: PreTrainedTokenizerBase,
        template: Template,
        name: str,
        adapter: str | None = None,
        bar: Bar | None = None,
        rewrite_tokens: int = REWRITE_TOKENS,
        judge: Judge | None = None,
        opening_judge: OpeningJudge | None = None,
        deletion_judge: DeletionJudge | None = None,
    ) -> None:
        self.template = template
        self.name = name
        self.adapter = adapter
        self.bar = bar or Bar()
        self._rewrite_tokens = rewrite_tokens
        self._encoder = Encoder(tokenizer)
        self._model = model
        self._causal = isinstance(model, Causal)
        if isinstance(model, Causal):
            model.expect(self._encoder.frame(template.system))
        self._constraints = Constraints(tokenizer, model.vocabulary)
        self._judge = judge
        self._opening_judge = opening_judge
        self._deletion_judge = deletion_judge
        # Settles a slot where nothing was found; some tokenizers have no single token for it.
        keep = self._encoder.plain(template.words.keep)
        self._keep = keep[0] if len(keep) == 1 else None

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill the slots of all asks side by side; see `drafting.engine.Engine`."""
        under_way = _UnderWay(self, len(asks), announce)
        jobs = under_way.take(asks)
        decode(
            self._make_runner(asks[0].seed if asks else 0, under_way.prompts),
            jobs,
            self._encoder.end,
            under_way.finish,
            is_stopped,
            (lambda rows: under_way.join(more, rows)) if more else None,
            Copying(STEP_TOKENS, GUESSED),
        )
        return under_way.fillings

    def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
        """Weigh rewrites of sentences; see `drafting.engine.Engine`."""
        return [
            Weighed(each.behind.mean, self._judge.weigh(each) if self._judge else None)
            for each in self.gather(rewrites)
        ]

    def gather(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Evidence]:
        """Return what the judge goes by for each sentence and the rewrite in its place.

        Raises:
            ValueError: one is a keep, or a deletion, of which there is nothing to judge.

        """
        behind = self._look_behind([(sentence, filled.text) for sentence, filled in rewrites])
        return [
            _make_evidence(sentence, filled, likelihood)
            for (sentence, filled), likelihood in zip(rewrites, behind, strict=True)
        ]

    @property
    def judges_openings(self) -> bool:
        """Whether it can tell which openings fit a mail."""
        return self._opening_judge is not None

    def judge_openings(self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        """Return how well each opening fits the mail; see `drafting.engine.Engine`."""
        if self._opening_judge is None or not candidates:
            return [Fit(0.0, 0.0) for _ in candidates]
        evidence = self.gather_openings(mail, slot, candidates)
        return [self._opening_judge.weigh(each) for each in evidence]

    def gather_openings(
        self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]
    ) -> list[OpeningEvidence]:
        """Return what the judge of openings goes by for each of them."""
        # As the judge has learnt it: under one label, whatever the phrasebook gives an opening.
        same = [replace(candidate, label=Label.ACKNOWLEDGEMENT) for candidate in candidates]
        asked = [(slot.id, candidate) for candidate in (KEEP, *same)]
        kept, *found = self.measure(Ask(mail, (slot,)), asked)
        return [
            OpeningEvidence(
                text=candidate.text or "",
                message=mail.customer_message or "",
                draft=mail.draft,
                written=candidate.source is Source.MODEL,
                likelihood=likelihood,
                keep=kept.mean * kept.tokens,
            )
            for candidate, likelihood in zip(candidates, found, strict=True)
        ]

    def judge_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[float]:
        """Return the log-odds that each sentence may go; see `drafting.engine.Engine`."""
        judge = self._deletion_judge
        if judge is None or not deletions:
            return [-math.inf for _ in deletions]
        return [judge.weigh(each) for each in self.gather_deletions(mail, deletions)]

    def gather_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[DeletionEvidence]:
        """Return what the judge of deletions goes by for each of them."""
        shares = self.measure_beginnings(Ask(mail, tuple(each.slot for each in deletions)))
        return [
            DeletionEvidence(each.slot.text, each.before, each.after, each.message, tuple(share))
            for each, share in zip(deletions, shares, strict=True)
        ]

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each sentence and text, the sentence's mean log-probability given the text."""
        return [likelihood.mean for likelihood in self._look_behind(pairs)]

    def _look_behind(self, pairs: Sequence[tuple[str, str]]) -> list[Likelihood]:
        """Return how likely each sentence is, given the text that may replace it."""
        encoded = [
            (
                self._ask(self.template.ask_reverse(text)),
                [*self._encoder.plain(one_line(sentence)), self._encoder.end],
            )
            for sentence, text in pairs
        ]
        return self._model.score(encoded)

    def measure(self, ask: Ask, fillings: Sequence[tuple[str, Candidate]]) -> list[Likelihood]:
        """Return how likely each filling of a slot is in its mail, without its grammar."""
        slots = {slot.id: slot for slot in ask.slots}
        pairs = [
            (
                self._ask(self.template.ask_slot(slots[slot_id])),
                [*self._encoder.plain(self.template.answer(candidate)), self._encoder.end],
            )
            for slot_id, candidate in fillings
        ]
        return self._model.score(pairs, self._read_prompt(ask))

    def measure_beginnings(self, ask: Ask) -> list[list[float]]:
        """Return for each slot how likely its filling begins with each word that may begin one.

        These are `delete`, `keep` and the labels in their order; they add up to 1.
        """
        words = self.template.words
        named = [words.of(name) for name in (Op.DELETE, Op.KEEP, *Label)]
        first = [self._encoder.plain(word)[0] for word in named]
        jobs = [self._make_job(0, ask, slot) for slot in ask.slots]
        runner = self._make_runner(ask.seed, {0: self._read_prompt(ask)})
        found = []
        for job, logits in zip(jobs, runner.start(jobs), strict=True):
            # Asked one by one: the mask of a whole vocabulary costs more than all the rest.
            allowed = np.array([token for token in first if job.constraint.permits(token)])
            likely = dict(
                zip(allowed.tolist(), log_probabilities(logits[-1], allowed), strict=True)
            )
            found.append([float(np.exp(likely.get(token, -np.inf))) for token in first])
        return found

    def encode(self, text: str) -> list[int]:
        """Return the token ids of a text, in which nothing is a control token."""
        return self._encoder.plain(text)

    def encode_prompt(self, system: str, content: str) -> list[int]:
        """Return the token ids of a prompt in the model's chat template."""
        return self._encoder.prompt(system, content)

    def _read_prompt(self, ask: Ask) -> list[int]:
        return self._encoder.prompt(self.template.system, self.template.ask(ask.mail))

    def _make_runner(self, _seed: int, prompts: Mapping[int, Sequence[int]]) -> Runner:
        return self._model.open_runner(prompts)

    def _make_job(self, number: int, ask: Ask, slot: Slot) -> Job:
        grammar = make_grammar(slot, self.template.words, leading_space=not self._causal)
        return Job(
            ask=number,
            slot=slot.id,
            header=self._ask(self.template.ask_slot(slot)),
            constraint=self._constraints.compile(grammar),
            limit=self._limit(slot),
            seed=ask.seed,
            candidates=ask.wanted(slot.id),
            settling=self._settle() if slot.id in ask.calm else None,
            keep=self._keep if slot.sentence else None,
            refused=self._keep if self._insists(ask, slot) else None,
        )

    def _insists(self, ask: Ask, slot: Slot) -> bool:
        """Tell whether the first candidate has to be something else than `keep`.

        Where something was found, and a judge stands behind it: without one, a model's own `keep` is
        the best that is known of its rewrites.
        """
        return bool(self._judge and slot.sentence and slot.id not in ask.calm)

    def _settle(self) -> Settling | None:
        return None if self._keep is None else Settling(self._keep, self.bar.keep)

    def _ask(self, text: str) -> list[int]:
        """Return the ids of what is asked; an encoder expects an end token behind all it reads."""
        ids = self._encoder.plain(text)
        return ids if self._causal else [*ids, self._encoder.end]

    def _limit(self, slot: Slot) -> int:
        if slot.sentence is None:
            return INSERT_TOKENS
        return int(len(self._encoder.plain(slot.text)) * REWRITE_SHARE) + self._rewrite_tokens

    def _read_rows(self, ask: Ask, slot_id: str, rows: list[Row]) -> tuple[Filled, ...]:
        """Return the distinct fillings of a slot's finished rows."""
        slot = next(slot for slot in ask.slots if slot.id == slot_id)
        found: dict[str, Filled] = {}
        for row in rows:
            if row.failed:
                continue
            answer = self._constraints.read(row.tokens).strip()
            if answer not in found:
                candidate = self.template.read(answer, insert=slot.sentence is None)
                mean = row.log_probability / max(len(row.tokens), 1)
                found[answer] = Filled(candidate, mean, row.share, row.keep)
        return tuple(found.values())


class _UnderWay:
    """The asks of one `fill`: emptied as they are done, since others may join for hours."""

    def __init__(self, engine: LocalEngine, count: int, announce: Announce | None) -> None:
        self.fillings: list[Fillings] = [{} for _ in range(count)]
        self.prompts: dict[int, list[int]] = {}
        self._engine = engine
        self._announce = announce
        self._known: dict[int, Ask] = {}
        self._unfinished: dict[int, set[str]] = {}
        self._taken = 0

    def take(self, asks: Sequence[Ask]) -> list[Job]:
        """Take asks in; return their jobs. Slots of which nothing is wanted are told of at once."""
        jobs = []
        for ask in asks:
            number, self._taken = self._taken, self._taken + 1
            self._known[number] = ask
            self.prompts[number] = self._engine._read_prompt(ask)
            self._unfinished[number] = {slot.id for slot in ask.slots}
            wanted = [slot for slot in ask.slots if ask.wanted(slot.id)]
            jobs += [self._engine._make_job(number, ask, slot) for slot in wanted]
            for slot in ask.slots:
                if slot not in wanted:
                    self._tell(number, slot.id, ())
        return jobs

    def join(self, more: MoreAsks, rows: int) -> list[Job]:
        """Take in what is waiting, until there is something to write or nothing left."""
        while asks := more(rows):
            if jobs := self.take(asks):
                return jobs
        return []

    def finish(self, job: Job, rows: list[Row]) -> None:
        """Tell what was written for a job."""
        found = self._engine._read_rows(self._known[job.ask], job.slot, rows)
        self._tell(job.ask, job.slot, found)

    def _tell(self, number: int, slot_id: str, found: tuple[Filled, ...]) -> None:
        self._unfinished[number].discard(slot_id)
        if not self._unfinished[number]:
            del self._known[number], self.prompts[number], self._unfinished[number]
        if number < len(self.fillings):
            self.fillings[number][slot_id] = found
        if self._announce:
            self._announce(number, slot_id, found)


def _make_evidence(sentence: str, filled: Filled, behind: Likelihood) -> Evidence:
    label, text = filled.candidate.label, filled.text
    if label is None:
        raise ValueError("only a rewrite can be judged")
    found = len(find_in_sentence(sentence)), len(find_in_sentence(text))
    return Evidence(sentence, label, text, filled.log_probability, filled.share, behind, found)
