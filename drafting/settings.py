"""The settings, from environment variables named DRAFTING_*.

A wrong one stops the start and says what to write. Knows nothing of what a setting does.
"""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from limits import parse
from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from drafting.errors import SettingError
from drafting.remote_settings import check_remote

PREFIX = "DRAFTING_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_limit(text: str) -> str:
    """Return a rate limit in the notation of the `limits` package, if it is one."""
    parse(text)
    return text


class Settings(BaseSettings):
    """What a person can set. Each field's description is what README.md says of it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    model: str = Field(
        default="",
        description="Name on the hub, or folder, of a Hugging Face model (causal or seq2seq). "
        "Empty: SmolLM2-135M-Instruct with the shipped adapter.",
    )
    adapter: str = Field(
        default="",
        description="Folder of a LoRA adapter for the model; `none` for no adapter. "
        "Empty: the shipped one, with the default model only.",
    )
    device: Literal["cpu", "cuda", "auto"] = Field(
        default="auto", description="Where the model runs: `cpu`, `cuda` or `auto`."
    )
    weights: Literal["int8", "full"] = Field(
        default="int8",
        description="`int8`: on a CPU with VNNI, the default model's weights are rounded to eight "
        "bits, which takes half the time and memory; `full`: never.",
    )
    cache: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_cache_path("drafting"),
        description="Folder for the converted default model (730 MB) and the compiled moves.",
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address that the server listens on. Others than this machine's own need "
        "DRAFTING_API_KEYS.",
    )
    port: int = Field(
        default=5000, ge=1, le=65535, description="Port that the server listens on, 1 to 65535."
    )
    api_keys: str = Field(
        default="",
        repr=False,
        description="Keys for the API and the page: a file with a line for each key's hash, as "
        "`python -m drafting key` prints it, or the keys themselves (20 characters or more), "
        "separated by commas. Empty: no key is needed, and only this machine is served.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description="Secret that signs the page's cookie. Empty: a new one at each start, so that "
        "people sign in again after it.",
    )
    queue: int = Field(
        default=32,
        ge=1,
        le=1000,
        description="Drafts that may wait or be worked on, 1 to 1000; the next one is answered "
        "503 at once.",
    )
    timeout: float = Field(
        default=300.0,
        gt=0,
        le=3600,
        description="Seconds that one draft may take from its arrival, up to 3600.",
    )
    rows: int = Field(
        default=64,
        ge=1,
        le=4096,
        description="Fillings that are written side by side, 1 to 4096; more are faster on a GPU "
        "and take more memory.",
    )
    rewrite_limit: Annotated[str, AfterValidator(check_limit)] = Field(
        default="60 per minute",
        description="How many drafts each key, and each address, may have rewritten, such as "
        "`60 per minute`.",
    )
    other_limit: Annotated[str, AfterValidator(check_limit)] = Field(
        default="600 per minute",
        description="How often each key, and each address, may ask for everything else, such as "
        "`600 per minute`.",
    )
    proxies: int = Field(
        default=0,
        ge=0,
        le=9,
        description="How many reverse proxies stand in front and are to be believed (0 to 9); "
        "with any, the page's cookie is sent over HTTPS only.",
    )
    cors_origins: str = Field(
        default="",
        description="Origins of other sites whose pages may call the API with a key, separated by "
        "commas, such as `https://desk.example`. Empty: none.",
    )

    data: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_data_path("drafting"),
        description="Folder for the batches that are sent to the server, until they expire.",
    )
    redis: str = Field(
        default="",
        repr=False,
        description="Address of a Redis server that keeps the list of waiting batches, such as "
        "`redis://127.0.0.1:6379/0`. Empty: a file in DRAFTING_DATA.",
    )
    expiry: float = Field(
        default=72.0,
        gt=0,
        le=8760,
        description="Hours after which a finished batch is deleted, up to 8760.",
    )

    engine: Literal["local", "openai"] = Field(
        default="local",
        description="Where the model runs: `local`, in this process, or `openai`, behind a server "
        "that speaks OpenAI's protocol and follows grammars.",
    )
    remote_url: str = Field(
        default="",
        repr=False,
        description="Base address of that server, such as `http://127.0.0.1:8000/v1`.",
    )
    remote_key: str = Field(
        default="", repr=False, description="Key that the server asks for. Empty: none is sent."
    )
    remote_model: str = Field(
        default="", description="The model's name, as the server knows it (`GET /v1/models`)."
    )
    remote_dialect: Literal["vllm", "vllm-guided", "llamacpp"] = Field(
        default="vllm",
        description="How the server takes grammars: `vllm`, `vllm-guided` (vLLM before 0.12) or "
        "`llamacpp` (llama.cpp's server, built with LLAMA_LLGUIDANCE).",
    )
    remote_score: Literal["auto", "server", "local", "rules"] = Field(
        default="auto",
        description="What measures whether a rewrite means the same: `server` (vLLM alone), "
        "`local` (the small model of this machine), `rules` (nothing but the checks), or `auto`, "
        "which is `server` for vLLM and `local` for llama.cpp.",
    )
    remote_connections: int = Field(
        default=8, ge=1, le=256, description="Requests to the server at a time, 1 to 256."
    )
    remote_timeout: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds that one answer may take, up to 3600."
    )

    @property
    def is_public(self) -> bool:
        """Whether the server listens on an address that other machines may reach."""
        return self.host not in LOOPBACK


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingError: a value can't be used, or a variable with our prefix is unknown.

    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingError(_unknown(name, known))
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        field = Settings.model_fields[str(first["loc"][0])]
        given = f"is {first['input']!r}, which" if field.repr else "has a value that"
        raise SettingError(f"{name} {given} can't be used. {field.description}") from None
    check_remote(settings)
    return settings


def describe_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (variable, value, meaning) of each setting; secrets are told to be there, no more."""
    described = []
    for name, field in Settings.model_fields.items():
        value = str(getattr(settings, name))
        shown = value if field.repr or not value else "(set)"
        described.append((PREFIX + name.upper(), shown, field.description or ""))
    return described


def _unknown(name: str, known: set[str]) -> str:
    close = get_close_matches(name.upper(), sorted(known), n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(sorted(known))}."
    return f"There is no setting {name}. {hint}"
