"""How the rows of the batch are shared among those who wait."""

from collections.abc import Sequence
from dataclasses import dataclass

TURN = 32
"""Rows that one is given before others have their turn: eight slots with four candidates."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one draft asks for."""

    slots: int
    """Slots that nothing was asked for yet."""
    rows: int
    """Rows that each of them takes."""
    granted: int = 0
    """Rows that the draft was given so far."""


def share_rows(claims: Sequence[Claim], free: int, *, idle: bool) -> list[int]:
    """Return how many slots each may begin with, given `free` rows; first come, first served.

    In turns: who has had fewer turns goes before who has had more (least attained service, as in
    multilevel feedback scheduling; Corbato 1962), so usual mails are served in their order, and a
    huge one takes what the small leave over. A mail isn't split without need, since its prompt may
    have to be read again. Where the batch is `idle`, the first gets a slot even if it doesn't fit.
    """
    shares = [0] * len(claims)
    while True:
        waiting = [n for n, claim in enumerate(claims) if shares[n] < claim.slots]
        if not waiting:
            return shares
        turns = {n: (claims[n].granted + shares[n] * claims[n].rows) // TURN for n in waiting}
        best = min(waiting, key=lambda n: (turns[n], n))
        # Nobody smaller goes before the one whose turn it is, or it would wait for ever.
        if claims[best].rows > free and not (idle and not any(shares)):
            return shares
        shares[best] += 1
        free -= claims[best].rows
