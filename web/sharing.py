"""How the rows of a round are shared among those who wait."""

from collections.abc import Sequence


def share_rows(wanted: Sequence[tuple[int, int]], rows: int) -> list[int]:
    """Return how many slots each may fill in a round of `rows` rows.

    `wanted` holds (slots, rows for each slot), those who came first in front. Slots are dealt one
    after the other to each in turn (max-min fairness), so the small get all that they need and the
    huge share the rest. The first one always gets a slot, however many rows it takes.
    """
    shares = [0] * len(wanted)
    left = rows
    dealing = True
    while dealing:
        dealing = False
        for number, (slots, each) in enumerate(wanted):
            fits = each <= left or not any(shares)
            if shares[number] < slots and fits:
                shares[number] += 1
                left -= each
                dealing = True
    return shares
