"""Take cases through an engine, many at a time, and keep what it wrote by itself beside the results."""

import logging
from collections.abc import Callable, Sequence

from drafting.batch.item import Item, Outcome
from drafting.batch.run import BatchRun, Options
from drafting.candidate import KEEP
from drafting.engine import Announce, Ask, Bar, Engine, Filled, Fillings, IsStopped, MoreAsks
from drafting.prompt import Mail, Template
from drafting.reading import read_draft
from models.training.evaluation.cases import Case
from models.training.evaluation.records import Written, write_down

log = logging.getLogger(__name__)

Take = Callable[[Case, Outcome, dict[str, list[Written]]], None]
"""Called with each case as soon as it is done."""


class Recorder:
    """An engine that keeps what another one writes, by mail; passes everything else on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.written: dict[Mail, Fillings] = {}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._engine.name

    @property
    def adapter(self) -> str | None:
        """The adapter's name."""
        return self._engine.adapter

    @property
    def template(self) -> Template:
        """The texts that the model is asked with."""
        return self._engine.template

    @property
    def bar(self) -> Bar:
        """How far what the model writes is trusted."""
        return self._engine.bar

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill, and keep the fillings."""
        mails = [ask.mail for ask in asks]

        def join(rows: int) -> Sequence[Ask]:
            joining = more(rows) if more else ()
            mails.extend(ask.mail for ask in joining)
            return joining

        def keep(ask: int, slot: str, written: tuple[Filled, ...]) -> None:
            self.written.setdefault(mails[ask], {})[slot] = written
            if announce:
                announce(ask, slot, written)

        return self._engine.fill(asks, keep, is_stopped, join if more else None)

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Score as the engine does."""
        return self._engine.score(pairs)


class KeepingEngine:
    """Keeps every slot: what is left is what moves and phrasebook do by themselves."""

    name = "none"
    adapter = None
    bar = Bar()

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

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Find nothing wrong: nothing of this engine's is scored."""
        return [0.0] * len(pairs)


def rewrite_cases(cases: Sequence[Case], engine: Engine, options: Options, take: Take) -> None:
    """Rewrite all cases and hand each on as soon as it is done."""
    recorder = Recorder(engine)
    named = {case.name: case for case in cases}
    done = 0

    def record(outcome: Outcome) -> None:
        nonlocal done
        case = named[outcome.key]
        # A draft that is kind already is never given to the model.
        mail = read_draft(case.draft, case.customer_message).mail
        take(case, outcome, write_down(recorder.written.get(mail, {})))
        done += 1
        if done % 10 == 0:
            log.info("%d of %d mails", done, len(cases))

    items = [
        Item(case.name, number, case.draft, customer_message=case.customer_message)
        for number, case in enumerate(cases, 1)
    ]
    BatchRun(recorder, options, record).run(items)
