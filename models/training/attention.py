"""Attention for packs: each document by itself, so that what no token sees isn't computed.

A pack's mask lets a document see nothing of the others. Under one mask, attention costs the square of
the pack; document by document it costs the sum of their squares.
Plain products beat torch's fused attention at such lengths on a CPU, in the backward pass most
of all: a step of training takes seven tenths of the time. It knows nothing of slots or losses.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import sdpa_mask

NAME = "drafting_packed"
TOGETHER = 128
"""Short documents are taken together up to so many tokens: each call has a price of its own."""


def join_short(lengths: Sequence[int], limit: int = TOGETHER) -> Iterator[int]:
    """Yield the lengths of neighbouring documents' runs, each at most `limit` tokens or one document.

    >>> list(join_short([100, 20, 20, 300, 5]))
    [120, 20, 300, 5]
    """
    held = 0
    for length in lengths:
        if held and held + length > limit:
            yield held
            held = 0
        held += length
    if held:
        yield held


def attend_packed(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float | None = None,
    runs: Sequence[int] = (),
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attend within each run of a pack; return (1, T, H, D).

    Shapes: query (1, H, T, D), key and value (1, G, T, D) with G dividing H, the mask bool
    (1, 1, T, T), True where row sees column; runs are token counts that add up to T (all of them at
    once where none are given).
    """
    heads, tokens, size = query.shape[1:]
    groups = key.shape[1]
    scaling = size**-0.5 if scaling is None else scaling
    parts, start = [], 0
    for length in runs or (tokens,):
        own = slice(start, start + length)
        start += length
        flat = query[0, :, own].reshape(groups, -1, size)
        scores = (flat @ key[0, :, own].transpose(1, 2) * scaling).view(groups, -1, length, length)
        scores = scores.masked_fill(~attention_mask[0, :, own, own], float("-inf"))
        weights = scores.softmax(-1, dtype=torch.float32).to(value.dtype)
        mixed = weights.view(groups, -1, length) @ value[0, :, own]
        parts.append(mixed.view(1, heads, length, size))
    return torch.cat(parts, dim=2).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, attend_packed)
AttentionMaskInterface.register(NAME, sdpa_mask)


def attend_by_document(model: Any) -> None:
    """Let a model of transformers attend so on a CPU; on a GPU one masked call stays, unmeasured."""
    if model.device.type == "cpu":
        model.set_attn_implementation(NAME)
