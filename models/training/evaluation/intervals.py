"""An interval for a share of few, where resampling says too little.

E. B. Wilson, "Probable inference", JASA 22 (1927): holds for three traps of a kind, and for none or
all of them passed.
"""

from math import sqrt
from statistics import NormalDist

from models.training.evaluation.bootstrap import LEVEL, Estimate

_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


def estimate_share(part: int, whole: int) -> Estimate:
    """Return a share with Wilson's interval; nan for a share of nothing."""
    if not whole:
        return Estimate(float("nan"), float("nan"), float("nan"))
    share, z = part / whole, _Z * _Z / whole
    middle = (share + z / 2) / (1 + z)
    half = _Z * sqrt(share * (1 - share) / whole + z / whole / 4) / (1 + z)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))
