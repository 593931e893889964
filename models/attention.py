"""Attention of many rows over one shared prompt and their own tokens, under one softmax.

Shapes as in `models.shared_prefix`.
"""

from typing import Any

import torch

from models.shared_prefix import Prefix, SharedPrefixCache

_flash: Any = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


def attend_shared(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    cache: SharedPrefixCache,
    layer: int,
) -> torch.Tensor:
    """Attend from scaled queries (R, H, Q, D) to prompts and own tokens; return (R, H, Q, D)."""
    if query.device.type == "cpu":
        return _attend_in_parts(query, key, value, cache, layer)
    visible = cache.visible
    parts, start = [], 0
    for prefix, count in zip(cache.prefixes, cache.groups, strict=True):
        rows = slice(start, start + count)
        parts.append(
            _attend_at_once(query[rows], key[rows], value[rows], visible[rows], prefix, layer)
        )
        start += count
    return torch.cat(parts)


def _attend_in_parts(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    cache: SharedPrefixCache,
    layer: int,
) -> torch.Tensor:
    """Attend to own tokens and to prompts with torch's flash attention, and weigh the two.

    Each part comes with the logarithm of its softmax's sum, from which follows what it counts in
    both together (Dao et al., "FlashAttention", 2022, section 3.1, put the blocks of a row together
    in this way). No key is copied, whatever its strides.
    """
    rows, heads, queries, size = query.shape
    shared = key.shape[1]
    grouped = query.reshape(rows, shared, -1, size)
    mask = cache.mask(heads // shared, query.dtype)
    mixed, total = _flash(grouped, key, value, attn_mask=mask, scale=1.0)
    parts, start = [], 0
    for prefix, count in zip(cache.prefixes, cache.groups, strict=True):
        group = slice(start, start + count)
        start += count
        if not (prefix.length and count):
            parts.append(mixed[group])
            continue
        # All rows of the mail at once: the prompt's keys are the same for each of them.
        flat = grouped[group].transpose(0, 1).reshape(1, shared, -1, size)
        of_prompt, prompt_total = _flash(
            flat, prefix.keys[layer][None], prefix.values[layer][None], scale=1.0
        )
        of_prompt = of_prompt.view(shared, count, -1, size).transpose(0, 1)
        prompt_total = prompt_total.view(shared, count, -1).transpose(0, 1)
        share = torch.sigmoid(prompt_total - total[group])[..., None].to(mixed.dtype)
        parts.append(torch.lerp(mixed[group], of_prompt, share))
    joined = parts[0] if len(parts) == 1 else torch.cat(parts)
    return joined.reshape(rows, heads, queries, size)


def _attend_at_once(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    visible: torch.Tensor,
    prefix: Prefix,
    layer: int,
) -> torch.Tensor:
    """Attend for the rows of one mail with plain matrix products."""
    rows, heads, queries, size = query.shape
    shared = key.shape[1]
    grouped = query.reshape(rows, shared, heads // shared * queries, size)
    own = grouped @ key.transpose(2, 3)
    own = own.view(rows, heads, queries, -1).masked_fill(~visible[:, None], float("-inf"))
    if not prefix.length:
        weights = _softmax(own).view(rows, shared, -1, key.shape[2])
        return torch.matmul(weights, value).view(rows, heads, queries, size)
    # One matrix product for all rows: the prompt's keys are the same for each of them.
    flat = grouped.transpose(0, 1).reshape(shared, -1, size)
    to_prompt = flat @ prefix.keys[layer].transpose(1, 2)
    to_prompt = to_prompt.view(shared, rows, -1, prefix.length).transpose(0, 1)
    scores = torch.cat([to_prompt.reshape(rows, heads, queries, prefix.length), own], dim=-1)
    weights = _softmax(scores).view(rows, shared, -1, scores.shape[-1])
    of_prompt, of_own = weights[..., : prefix.length], weights[..., prefix.length :]
    mixed = of_prompt.transpose(0, 1).reshape(shared, -1, prefix.length) @ prefix.values[layer]
    mixed = mixed.view(shared, rows, -1, size).transpose(0, 1)
    return (mixed + torch.matmul(of_own, value)).reshape(rows, heads, queries, size)


def _softmax(scores: torch.Tensor) -> torch.Tensor:
    """Return the softmax over the last dimension, summed in float32 as transformers does."""
    return scores.softmax(-1, dtype=torch.float32).to(scores.dtype)
