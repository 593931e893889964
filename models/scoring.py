"""Reverse likelihood: how well a candidate's text predicts the sentence that it would replace.

After Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models" (2016) and
the noisy-channel tradition: swapped persons, lost conditions and nonsense predict the original
badly. Knows nothing of thresholds.
"""

from collections.abc import Sequence
from typing import Any

import torch

from models.shared_prefix import Prefix, SharedPrefixCache, run

BATCH_TOKENS = 1024
"""Pairs are scored in batches of about so many tokens, padding included."""


def score_pairs(model: Any, pairs: Sequence[tuple[list[int], list[int]]]) -> list[float]:
    """Return the mean log-probability (nats) of each pair's second ids after its first ones."""
    scores = [0.0] * len(pairs)
    for batch in _batches(pairs):
        for index, score in zip(batch, _score(model, [pairs[n] for n in batch]), strict=True):
            scores[index] = score
    return scores


def _batches(pairs: Sequence[tuple[list[int], list[int]]]) -> list[list[int]]:
    """Return the pairs' numbers in batches of like length."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
    batches: list[list[int]] = []
    for index in order:
        width = len(pairs[index][0]) + len(pairs[index][1])
        if batches and (len(batches[-1]) + 1) * width <= BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _score(model: Any, pairs: Sequence[tuple[list[int], list[int]]]) -> list[float]:
    """Score one batch; rows are padded at their end, which no real token sees."""
    width = max(len(given) + len(wanted) for given, wanted in pairs)
    rows = [[*given, *wanted] + [0] * (width - len(given) - len(wanted)) for given, wanted in pairs]
    ids = torch.tensor(rows, device=model.device)
    cache = SharedPrefixCache([Prefix()], [len(pairs)])
    cache.begin(torch.ones_like(ids, dtype=torch.bool))
    positions = torch.arange(width, device=model.device).expand_as(ids)
    with torch.inference_mode():
        hidden = run(model.model, cache, input_ids=ids, position_ids=positions).last_hidden_state
        return [
            _mean(model, hidden[n, len(given) - 1 : len(given) + len(wanted) - 1], wanted)
            for n, (given, wanted) in enumerate(pairs)
        ]


def _mean(model: Any, hidden: torch.Tensor, wanted: list[int]) -> float:
    """Return the mean log-probability of `wanted` given the states before each of its tokens."""
    logits = model.lm_head(hidden).float()
    chosen = torch.tensor(wanted, device=logits.device)[:, None]
    return float(torch.log_softmax(logits, -1).gather(1, chosen).mean())
