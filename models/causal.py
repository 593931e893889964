"""Run a causal model for the decoder: prompts once, rows side by side over them.

Knows tokens only.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from drafting.errors import ModelError
from models.decoding import Job
from models.sampling import Floats, pad_left
from models.shared_prefix import Prefix, SharedPrefixCache, run


class CausalRunner:
    """One batch over the prompts of some mails; `prompts` are their token ids."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]]) -> None:
        self._model = model
        self._prompts = prompts
        self._cache = SharedPrefixCache([], [])
        self._positions = torch.zeros(0, dtype=torch.long)

    def start(self, jobs: Sequence[Job]) -> Floats:
        """Read each prompt once, then all headers side by side."""
        prefixes = [self._read_prompt(prompt) for prompt in self._prompts]
        counts = np.bincount([job.ask for job in jobs], minlength=len(prefixes)).tolist()
        self._cache = SharedPrefixCache(prefixes, counts)
        ids, real = pad_left([job.header for job in jobs], 0)
        valid = self._tensor(real, torch.bool)
        begins = self._tensor([len(self._prompts[job.ask]) for job in jobs])
        positions = begins[:, None] + valid.long().cumsum(1) - 1
        self._positions = positions[:, -1]
        return self._forward(self._tensor(ids), positions.clamp(min=0), valid)

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> Floats:
        """Keep some rows and feed each its token."""
        if list(rows) != list(range(len(self._positions))):
            kept = self._tensor(rows)
            self._cache.select(kept)
            self._positions = self._positions[kept]
        self._positions = self._positions + 1
        valid = torch.ones(len(tokens), 1, dtype=torch.bool, device=self._model.device)
        return self._forward(self._tensor(tokens)[:, None], self._positions[:, None], valid)

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

    def _forward(self, ids: torch.Tensor, positions: torch.Tensor, valid: torch.Tensor) -> Floats:
        self._cache.begin(valid)
        with torch.inference_mode():
            output = run(
                self._model, self._cache, input_ids=ids, position_ids=positions, logits_to_keep=1
            )
        logits: Floats = output.logits[:, -1].float().cpu().numpy()
        return logits

    def _tensor(self, values: Any, dtype: torch.dtype = torch.long) -> torch.Tensor:
        return torch.tensor(values, dtype=dtype, device=self._model.device)
