"""Take cases through an engine, many at a time, and keep what it wrote by itself beside the results."""

import logging
import math
from collections.abc import Callable, Sequence

from drafting.batch.item import Item, Outcome
from drafting.batch.run import BatchRun, Options
from drafting.candidate import KEEP, Candidate
from drafting.engine import (
    Announce,
    Ask,
    Bar,
    Deletion,
    Engine,
    Filled,
    Fillings,
    Fit,
    IsStopped,
    MoreAsks,
    Weighed,
)
from drafting.prompt import Mail, Template
from drafting.reading import read_draft
from drafting.slots import Slot
from models.training.evaluation.cases import Case
from models.training.evaluation.records import Written, write_down

log = logging.getLogger(__name__)

Take = Callable[[Case, Outcome, dict[str, list[Written]]], None]
"""Called with each case as soon as it is done."""


TOGETHER = 16
"""Cases that are taken through the engine together."""


class KeepingEngine:
    """Keeps every slot: what is left is what moves and phrasebook do by themselves."""

    name = "none"
    adapter = None
    bar = Bar()
    judges_openings = False

    def __init__(self, template: Template) -> None:
        self.template = template

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Keep every slot of the asks and of those that join."""
        fillings: list[Fillings] = []
        known = list(asks)
        while known := known or list(more(0) if more else ()):
            ask, number = known.pop(0), len(fillings)
            fillings.append({slot.id: (Filled(KEEP, 0.0, 1.0),) for slot in ask.slots})
            for slot, written in fillings[-1].items():
                if announce and not (is_stopped and is_stopped(number)):
                    announce(number, slot, written)
        return fillings[: len(asks)]

    def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
        """Find nothing wrong: this engine writes no rewrites."""
        return [Weighed(0.0) for _ in rewrites]

    def judge_openings(self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        """Find all alike."""
        return [Fit(0.0, 0.0) for _ in candidates]

    def judge_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[float]:
        """Let none go: this engine deletes nothing."""
        return [-math.inf for _ in deletions]


def rewrite_cases(cases: Sequence[Case], engine: Engine, options: Options, take: Take) -> None:
    """Rewrite all cases and hand each on as soon as it is done."""
    named = {case.name: case for case in cases}
    numbers = {case.name: number for number, case in enumerate(cases, 1)}
    done = 0
    for start in range(0, len(cases), TOGETHER):
        some = cases[start : start + TOGETHER]
        alone = _write_alone(some, engine, options.seed)

        def record(outcome: Outcome, alone: dict[str, Fillings] = alone) -> None:
            nonlocal done
            take(named[outcome.key], outcome, write_down(alone.get(outcome.key, {})))
            done += 1
            if done % 10 == 0:
                log.info("%d of %d mails", done, len(cases))

        items = [
            Item(case.name, numbers[case.name], case.draft, customer_message=case.customer_message)
            for case in some
        ]
        BatchRun(engine, options, record).run(items)


def _write_alone(cases: Sequence[Case], engine: Engine, seed: int) -> dict[str, Fillings]:
    """Return the model's likeliest filling of every open slot, by the case's name.

    In a rewrite, the model isn't asked where moves and phrasebook have wordings enough.
    """
    readings = {case.name: read_draft(case.draft, case.customer_message) for case in cases}
    open_ones = {name: reading for name, reading in readings.items() if reading.open_slots}
    asks = [Ask(reading.mail, reading.open_slots, 1, seed) for reading in open_ones.values()]
    return dict(zip(open_ones, engine.fill(asks) if asks else [], strict=True))
