"""Reverse likelihood: how well a candidate's text predicts the sentence that it would replace.

After Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models" (2016),
and the noisy-channel tradition: swapped persons, lost conditions and nonsense predict the original
badly. Knows nothing of thresholds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from models.network import Network, read_rows
from models.shared_prefix import Prefix, SharedPrefixCache

BATCH_TOKENS = 1024
"""Pairs are scored in batches of about so many tokens, padding included."""
Pair = tuple[list[int], list[int]]
"""What is given, and what is wanted behind it: token ids."""


LOWEST = 3
"""Least likely tokens that are looked at by themselves: one lost word is lost in a long mean."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a text's tokens are after another one, in nats."""

    tokens: int
    mean: float
    lowest: float
    lowest_few: float
    """Mean over the `LOWEST` least likely tokens."""
    gap: float
    """Mean distance from the token that would have been likeliest."""
    widest_gap: float
    """The longest of those distances, below 0."""
    entropy: float
    """Mean over the tokens."""

    def summary(self) -> Iterator[float]:
        """Yield the measures, for a judge."""
        yield from (self.tokens, self.mean, self.lowest, self.lowest_few)
        yield from (self.gap, self.widest_gap, self.entropy, self.mean * self.tokens)


_NONE = Likelihood(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def score_pairs(
    network: Network, pairs: Sequence[Pair], prompt: Prefix | None = None
) -> list[Likelihood]:
    """Return how likely each pair's second ids are after its first ones, all behind a prompt."""
    scores: list[Likelihood] = [_NONE] * len(pairs)
    for batch in _batches(pairs):
        found = _score(network, [pairs[n] for n in batch], prompt or Prefix())
        for index, score in zip(batch, found, strict=True):
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


def _score(network: Network, pairs: Sequence[Pair], prompt: Prefix) -> list[Likelihood]:
    """Score one batch.

    The last wanted token isn't read: what would come after it, nobody asks for.
    """
    cache = SharedPrefixCache([prompt], [len(pairs)])
    rows = [[*given, *wanted][:-1] for given, wanted in pairs]
    keep = max(len(wanted) for _, wanted in pairs)
    return [
        measure(logits[-len(wanted) :], wanted)
        for logits, (_, wanted) in zip(read_rows(network, cache, rows, keep), pairs, strict=True)
    ]


def measure(logits: torch.Tensor, wanted: list[int]) -> Likelihood:
    """Measure `wanted` given the logits before each of its tokens."""
    every = torch.log_softmax(logits.float(), -1)
    chosen = every.gather(1, torch.tensor(wanted, device=logits.device)[:, None])[:, 0]
    gaps = chosen - every.max(-1).values
    return Likelihood(
        tokens=len(wanted),
        mean=float(chosen.mean()),
        lowest=float(chosen.min()),
        lowest_few=float(chosen.sort().values[:LOWEST].mean()),
        gap=float(gaps.mean()),
        widest_gap=float(gaps.min()),
        entropy=float(-(every.exp() * every).sum(-1).mean()),
    )
