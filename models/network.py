"""The network behind a runner: reads the next tokens of every row over a shared prefix cache.

Knows tokens only.
"""

from collections.abc import Sequence
from typing import Protocol

import torch

from models.sampling import pad_left
from models.shared_prefix import Prefix, SharedPrefixCache


class Network(Protocol):
    """A causal language model; shapes as in `models.shared_prefix`."""

    @property
    def vocabulary(self) -> int:
        """How many tokens there are logits for."""
        ...

    @property
    def device(self) -> torch.device:
        """Where its weights lie."""
        ...

    def forward(
        self, cache: SharedPrefixCache, ids: torch.Tensor, keep: int
    ) -> Sequence[torch.Tensor]:
        """Read the tokens that `cache.begin` announced, (R, Q), and add them to the cache.

        Returns for each row the logits behind its last `keep` tokens, or behind all where it has
        fewer: float32 of shape (tokens, vocabulary). None are made where `keep` is 0.

        Raises:
            ModelError: this model's attention can't be run over a shared prompt.

        """
        ...


def read_rows(
    network: Network, cache: SharedPrefixCache, rows: Sequence[Sequence[int]], keep: int
) -> Sequence[torch.Tensor]:
    """Read some tokens for each row of a cache; see `Network.forward`."""
    ids, real = pad_left(rows, 0)
    cache.begin(torch.tensor(real, dtype=torch.bool), network.device)
    return network.forward(cache, torch.tensor(ids, device=network.device), keep)


def read_prompt(network: Network, prompt: Sequence[int], known: Prefix) -> Prefix:
    """Return a prompt's keys and values, of which those of its beginning are known.

    `prompt` is what follows the beginning, one token at least.
    """
    cache = SharedPrefixCache([known], [1])
    read_rows(network, cache, [prompt], 0)
    return known.extend(cache)
