"""Training on the tiny model: it learns, resumes to the same adapter, and keeps held-out mails out."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import torch
from click.testing import CliRunner, Result
from peft import PeftModel
from safetensors.torch import load_file
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    TrainerCallback,
    set_seed,
)

from models.encoding import Encoder
from models.training import train as module
from models.training.judging import Judged, load_judged, load_plain_mails
from models.training.packing import Pack, make_packs
from models.training.recipe import DEFAULT, NAME, Recipe, find_checkpoint, keep_recipe
from models.training.rows import Row, choose_rows, load_rows, split_rows
from models.training.supervised import collate, encode_rows, measure_loss, sum_loss
from models.training.train import (
    add_lora,
    encode_pairs,
    make_supervised,
    save_adapter,
    settle_dtype,
    train,
)
from models.training.train import fit as train_on
from models.transformers_loading import attach_adapter
from models.weights import SHIPPED_ADAPTER, read_adapter_facts
from tests.drafts import rows
from tests.tiny import bpe_tokenizer, causal_model, seq2seq_model, unigram_tokenizer

# peft asks transformers for something by its old name.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")

MEGABYTE = 1_000_000
RECIPE = Recipe(rank=4, learning_rate=2e-2, pack_tokens=1500, packs_per_step=2)
STEPS = 18
"""A checkpoint is written at 15."""


def short_rows(count: int) -> list[Row]:
    """Return short worked rewrites, some of them held out."""
    train_rows, held_out = split_rows(sorted(rows(), key=lambda row: len(row.draft())))
    return [*train_rows[:count], *held_out[:3]]


@cache
def some_packs() -> tuple[Pack, ...]:
    encoder = Encoder(bpe_tokenizer())
    documents = encode_rows(split_rows(short_rows(16))[0], encoder, "both")
    return tuple(make_packs(documents, RECIPE.pack_tokens, RECIPE.seed))


def base() -> Any:
    """Return the tiny model with a head loud enough for an adapter below it to say something."""
    model = causal_model()
    with torch.no_grad():
        model.lm_head.weight.mul_(15)
    return model


def fresh() -> PeftModel:
    return add_lora(base(), RECIPE)


def fit(out: Path, *callbacks: TrainerCallback) -> tuple[PeftModel, list[float]]:
    """Train a fresh adapter, from the last checkpoint where there is one; return it and its losses."""
    model = fresh()
    trainer = make_supervised(model, some_packs(), RECIPE, out, STEPS)
    for callback in callbacks:
        trainer.add_callback(callback)
    train_on(trainer)
    return model, [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def lora_tensors(model: PeftModel) -> dict[str, torch.Tensor]:
    return {name: value for name, value in model.state_dict().items() if "lora_" in name}


class PowerCutError(Exception):
    """Ends a run in the middle."""


class CutAt(TrainerCallback):
    """Raises at the end of a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step == self.step:
            raise PowerCutError


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[PeftModel, list[float]]:
    return fit(tmp_path_factory.mktemp("undisturbed"))


def test_loss_falls(undisturbed: tuple[PeftModel, list[float]]) -> None:
    _, losses = undisturbed
    assert len(losses) == STEPS // 5
    assert losses[-1] < losses[0] - 0.5


def test_only_the_adapter_learns(undisturbed: tuple[PeftModel, list[float]]) -> None:
    model, _ = undisturbed
    learnt = {name for name, value in model.named_parameters() if value.requires_grad}
    assert learnt == {name for name in dict(model.named_parameters()) if "lora_" in name}
    kept = dict(model.get_base_model().named_parameters())
    for name, value in base().named_parameters():
        place = name if name in kept else name.replace(".weight", ".base_layer.weight")
        assert torch.equal(kept[place], value)


def test_stopped_and_resumed_gives_the_undisturbed_adapter(
    tmp_path: Path, undisturbed: tuple[PeftModel, list[float]]
) -> None:
    with pytest.raises(PowerCutError):
        fit(tmp_path, CutAt(16))
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint-15"]
    resumed, losses = fit(tmp_path)
    whole, _ = undisturbed
    assert lora_tensors(resumed).keys() == lora_tensors(whole).keys()
    for name, value in lora_tensors(whole).items():
        torch.testing.assert_close(lora_tensors(resumed)[name], value, rtol=0, atol=0)
    assert len(losses) == STEPS // 5, "the log goes on where it stopped"


