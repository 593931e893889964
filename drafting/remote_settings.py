"""Whether the settings of a model behind a server can be used together.

Says what to write instead, and never what a key or an address holds. Connects to nothing.
"""

from typing import Protocol
from urllib.parse import urlsplit

from drafting.errors import SettingError

EXAMPLE = "such as http://127.0.0.1:8000/v1"
VERSION = "/v1"
OPERATIONS = ("/completions", "/models")
"""How addresses end that are no base."""


class RemoteSettings(Protocol):
    """The settings that are looked at, and which of them were given."""

    @property
    def engine(self) -> str:
        """Where the model runs."""
        ...

    @property
    def remote_url(self) -> str:
        """Base address of the server."""
        ...

    @property
    def remote_key(self) -> str:
        """Key that it asks for."""
        ...

    @property
    def remote_model(self) -> str:
        """The model's name there."""
        ...

    @property
    def remote_dialect(self) -> str:
        """How it takes grammars."""
        ...

    @property
    def remote_score(self) -> str:
        """What measures meaning."""
        ...

    @property
    def model_fields_set(self) -> set[str]:
        """Names of the settings that were given."""
        ...


def check_remote(settings: RemoteSettings) -> None:
    """Refuse settings of the local and the remote engine that contradict each other.

    Raises:
        SettingError: they do.

    """
    given = {name for name in settings.model_fields_set if getattr(settings, name) != ""}
    if settings.engine != "openai":
        _check_local(sorted(name for name in given if name.startswith("remote_")))
        return
    read_address(settings.remote_url)
    if not settings.remote_model:
        raise SettingError(
            "DRAFTING_ENGINE is openai, which needs DRAFTING_REMOTE_MODEL: the model's name as the "
            "server knows it (GET /v1/models lists it)."
        )
    if not all(" " < character < "\x7f" for character in settings.remote_key):
        raise SettingError(
            "DRAFTING_REMOTE_KEY holds what a key can't: it has no blanks, line ends or letters "
            "beyond ASCII."
        )
    _check_score(settings, given)


def read_address(url: str) -> str:
    """Return the base address of the server, which ends in /v1.

    Raises:
        SettingError: it isn't one.

    """
    if not url:
        raise SettingError(
            f"DRAFTING_ENGINE is openai, which needs DRAFTING_REMOTE_URL, {EXAMPLE}."
        )
    try:
        parts = urlsplit(url.strip())
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    path = parts.path.rstrip("/") if fine else ""
    if not fine or path.endswith(OPERATIONS) or any(c <= " " for c in url.strip()):
        raise SettingError(
            f"DRAFTING_REMOTE_URL must be the base address of a server, {EXAMPLE}, that begins "
            "with http:// or https://."
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingError(
            "DRAFTING_REMOTE_URL must hold neither a password nor anything behind ? or #. Please "
            "write the key in DRAFTING_REMOTE_KEY."
        )
    versioned = path.rpartition("/")[2].startswith("v") and path[-1:].isdigit()
    return f"{parts.scheme}://{parts.netloc}{path if versioned else path + VERSION}"


def _check_local(remote: list[str]) -> None:
    if remote:
        raise SettingError(
            f"DRAFTING_{remote[0].upper()} is for a model behind a server. Please set "
            "DRAFTING_ENGINE=openai with it, or leave it out."
        )


def _check_score(settings: RemoteSettings, given: set[str]) -> None:
    tells = settings.remote_dialect != "llamacpp"
    if settings.remote_score == "server" and not tells:
        raise SettingError(
            "DRAFTING_REMOTE_SCORE is server, and llama.cpp's server doesn't tell how likely a "
            "given text is. Please write local or rules."
        )
    measures_here = settings.remote_score == "local" or (
        settings.remote_score == "auto" and not tells
    )
    if not measures_here and given & {"model", "adapter"}:
        raise SettingError(
            "DRAFTING_MODEL and DRAFTING_ADAPTER name the model of this machine, and "
            "DRAFTING_ENGINE is openai. Please name the server's in DRAFTING_REMOTE_MODEL, and "
            "leave them out."
        )
