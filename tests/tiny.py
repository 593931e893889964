"""Tiny models with random weights, built on the spot: real Hugging Face models, only small and untaught."""

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sentencepiece
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from drafting.prompt import load_templates
from models.engine import LocalEngine
from models.jobs import Feed, Job, Runner
from models.sampling import Floats
from models.transformers_loading import open_model
from tests.drafts import rows

END = "<|im_end|>"
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def corpus() -> list[str]:
    """Return some text to learn a vocabulary from."""
    return [sentence for row in rows()[:200] for sentence in row.sentences]


@cache
def bpe_tokenizer() -> PreTrainedTokenizerBase:
    """Return a byte-level tokenizer of hardly more than the 256 bytes with a chat template."""
    learner = ByteLevelBPETokenizer()
    learner.train_from_iterator(corpus(), vocab_size=260, show_progress=False)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learner._tokenizer,
        eos_token=END,
        pad_token=END,
        additional_special_tokens=["<|im_start|>"],
    )
    tokenizer.chat_template = CHAT
    return tokenizer


@cache
def unigram_tokenizer() -> PreTrainedTokenizerBase:
    """Return a T5 tokenizer over a sentencepiece model with byte fallback, made here."""
    from transformers import T5Tokenizer

    folder = Path(tempfile.mkdtemp())
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus()),
        model_prefix=str(folder / "spiece"),
        vocab_size=360,
        byte_fallback=True,
        character_coverage=1.0,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    return T5Tokenizer.from_pretrained(str(folder), extra_ids=0)


def causal_model(seed: int = 0) -> Any:
    """Return a Llama of two layers with random weights."""
    torch.manual_seed(seed)
    tokenizer = bpe_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
    )
    return LlamaForCausalLM(config).eval()


def seq2seq_model(seed: int = 0) -> Any:
    """Return a T5 of two layers with random weights."""
    torch.manual_seed(seed)
    config = T5Config(
        vocab_size=len(unigram_tokenizer()),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        decoder_start_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
    )
    return T5ForConditionalGeneration(config).eval()


class BabblingRunner:
    """Random logits that lean towards spaces, full stops and all that facts begin with.

    A model with random weights hardly ever meets a fact's first character after a space, so it
    leaves most rewrites unfinished. This one finishes them, in every way that the grammar allows.
    """

    def __init__(self, pull: npt.NDArray[np.float32], seed: int) -> None:
        self._pull = pull
        self._random = np.random.default_rng(seed)

    def start(self, jobs: Sequence[Job]) -> Sequence[Floats]:
        """Return logits for each job."""
        return [self._babble(1) for _ in jobs]

    joins = True
    reads_ahead = True

    def clear(self) -> None:
        """Forget nothing: it remembers nothing."""

    def step(self, feeds: Sequence[Feed]) -> Sequence[Floats]:
        """Return logits for each token."""
        return [self._babble(len(feed.tokens)) for feed in feeds]

    def _babble(self, tokens: int) -> Floats:
        noise = self._random.normal(size=(tokens, len(self._pull)))
        return (noise + self._pull).astype(np.float32)


class BabblingEngine(LocalEngine):
    """The local engine over a `BabblingRunner`; encoding, grammars and decoding are the real ones."""

    def _make_runner(self, _seed: int, prompts: Mapping[int, Sequence[int]]) -> Runner:
        pieces = [self._constraints.read([n]) for n in range(self._constraints.vocabulary)]
        pull = [3.0 * (piece.isascii() and not piece.isalpha()) for piece in pieces]
        return BabblingRunner(np.array(pull, dtype=np.float32), _seed)


@cache
def random_engine(family: str, seed: int = 0) -> LocalEngine:
    """Return an engine over a random model: `causal`, `seq2seq` or `babbling`."""
    template = load_templates()["trained"]
    if family == "seq2seq":
        return LocalEngine(
            open_model(seq2seq_model(seed)),
            unigram_tokenizer(),
            template,
            family,
            rewrite_tokens=40,
        )
    kind = BabblingEngine if family == "babbling" else LocalEngine
    return kind(
        open_model(causal_model(seed)), bpe_tokenizer(), template, family, rewrite_tokens=40
    )
