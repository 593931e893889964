"""Attention of many rows over one shared prompt, without a copy of the prompt's cache for each row.

transformers' own caches repeat the prompt for every row of a batch and are copied whole at each
step. Here the prompt's keys and values are kept once for each mail, a row holds only its own header
and filling, and a row attends to both under one softmax. Works for every causal model of
transformers whose attention goes through its attention interface (Llama and its kin); a model that
asks for more than plain attention is refused, since its answers would be wrong without a sign.

Shapes: `rows` R, `query` Q tokens given in this step, `prompt` P, `own` L tokens that a row has
room for, H heads, K key heads, D head size.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import AttentionInterface, Cache

from drafting.errors import ModelError

NAME = "drafting_shared_prefix"
EXTRAS = ("softcap", "s_aux", "position_bias")
"""What transformers hands to an attention that is more than a softmax over scaled products."""
GROW = 32
"""Room for so many more tokens is made when a row's room runs out."""


@dataclass(slots=True)
class Prefix:
    """The prompt of one mail: for each layer, keys and values of shape (K, P, D)."""

    keys: list[torch.Tensor] = field(default_factory=list)
    values: list[torch.Tensor] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Tokens of the prompt."""
        return self.keys[0].shape[1] if self.keys else 0


class PrefixStore:
    """Prompts that were read lately, so that the next slots of a mail don't read its prompt again.

    Holds as many as fit into `tokens` tokens (45 KB each with the default model in float32), and
    the last one in any case.
    """

    def __init__(self, tokens: int = 2048) -> None:
        self._tokens = tokens
        self._kept: OrderedDict[tuple[int, ...], Prefix] = OrderedDict()

    def get(self, prompt: Sequence[int], read: Callable[[Sequence[int]], Prefix]) -> Prefix:
        """Return a prompt's keys and values, read anew where they aren't kept."""
        key = tuple(prompt)
        prefix = self._kept.pop(key, None) or read(prompt)
        self._kept[key] = prefix
        while len(self._kept) > 1 and sum(map(len, self._kept)) > self._tokens:
            self._kept.popitem(last=False)
        return prefix


class SharedPrefixCache(Cache):
    """Keys and values of the rows of some mails, beside the prompts that they share.

    `groups` says how many consecutive rows belong to each prefix. `valid` of shape (R, L) tells
    which of a row's own tokens are real; the others are padding.
    """

    def __init__(self, prefixes: list[Prefix], groups: list[int]) -> None:
        super().__init__(layers=[])
        self.prefixes = prefixes
        self.groups = groups
        self.own_keys: list[torch.Tensor] = []
        self.own_values: list[torch.Tensor] = []
        self.valid = torch.zeros(sum(groups), 0, dtype=torch.bool)
        self.length = 0
        """Own tokens so far, padding included."""
        self.attended: set[int] = set()
        """Layers whose attention came by here."""
        self._step = 0

    def begin(self, valid: torch.Tensor) -> None:
        """Announce the next tokens of every row: bool of shape (R, Q), False for padding."""
        self.valid = torch.cat([self.valid.to(valid.device), valid], dim=1)
        self._step = valid.shape[1]
        self.length += self._step

    def update(
        self,
        key_states: torch.Tensor,
        value_states: torch.Tensor,
        layer_idx: int,
        *_: Any,
        **__: Any,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Store this step's keys and values, (R, K, Q, D); return all own ones, (R, K, L, D)."""
        start = self.length - self._step
        if layer_idx == len(self.own_keys):
            self.own_keys.append(_room(key_states, GROW))
            self.own_values.append(_room(value_states, GROW))
        elif self.length > self.own_keys[layer_idx].shape[2]:
            for store in (self.own_keys, self.own_values):
                kept = store[layer_idx][:, :, :start]
                store[layer_idx] = torch.cat([kept, _room(key_states, GROW)], dim=2)
        self.own_keys[layer_idx][:, :, start : self.length] = key_states
        self.own_values[layer_idx][:, :, start : self.length] = value_states
        return (
            self.own_keys[layer_idx][:, :, : self.length],
            self.own_values[layer_idx][:, :, : self.length],
        )

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Return the row's own tokens; positions are always given, so nothing hangs on it."""
        return self.length

    def get_mask_sizes(self, *_: Any, **__: Any) -> tuple[int, int]:
        """Return what a mask would span; the attention makes its own."""
        return self.length, 0

    def select(self, rows: torch.Tensor) -> None:
        """Keep the given rows, in order; a row may be taken several times."""
        ends = torch.tensor(self.groups).cumsum(0)
        owner = torch.searchsorted(ends, rows.cpu(), right=True)
        counts = torch.bincount(owner, minlength=len(self.groups)).tolist()
        self.prefixes = [p for p, count in zip(self.prefixes, counts, strict=True) if count]
        self.groups = [count for count in counts if count]
        self.valid = self.valid[rows]
        skip = self._find_padding()
        self.valid = self.valid[:, skip:]
        self.length -= skip
        for store in (self.own_keys, self.own_values):
            for layer, tensor in enumerate(store):
                store[layer] = tensor[rows][:, :, skip:] if skip else tensor[rows]

    def _find_padding(self) -> int:
        """Return how many leading tokens are padding in every row, where it pays to drop them.

        Rows that join and leave would else leave ever more of them behind.
        """
        real = self.valid.any(0).nonzero()
        first = int(real[0]) if len(real) else 0
        return first if first >= GROW else 0

    def join(self, other: "SharedPrefixCache") -> None:
        """Put the rows of another cache behind these; both end at the same token."""
        width = max(self.length, other.length)
        for mine, theirs in (
            (self.own_keys, other.own_keys),
            (self.own_values, other.own_values),
        ):
            for layer, tensor in enumerate(mine):
                both = (tensor[:, :, : self.length], theirs[layer][:, :, : other.length])
                mine[layer] = torch.cat([_widen(part, width) for part in both])
        valid = (self.valid, other.valid.to(self.valid.device))
        self.valid = torch.cat(
            [torch.nn.functional.pad(part, (width - part.shape[1], 0)) for part in valid]
        )
        self.prefixes = [*self.prefixes, *other.prefixes]
        self.groups = [*self.groups, *other.groups]
        self.length = width


