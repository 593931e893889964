"""A Llama on a CPU with weights of eight bits: a forward pass of its own, for speed alone.

What a step costs is reading the weights and multiplying by them; both take half as long or less
with integers of eight bits as with bfloat16, on a CPU that multiplies them natively. Weights have a scale for
each output, activations one for each token (Dettmers et al., "LLM.int8()", 2022, call it vector-wise
quantization), so what is written for a row doesn't depend on the rows beside it. Projections of the
same input are one matrix, and padding is never multiplied. Knows tokens only; everything beyond a
plain Llama is left to transformers. Shapes as in `models.shared_prefix`.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from torch.nn.functional import silu

from models.attention import attend_shared
from models.shared_prefix import SharedPrefixCache

MOST_WEIGHT = 127
SMALLEST = torch.finfo(torch.float32).tiny
_multiply: Any = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32
_pack: Any = torch.ops.quantized.linear_prepack


def pays() -> bool:
    """Tell whether this CPU multiplies whole numbers of eight bits as they are (VNNI).

    Without it, activations have but seven: the held-out loss of the default model is then 6 % worse
    (0.6 % with eight), so the whole weights are used.
    """
    return bool(torch.cpu._is_vnni_supported())


Tensors = dict[str, torch.Tensor]
"""Weights by name: `layers.3.qkv` and `layers.3.qkv.scale`, `embeddings`, `norm` and so on."""


class Shape(BaseModel):
    """What a Llama's weights don't tell of themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layers: int
    heads: int
    key_heads: int
    head_size: int
    epsilon: float


def quantize(model: Any) -> tuple[Shape, Tensors]:
    """Return shape and weights, of eight bits, of a plain Llama of transformers on a CPU."""
    config, base = model.config, model.model
    shape = Shape(
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        key_heads=config.num_key_value_heads,
        head_size=base.layers[0].self_attn.head_dim,
        epsilon=config.rms_norm_eps,
    )
    tensors: Tensors = {
        "embeddings": base.embed_tokens.weight.detach().to(torch.bfloat16),
        "norm": base.norm.weight.detach().float(),
        "frequencies": base.rotary_emb.inv_freq.detach().float(),
    }
    matrices = {"head": [model.lm_head]}
    for number, layer in enumerate(base.layers):
        attention, mlp, name = layer.self_attn, layer.mlp, f"layers.{number}"
        tensors[f"{name}.attention_norm"] = layer.input_layernorm.weight.detach().float()
        tensors[f"{name}.mlp_norm"] = layer.post_attention_layernorm.weight.detach().float()
        matrices |= {
            f"{name}.qkv": [attention.q_proj, attention.k_proj, attention.v_proj],
            f"{name}.out": [attention.o_proj],
            f"{name}.gate_up": [mlp.gate_proj, mlp.up_proj],
            f"{name}.down": [mlp.down_proj],
        }
    for name, linears in matrices.items():
        weight = torch.cat([linear.weight.detach().float() for linear in linears])
        tensors[name], tensors[f"{name}.scale"] = round_weight(weight)
    return shape, tensors


