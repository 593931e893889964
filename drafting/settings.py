"""The settings, from environment variables named DRAFTING_*.

A wrong one stops the start and says what to write. Knows nothing of what a setting does.
"""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from drafting.errors import SettingError

PREFIX = "DRAFTING_"


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
    cache: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=lambda: user_cache_path("drafting"),
        description="Folder for the converted default model (540 MB).",
    )


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
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        field = Settings.model_fields[str(first["loc"][0])]
        raise SettingError(
            f"{name} is {first['input']!r}, which can't be used. {field.description}"
        ) from None


def _unknown(name: str, known: set[str]) -> str:
    close = get_close_matches(name.upper(), sorted(known), n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(sorted(known))}."
    return f"There is no setting {name}. {hint}"
