"""Loading what the settings name: any model of both families, adapters, and errors that help."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import numpy as np
import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from drafting.draft import parse
from drafting.engine import Ask, Bar
from drafting.errors import (
    AdapterError,
    ModelBrokenError,
    ModelError,
    ModelMissingError,
    SettingError,
)
from drafting.prompt import Mail, load_templates
from drafting.settings import Settings, load_settings
from drafting.slots import make_slots
from models.network import read_rows
from models.shared_prefix import Prefix, SharedPrefixCache
from models.transformers_loading import attach_adapter
from models.weights import (
    SHIPPED_ADAPTER,
    choose_adapter,
    choose_device,
    choose_dtype,
    load_local_engine,
    read_adapter_facts,
)
from tests.tiny import bpe_tokenizer, causal_model, seq2seq_model, unigram_tokenizer

# peft asks transformers for something by its old name.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")

CPU = {"device": "cpu", "cache": Path("/nowhere")}


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture(scope="module")
def causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(causal_model(), bpe_tokenizer(), tmp_path_factory.mktemp("causal"))


@pytest.fixture(scope="module")
def seq2seq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(seq2seq_model(), unigram_tokenizer(), tmp_path_factory.mktemp("seq2seq"))


def save(model: Any, tokenizer: Any, folder: Path) -> Path:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def adapt(model: Any, seed: int = 1) -> PeftModel:
    """Return the model with an adapter whose every tensor says something."""
    lora = LoraConfig(r=4, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM")
    adapted = get_peft_model(model, lora)
    torch.manual_seed(seed)
    for name, value in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.3)
    return adapted.eval()


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    folder = tmp_path / "adapter"
    adapt(causal_model()).save_pretrained(str(folder), save_embedding_layers=False)
    return folder


def settings_of(**values: Any) -> Settings:
    return Settings(**{**CPU, **values})


def logits(model: Any) -> Any:
    with torch.inference_mode():
        return model(input_ids=torch.tensor([[5, 6, 7, 8]])).logits[0].float().numpy()


@pytest.mark.parametrize("family", ["causal", "seq2seq"])
def test_a_folder_of_either_family_loads_and_writes(
    family: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = request.getfixturevalue(family)
    monkeypatch.setenv("DRAFTING_MODEL", str(folder))
    monkeypatch.setenv("DRAFTING_DEVICE", "cpu")
    engine = load_local_engine(load_settings())
    assert (engine.name, engine.adapter, engine.bar) == (str(folder), None, Bar())
    assert engine.template == load_templates()["untrained"]
    slots = make_slots(parse("Send the form."))
    (fillings,) = engine.fill([Ask(Mail(None, "Send the form."), slots, 2)])
    assert set(fillings) == {"opening", "s1", "closing"}
    assert engine.score([("Send the form.", "Please send the form.")])[0] < 0


def test_a_causal_model_loads_with_its_own_weights(causal: Path) -> None:
    engine = load_local_engine(settings_of(model=str(causal)))
    cache = SharedPrefixCache([Prefix()], [1])
    (found,) = read_rows(engine._model._network, cache, [[5, 6, 7, 8]], 4)
    np.testing.assert_allclose(found, logits(causal_model()), atol=2e-2)


@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "/no/such/folder", "a b c?"])
def test_a_model_that_is_not_there(name: str) -> None:
    with pytest.raises(ModelMissingError, match="DRAFTING_MODEL takes the folder") as caught:
        load_local_engine(settings_of(model=name))
    assert repr(name) in str(caught.value)


def remove(*names: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink(missing_ok=True)

    return change


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-40])


def garble_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"not weights at all")


def widen_config(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 64}))


def break_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": ')


def strange_type(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "zebra"}')


@pytest.mark.parametrize(
    "change",
    [
        remove("config.json"),
        remove("model.safetensors"),
        remove("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"),
        cut_weights,
        garble_weights,
        widen_config,
        break_config,
        strange_type,
    ],
)
def test_a_folder_that_is_no_whole_model(
    causal: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(causal, folder)
    change(folder)
    with pytest.raises((ModelMissingError, ModelBrokenError), match="DRAFTING_MODEL"):
        load_local_engine(settings_of(model=str(folder)))


def test_cuda_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SettingError, match="Write cpu or auto"):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


def test_a_device_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFTING_DEVICE", "toaster")
    with pytest.raises(
        SettingError, match=r"DRAFTING_DEVICE is 'toaster'.*`cpu`, `cuda` or `auto`"
    ):
        load_settings()


def test_dtype_of_a_cpu() -> None:
    assert choose_dtype(torch.device("cpu")) in {torch.float32, torch.bfloat16}


@pytest.mark.parametrize("name", ["/no/such/adapter", "hub-owner/adapter", "."])
def test_an_adapter_that_is_not_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFTING_ADAPTER", name)
    with pytest.raises(SettingError, match=r"DRAFTING_ADAPTER is .* or none") as caught:
        choose_adapter(load_settings())
    assert repr(name) in str(caught.value)


def test_which_adapter_is_taken(adapter: Path) -> None:
    assert choose_adapter(settings_of(adapter="none")) is None
    assert choose_adapter(settings_of(model="some/model")) is None
    assert choose_adapter(settings_of(model="some/model", adapter=str(adapter))) == adapter
    shipped = choose_adapter(settings_of())
    assert shipped
    assert shipped.parts[-2:] == ("models", "adapter")


def test_merged_equals_unmerged(adapter: Path) -> None:
    unmerged = adapt(causal_model())
    merged = attach_adapter(causal_model(), adapter)
    assert type(merged) is LlamaForCausalLM
    np.testing.assert_allclose(logits(merged), logits(unmerged), atol=1e-5)
    assert np.abs(logits(merged) - logits(causal_model())).max() > 0.05


def test_an_adapter_with_its_facts(causal: Path, adapter: Path) -> None:
    facts = {"name": "house-style", "template": "trained", "bar": {"keep": 0.3}, "steps": 12}
    (adapter / "drafting.json").write_text(json.dumps(facts))
    engine = load_local_engine(settings_of(model=str(causal), adapter=str(adapter)))
    assert (engine.adapter, engine.bar) == ("house-style", Bar(keep=0.3))
    assert engine.template == load_templates()["trained"]


def test_an_adapter_without_facts_is_asked_like_an_untrained_model(
    causal: Path, adapter: Path
) -> None:
    engine = load_local_engine(settings_of(model=str(causal), adapter=str(adapter)))
    assert (engine.adapter, engine.bar) == ("adapter", Bar())
    assert engine.template == load_templates()["untrained"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"template": "trained"}',
        '{"name": "x", "template": "learned"}',
        '{"name": "x", "template": "trained", "bar": {"fluencey": -1}}',
        '{"name": "x", "template": "trained", "bar": {"fluency": "high"}}',
    ],
)
def test_facts_that_cannot_be_read(adapter: Path, text: str) -> None:
    (adapter / "drafting.json").write_text(text)
    with pytest.raises(AdapterError, match="Restore the adapter's folder"):
        read_adapter_facts(adapter)


def other_model(**sizes: int) -> Any:
    torch.manual_seed(0)
    values: dict[str, Any] = {
        "vocab_size": len(bpe_tokenizer()),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    model: Any = LlamaForCausalLM(LlamaConfig(**(values | sizes)))
    return model.eval()


@pytest.mark.parametrize(
    "sizes",
    [
        {"hidden_size": 64},
        {"intermediate_size": 96},
        {"num_hidden_layers": 3},
        {"num_hidden_layers": 1},
    ],
)
def test_an_adapter_of_another_shape(adapter: Path, sizes: dict[str, int]) -> None:
    with pytest.raises(AdapterError, match="DRAFTING_ADAPTER, or none"):
        attach_adapter(other_model(**sizes), adapter)


def test_an_adapter_for_a_model_of_the_other_family(adapter: Path) -> None:
    with pytest.raises(AdapterError):
        attach_adapter(seq2seq_model(), adapter)


def empty_config(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")


def cut_config(folder: Path) -> None:
    (folder / "adapter_config.json").write_text('{"peft_type": "LO')


def cut_tensors(folder: Path) -> None:
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    "change", [empty_config, cut_config, cut_tensors, remove("adapter_model.safetensors")]
)
def test_a_broken_adapter(adapter: Path, change: Callable[[Path], None]) -> None:
    change(adapter)
    with pytest.raises(AdapterError):
        attach_adapter(causal_model(), adapter)


def test_all_that_can_go_wrong_with_a_model_is_one_kind_of_error() -> None:
    for kind in (ModelMissingError, ModelBrokenError, AdapterError):
        assert issubclass(kind, ModelError)


def test_the_default_model_takes_the_shipped_adapter() -> None:
    engine = load_local_engine(Settings(device="cpu"))
    facts = read_adapter_facts(SHIPPED_ADAPTER)
    assert (engine.name, engine.adapter) == ("SmolLM2-135M-Instruct", facts.name)
    assert engine.bar == Bar(**facts.bar)
    good, swapped = engine.score(
        [
            ("Refunds are not available after 30 days.", "We can't offer a refund after 30 days."),
            ("Refunds are not available after 30 days.", "Your parcel is on its way to you now."),
        ]
    )
    assert good > swapped
