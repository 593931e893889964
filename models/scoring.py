"""Reverse likelihood: how well a candidate's text predicts the sentence that it would replace.

After Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models" (2016),
and the noisy-channel tradition: swapped persons, lost conditions and nonsense predict the original
badly. Knows nothing of thresholds.
"""

from collections.abc import Sequence
from typing import Any

import torch

from models.sampling import pad_left
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
    """Score one batch; rows are padded at their start, so that what is wanted stands at the end."""
    ids, real = pad_left([[*given, *wanted] for given, wanted in pairs], 0)
    valid = torch.tensor(real, device=model.device)
    cache = SharedPrefixCache([Prefix()], [len(pairs)])
    cache.begin(valid)
    with torch.inference_mode():
        logits = run(
            model,
            cache,
            input_ids=torch.tensor(ids, device=model.device),
            position_ids=(valid.long().cumsum(1) - 1).clamp(min=0),
            # The last place predicts what would come after the wanted tokens: nobody asks for it.
            logits_to_keep=max(len(wanted) for _, wanted in pairs) + 1,
        ).logits
        return [
            _mean(logits[n, -len(wanted) - 1 : -1], wanted) for n, (_, wanted) in enumerate(pairs)
        ]


def _mean(logits: torch.Tensor, wanted: list[int]) -> float:
    """Return the mean log-probability of `wanted` given the logits before each of its tokens."""
    chosen = torch.tensor(wanted, device=logits.device)[:, None]
    return float(torch.log_softmax(logits.float(), -1).gather(1, chosen).mean())
