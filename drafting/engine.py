"""What the domain asks of whatever writes: the port that models/ implements.

Knows nothing of weights, tokens or devices.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drafting.candidate import Candidate
from drafting.prompt import Mail, Template
from drafting.slots import Slot


@dataclass(frozen=True, slots=True)
class Ask:
    """The slots of one mail that are to be filled."""

    mail: Mail
    slots: tuple[Slot, ...]
    candidates: int = 4
    """Fillings wanted for a slot; the first is the likeliest, the others are sampled."""
    seed: int = 0
    calm: frozenset[str] = frozenset()
    """Ids of slots with nothing to mend: no other filling is wanted once `keep` clears the bar."""
    fewer: Mapping[str, int] = field(default_factory=dict)
    """Ids of slots for which fewer fillings are wanted, and how many.

    Where it is none, nothing is written: the slot is announced with no filling, at once.
    """

    def wanted(self, slot_id: str) -> int:
        """Return how many fillings are wanted for a slot."""
        return self.fewer.get(slot_id, self.candidates)

    @property
    def rows(self) -> int:
        """Fillings wanted for all slots together."""
        return sum(self.wanted(slot.id) for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Filled:
    """One filling that the model wrote."""

    candidate: Candidate
    log_probability: float
    """Mean over the tokens of the filling, in nats; 0 is certain."""
    share: float
    """Probability of the filling's first word (keep, delete or a label) among those allowed."""
    keep: float | None = None
    """Probability of `keep` there; None where the engine can't tell."""

    @property
    def text(self) -> str:
        """What it puts in; empty for keep and delete."""
        return self.candidate.text or ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a rewrite that the model wrote is worth."""

    meaning: float
    """Mean log-probability (nats a token) of the sentence given the rewrite: its reverse likelihood."""
    verdict: float | None = None
    """Log-odds that a reader would let it stand, by a trained judge; None where there is none."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an opening fits its mail, as log-odds that a reader finds it so."""

    good: float
    """That it may stand just so: about this very situation, and right."""
    harmless: float
    """That it is good, or true and would fit any mail."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A sentence that the model would delete, and what stands around it."""

    slot: Slot
    before: tuple[str, ...]
    """The draft's sentences before it, in order."""
    after: tuple[str, ...]
    message: str
    """The customer's; empty where there is none."""


Fillings = dict[str, tuple[Filled, ...]]
"""Slot id to its distinct fillings. A slot whose every filling ran out of room has none."""

Announce = Callable[[int, str, tuple[Filled, ...]], None]
"""Called with the number of the ask, the slot id and its fillings once the slot is finished.

What it raises ends the decoding and reaches the caller.
"""

IsStopped = Callable[[int], bool]
"""Asked with the number of an ask before each step; once true, its rows are freed.

Its unfinished slots are then never announced, and missing in its fillings.
"""


MoreAsks = Callable[[int], Sequence[Ask]]
"""Asked before each step, with the number of fillings being written, for asks that join in.

They are numbered on from those that came before, and only `Announce` tells of them. An engine that
can't take asks in while it writes asks only when it has written all.
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """What candidates must clear, those of the model above all; set on held-out mails (`make evaluate`)."""

    meaning: float = -0.45
    """Least mean log-probability (nats a token) of a sentence given its rewrite."""
    likelihood: float = -math.inf
    """Least mean log-probability (nats a token) of a rewrite under its grammar."""
    verdict: float = 0.0
    """Least log-odds by the judge that a rewrite may stand, where there is a judge."""
    suggestion: float = math.inf
    """Least log-odds by the judge for a rewrite to be shown beside a kept sentence."""
    deletion: float = math.inf
    """Least log-odds by the judge of deletions for the model's deletion of a sentence."""
    may_go: float = math.inf
    """Least log-odds by it for a person to be asked whether a kept sentence may go."""
    fluency: float = -0.5
    """Least mean log-probability (nats a token) of an opening or closing under its grammar.

    Above 0 there is none, and the model isn't asked for them.
    """
    opening: float = 0.0
    """Least log-odds that an opening is good, where there is a judge of openings."""
    harmless: float = math.inf
    """Least log-odds that an opening does no harm, for mails that have no good one."""
    keep: float = 0.3
    """A sentence without a finding is changed only where `keep` is less likely than this."""
    doubt: float = 0.0
    """One that is kept is pointed out to the person where `keep` is less likely than this (than half of it,
    where the model would word it as a next step)."""

    @property
    def has_inserts(self) -> bool:
        """Whether an opening or closing that the model writes can clear the bar."""
        return self.fluency <= 0

    @property
    def judges_deletions(self) -> bool:
        """Whether a deletion can clear the bar, or a person be asked about one."""
        return min(self.deletion, self.may_go) < math.inf


class Engine(Protocol):
    """Fills slots under their grammars, and weighs what it wrote."""

    @property
    def name(self) -> str:
        """The model's name, for the result."""
        ...

    @property
    def adapter(self) -> str | None:
        """The adapter's name, for the result."""
        ...

    @property
    def template(self) -> Template:
        """The texts that this model is asked with."""
        ...

    @property
    def bar(self) -> Bar:
        """How far what this model writes is trusted."""
        ...

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill the slots of all asks side by side.

        Raises:
            GrammarError: a grammar was refused; no text is let through unchecked.

        """
        ...

    @property
    def judges_openings(self) -> bool:
        """Whether it can tell which openings fit a mail."""
        ...

    def judge_openings(self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        """Return how well each opening fits a mail that came with a message."""
        ...

    def judge_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[float]:
        """Return the log-odds that a reader would let each sentence of a mail go."""
        ...

    def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
        """Return what each rewrite is worth that it wrote in place of a sentence."""
        ...
