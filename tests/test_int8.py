"""Weights of eight bits: close to the model they were taken from, whatever stands beside a row."""

from unittest.mock import patch

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from models.int8 import Int8Llama, Matrix, pays, quantize, round_weight
from models.network import Network, read_prompt, read_rows
from models.shared_prefix import Prefix, SharedPrefixCache
from models.transformers_network import TransformersNetwork
from tests.test_shared_prefix import SIZES, numbers
from tests.tiny import causal_model

PLAIN = TransformersNetwork(causal_model())
WHOLE = Int8Llama(*quantize(causal_model()))
ROWS = [numbers(4, 4), numbers(1, 5), numbers(30, 6), numbers(2, 7)]
NEXT = [[5, 6, 7], [8], [9, 10], [11, 12, 13, 14]]


def run_course(network: Network) -> list[torch.Tensor]:
    """Read prompts, headers of different length, several tokens each."""
    prefixes = [read_prompt(network, numbers(n, n), Prefix()) for n in (7, 40)]
    cache = SharedPrefixCache(prefixes, [3, 1])
    found = list(read_rows(network, cache, ROWS, 1))
    found += read_rows(network, cache, NEXT, 4)
    cache.select([0, 0, 2, 3])
    cache.forget([1, 2, 0, 3])
    return found + list(read_rows(network, cache, [[1], [2], [3, 4], [5]], 2))


def test_logits_are_close_to_those_of_the_model_itself() -> None:
    wanted, found = run_course(PLAIN), run_course(WHOLE)
    assert [len(logits) for logits in found] == [1, 1, 1, 1, 3, 1, 2, 4, 1, 1, 2, 1]
    for mine, theirs in zip(found, wanted, strict=True):
        assert mine.shape == theirs.shape
        # Random logits have a standard deviation of 0.1 here.
        assert (mine - theirs).abs().max() < 0.02
        assert (mine - theirs).abs().mean() < 0.004


def test_a_row_is_the_same_whatever_stands_beside_it() -> None:
    prefix = read_prompt(WHOLE, numbers(7, 7), Prefix())
    beside = read_rows(WHOLE, SharedPrefixCache([prefix], [4]), ROWS, 9)
    for row, logits in zip(ROWS, beside, strict=True):
        (alone,) = read_rows(WHOLE, SharedPrefixCache([prefix], [1]), [row], 9)
        np.testing.assert_allclose(logits, alone, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 70), st.integers(1, 70), st.integers(0, 99), st.booleans())
def test_a_matrix_is_off_by_no_more_than_its_steps(
    rows: int,
    wide: int,
    high: int,
    seed: int,
    vnni: bool,
) -> None:
    # A CPU without VNNI adds eight bits up in sixteen, which overflow: there are but seven there.
    vnni = vnni and pays()
    torch.manual_seed(seed)
    weight, inputs = torch.randn(high, wide), torch.randn(rows, wide) * 10 ** (seed % 5)
    factor = torch.rand(rows, 1)
    exact = inputs @ weight.T * factor
    with patch.object(torch.cpu, "_is_vnni_supported", lambda: vnni):
        matrix = Matrix(*round_weight(weight))
    # Half a step of either, summed over the products as if all went the same way.
    largest = inputs.abs().amax(1, keepdim=True)
    steps = largest / (127 if vnni else 63) * weight.abs().sum(1) + inputs.abs().sum(
        1, keepdim=True
    ) * (weight.abs().amax(1) / 127)
    assert ((matrix(inputs, factor) - exact).abs() <= steps * factor + 1e-4 * largest).all()


def test_zeros_stay_zeros() -> None:
    weight = torch.zeros(3, 8)
    weight[1] = 1.0
    found = Matrix(*round_weight(weight))(torch.stack([torch.zeros(8), torch.ones(8)]))
    np.testing.assert_allclose(found, [[0, 0, 0], [0, 8, 0]], atol=0.1)


def test_a_head_of_its_own_is_taken() -> None:
    torch.manual_seed(3)
    model = LlamaForCausalLM(LlamaConfig(**SIZES, tie_word_embeddings=False)).eval()
    (wanted,) = read_rows(
        TransformersNetwork(model), SharedPrefixCache([Prefix()], [1]), [[5, 6]], 1
    )
    (found,) = read_rows(
        Int8Llama(*quantize(model)), SharedPrefixCache([Prefix()], [1]), [[5, 6]], 1
    )
    assert (found - wanted).abs().max() < 0.02
