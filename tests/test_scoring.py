"""Reverse likelihood: batches give what each pair alone gives, and what the formula says."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from drafting.prompt import one_line
from models.scoring import BATCH_TOKENS, Likelihood, Pair, _batches, measure, score_pairs
from models.seq2seq import score_pairs_seq2seq
from models.transformers_network import TransformersNetwork
from tests.test_shared_prefix import SIZES, random_model
from tests.tiny import bpe_tokenizer, causal_model, random_engine, seq2seq_model


def make_pairs(count: int = 23, seed: int = 1) -> list[Pair]:
    random = np.random.default_rng(seed)

    def ids(most: int) -> list[int]:
        return [int(n) for n in random.integers(3, 95, random.integers(1, most))]

    return [(ids(90), ids(70)) for _ in range(count)]


def means(scores: Sequence[Likelihood]) -> list[float]:
    return [score.mean for score in scores]


def by_hand(model: Any, pair: Pair) -> float:
    """Add up the log-probability of each wanted token after all before it, one pass for each."""
    given, wanted = pair
    total = 0.0
    for place, token in enumerate(wanted):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([given + wanted[:place]])).logits[0, -1]
        total += float(torch.log_softmax(logits.double(), -1)[token])
    return total / len(wanted)


def test_equals_a_sum_of_log_softmaxes_by_hand() -> None:
    pairs = make_pairs(5)
    wanted = [by_hand(causal_model(), pair) for pair in pairs]
    scores = score_pairs(TransformersNetwork(causal_model()), pairs)
    np.testing.assert_allclose(means(scores), wanted, atol=1e-4)


def test_measures_each_token_and_what_would_have_been_likelier() -> None:
    logits = torch.log(torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]]))
    found = measure(logits, [1, 1, 2])
    assert found.tokens == 3
    chosen = [math.log(0.2), math.log(0.8), math.log(0.5)]
    assert found.mean == pytest.approx(sum(chosen) / 3)
    assert found.lowest == pytest.approx(math.log(0.2))
    assert found.lowest_few == pytest.approx(found.mean)
    assert found.gap == pytest.approx(math.log(0.2 / 0.7) / 3)
    assert found.widest_gap == pytest.approx(math.log(0.2 / 0.7))
    entropy = -sum(p * math.log(p) for p in (0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.25, 0.25, 0.5)) / 3
    assert found.entropy == pytest.approx(entropy)


def test_batched_equals_one_by_one() -> None:
    model, pairs = TransformersNetwork(causal_model()), make_pairs()
    alone = [tuple(score_pairs(model, [pair])[0].summary()) for pair in pairs]
    for order in (1, -1):
        together = [tuple(each.summary()) for each in score_pairs(model, pairs[::order])]
        np.testing.assert_allclose(together, alone[::order], atol=1e-4)


def test_of_nothing_is_nothing() -> None:
    assert score_pairs(TransformersNetwork(causal_model()), []) == []
    assert score_pairs_seq2seq(seq2seq_model(), []) == []


def test_batches_hold_each_pair_once_and_keep_to_their_size() -> None:
    pairs = [*make_pairs(80), ([1] * 3000, [2] * 9)]
    batches = _batches(pairs)
    assert sorted(n for batch in batches for n in batch) == list(range(81))
    for batch in batches:
        width = max(len(pairs[n][0]) + len(pairs[n][1]) for n in batch)
        assert len(batch) == 1 or len(batch) * width <= BATCH_TOKENS
    assert len(batches) < 20


@pytest.mark.parametrize("name", ["Granite", "GPT2"])
def test_scales_logits_as_the_model_does(name: str) -> None:
    scales = {"logits_scaling": 8.0} if name == "Granite" else {}
    config = getattr(transformers, f"{name}Config")(**SIZES, **scales)
    model = random_model(config)
    pairs = make_pairs(3)
    wanted = [by_hand(model, pair) for pair in pairs]
    scores = score_pairs(TransformersNetwork(model), pairs)
    np.testing.assert_allclose(means(scores), wanted, atol=1e-4)


def test_seq2seq_equals_the_loss_by_hand() -> None:
    model, pairs = seq2seq_model(), make_pairs(6)
    wanted = []
    for given, ids in pairs:
        with torch.inference_mode():
            logits = model(
                input_ids=torch.tensor([given]), decoder_input_ids=torch.tensor([[0, *ids[:-1]]])
            ).logits[0]
        chosen = torch.log_softmax(logits.double(), -1)[range(len(ids)), ids]
        wanted.append(float(chosen.mean()))
    np.testing.assert_allclose(means(score_pairs_seq2seq(model, pairs)), wanted, atol=1e-4)


@pytest.mark.parametrize("family", ["causal", "seq2seq"])
def test_the_engine_scores_the_sentence_after_the_candidate(family: str) -> None:
    engine = random_engine(family)
    pairs = [
        ("You failed to pay.", "The payment hasn't come through yet."),
        ("It is\n final.", "That's final."),
        ("You failed to pay.", "That's final."),
    ]
    scores = engine.score(pairs)
    assert len(set(scores)) == 3
    assert all(-math.log(500) * 1.3 < score < 0 for score in scores)
    assert engine.score([pairs[1]])[0] == pytest.approx(scores[1], abs=1e-5)
    assert engine.score([(one_line(pairs[1][0]), pairs[1][1])])[0] == pytest.approx(scores[1])


def test_the_engine_asks_with_its_template_and_wants_the_end() -> None:
    engine = random_engine("causal")
    before, after = "You failed to pay.", "The payment hasn't come through yet."
    given = engine.encode(engine.template.ask_reverse(after))
    wanted = [*engine.encode(before), int(bpe_tokenizer().eos_token_id)]
    score = by_hand(causal_model(), (given, wanted))
    assert engine.score([(before, after)])[0] == pytest.approx(score, abs=1e-4)
