"""Run a causal model for the decoder: prompts once, rows side by side over them.

Knows tokens only.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import torch

from drafting.errors import ModelError
from models.decoding import Job, Prompts
from models.sampling import Floats, pad_left
from models.shared_prefix import Prefix, PrefixStore, SharedPrefixCache, run


class CausalRunner:
    """One batch over the prompts of some mails; `prompts` are their token ids, and may grow."""

    joins = True

    def __init__(
        self,
        model: Any,
        prompts: Prompts,
        prefixes: PrefixStore | None = None,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._prefixes = prefixes if prefixes is not None else PrefixStore()
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self._cache: SharedPrefixCache | None = None
        self._positions = self._tensor([])

    def start(self, jobs: Sequence[Job]) -> Floats:
        """Read each prompt once, then all headers side by side, and join them to the batch."""
        return self.read([job.ask for job in jobs], [job.header for job in jobs])

    def read(self, asks: Sequence[int], headers: Sequence[Sequence[int]]) -> Floats:
        """Read what follows the prompts of `asks` (side by side, sorted); join it to the batch."""
        mails = [(ask, len(list(group))) for ask, group in groupby(asks)]
        prefixes = [self._prefixes.get(self._prompts[ask], self._read_prompt) for ask, _ in mails]
        cache = SharedPrefixCache(prefixes, [count for _, count in mails])
        ids, real = pad_left([list(header) for header in headers], 0)
        valid = self._tensor(real, torch.bool)
        begins = self._tensor([len(self._prompts[ask]) for ask in asks])
        positions = begins[:, None] + valid.long().cumsum(1) - 1
        logits = self._forward(cache, self._tensor(ids), positions.clamp(min=0), valid)
        if self._cache is None:
            self._cache = cache
        else:
            self._cache.join(cache)
        self._positions = torch.cat([self._positions, positions[:, -1]])
        return logits

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> Floats:
        """Keep some rows and feed each its token."""
        assert self._cache is not None, "a batch is started before it steps"
        if list(rows) != list(range(len(self._positions))):
            kept = self._tensor(rows)
            self._cache.select(kept)
            self._positions = self._positions[kept]
        self._positions = self._positions + 1
        valid = torch.ones(len(tokens), 1, dtype=torch.bool, device=self._model.device)
        ids, positions = self._tensor(tokens)[:, None], self._positions[:, None]
        return self._forward(self._cache, ids, positions, valid)

    def _read_prompt(self, prompt: Sequence[int]) -> Prefix:
        """Return the keys and values of one prompt.

        Raises:
            ModelError: not every layer's attention goes through ours.

        """
        cache = SharedPrefixCache([Prefix()], [1])
        ids = self._tensor([list(prompt)])
        cache.begin(torch.ones_like(ids, dtype=torch.bool))
        positions = torch.arange(len(prompt), device=self._model.device)[None]
        with torch.inference_mode():
            run(self._model.base_model, cache, input_ids=ids, position_ids=positions)
        if len(cache.attended) != self._model.config.get_text_config().num_hidden_layers:
            raise ModelError(
                "This model has an attention of its own, over which slots can't share a prompt. "
                "Name another model in DRAFTING_MODEL."
            )
        return Prefix(
            [keys[0, :, : len(prompt)].contiguous() for keys in cache.own_keys],
            [values[0, :, : len(prompt)].contiguous() for values in cache.own_values],
        )

    def _forward(
        self,
        cache: SharedPrefixCache,
        ids: torch.Tensor,
        positions: torch.Tensor,
        valid: torch.Tensor,
    ) -> Floats:
        cache.begin(valid)
        with torch.inference_mode():
            output = run(
                self._model, cache, input_ids=ids, position_ids=positions, logits_to_keep=1
            )
        logits: Floats = output.logits[:, -1].float().cpu().numpy()
        return logits

    def _tensor(self, values: Any, dtype: torch.dtype = torch.long) -> torch.Tensor:
        return torch.tensor(values, dtype=dtype, device=self._model.device)
