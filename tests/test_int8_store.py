"""The copy in the cache: made once, another one for each adapter, and as good as the whole model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from drafting.prompt import load_templates
from drafting.settings import load_settings
from models import int8_store
from models.causal import Causal
from models.encoding import Encoder
from models.int8_store import folder_of, load_int8
from models.training.rows import load_rows, split_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine, load_model
from tests.tiny import bpe_tokenizer, causal_model

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


class Loads:
    """Loads a tiny model, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> tuple[Any, PreTrainedTokenizerBase]:
        self.count += 1
        return causal_model(), bpe_tokenizer()


def test_the_copy_is_made_once_and_loads_alike(tmp_path: Path) -> None:
    load = Loads()
    pairs = [([5, 6, 7], [8, 9])]
    first, tokenizer = load_int8(tmp_path, None, load)
    second, again = load_int8(tmp_path, None, load)
    assert load.count == 1
    assert Causal(first).score(pairs) == Causal(second).score(pairs)
    text = "<|im_start|>user\nSend the form.<|im_end|>"
    assert (
        tokenizer(text)["input_ids"]
        == again(text)["input_ids"]
        == bpe_tokenizer()(text)["input_ids"]
    )
    assert again.chat_template == bpe_tokenizer().chat_template


def test_a_damaged_copy_is_made_anew(tmp_path: Path) -> None:
    load = Loads()
    load_int8(tmp_path, None, load)
    weights = folder_of(tmp_path, None) / int8_store.WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-9] ^= 1
    weights.write_bytes(data)
    load_int8(tmp_path, None, load)
    assert load.count == 2


def test_each_adapter_has_a_copy_of_its_own_by_its_content(tmp_path: Path) -> None:
    adapters = []
    for name, content in (("a", b"1"), ("b", b"2"), ("c", b"1")):
        folder = tmp_path / name
        folder.mkdir()
        for file in int8_store.ADAPTER_FILES:
            (folder / file).write_bytes(content)
        adapters.append(folder_of(tmp_path, folder))
    assert adapters[0] == adapters[2]
    assert len({*adapters, folder_of(tmp_path, None)}) == 3


@pytest.fixture(scope="module")
def worked() -> list[tuple[list[int], list[int]]]:
    """Held-out sentences and their worked rewrites, as the real model reads and writes them."""
    engine = load_local_engine(load_settings())
    encoder: Encoder = engine._encoder
    template = load_templates()["trained"]

    def pairs() -> Iterator[tuple[list[int], list[int]]]:
        for row in split_rows(load_rows())[1][:60]:
            prompt = encoder.prompt(template.system, template.ask(row.mail()))
            for step in row.script:
                if step.op == "rewrite" and step.source:
                    header = template.ask_sentence(row.sentences[step.source - 1])
                    answer = encoder.plain(template.answer(step.candidate()))
                    yield [*prompt, *encoder.plain(header)], [*answer, encoder.end]

    return list(pairs())[::2]


def test_rounded_weights_expect_the_worked_rewrites_as_the_whole_ones_do(
    worked: list[tuple[list[int], list[int]]],
) -> None:
    settings = load_settings().model_copy(update={"device": "cpu"})
    light, _ = load_model(settings, SHIPPED_ADAPTER)
    whole, _ = load_model(settings.model_copy(update={"weights": "full"}), SHIPPED_ADAPTER)
    mine, theirs = (
        torch.tensor([each.mean for each in model.score(worked)]) for model in (light, whole)
    )
    assert len(worked) >= 30
    # Measured: 0.3 % worse over 458 tokens; the rounding of bfloat16 itself costs 0.2 %.
    assert mine.mean() >= theirs.mean() * 1.02
    assert (mine - theirs).abs().mean() < 0.1
