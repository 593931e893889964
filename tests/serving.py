"""An app over a worker with some engine, in this process or behind a real server."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask

from drafting.engine import Engine
from drafting.settings import Settings
from tests.scripted import ScriptedEngine
from web.app import create_app
from web.serve import make_server
from web.worker import Bounds, State, Worker

CURT = (
    "Your claim FR-118-402 has been denied. You failed to send the receipt for $129. Send it now!!"
)
PATIENCE = 120


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds that another thread brings about."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited for nothing"
        time.sleep(0.005)


def make_settings(**values: Any) -> Settings:
    """Return settings that don't hang on the environment."""
    return Settings.model_construct(
        **{name: field.get_default(call_default_factory=True) for name, field in FIELDS} | values
    )


FIELDS = list(Settings.model_fields.items())


@contextmanager
def serving(
    engine: Engine | None = None, *, insecure: bool = False, **values: Any
) -> Iterator[Flask]:
    """Yield an app whose worker is ready."""
    with (
        tempfile.TemporaryDirectory() as data,
        _serving(engine, insecure=insecure, **{"data": Path(data)} | values) as app,
    ):
        yield app


@contextmanager
def _serving(
    engine: Engine | None = None, *, insecure: bool = False, **values: Any
) -> Iterator[Flask]:
    settings = make_settings(**values)
    ready = engine or ScriptedEngine()
    worker = Worker(lambda: ready, Bounds(settings.queue, settings.timeout, settings.rows))
    app = create_app(settings, worker, insecure=insecure)
    worker.start()
    until(lambda: worker.state is State.READY)
    try:
        yield app
    finally:
        worker.close()


@contextmanager
def listening(engine: Engine | None = None, **values: Any) -> Iterator[tuple[str, Flask]]:
    """Yield the address of a real server on a free port, and its app."""
    with serving(engine, **values) as app:
        server = make_server(app, make_settings(**values | {"port": 0}))

        def run() -> None:
            # Closing it from here takes its sockets away under its feet.
            with suppress(OSError):
                server.run()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.effective_port}", app
        finally:
            server.close()
            thread.join(PATIENCE)