def round_weight(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights (out, in) as whole numbers of eight bits, and the scale of each output (out,)."""
    scale = weight.abs().amax(1).clamp(min=SMALLEST) / MOST_WEIGHT
    return (weight / scale[:, None]).round().to(torch.int8), scale


class Matrix:
    """A linear layer without bias, its weights packed as whole numbers of eight bits."""

    def __init__(self, weight: torch.Tensor, scale: torch.Tensor) -> None:
        """Take int8 weights of shape (out, in) and a scale for each output."""
        with warnings.catch_warnings():
            # Quantized tensors are about to leave torch, which is pinned; nothing else packs weights
            # for a product with activations of float32.
            warnings.simplefilter("ignore")
            zeros = torch.zeros(len(weight), dtype=torch.long)
            whole = torch._make_per_channel_quantized_tensor(weight, scale.double(), zeros, 0)
        self._packed = _pack(whole, None)
        # Without VNNI, two products of eight bits are summed in sixteen, which may overflow.
        most = 255 if pays() else 127
        self._step, self._zero = 2 / most, (most + 1) // 2

    def __call__(self, inputs: torch.Tensor, factor: torch.Tensor | float = 1.0) -> torch.Tensor:
        """Return the product with (N, in), times a factor for each row of shape (N, 1)."""
        largest = inputs.abs().amax(-1, keepdim=True).clamp(min=SMALLEST)
        product: torch.Tensor = _multiply(inputs / largest, self._step, self._zero, self._packed)
        return product.mul_(largest * factor)


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one block."""

    attention_norm: torch.Tensor
    qkv: Matrix
    out: Matrix
    mlp_norm: torch.Tensor
    gate_up: Matrix
    down: Matrix


class Int8Llama:
    """The network of a plain Llama; see `models.network.Network`."""

    def __init__(self, shape: Shape, tensors: Tensors) -> None:
        """Take what `quantize` returns; nothing of it is kept, so that its file can be let go."""

        def pack(name: str) -> Matrix:
            return Matrix(tensors[name], tensors[f"{name}.scale"])

        self.vocabulary = len(tensors["head"])
        self.device = torch.device("cpu")
        self._heads, self._shared, self._size = shape.heads, shape.key_heads, shape.head_size
        self._epsilon = shape.epsilon
        self._embeddings = tensors["embeddings"].clone()
        self._norm = tensors["norm"].clone()
        self._frequencies = tensors["frequencies"].clone()
        self._head = pack("head")
        self._layers = [
            Layer(
                tensors[f"{name}.attention_norm"].clone(),
                pack(f"{name}.qkv"),
                pack(f"{name}.out"),
                tensors[f"{name}.mlp_norm"].clone(),
                pack(f"{name}.gate_up"),
                pack(f"{name}.down"),
            )
            for name in (f"layers.{number}" for number in range(shape.layers))
        ]

    def forward(
        self, cache: SharedPrefixCache, ids: torch.Tensor, keep: int
    ) -> Sequence[torch.Tensor]:
        """Read the next tokens of every row; see `models.network.Network`."""
        valid = cache.valid
        with torch.inference_mode():
            states = self._embeddings[ids[valid]].float()
            turn = self._turn(cache.positions[valid])
            for number, layer in enumerate(self._layers):
                last = not keep and number == len(self._layers) - 1
                states = self._pass(states, layer, number, cache, turn, last=last)
            if not keep:
                return ()
            counts = valid.sum(1)
            wanted = (counts[:, None] - valid.long().cumsum(1))[valid] < keep
            states = states[wanted]
            logits = self._head(states * self._norm, self._scale(states))
            return torch.split(logits, counts.clamp(max=keep).tolist())

    def _pass(
        self,
        states: torch.Tensor,
        layer: Layer,
        number: int,
        cache: SharedPrefixCache,
        turn: tuple[torch.Tensor, torch.Tensor],
        *,
        last: bool,
    ) -> torch.Tensor:
        """Run a block over (N, hidden); the last one needs no more than its keys and values."""
        heads, shared, size = self._heads, self._shared, self._size
        made = layer.qkv(states * layer.attention_norm, self._scale(states))
        made = made.view(-1, heads + 2 * shared, size)
        turned = _rotate(made[:, : heads + shared], *turn)
        keys, values = cache.write(number, turned[:, heads:], made[:, heads + shared :])
        if last:
            return states
        rows, length = cache.valid.shape
        query = turned[:, :heads]
        whole = len(query) == rows * length
        if not whole:
            padded = query.new_zeros(rows, length, heads, size)
            padded[cache.valid] = query
            query = padded
        query = query.view(rows, length, heads, size).transpose(1, 2) * size**-0.5
        mixed = attend_shared(query, keys, values, cache, number).transpose(1, 2)
        mixed = mixed.reshape(-1, heads * size) if whole else mixed[cache.valid].flatten(1)
        states = states + layer.out(mixed)
        gate, up = layer.gate_up(states * layer.mlp_norm, self._scale(states)).chunk(2, dim=-1)
        return states + layer.down(silu(gate) * up)

    def _scale(self, states: torch.Tensor) -> torch.Tensor:
        """Return what the root mean square norm multiplies each token by: (N, 1)."""
        return torch.rsqrt(states.square().mean(-1, keepdim=True) + self._epsilon)

    def _turn(self, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return cosine and signed sine of the rotary embedding of some positions: (N, 1, D)."""
        angles = positions[:, None].float() * self._frequencies
        cosine, sine = angles.cos(), angles.sin()
        return torch.cat([cosine, cosine], -1)[:, None], torch.cat([-sine, sine], -1)[:, None]


def _rotate(states: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """Return queries and keys (N, heads, D) turned by their places."""
    return torch.addcmul(states * cosine, states.roll(states.shape[-1] // 2, -1), sine)
