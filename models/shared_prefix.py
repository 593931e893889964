"""Keys and values of many rows over one shared prompt, without a copy of the prompt for each row.

transformers' own caches repeat the prompt for every row of a batch and are copied whole at each
step. Here the prompt's keys and values are kept once for each mail, and a row holds only its own
header and filling. Rows may be of different length, and forget their last tokens again.

Shapes: `rows` R, `query` Q tokens given in this step, N real ones among all R times Q, `prompt` P,
`own` L tokens that the longest row has, H heads, K key heads, D head size.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

GROW = 32
"""Room for so many more tokens is made when the rows' room runs out."""


@dataclass(slots=True)
class Prefix:
    """The prompt of one mail: for each layer, keys and values of shape (K, P, D)."""

    keys: list[torch.Tensor] = field(default_factory=list)
    values: list[torch.Tensor] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Tokens of the prompt."""
        return self.keys[0].shape[1] if self.keys else 0

    def extend(self, cache: "SharedPrefixCache") -> "Prefix":
        """Return the prefix with what the only row of a cache holds behind it."""
        stores = ((self.keys, cache.own_keys), (self.values, cache.own_values))
        both = [
            [
                torch.cat([*mine[layer : layer + 1], own[0, : cache.width].transpose(0, 1)], dim=1)
                for layer, own in enumerate(store)
            ]
            for mine, store in stores
        ]
        return Prefix(*both)


ReadOn = Callable[[Sequence[int], Prefix], Prefix]
"""Reads the tokens of a prompt that follow a prefix of it; returns the whole one's keys and values."""


class PrefixStore:
    """Prompts that were read lately, so that the next slots of a mail don't read its prompt again.

    Holds as many as fit into `tokens` tokens (45 KB each with the default model in float32), and
    the last one in any case. The frame that all prompts begin with, system text and all, is read
    once. Nothing else is shared among prompts: what is written must not hang on what was read
    before, and a prompt read in other parts is another one in the last digits.
    """

    def __init__(self, frame: Sequence[int] = (), tokens: int = 1024) -> None:
        self._frame = tuple(frame)
        self._frame_read: Prefix | None = None
        self._tokens = tokens
        self._kept: OrderedDict[tuple[int, ...], Prefix] = OrderedDict()

    def get(self, prompt: Sequence[int], read: ReadOn) -> Prefix:
        """Return a prompt's keys and values; what isn't kept of it is read."""
        key = tuple(prompt)
        prefix = self._kept.pop(key, None) or self._read(key, read)
        self._kept[key] = prefix
        while len(self._kept) > 1 and sum(map(len, self._kept)) > self._tokens:
            self._kept.popitem(last=False)
        return prefix

    def _read(self, key: tuple[int, ...], read: ReadOn) -> Prefix:
        """Read a prompt behind the frame, where it has it."""
        length = len(self._frame)
        if not length or key[:length] != self._frame or len(key) == length:
            return read(key, Prefix())
        if self._frame_read is None:
            self._frame_read = read(self._frame, Prefix())
        return read(key[length:], self._frame_read)


