"""The likeliest tokens are found without sorting them all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sampling import likeliest


@given(st.integers(1, 5000), st.integers(1, 80), st.integers(0, 999), st.booleans())
def test_the_highest_are_those_that_sorting_finds(
    size: int, count: int, seed: int, few_values: bool
) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 9, size) if few_values else random.normal(size=size)
    logits = values.astype(np.float32)
    found = likeliest(logits, count)
    assert len(set(found.tolist())) == len(found) == min(size, count)
    np.testing.assert_array_equal(np.sort(logits[found]), np.sort(logits)[-count:])


@pytest.mark.parametrize("place", [0, 63, 64, 4999])
def test_a_peak_is_found_wherever_it_stands(place: int) -> None:
    logits = np.zeros(5000, dtype=np.float32)
    logits[place] = 3
    assert place in likeliest(logits, 64)