def _widen(tensor: torch.Tensor, width: int) -> torch.Tensor:
    """Return keys or values of shape (R, K, L, D), padded in front to `width` tokens.

    With zeros: what is masked counts nothing, but not-a-number would count.
    """
    return torch.nn.functional.pad(tensor, (0, 0, width - tensor.shape[2], 0))


def _room(like: torch.Tensor, extra: int) -> torch.Tensor:
    """Return an empty tensor as long as `like` and `extra` tokens more."""
    rows, heads, length, size = like.shape
    return like.new_empty(rows, heads, length + extra, size)


def run(model: Any, cache: SharedPrefixCache, **inputs: Any) -> Any:
    """Run one forward pass of `model` over `cache`, to which `begin` was said."""
    return model(**inputs, cache=cache, use_cache=True, attention_mask=None, shared=cache)


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    shared: SharedPrefixCache,
    scaling: float | None = None,
    **extras: Any,
) -> tuple[torch.Tensor, None]:
    """Attend from (R, H, Q, D) to the shared prompts and to (R, K, L, D); return (R, Q, H, D).

    Raises:
        ModelError: the model's attention has something that this one can't do.

    """
    layer = int(getattr(module, "layer_idx", 0))
    shared.attended.add(layer)
    _check_extras(extras, shared)
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    visible = _visible(shared.valid, query.shape[2])
    parts, start = [], 0
    for prefix, count in zip(shared.prefixes, shared.groups, strict=True):
        if count:
            rows = slice(start, start + count)
            parts.append(
                _attend_group(
                    query[rows] * scale, key[rows], value[rows], visible[rows], prefix, layer
                )
            )
        start += count
    return torch.cat(parts).transpose(1, 2), None


def _check_extras(extras: dict[str, Any], shared: SharedPrefixCache) -> None:
    """Refuse what changes attention beyond its scale: soft caps, sinks, biases, narrow windows."""
    longest = shared.length + max(prefix.length for prefix in shared.prefixes)
    window = extras.get("sliding_window")
    found = [name for name in EXTRAS if extras.get(name) is not None]
    if window is not None and window < longest:
        found.append(f"a sliding window of {window} tokens for a mail of {longest}")
    if found:
        raise ModelError(
            f"This model's attention can't be run here ({', '.join(found)}). "
            "Name another model in DRAFTING_MODEL."
        )


def _visible(valid: torch.Tensor, queries: int) -> torch.Tensor:
    """Return which own tokens each query may see: bool of shape (R, Q, L)."""
    length = valid.shape[1]
    places = torch.arange(length, device=valid.device)
    causal = places[None, :] <= places[length - queries :, None]
    # A padding query sees itself, so that its softmax is not over nothing; nobody reads the result.
    itself = places[None, :] == places[length - queries :, None]
    return (causal[None] & valid[:, None, :]) | itself[None]


def _attend_group(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    visible: torch.Tensor,
    prefix: Prefix,
    layer: int,
) -> torch.Tensor:
    """Attend for the rows of one mail; query (R, H, Q, D) is scaled already."""
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


AttentionInterface.register(NAME, attend)