def test_the_same_seed_gives_the_same_start_whatever_was_drawn_before() -> None:
    set_seed(99)
    torch.rand(5)
    first = lora_tensors(fresh())
    torch.rand(3)
    again = lora_tensors(fresh())
    other = lora_tensors(add_lora(causal_model(), replace(RECIPE, seed=8)))
    assert all(torch.equal(value, again[name]) for name, value in first.items())
    assert not all(torch.equal(value, other[name]) for name, value in first.items())


def test_checkpoints_of_another_recipe_are_not_taken_up(tmp_path: Path) -> None:
    stage = tmp_path / "supervised"
    keep_recipe(tmp_path, RECIPE)
    assert find_checkpoint(stage) is None
    keep_recipe(tmp_path, replace(RECIPE, rank=8))
    (stage / "checkpoint-15").mkdir(parents=True)
    assert find_checkpoint(stage) == str(stage / "checkpoint-15")
    with pytest.raises(click.UsageError, match="another recipe"):
        keep_recipe(tmp_path, RECIPE)
    keep_recipe(tmp_path, replace(RECIPE, rank=8))


def test_each_target_of_a_step_weighs_the_same(tmp_path: Path) -> None:
    model = fresh()
    trainer = make_supervised(model, some_packs(), RECIPE, tmp_path, 1)
    batches = [collate([pack]) for pack in some_packs()[:3]]
    count = trainer._get_num_items_in_batch(batches, torch.device("cpu"))
    with torch.no_grad():
        parts = [sum_loss(model, batch) for batch in batches]
        losses = [trainer.compute_loss(model, b, num_items_in_batch=count) for b in batches]
    assert count == sum(targets for _, targets in parts)
    mean = sum(float(loss) for loss, _ in parts) / count
    assert sum(map(float, losses)) == pytest.approx(mean, rel=1e-5)
    assert trainer.loss_is_scaled_for_ga, "or the trainer divides by the packs of a step once more"


def test_saved_in_half_precision_and_read_back(tmp_path: Path) -> None:
    model = fresh()
    for name, value in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.1)
    folder = tmp_path / "adapter"
    facts = {"steps": 3, "recipe": {"seed": 7}, "held_out": {"forward": 1.5, "reverse": 1.25}}
    save_adapter(model, folder, "some-model", facts)
    tensors = load_file(folder / "adapter_model.safetensors")
    assert {value.dtype for value in tensors.values()} == {torch.bfloat16}
    assert len(tensors) == len(lora_tensors(model))
    assert json.loads((folder / "drafting.json").read_text()) == {
        "name": NAME,
        "template": "trained",
        **facts,
    }
    assert read_adapter_facts(folder).name == NAME
    merged = attach_adapter(base(), folder)
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        torch.testing.assert_close(
            merged(input_ids=ids).logits, model(input_ids=ids).logits, atol=0.1, rtol=0
        )


def test_training_goes_on_from_an_adapter(tmp_path: Path) -> None:
    model = fresh()
    for name, value in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.1)
    save_adapter(model, tmp_path / "adapter", "some-model", {})
    again = add_lora(base(), replace(RECIPE, start=str(tmp_path / "adapter")))
    learnt = {name for name, value in again.named_parameters() if value.requires_grad}
    assert learnt == set(lora_tensors(model))
    for name, value in lora_tensors(model).items():
        torch.testing.assert_close(lora_tensors(again)[name], value, atol=1e-2, rtol=1e-2)


def test_rows_are_chosen_by_their_files() -> None:
    some = [row for row in load_rows() if row.id.endswith("-0001")]
    stems = {row.id.rpartition("-")[0] for row in some}
    assert choose_rows(some, ()) == some
    assert [row.id for row in choose_rows(some, ("curt", "tones"))] == ["curt-0001", "tones-0001"]
    assert {"curt", "tones"} < stems
    with pytest.raises(ValueError, match="nothing to learn from in nowhere"):
        choose_rows(some, ("curt", "nowhere"))


def test_products_are_made_as_before_or_as_is_faster_here() -> None:
    assert settle_dtype("bfloat16", "float32") == "bfloat16"
    assert settle_dtype("auto", "float32") == "float32"
    assert settle_dtype("auto", "bfloat16") == "bfloat16"
    assert settle_dtype("auto") in {"float32", "bfloat16"}


def test_an_adapter_names_its_base_and_no_folder_of_this_machine(tmp_path: Path) -> None:
    place = tmp_path / "secret-place"
    causal_model().save_pretrained(place)
    model = add_lora(AutoModelForCausalLM.from_pretrained(place), RECIPE)
    save_adapter(model, tmp_path / "adapter", "some-model", {})
    config = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "some-model"
    for path in (tmp_path / "adapter").iterdir():
        assert b"secret-place" not in path.read_bytes(), path.name


