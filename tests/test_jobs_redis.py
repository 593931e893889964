"""Batches that wait in Redis rather than in a file: the real one where it is installed."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakeredis import TcpFakeServer

from tests.batching import batching, send_good, wait_until
from tests.browser.served import find_port
from tests.serving import CURT
from tests.test_jobs_restart import TEXTS, finish, look, send, server, wait

SERVER = shutil.which("redis-server")


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Redis doesn't answer")


@pytest.fixture(params=["real", "fake"] if SERVER else ["fake"])
def redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "real":
        port = find_port()
        command = [str(SERVER), "--port", str(port), "--save", "", "--dir", str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
            process.terminate()
        return
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    server.shutdown()
    server.server_close()


def test_batches_may_wait_in_redis(redis: str) -> None:
    with batching(redis=redis) as app:
        client = app.test_client()
        assert wait_until(client, send_good(client, [CURT]))["counts"] == {"rewritten": 1}


def test_a_server_killed_goes_on_with_the_same_redis(redis: str, tmp_path: Path) -> None:
    with server(tmp_path, DRAFTING_REDIS=redis) as (process, client):
        address = send(client)
        wait(lambda: look(client, address)["done"] >= 5)
        process.kill()
        process.wait(30)
    with server(tmp_path, DRAFTING_REDIS=redis) as (_, client):
        finish(client, address)
        assert look(client, address)["counts"] == {"rewritten": len(TEXTS)}
