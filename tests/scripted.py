"""A scripted engine: says what it is told to say, without weights."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from drafting.candidate import KEEP, Candidate
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
from drafting.prompt import Mail, Template, load_templates
from drafting.slots import Slot


@dataclass
class ScriptedEngine:
    """Fills each slot with what `script` holds for it, else keeps; scores with `meaning` and `verdict`."""

    script: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)
    meaning: float = 0.0
    verdict: float | None = None
    log_probability: float = -0.1
    share: float = 0.9
    keep: float | None = None
    """Probability of `keep` in each slot; None where this engine can't tell."""
    name: str = "scripted"
    adapter: str | None = None
    template: Template = field(default_factory=lambda: load_templates()["trained"])
    bar: Bar = field(default_factory=Bar)
    opening_odds: Callable[[str], float] | None = None
    """How good an opening's text is, and as harmless; None where this engine can't tell."""
    deletion_odds: float = -math.inf
    """Log-odds that a sentence may go."""
    deletions: list[Deletion] = field(default_factory=list)
    """The deletions that it was asked about, in order."""
    asked: list[Ask] = field(default_factory=list)
    """The asks that came in, in order."""

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill as told."""
        fillings: list[Fillings] = [{} for _ in asks]
        known = list(asks)
        for number in count():
            if number == len(known):
                known += more(0) if more else ()
            if number == len(known):
                break
            ask = known[number]
            self.asked.append(ask)
            for slot in ask.slots:
                if is_stopped and is_stopped(number):
                    break
                written = tuple(
                    Filled(candidate, self.log_probability, self.share, self.keep)
                    for candidate in self.script.get(slot.id, (KEEP,))
                )
                if number < len(asks):
                    fillings[number][slot.id] = written
                if announce:
                    announce(number, slot.id, written)
        return fillings

    @property
    def judges_openings(self) -> bool:
        """Whether it was told how."""
        return self.opening_odds is not None

    def judge_openings(self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        """Judge as told."""
        odds = self.opening_odds or (lambda _: 0.0)
        worth = [odds(candidate.text or "") for candidate in candidates]
        return [Fit(each, each) for each in worth]

    def judge_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[float]:
        """Judge as told."""
        self.deletions += deletions
        return [self.deletion_odds for _ in deletions]

    def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
        """Give every rewrite the same weight."""
        return [Weighed(self.meaning, self.verdict) for _ in rewrites]