def test_the_shipped_adapter_is_below_32_megabytes() -> None:
    assert read_adapter_facts(SHIPPED_ADAPTER).template == "trained"
    files = [path.stat().st_size for path in SHIPPED_ADAPTER.iterdir()]
    assert sum(files) < 32 * MEGABYTE


def test_the_default_recipe_gives_an_adapter_below_30_megabytes() -> None:
    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=576,
        intermediate_size=1536,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        tie_word_embeddings=True,
    )
    with torch.device("meta"):
        model = add_lora(LlamaForCausalLM(config), DEFAULT)
    numbers = sum(value.numel() for value in lora_tensors(model).values())
    assert 2 * numbers < 30 * MEGABYTE
    layers = {int(name.split(".layers.")[1].split(".")[0]) for name in lora_tensors(model)}
    assert layers == set(range(DEFAULT.first_layer, 30))


def test_held_out_mails_are_in_no_pack() -> None:
    """One in sixteen is held out, whole kinds of business, and none of their words are trained on."""
    train_rows, held_out = split_rows(load_rows())
    assert 0.05 < len(held_out) / len(load_rows()) < 0.14
    assert not {row.id for row in train_rows} & {row.id for row in held_out}
    assert not {row.domain for row in train_rows} & {row.domain for row in held_out}
    texts = {json.dumps(row.paragraphs) for row in train_rows}
    assert not [row.id for row in held_out if json.dumps(row.paragraphs) in texts]


def test_what_is_packed_comes_from_mails_to_train_on() -> None:
    encoder = Encoder(bpe_tokenizer())
    some = short_rows(16)
    train_rows, held_out = split_rows(some)
    assert held_out
    forward = {
        tuple(document.ids[: document.blocks.index(1)])
        for row in held_out
        for document in encode_rows([row], encoder, "forward")
    }
    packed = "\0".join(" ".join(map(str, pack.ids.tolist())) for pack in some_packs())
    assert not any(" ".join(map(str, ids)) in packed for ids in forward)
    kept = encode_rows(train_rows[:1], encoder, "forward")[0]
    assert " ".join(map(str, kept.ids)) in packed


def test_directions() -> None:
    encoder = Encoder(bpe_tokenizer())
    some = short_rows(6)
    lengths = {way: len(encode_rows(some, encoder, way)) for way in ("forward", "reverse", "both")}
    assert lengths["forward"] == len(some)
    assert lengths["reverse"] == sum(step.op == "rewrite" for row in some for step in row.script)
    assert lengths["both"] == lengths["forward"] + lengths["reverse"]


def test_measured_loss_is_a_mean_over_targets() -> None:
    model, encoder = causal_model(), Encoder(bpe_tokenizer())
    documents = encode_rows(short_rows(3), encoder, "both")
    loss = measure_loss(model, documents)
    assert loss == pytest.approx(5.5, abs=0.5), "a random model knows no better than 1 in 262"
    assert measure_loss(model, documents[::-1]) == pytest.approx(loss, rel=1e-5)
    assert measure_loss(model, []) == 0


def some_marks(some: list[Row]) -> list[Judged]:
    """Return a bad candidate for the first sentence of each mail."""
    marked = next(load_judged())
    changes = {"slot": "s1", "op": "rewrite", "label": "explanation", "text": "It is so."}
    bad = {"verdict": "bad", "reason": "meaning"}
    return [
        Judged.model_validate(marked.model_dump() | changes | bad | {"mail": row.id})
        for row in some
    ]


def run_command(
    monkeypatch: pytest.MonkeyPatch, model: Any, tokenizer: Any, folder: Path, *options: str
) -> Result:
    """Run the command on a saved model and a few mails."""
    model.save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    monkeypatch.setattr(module, "load_rows", lambda: short_rows(5))
    monkeypatch.setattr(module, "load_judged", lambda: some_marks(short_rows(5)))
    monkeypatch.setattr(module, "load_plain_mails", lambda: PLAIN)
    given = ["--out", str(folder / "out"), "--model", str(folder / "base"), *options]
    return CliRunner().invoke(train, given, catch_exceptions=False)


PLAIN = [mail for mail in load_plain_mails() if mail.id.startswith("plain-curtbank-00")]
"""Mails of which some sentences are marked."""


