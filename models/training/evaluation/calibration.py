"""How far the share of a filling's first word can be taken for the chance that it is right.

The ranker looks at that share (`Bar.keep`). Two readings of it, each in ten bins: how often the
likeliest first word is the reference's, and, where `keep` was written, how often the reference
keeps. The expected calibration error (M. Naeini et al., AAAI 2015) is the mean distance of share
and frequency over the slots.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from drafting.candidate import Candidate, Op
from models.training.evaluation.bootstrap import Floats, Sums
from models.training.evaluation.records import Record

BINS = 10
READINGS = ("first word", "keep")


@dataclass(frozen=True, slots=True)
class Bin:
    """The slots whose share lies between `low` and `low + 0.1`."""

    low: float
    slots: int
    share: float
    """Mean share."""
    right: float
    """How many of them were right."""


def count_shares(record: Record, wanted: Mapping[str, Candidate]) -> Iterator[tuple[str, float]]:
    """Yield what a mail adds to the counts of each bin."""
    for slot, written in record.written.items():
        if slot not in wanted or not written:
            continue
        reference, first = wanted[slot], written[0]
        right = (first.op, first.label) == (reference.op, reference.label)
        yield from _count("first word", first.share, right=right)
        kept = next((one.share for one in written if one.op is Op.KEEP), None)
        if kept is not None:
            yield from _count("keep", kept, right=reference.op is Op.KEEP)


def _count(reading: str, share: float, *, right: bool) -> Iterator[tuple[str, float]]:
    at = min(int(share * BINS), BINS - 1)
    yield f"{reading} {at} slots", 1.0
    yield f"{reading} {at} share", share
    yield f"{reading} {at} right", float(right)


def rate_error(sums: Sums, reading: str) -> Floats:
    """Return the expected calibration error in each resample; nan without slots."""
    size = next(iter(sums.values())).shape
    slots, apart, error = np.zeros(size), np.zeros(size), np.full(size, np.nan)
    for at in range(BINS):
        if f"{reading} {at} slots" in sums:
            slots += sums[f"{reading} {at} slots"]
            apart += np.abs(sums[f"{reading} {at} share"] - sums[f"{reading} {at} right"])
    np.divide(apart, slots, out=error, where=slots > 0)
    return error


def read_bins(counts: Mapping[str, float], reading: str) -> list[Bin]:
    """Return the bins that hold slots, given the counts over all mails."""
    bins = []
    for at in range(BINS):
        slots = counts.get(f"{reading} {at} slots", 0)
        if slots:
            share = counts[f"{reading} {at} share"] / slots
            right = counts[f"{reading} {at} right"] / slots
            bins.append(Bin(at / BINS, round(slots), share, right))
    return bins
