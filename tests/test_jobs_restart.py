"""A server that is killed or stopped goes on with its batches when it is started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.batching import BATCHES, FREE, make_csv
from tests.browser.served import find_port

PATIENCE = 300
TEXTS = [f"You failed to send form {n}. Send it now!!" for n in range(60)]


@contextmanager
def server(data: Path, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Start a server on some data and wait until it answers."""
    port = find_port()
    # On a slow machine, who asks every few milliseconds would come to the limits of one address.
    free = {
        "DRAFTING_OTHER_LIMIT": FREE["other_limit"],
        "DRAFTING_REWRITE_LIMIT": FREE["rewrite_limit"],
    }
    environment = {"DRAFTING_PORT": str(port), "DRAFTING_DATA": str(data), **free, **more}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.slow_server"],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            wait(lambda: process.poll() is not None or is_alive(client))
            assert process.poll() is None, "the server stopped"
            yield process, client
    finally:
        process.kill()
        process.wait()


def is_alive(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def wait(true: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited for nothing"
        time.sleep(0.03)


def send(client: httpx.Client) -> str:
    files = {"file": ("macros.csv", make_csv(TEXTS))}
    answer = client.post(BATCHES, files=files)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


def look(client: httpx.Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def finish(client: httpx.Client, address: str) -> bytes:
    wait(lambda: look(client, address)["state"] == "done")
    answer = client.get(f"{address}/result")
    assert answer.status_code == 200, answer.text
    return answer.content


def test_a_batch_that_cannot_be_looked_at_says_why(tmp_path: Path) -> None:
    with server(tmp_path, DRAFTING_OTHER_LIMIT="1 per minute") as (_, client):
        address = send(client)
        with pytest.raises(AssertionError, match="too_many_requests"):
            finish(client, address)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_restart_goes_on_and_does_nothing_twice(tmp_path: Path, number: signal.Signals) -> None:
    with server(tmp_path) as (process, client):
        address = send(client)
        wait(lambda: look(client, address)["done"] >= 5)
        process.send_signal(number)
        process.wait(PATIENCE)
    (journal,) = tmp_path.rglob("*.journal")
    before = len(journal.read_bytes().splitlines())
    assert 5 < before < len(TEXTS)
    with server(tmp_path) as (_, client):
        resumed = finish(client, address)
        undisturbed = finish(client, send(client))
        listed = client.get(BATCHES).json()
    assert resumed == undisturbed
    assert [batch["counts"] for batch in listed] == [{"rewritten": len(TEXTS)}] * 2
    keys = [json.loads(line)["key"] for line in journal.read_bytes().splitlines()[1:]]
    assert sorted(keys, key=int) == [str(n) for n in range(1, len(TEXTS) + 1)]


def test_a_real_server_takes_a_large_file_and_gives_it_back(tmp_path: Path) -> None:
    data = json.dumps([{"body": TEXTS[0], "note": "x" * 6_000_000}]).encode()
    with server(tmp_path) as (_, client):
        answer = client.post(BATCHES, files={"file": ("macros.json", data)})
        assert answer.status_code == 202
        (row,) = json.loads(finish(client, answer.headers["location"]))
        huge = client.post(BATCHES, files={"file": ("a.csv", b"x" * 21_000_000)})
    assert row["body_reply"] == "We haven't received form 0 yet. Please send it now."
    assert row["note"] == "x" * 6_000_000
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")
