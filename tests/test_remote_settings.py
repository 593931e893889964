"""Settings of a model behind a server: what can't be used together stops at once, secrets untold."""

import pytest

from drafting.errors import SettingError
from drafting.remote_settings import read_address
from drafting.settings import PREFIX, Settings, describe_settings, load_settings

REMOTE = {
    "DRAFTING_ENGINE": "openai",
    "DRAFTING_REMOTE_URL": "http://127.0.0.1:8000/v1",
    "DRAFTING_REMOTE_MODEL": "some/model",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **more: str) -> Settings:
    for name, value in (REMOTE | more).items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_a_server_is_set_up_with_three_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)
    assert (settings.engine, settings.remote_model) == ("openai", "some/model")
    assert (settings.remote_dialect, settings.remote_score) == ("vllm", "auto")
    assert (settings.remote_connections, settings.remote_timeout) == (8, 60.0)


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        ({"DRAFTING_REMOTE_URL": ""}, "needs DRAFTING_REMOTE_URL, such as http"),
        ({"DRAFTING_REMOTE_MODEL": ""}, "needs DRAFTING_REMOTE_MODEL"),
        ({"DRAFTING_ENGINE": "local"}, "set DRAFTING_ENGINE=openai with it, or leave it out"),
        ({"DRAFTING_ENGINE": ""}, "set DRAFTING_ENGINE=openai with it, or leave it out"),
        ({"DRAFTING_ENGINE": "vllm"}, "`openai`"),
        ({"DRAFTING_MODEL": "my/model"}, "name the server's in DRAFTING_REMOTE_MODEL"),
        ({"DRAFTING_ADAPTER": "none"}, "leave them out"),
        ({"DRAFTING_REMOTE_DIALECT": "tgi"}, "`llamacpp`"),
        (
            {"DRAFTING_REMOTE_DIALECT": "llamacpp", "DRAFTING_REMOTE_SCORE": "server"},
            "Please write local or rules",
        ),
        ({"DRAFTING_REMOTE_CONNECTIONS": "0"}, "1 to 256"),
        ({"DRAFTING_REMOTE_TIMEOUT": "0"}, "up to 3600"),
    ],
)
def test_what_cannot_be_used_together_says_what_to_write(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, str], advice: str
) -> None:
    with pytest.raises(SettingError) as caught:
        load(monkeypatch, **more)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    "more", [{"DRAFTING_REMOTE_SCORE": "local"}, {"DRAFTING_REMOTE_DIALECT": "llamacpp"}]
)
def test_the_local_model_may_be_named_where_it_measures(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    assert load(monkeypatch, DRAFTING_MODEL="my/model", **more).model == "my/model"


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        (" https://gpu.example/v1/ ", "https://gpu.example/v1"),
        ("https://gpu.example/llm", "https://gpu.example/llm/v1"),
        ("https://gpu.example/llm/v2", "https://gpu.example/llm/v2"),
        ("https://gpu.example/llama3", "https://gpu.example/llama3/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_the_base_ends_in_its_version(url: str, base: str) -> None:
    assert read_address(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "gpu.example:8000", "ftp://gpu.example", "http://", "http:///v1", "http://gpu.example:x",
        "http://gpu.example:99999", "http://[::1", "file:///etc/passwd", "http://gpu example/v1",
        "http://gpu.example/v1/chat/completions", "http://gpu.example/v1/models", "v1",
        "http://gpu.example\r\nX: y",
    ],
)  # fmt: skip
def test_an_address_that_is_none_says_so(url: str) -> None:
    with pytest.raises(SettingError, match="base address of a server, such as http"):
        read_address(url)


@pytest.mark.parametrize(
    "url", ["http://me:secret@gpu.example", "http://gpu.example?key=secret", "http://x.example/#a"]
)
def test_an_address_holds_no_secret(url: str) -> None:
    with pytest.raises(SettingError, match="DRAFTING_REMOTE_KEY") as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk secret", "sk-secret\n", "sécret"])
def test_a_key_that_cannot_be_sent_is_refused_untold(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    with pytest.raises(SettingError, match="DRAFTING_REMOTE_KEY") as caught:
        load(monkeypatch, DRAFTING_REMOTE_KEY=key)
    assert "cret" not in str(caught.value)


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, DRAFTING_REMOTE_KEY="sk-canary")
    assert "sk-canary" not in repr(settings)
    assert "sk-canary" not in str(describe_settings(settings))
