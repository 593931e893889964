"""What driver and workers send each other: texts as JSON, and the settings that a worker needs.

Knows nothing of Ray.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, TypeAdapter

from drafting.batch.item import Item, Outcome
from drafting.batch.run import Options
from drafting.settings import Settings

NEEDED = (
    "model adapter device weights cache engine remote_url remote_key remote_model remote_dialect "
    "remote_score remote_connections remote_timeout"
).split()
"""Settings that decide what a worker writes. Keys of people, cookies and Redis stay at home."""
FOLDERS = ("model", "adapter", "cache")

_items = TypeAdapter(list[Item])


class Told(BaseModel):
    """What a worker sends back: what became of an item, or why it can't work at all; neither as it begins."""

    outcome: Outcome | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Some items that a worker takes at a time, in the order in which it tells of them."""

    items: Sequence[Item]

    def write(self) -> str:
        """Return it as JSON."""
        return _items.dump_json(list(self.items)).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `write` wrote."""
        return cls(_items.validate_json(text))


class Plan:
    """How a worker works. Ray may print or dump what a worker is made with, so this tells nothing."""

    __slots__ = ("_values", "options", "threads")

    def __init__(self, settings: Settings, device: str, options: Options, threads: int) -> None:
        self.options = options
        self.threads = threads
        given = {name: getattr(settings, name) for name in NEEDED}
        # A default folder is another one on each machine.
        given = {name: given[name] for name in NEEDED if name in settings.model_fields_set}
        self._values: Mapping[str, Any] = {**given, **_settle(given), "device": device}

    @property
    def settings(self) -> Settings:
        """The settings as the driver has them, whatever the environment of this machine says."""
        return Settings.model_construct(**self._values)

    def __repr__(self) -> str:
        return "Plan()"


def _settle(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the folders among the settings that are here, as whole paths: workers start elsewhere."""
    found = {}
    for name in FOLDERS:
        path = Path(given.get(name) or "").expanduser()
        if given.get(name) and path.is_dir():
            found[name] = type(given[name])(path.resolve())
    return found
