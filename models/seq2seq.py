"""Run an encoder-decoder model (T5 and its kin) for the decoder: one encoder row for each slot.

Knows tokens only. Prompts are read once for each slot, since the encoder mixes prompt and header.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

from models.jobs import Feed, Job, Prompts
from models.sampling import Floats, pad_left
from models.scoring import Likelihood, Pair, measure

ROWS = 16
"""Rows that the encoder reads at a time."""


class Seq2Seq:
    """An encoder-decoder model of transformers."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.vocabulary = int(model.config.get_text_config().vocab_size)

    def open_runner(self, prompts: Prompts) -> "Seq2SeqRunner":
        """Return what runs it for one batch."""
        return Seq2SeqRunner(self._model, prompts)

    def score(self, pairs: Sequence[Pair], prompt: Sequence[int] = ()) -> list[Likelihood]:
        """Return how likely each pair's second ids are after its first ones, all behind a prompt."""
        behind = [([*prompt, *given], wanted) for given, wanted in pairs]
        return score_pairs_seq2seq(self._model, behind)


class Seq2SeqRunner:
    """One batch; `prompts` are the token ids of the mails' prompts, and may grow."""

    joins = False
    """All rows of a decoder's cache are of one length."""
    reads_ahead = False

    def __init__(self, model: Any, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self._states = torch.zeros(0)
        self._mask = torch.zeros(0)
        self._cache: Any = None

    def start(self, jobs: Sequence[Job]) -> Sequence[Floats]:
        """Encode prompt and header of each job, and ask for each first token."""
        ids, real = pad_left([[*self._prompts[job.ask], *job.header] for job in jobs], 0)
        self._mask = self._tensor(real)
        with torch.inference_mode():
            self._states = self._encode(self._tensor(ids))
        self._cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        first = self._model.config.decoder_start_token_id
        return self._forward([first] * len(jobs))

    def _encode(self, ids: torch.Tensor) -> torch.Tensor:
        """Run the encoder over some rows at a time: its attention takes rows times length squared."""
        encoder = self._model.get_encoder()
        states = [
            encoder(
                input_ids=ids[start : start + ROWS],
                attention_mask=self._mask[start : start + ROWS],
            ).last_hidden_state
            for start in range(0, len(ids), ROWS)
        ]
        return torch.cat(states)

    def step(self, feeds: Sequence[Feed]) -> Sequence[Floats]:
        """Keep some rows and feed each its token."""
        rows = [feed.row for feed in feeds]
        if rows != list(range(len(self._states))):
            kept = self._tensor(rows)
            self._states, self._mask = self._states[kept], self._mask[kept]
            self._cache.reorder_cache(kept)
        return self._forward([token for feed in feeds for token in feed.tokens])

    def _forward(self, tokens: Sequence[int]) -> Sequence[Floats]:
        with torch.inference_mode():
            output = self._model(
                encoder_outputs=BaseModelOutput(last_hidden_state=self._states),
                attention_mask=self._mask,
                decoder_input_ids=self._tensor(tokens)[:, None],
                cache=self._cache,
                use_cache=True,
            )
        return list(output.logits[:, -1:].float().cpu().numpy())

    def _tensor(self, values: Any) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.long, device=self._model.device)


def score_pairs_seq2seq(model: Any, pairs: Sequence[Pair]) -> list[Likelihood]:
    """Return how likely each pair's second ids are after its first ones."""
    scores = []
    for given, wanted in pairs:
        ids = torch.tensor([given], device=model.device)
        labels = torch.tensor([wanted], device=model.device)
        with torch.inference_mode():
            scores.append(measure(model(input_ids=ids, labels=labels).logits[0], wanted))
    return scores