class SharedPrefixCache:
    """Keys and values of the rows of some mails, beside the prompts that they share.

    `groups` says how many consecutive rows belong to each prefix.
    """

    def __init__(self, prefixes: list[Prefix], groups: list[int]) -> None:
        self.prefixes = prefixes
        self.groups = groups
        self.own_keys: list[torch.Tensor] = []
        """For each layer, keys of shape (R, L and some room, K, D)."""
        self.own_values: list[torch.Tensor] = []
        self.lengths = torch.zeros(sum(groups), dtype=torch.long)
        """Own tokens of each row."""
        self.begins = torch.repeat_interleave(
            torch.tensor([prefix.length for prefix in prefixes]), torch.tensor(groups)
        )
        """Tokens of each row's prompt."""
        self.valid = torch.zeros(0, 0, dtype=torch.bool)
        """Which of the tokens of this step are real: bool of shape (R, Q)."""
        self.visible = self.valid
        """Which own tokens each of this step's may see: bool of shape (R, Q, L)."""
        self.positions = self.lengths
        """Each token's place in its row, the prompt counted: shape (R, Q)."""
        self.width = 0
        """Own tokens of the longest row."""
        self._mask: torch.Tensor | None = None
        self._places = self.lengths
        """Where each real token of this step is kept, rows of `_room` tokens laid end to end: (N,)."""
        self._room = 0

    def begin(self, valid: torch.Tensor, device: torch.device | str = "cpu") -> None:
        """Announce the next tokens of every row: bool of shape (R, Q), False for padding in front."""
        # A padding query sees the first token, so that its softmax is not over nothing.
        place = (self.lengths[:, None] + valid.long().cumsum(1) - 1).clamp(min=0)
        self.lengths = self.lengths + valid.sum(1)
        self.width = int(self.lengths.max()) if len(self.lengths) else 0
        self._make_room()
        rows = torch.arange(len(valid))[:, None] * self._room
        self._places = (rows + place)[valid].to(device)
        self.visible = (torch.arange(self.width) <= place[:, :, None]).to(device)
        self.positions = (self.begins[:, None] + place).to(device)
        self.valid = valid.to(device)
        self._mask = None

    def mask(self, repeats: int, dtype: torch.dtype) -> torch.Tensor:
        """Return zero for what each query may see, minus infinity for the rest: (R, 1, Q, L).

        Repeated along the queries, for heads that are laid behind each other.
        """
        if self._mask is None:
            mask = torch.zeros(self.visible.shape, dtype=dtype, device=self.visible.device)
            mask.masked_fill_(~self.visible, float("-inf"))
            self._mask = mask[:, None].repeat(1, 1, repeats, 1)
        return self._mask

    def write(
        self, layer: int, keys: torch.Tensor, values: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keep this step's keys and values, (N, K, D); return all own ones, (R, K, L, D)."""
        rows, (_, heads, size) = len(self.lengths), keys.shape
        for stores, new in ((self.own_keys, keys), (self.own_values, values)):
            if layer == len(stores):
                # Zeros, since what is masked counts nothing, but not-a-number would count.
                stores.append(new.new_zeros(rows, self._room, heads, size))
            stores[layer].view(-1, heads, size).index_copy_(0, self._places, new)
        own_keys, own_values = (
            stores[layer][:, : self.width].transpose(1, 2)
            for stores in (self.own_keys, self.own_values)
        )
        return own_keys, own_values

    def select(self, rows: Sequence[int]) -> None:
        """Keep the given rows, in order; a row may be taken several times."""
        if list(rows) == list(range(len(self.lengths))):
            return
        kept = torch.tensor(rows, dtype=torch.long)
        owner = torch.searchsorted(torch.tensor(self.groups).cumsum(0), kept, right=True)
        counts = torch.bincount(owner, minlength=len(self.groups)).tolist()
        self.prefixes = [p for p, count in zip(self.prefixes, counts, strict=True) if count]
        self.groups = [count for count in counts if count]
        self.lengths, self.begins = self.lengths[kept], self.begins[kept]
        for stores in (self.own_keys, self.own_values):
            for layer, store in enumerate(stores):
                stores[layer] = store.index_select(0, kept.to(store.device))

    def forget(self, counts: Sequence[int]) -> None:
        """Let each row forget so many of its last tokens."""
        if any(counts):
            self.lengths = self.lengths - torch.tensor(counts)

    def join(self, other: "SharedPrefixCache") -> None:
        """Put the rows of another cache behind these."""
        room = max(self._room, other._room)
        for mine, theirs in (
            (self.own_keys, other.own_keys),
            (self.own_values, other.own_values),
        ):
            for layer, store in enumerate(mine):
                mine[layer] = torch.cat([_widen(part, room) for part in (store, theirs[layer])])
        self.prefixes = [*self.prefixes, *other.prefixes]
        self.groups = [*self.groups, *other.groups]
        self.lengths = torch.cat([self.lengths, other.lengths])
        self.begins = torch.cat([self.begins, other.begins])
        self._room = room

    def _make_room(self) -> None:
        """Make room for the longest row; less where there is far too much of it."""
        if self.width <= self._room <= self.width + 3 * GROW:
            return
        self._room = self.width + GROW
        for stores in (self.own_keys, self.own_values):
            for layer, store in enumerate(stores):
                stores[layer] = _widen(store[:, : self._room], self._room)


def _widen(store: torch.Tensor, room: int) -> torch.Tensor:
    """Return keys or values of shape (R, L, K, D) with zeros behind, up to `room` tokens."""
    return torch.nn.functional.pad(store, (0, 0, 0, 0, 0, room - store.shape[1]))