@pytest.fixture
def _restored() -> Any:
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.usefixtures("_restored")
def test_the_command_with_all_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = (
        "--epochs 1 --rank 2 --learning-rate 0.01 --seed 3 --directions forward --max-steps 2 "
        "--preference-epochs 1 --preference-rate 0.001"
    )
    result = run_command(monkeypatch, causal_model(), bpe_tokenizer(), tmp_path, *options.split())
    assert result.exit_code == 0, result.output
    adapter = tmp_path / "out" / "adapter"
    facts = json.loads((adapter / "drafting.json").read_text())
    assert {"name", "template", "steps", "preference_steps", "recipe", "held_out"} == facts.keys()
    assert (facts["steps"], facts["preference_steps"]) == (2, 2)
    wanted = {"seed": 3, "rank": 2, "learning_rate": 0.01, "epochs": 1.0, "directions": "forward"}
    assert wanted.items() <= facts["recipe"].items()
    assert all(1 < loss < 8 for loss in facts["held_out"].values())
    attach_adapter(causal_model(), adapter)
    config = json.loads((adapter / "adapter_config.json").read_text())
    assert (config["r"], config["base_model_name_or_path"]) == (2, "base")


@pytest.mark.usefixtures("_restored")
def test_preferences_alone_can_be_learnt_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--rank", "2", "--epochs", "0", "--max-steps", "1")
    result = run_command(monkeypatch, causal_model(), bpe_tokenizer(), tmp_path, *options)
    assert result.exit_code == 0, result.output
    facts = json.loads((tmp_path / "out" / "adapter" / "drafting.json").read_text())
    assert (facts["steps"], facts["preference_steps"]) == (0, 1)
    assert not (tmp_path / "out" / "supervised").exists()


def test_plain_mails_bring_pairs_unless_files_are_named_or_they_are_held_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = Encoder(bpe_tokenizer())
    held_out = [mail for mail in PLAIN if mail.held_out]
    assert 0 < len(held_out) < len(PLAIN)
    monkeypatch.setattr(module, "load_plain_mails", lambda: PLAIN)
    assert encode_pairs([], encoder, Recipe())
    assert not encode_pairs([], encoder, Recipe(only=("curt",)))
    monkeypatch.setattr(module, "load_plain_mails", lambda: held_out)
    assert not encode_pairs([], encoder, Recipe())


@pytest.mark.usefixtures("_restored")
def test_the_command_learns_from_some_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stems = {row.id.rpartition("-")[0] for row in split_rows(short_rows(5))[0]}
    options = ("--rank", "2", "--max-steps", "1", "--preference-epochs", "0", "--only")
    for name, model in (("some", sorted(stems)[0]), ("none", "nowhere")):
        folder = tmp_path / name
        folder.mkdir()
        result = run_command(monkeypatch, causal_model(), bpe_tokenizer(), folder, *options, model)
        if name == "some":
            assert result.exit_code == 0, result.output
            facts = json.loads((folder / "out" / "adapter" / "drafting.json").read_text())
            assert facts["recipe"]["only"] == [model]
            assert facts["recipe"]["dtype"] in {"float32", "bfloat16"}
        else:
            assert result.exit_code == 2
            assert "nothing to learn from in nowhere" in result.output


@pytest.mark.usefixtures("_restored")
def test_the_command_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run finds both stages done, and writes the same adapter."""
    options = ("--rank", "2", "--max-steps", "2")
    tensors = []
    for _ in range(2):
        run_command(monkeypatch, causal_model(), bpe_tokenizer(), tmp_path, *options)
        tensors.append(load_file(tmp_path / "out" / "adapter" / "adapter_model.safetensors"))
    assert all(torch.equal(value, tensors[1][name]) for name, value in tensors[0].items())
    supervised = load_file(tmp_path / "out/supervised/adapter/adapter_model.safetensors")
    assert any(not torch.equal(value, tensors[0][name]) for name, value in supervised.items())


@pytest.mark.usefixtures("_restored")
def test_without_marks_or_where_it_is_not_wanted_there_is_no_second_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--rank", "2", "--max-steps", "1", "--preference-epochs", "0")
    run_command(monkeypatch, causal_model(), bpe_tokenizer(), tmp_path, *options)
    assert not (tmp_path / "out" / "preferences").exists()
    stages = [tmp_path / "out" / "supervised" / "adapter", tmp_path / "out" / "adapter"]
    first, last = (load_file(folder / "adapter_model.safetensors") for folder in stages)
    assert all(torch.equal(value, last[name]) for name, value in first.items())


@pytest.mark.usefixtures("_restored")
def test_the_command_refuses_a_model_that_it_cannot_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run_command(monkeypatch, seq2seq_model(), unigram_tokenizer(), tmp_path)
    assert result.exit_code == 2
    assert "must be causal" in result.output
