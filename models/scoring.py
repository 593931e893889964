"""Reverse likelihood: how well a candidate's text predicts the sentence that it would replace.

After Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models" (2016),
and the noisy-channel tradition: swapped persons, lost conditions and nonsense predict the original
badly. Knows nothing of thresholds.
"""

from collections.abc import Sequence

import torch

from models.network import Network, read_rows
from models.shared_prefix import Prefix, SharedPrefixCache

BATCH_TOKENS = 1024
"""Pairs are scored in batches of about so many tokens, padding included."""
Pair = tuple[list[int], list[int]]
"""What is given, and what is wanted behind it: token ids."""


def score_pairs(network: Network, pairs: Sequence[Pair]) -> list[float]:
    """Return the mean log-probability (nats) of each pair's second ids after its first ones."""
    scores = [0.0] * len(pairs)
    for batch in _batches(pairs):
        for index, score in zip(batch, _score(network, [pairs[n] for n in batch]), strict=True):
            scores[index] = score
    return scores


def _batches(pairs: Sequence[Pair]) -> list[list[int]]:
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


def _score(network: Network, pairs: Sequence[Pair]) -> list[float]:
    """Score one batch.

    The last wanted token isn't read: what would come after it, nobody asks for.
    """
    cache = SharedPrefixCache([Prefix()], [len(pairs)])
    rows = [[*given, *wanted][:-1] for given, wanted in pairs]
    keep = max(len(wanted) for _, wanted in pairs)
    return [
        _mean(logits[-len(wanted) :], wanted)
        for logits, (_, wanted) in zip(read_rows(network, cache, rows, keep), pairs, strict=True)
    ]


def _mean(logits: torch.Tensor, wanted: list[int]) -> float:
    """Return the mean log-probability of `wanted` given the logits before each of its tokens."""
    chosen = torch.tensor(wanted, device=logits.device)[:, None]
    return float(torch.log_softmax(logits.float(), -1).gather(1, chosen).mean())
