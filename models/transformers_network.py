"""Any causal model of transformers as a network, its attention replaced by the shared one.

Works for every model whose attention goes through transformers' attention interface (Llama and its
kin); a model that asks for more than plain attention is refused, since its answers would be wrong
without a sign. Shapes as in `models.shared_prefix`.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import AttentionInterface, Cache

from drafting.errors import ModelError
from models.attention import attend_shared
from models.shared_prefix import SharedPrefixCache

NAME = "drafting_shared_prefix"
EXTRAS = ("softcap", "s_aux", "position_bias")
"""What transformers hands to an attention that is more than a softmax over scaled products."""


class TransformersNetwork:
    """A causal model of transformers; see `models.network.Network`."""

    def __init__(self, model: Any) -> None:
        model.set_attn_implementation(NAME)
        self._model = model
        self.vocabulary = int(model.config.get_text_config().vocab_size)

    @property
    def device(self) -> torch.device:
        """Where its weights lie."""
        device: torch.device = self._model.device
        return device

    def forward(
        self, cache: SharedPrefixCache, ids: torch.Tensor, keep: int
    ) -> Sequence[torch.Tensor]:
        """Read the next tokens of every row; see `models.network.Network`."""
        model = self._model if keep else self._model.base_model
        more = {"logits_to_keep": keep} if keep else {}
        view = _View(cache)
        with torch.inference_mode():
            output = model(
                input_ids=ids,
                position_ids=cache.positions,
                cache=view,
                use_cache=True,
                attention_mask=None,
                shared=view,
                **more,
            )
        if len(view.attended) != self._model.config.get_text_config().num_hidden_layers:
            raise ModelError(
                "This model has an attention of its own, over which slots can't share a prompt. "
                "Name another model in DRAFTING_MODEL."
            )
        if not keep:
            return ()
        counts = cache.valid.sum(1).clamp(max=keep).tolist()
        return [
            logits[-count:].float() for logits, count in zip(output.logits, counts, strict=True)
        ]


class _View(Cache):
    """A shared prefix cache as transformers' models see it, for one forward pass."""

    def __init__(self, cache: SharedPrefixCache) -> None:
        super().__init__(layers=[])
        self.cache = cache
        self.attended: set[int] = set()
        """Layers whose attention came by here."""

    def update(
        self,
        key_states: torch.Tensor,
        value_states: torch.Tensor,
        layer_idx: int,
        *_: Any,
        **__: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep keys and values, (R, K, Q, D); return all own ones, (R, K, L, D)."""
        valid = self.cache.valid
        keys, values = (states.transpose(1, 2)[valid] for states in (key_states, value_states))
        return self.cache.write(layer_idx, keys, values)

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Return the longest row's own tokens; positions are given, so nothing hangs on it."""
        return self.cache.width

    def get_mask_sizes(self, *_: Any, **__: Any) -> tuple[int, int]:
        """Return what a mask would span; the attention makes its own."""
        return self.cache.width, 0


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    shared: _View,
    scaling: float | None = None,
    **extras: Any,
) -> tuple[torch.Tensor, None]:
    """Attend from (R, H, Q, D) to the shared prompts and to (R, K, L, D); return (R, Q, H, D).

    Raises:
        ModelError: the model's attention has something that this one can't do.

    """
    layer = int(getattr(module, "layer_idx", 0))
    shared.attended.add(layer)
    _check_extras(extras, shared.cache)
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    mixed = attend_shared(query * scale, key, value, shared.cache, layer)
    return mixed.transpose(1, 2), None


def _check_extras(extras: dict[str, Any], cache: SharedPrefixCache) -> None:
    """Refuse what changes attention beyond its scale: soft caps, sinks, biases, narrow windows."""
    longest = int((cache.begins + cache.lengths).max())
    window = extras.get("sliding_window")
    found = [name for name in EXTRAS if extras.get(name) is not None]
    if window is not None and window < longest:
        found.append(f"a sliding window of {window} tokens for a mail of {longest}")
    if found:
        raise ModelError(
            f"This model's attention can't be run here ({', '.join(found)}). "
            "Name another model in DRAFTING_MODEL."
        )


AttentionInterface.register(NAME, attend)
