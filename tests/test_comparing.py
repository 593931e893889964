"""Ways of training are compared on the tiny model: each trains, and is measured on its own terms."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.prompt import Mail, load_templates
from models.training.comparing import (
    VARIANTS,
    NoDraft,
    Outcome,
    TextFirst,
    Variant,
    WithFindings,
    compare,
    narrow,
    show,
)
from models.training.recipe import TEMPLATE
from models.training.rows import Row, split_rows
from tests.drafts import rows
from tests.tiny import bpe_tokenizer, causal_model

# peft asks transformers for something by its old name.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")

TEXTS = load_templates()[TEMPLATE].model_dump()
MAIL = Mail("Where is my parcel?", "Hello,\nIt was lost.")


def load(dtype: torch.dtype) -> tuple[Any, PreTrainedTokenizerBase]:
    return causal_model().to(dtype), bpe_tokenizer()


def short_rows() -> tuple[list[Row], list[Row]]:
    train, held_out = split_rows(sorted(rows(), key=lambda row: len(row.draft())))
    return train[:30], held_out[:3]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_way_trains_and_is_measured(variant: Variant, tmp_path: Path) -> None:
    train, held_out = short_rows()
    outcome = compare(variant, load, train, held_out, 2, tmp_path)
    untrained = compare(variant, load, train, held_out, 1, tmp_path / "less")
    assert outcome.name == variant.name
    assert math.isfinite(outcome.loss)
    assert outcome.loss != untrained.loss, "a second step has taught nothing"
    assert len(outcome.more) == variant.whole
    assert not list(tmp_path.glob("checkpoint-*"))


def test_what_an_adapter_cant_hold_goes() -> None:
    model = causal_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        for value in model.parameters():
            value.add_(torch.randn_like(value), alpha=0.1)
    trained = {name: value.clone() for name, value in model.state_dict().items()}
    narrow(model, before, 4)
    for name, value in model.state_dict().items():
        if "proj" not in name:
            assert torch.equal(value, before[name])
            continue
        change, whole = value - before[name], trained[name] - before[name]
        assert torch.linalg.matrix_rank(change, rtol=1e-4) == 4
        assert 0 < (whole - change).norm() < whole.norm()


def test_all_of_a_change_stays_where_there_is_room() -> None:
    model = causal_model()
    name = "model.layers.0.mlp.up_proj.weight"
    before = {each: value.clone() for each, value in model.state_dict().items()}
    with torch.no_grad():
        model.state_dict()[name].add_(0.3)
    trained = model.state_dict()[name].clone()
    narrow(model, before, 1)
    torch.testing.assert_close(model.state_dict()[name], trained)


def test_ways_of_asking_and_answering() -> None:
    rewrite = Candidate(Op.REWRITE, Label.EXPLANATION, "We can't\naccept it.")
    assert TextFirst(**TEXTS).answer(rewrite) == "We can't accept it. (plain)"
    assert TextFirst(**TEXTS).answer(Candidate(Op.KEEP)) == "keep"
    assert "parcel" in NoDraft(**TEXTS).ask(MAIL)
    assert "lost" not in NoDraft(**TEXTS).ask(MAIL)
    header = WithFindings(**TEXTS).ask_sentence("Per our policy, you owe $45.")
    assert "policy" in header.split("Found:")[1]
    assert "$45" in header.split("Facts:")[1]


def test_losses_are_told_beside_the_first() -> None:
    table = show([Outcome("one", 10.0, 5), Outcome("two", 11.0, 5, {"as less": 12.0})])
    assert [line.split("|")[3].strip() for line in table.splitlines()[2:]] == [
        *("+0.0%", "+10.0%", "+20.0%")
    ]
    assert "two, as less" in table
