"""Start and stop the server: where model, worker and app are put together.

waitress serves with threads in one process, so there is one copy of the model. When told to stop,
running work finishes and the queue is answered.
"""

import logging
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from flask import Flask
from waitress.server import create_server

from drafting.engine import Engine
from drafting.errors import SettingError
from drafting.settings import Settings
from web.app import create_app
from web.jobs.api import MOST_UPLOAD
from web.jobs.service import Jobs
from web.security.keys import read_keys
from web.worker import Bounds, Worker

log = logging.getLogger(__name__)

SPARE_THREADS = 8
"""Threads beyond those that can wait for the model: there is always one that answers at once."""
FLUSH_SECONDS = 5.0


def check_address(settings: Settings, *, insecure: bool) -> None:
    """Refuse to listen to other machines without keys.

    Raises:
        SettingError: that is what the settings ask for.

    """
    if settings.is_public and not insecure and not read_keys(settings.api_keys):
        raise SettingError(
            "DRAFTING_HOST lets other machines in, and there are no keys that they must have. "
            "Please set DRAFTING_API_KEYS (`python -m drafting key` makes one), leave DRAFTING_HOST "
            "at 127.0.0.1, or say --insecure where the network itself is closed."
        )


def serve(settings: Settings, *, insecure: bool = False) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; a second one stops at once.

    Raises:
        SettingError: the settings can't be used together, or the address is taken.
        NoRoomError: DRAFTING_DATA can't be written to.

    """
    check_address(settings, insecure=insecure)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    bounds = Bounds(settings.queue, settings.timeout, settings.rows)

    def load() -> Engine:
        # torch takes seconds to import: the page is there before it, and a wrong setting is told
        # without it.
        from models.loading import load_engine

        return load_engine(settings)

    worker = Worker(load, bounds)
    app = create_app(settings, worker, insecure=insecure)
    server = make_server(app, settings)
    worker.start()
    jobs: Jobs = app.extensions["drafting_jobs"]
    jobs.start()
    _stop_on_signals(worker, jobs, server)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    log.info("Serving on http://%s:%d", shown, settings.port)
    server.run()


def make_server(app: Flask, settings: Settings) -> Any:
    """Return a waitress server that listens already.

    Raises:
        SettingError: the address can't be listened on.

    """
    threads = settings.queue + SPARE_THREADS
    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=threads,
            # Lets a view ask whether its client is still there.
            channel_request_lookahead=1,
            channel_timeout=60,
            connection_limit=4 * threads + 100,
            max_request_body_size=MOST_UPLOAD + 4_000_000,
            clear_untrusted_proxy_headers=settings.proxies == 0,
            ident="drafting",
        )
    except OSError as error:
        raise SettingError(
            f"The server can't listen on {settings.host} port {settings.port} "
            f"({error.strerror or type(error).__name__}). Please name another DRAFTING_PORT or "
            "DRAFTING_HOST."
        ) from None


def _stop_on_signals(worker: Worker, jobs: Jobs, server: object) -> None:
    """Stop gently at the first signal and at once at the next."""
    stopping = threading.Event()

    def finish() -> None:
        jobs.stop()
        worker.close(worker.bounds.seconds)
        _wait_for_answers(server)
        signal.raise_signal(signal.SIGTERM)

    def stop(number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            sys.exit(0)
        stopping.set()
        log.info("Stopping (%s): running work finishes.", signal.Signals(number).name)
        threading.Thread(target=finish, name="stop", daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _wait_for_answers(server: object) -> None:
    """Wait until all answers that are on their way are written, but not for long."""
    dispatcher: Any = getattr(server, "task_dispatcher", None)
    end = time.monotonic() + FLUSH_SECONDS
    while time.monotonic() < end and dispatcher and dispatcher.active_count:
        time.sleep(0.05)
    time.sleep(0.2)
