"""Choose the next token of a row among those that its grammar allows."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

TEMPERATURE = 0.4
NUCLEUS = 0.9
"""Sampled candidates stay within the likeliest tokens that hold this share (top-p)."""

BLOCK = 64
"""Logits whose highest is looked at first."""
Floats = npt.NDArray[np.float32]


def make_generator(seed: int, slot: str, number: int) -> np.random.Generator:
    """Return the random numbers of one candidate; they depend on nothing else in the batch."""
    return np.random.default_rng([seed, zlib.crc32(slot.encode()), number])


def likeliest(logits: Floats, count: int) -> npt.NDArray[np.intp]:
    """Return the indices of the highest logits, in no order.

    Sorting 50,000 logits takes longer than all else that is done for a row. The highest of each
    `BLOCK` of them are few, and the `count`th of those is no higher than the `count`th of all: what
    is below it needs no sorting.
    """
    if len(logits) <= count:
        return np.arange(len(logits))
    whole = len(logits) // BLOCK * BLOCK
    tops = logits[:whole].reshape(-1, BLOCK).max(1)
    if len(tops) <= count:
        return np.argpartition(-logits, count)[:count]
    least = np.partition(tops, len(tops) - count)[len(tops) - count]
    found = np.flatnonzero(logits >= least)
    return found[np.argpartition(-logits[found], count - 1)[:count]]


def log_probabilities(logits: Floats, allowed: npt.NDArray[np.intp]) -> Floats:
    """Return the log-probabilities (nats) of the allowed tokens among themselves."""
    chosen = logits[allowed].astype(np.float64)
    shifted = chosen - chosen.max()
    result: Floats = (shifted - np.log(np.exp(shifted).sum())).astype(np.float32)
    return result


def draw(scores: Floats, generator: np.random.Generator | None) -> int:
    """Return the index of the chosen score: the highest, or one sampled when given a generator."""
    if generator is None or len(scores) == 1:
        return int(scores.argmax())
    weights = np.exp(scores.astype(np.float64) / TEMPERATURE)
    weights /= weights.sum()
    order = np.argsort(-weights, kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(weights[order]), NUCLEUS)) + 1]
    return int(generator.choice(kept, p=weights[kept] / weights[kept].sum()))


def pad_left(
    rows: Sequence[Sequence[int]], filler: int
) -> tuple[list[list[int]], list[list[bool]]]:
    """Return rows of one length, filled from the left, and which of their places are real."""
    width = max(map(len, rows))
    padded = [[filler] * (width - len(row)) + list(row) for row in rows]
    real = [[False] * (width - len(row)) + [True] * len(row) for row in rows]
    return padded, real
