"""Confidence intervals by resampling mails (B. Efron, 1979): the percentile method.

Every figure is a function of sums over mails, so a resample is a row of weights, and all resamples
are one product of matrices. All columns share the weights: their mails are the same, so a
difference of two columns is resampled in pairs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Sums = Mapping[str, Floats]
Combine = Callable[[Sums], Floats]
"""Takes the sum of each count in every resample, and returns the figure in every resample."""

RESAMPLES = 1000
SEED = 7
LEVEL = 0.95
AT_MOST = 3.0
"""Upper end of an interval for a count that is 0, however many mails were seen.

The rule of three (J. Hanley & A. Lippman-Hand, JAMA 249, 1983): with none in n, at most 3 in n are
to be expected with 95 % confidence. Resampling alone would say 0 to 0.
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; nan where it is a share of nothing."""

    value: float
    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether there is a value at all."""
        return not np.isnan(self.value)


def draw_weights(count: int, times: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return how often each of `count` mails stands in each resample, shape (times + 1, count).

    The first row is the sample itself: every mail once. A sample of one has no resamples, since
    nothing is known of how much mails differ.
    """
    times = times if count > 1 else 0
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=times)
    return np.vstack([np.ones(count), drawn.astype(np.float64)])


def sum_up(mails: Sequence[Mapping[str, float]], weights: Floats) -> dict[str, Floats]:
    """Return the sum of each count in each resample; a count that a mail lacks is 0."""
    names = sorted({name for mail in mails for name in mail})
    matrix = np.array([[mail.get(name, 0.0) for name in names] for mail in mails], dtype=np.float64)
    sums = weights @ matrix.reshape(len(mails), len(names))
    return {name: sums[:, at] for at, name in enumerate(names)}


def estimate(values: Floats) -> Estimate:
    """Return the estimate of a figure from its value in the sample and in each resample."""
    resampled = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(resampled):
        return Estimate(float(values[0]), float("nan"), float("nan"))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled, (tail, 1 - tail))
    return Estimate(float(values[0]), float(low), float(high))
