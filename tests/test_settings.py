"""A wrong setting stops the start and says what to write; a misspelt one is never ignored."""

from pathlib import Path

import pytest

from drafting.errors import SettingError
from drafting.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_defaults_need_no_variable() -> None:
    settings = load_settings()
    assert (settings.model, settings.adapter, settings.device) == ("", "", "auto")
    assert settings.cache.is_absolute()


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DRAFTING_MODEL", "some/model")
    monkeypatch.setenv("DRAFTING_ADAPTER", "none")
    monkeypatch.setenv("DRAFTING_DEVICE", "cpu")
    monkeypatch.setenv("DRAFTING_CACHE", str(tmp_path))
    settings = load_settings()
    assert settings == Settings(model="some/model", adapter="none", device="cpu", cache=tmp_path)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("DRAFTING_DEVCE", "DRAFTING_DEVICE"),
        ("DRAFTING_MODLE", "DRAFTING_MODEL"),
        ("drafting_adapte", "DRAFTING_ADAPTER"),
        ("DRAFTING_CACHE_DIR", "DRAFTING_CACHE"),
    ],
)
def test_a_misspelt_variable_is_named_with_a_suggestion(
    monkeypatch: pytest.MonkeyPatch, wrong: str, meant: str
) -> None:
    monkeypatch.setenv(wrong, "x")
    with pytest.raises(SettingError, match=f"no setting {wrong}. Did you mean {meant}?"):
        load_settings()


def test_an_unlike_variable_is_answered_with_all_that_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DRAFTING_ZZZZZZZZZZZZ", "x")
    with pytest.raises(SettingError, match="Known are DRAFTING_ADAPTER, DRAFTING_API_KEYS"):
        load_settings()


def test_variables_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFT_DEVICE", "x")
    monkeypatch.setenv("MY_DRAFTING_DEVICE", "x")
    assert load_settings().device == "auto"


def test_a_wrong_device_says_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFTING_DEVICE", "gpu")
    with pytest.raises(SettingError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith("DRAFTING_DEVICE is 'gpu', which can't be used.")
    assert all(device in message for device in ("`cpu`", "`cuda`", "`auto`"))


def test_an_empty_variable_is_one_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an empty DRAFTING_CACHE would put the model into the working directory."""
    default = load_settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(PREFIX + name.upper(), "")
    assert load_settings() == default


def test_the_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFTING_CACHE", "~/models")
    assert load_settings().cache == Path.home() / "models"


def test_each_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
