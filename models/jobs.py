"""What the decoder works with: jobs, the rows that are written for them, and what runs the network.

Knows tokens and constraints, nothing of how they are chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from models.constraint import Constraint
from models.sampling import Floats


@dataclass(frozen=True, slots=True)
class Settling:
    """A first token that settles its slot where it is likely enough: nothing else is written then."""

    token: int
    share: float
    """Least probability among the tokens that the grammar allows."""


@dataclass(slots=True)
class Job:
    """One slot to fill: its header, its grammar at the start, and how long a filling may be."""

    ask: int
    """Number of the mail; jobs that come together are sorted by it."""
    slot: str
    header: list[int]
    constraint: Constraint
    limit: int
    """Tokens that a filling may have, the end token not counted."""
    seed: int
    candidates: int
    settling: Settling | None = None
    keep: int | None = None
    """The first token that keeps the sentence: its chance is told of each row."""
    refused: int | None = None
    """A first token that the first candidate doesn't take, though its chance counts among those allowed."""
    over: "list[Row]" = field(default_factory=list)
    """Its finished rows."""
    finished: bool = False


Draw = tuple[int, np.random.Generator | None]
"""The number of a candidate, and what it is sampled with: the first one takes the likeliest."""


@dataclass(slots=True)
class Row:
    """One filling as it is written, by all candidates of its job that have chosen alike so far."""

    job: Job
    constraint: Constraint
    draws: list[Draw]
    tokens: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    share: float = 0.0
    """Probability of the first token among those allowed."""
    keep: float | None = None
    """Probability of the job's `keep` there."""
    place: int = 0
    """Which row of the runner it goes on from."""
    forget: int = 0
    """How many of the tokens that row has read last aren't this one's."""
    next: list[int] = field(default_factory=list)
    """What the network is to read next, the guess behind it."""
    guess: int = 0
    """How many tokens of `next` are but guessed to follow."""
    finished: bool = False
    failed: bool = False
    """Ran out of room, or out of tokens that the grammar allows: not a filling."""


Prompts = Mapping[int, Sequence[int]] | Sequence[Sequence[int]]
"""The token ids of each ask's prompt, by the ask's number; asks may come and go."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a row reads next: the row of the last step that it goes on from, and tokens."""

    row: int
    tokens: Sequence[int]
    forget: int = 0
    """How many of the tokens that were read last are taken back first."""


class Runner(Protocol):
    """Runs the network for the rows of a batch and keeps what it remembers of them."""

    @property
    def joins(self) -> bool:
        """Whether `start` may be called while there are rows."""
        ...

    @property
    def reads_ahead(self) -> bool:
        """Whether a row may be fed several tokens in one step, and take them back."""
        ...

    def start(self, jobs: Sequence[Job]) -> Sequence[Floats]:
        """Read prompts and headers; return for each job the next token's logits, (1, vocabulary).

        The jobs' rows, one for each, come behind those that are there.
        """
        ...

    def step(self, feeds: Sequence[Feed]) -> Sequence[Floats]:
        """Feed the rows that go on (in order, repeats allowed), and forget the others.

        Returns for each the logits behind each of its tokens, (tokens, vocabulary).
        """
        ...

    def clear(self) -> None:
        """Forget all rows."""
        ...
