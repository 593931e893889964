"""A Llama on a CPU with weights of eight bits: a forward pass of its own, for speed alone.

What a step costs is reading the weights and multiplying by them; both take half as long or less
with integers of eight bits as with bfloat16, and need no special hardware. Weights have a scale for
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
from torch.nn.functional import silu

from models.attention import attend_shared
from models.shared_prefix import SharedPrefixCache

MOST_WEIGHT = 127
_multiply: Any = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32
_pack: Any = torch.ops.quantized.linear_prepack


def fits(model: Any) -> bool:
    """Tell whether a model of transformers is a plain Llama on a CPU, which this can run."""
    config = model.config
    return (
        config.model_type == "llama"
        and model.device.type == "cpu"
        and config.hidden_act == "silu"
        and not (config.attention_bias or config.mlp_bias)
        and config.rope_parameters.get("rope_type") == "default"
    )


class Matrix:
    """A linear layer without bias, its weights of shape (out, in) packed as integers."""

    def __init__(self, weight: torch.Tensor) -> None:
        scales = weight.abs().amax(1).clamp(min=torch.finfo(torch.float32).tiny) / MOST_WEIGHT
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings():
            # Quantized tensors are about to leave torch, which is pinned; nothing else packs weights
            # for a product with activations of float32.
            warnings.simplefilter("ignore")
            whole = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self._packed = _pack(whole, None)
        # Without VNNI, two products of eight bits are summed in sixteen, which may overflow.
        most = 255 if torch.cpu._is_vnni_supported() else 127
        self._step, self._zero = 2 / most, (most + 1) // 2

    def __call__(self, inputs: torch.Tensor, factor: torch.Tensor | float = 1.0) -> torch.Tensor:
        """Return the product with (N, in), times a factor for each row of shape (N, 1)."""
        largest = inputs.abs().amax(-1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny)
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

    def __init__(self, model: Any) -> None:
        """Take the weights of a model of transformers, which isn't needed any more afterwards."""
        config, base = model.config, model.model
        self.vocabulary = int(config.vocab_size)
        self.device = torch.device("cpu")
        self._heads, self._shared = config.num_attention_heads, config.num_key_value_heads
        self._size = int(base.layers[0].self_attn.head_dim)
        self._epsilon = float(config.rms_norm_eps)
        with torch.no_grad():
            self._embeddings = base.embed_tokens.weight.detach().to(torch.bfloat16)
            self._layers = [self._take_layer(layer) for layer in base.layers]
            self._norm = base.norm.weight.detach().float()
            self._head = Matrix(model.lm_head.weight.detach().float())
            self._frequencies = base.rotary_emb.inv_freq.detach().float()

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

    @staticmethod
    def _take_layer(layer: Any) -> Layer:
        attention, mlp = layer.self_attn, layer.mlp
        return Layer(
            layer.input_layernorm.weight.detach().float(),
            _join(attention.q_proj, attention.k_proj, attention.v_proj),
            _join(attention.o_proj),
            layer.post_attention_layernorm.weight.detach().float(),
            _join(mlp.gate_proj, mlp.up_proj),
            _join(mlp.down_proj),
        )


def _join(*layers: Any) -> Matrix:
    return Matrix(torch.cat([layer.weight.detach().float() for layer in layers]))


def _rotate(states: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """Return queries and keys (N, heads, D) turned by their places."""
    return torch.addcmul(states * cosine, states.roll(states.shape[-1] // 2, -1), sine)
