"""The server as a process, with the real model: start, refusals, gentle stop; and rude clients."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.serving import CURT, listening

START = [sys.executable, "-m", "drafting"]
PATIENCE = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(address: str, body: object = None) -> tuple[int, bytes]:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def server(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server and wait until it is ready."""
    port = free_port()
    # Who waits for a number asks often: on a slow machine, the limit of one address would end it.
    free = {"DRAFTING_OTHER_LIMIT": "99999 per minute"}
    environment = os.environ | {"DRAFTING_PORT": str(port)} | free | settings
    process = subprocess.Popen(
        [*START, "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + PATIENCE
        while not is_ready(address):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < end
            time.sleep(0.2)
        yield process, address
    finally:
        process.kill()
        process.communicate()


def wait_for(address: str, metric: str) -> None:
    """Wait until the server's numbers hold this one."""
    end = time.monotonic() + PATIENCE
    while True:
        status, numbers = fetch(f"{address}/metrics")
        assert status == 200, numbers
        if metric in numbers.decode():
            return
        assert time.monotonic() < end, f"waited for {metric}"
        time.sleep(0.02)


def is_ready(address: str) -> bool:
    try:
        return fetch(f"{address}/readyz")[0] == 200
    except OSError:
        return False


def test_running_work_finishes_and_what_waits_is_answered() -> None:
    """With one row in a round, the first draft keeps the model busy while the second one waits."""
    with server(DRAFTING_ROWS="1") as (process, address):
        answers: dict[str, tuple[int, bytes]] = {}

        def ask(name: str) -> None:
            # More wordings than moves and phrases have, so that the model is needed for a while.
            body = {"draft": f"{CURT} Send form 7, too!", "candidates": 8}
            answers[name] = fetch(f"{address}/api/v1/rewrite", body)

        first = threading.Thread(target=ask, args=("first",))
        first.start()
        wait_for(address, "drafting_batches_total 1.0")
        second = threading.Thread(target=ask, args=("second",))
        second.start()
        wait_for(address, "drafting_queue_drafts 2.0")
        process.send_signal(signal.SIGTERM)
        for thread in (first, second):
            thread.join(PATIENCE)
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        log = process.stderr.read()
    assert answers["first"][0] == 200
    assert b"FR-118-402" in answers["first"][1]
    # The second one had either not begun and was told so, or shared a round and was finished.
    status, body = answers["second"]
    assert status == 200 or (status == 503 and json.loads(body)["code"] == "stopping")
    assert "running work finishes" in log
    assert "Traceback" not in log


def test_an_address_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        check_refusal({"DRAFTING_PORT": str(taken.getsockname()[1])}, "another DRAFTING_PORT")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"DRAFTING_HOST": "0.0.0.0"}, "--insecure"),
        ({"DRAFTING_API_KEYS": "short"}, "20 characters"),
        ({"DRAFTING_PORT": "99999"}, "1 to 65535"),
        ({"DRAFTING_QUEUE": "0"}, "1 to 1000"),
        ({"DRAFTING_REWRITE_LIMIT": "often"}, "60 per minute"),
        ({"DRAFTING_HSOT": "127.0.0.1"}, "DRAFTING_HOST"),
    ],
)
def test_wrong_settings_stop_the_start(settings: dict[str, str], told: str) -> None:
    check_refusal(settings, told)


def check_refusal(settings: dict[str, str], told: str) -> None:
    ended = subprocess.run(
        [*START, "serve"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE)


def test_clients_that_send_slowly_hold_nobody_up() -> None:
    with listening(queue=1) as (address, _):
        slow = [connect(address) for _ in range(30)]
        for number, client in enumerate(slow):
            head = b"POST /api/v1/rewrite HTTP/1.1\r\nHost: localhost\r\n"
            client.sendall(head if number % 2 else head + b"Content-Length: 100\r\n\r\n{")
        assert fetch(f"{address}/healthz")[0] == 200
        assert fetch(f"{address}/api/v1/rewrite", {"draft": CURT})[0] == 200
        for client in slow:
            client.close()


def test_a_client_that_reads_slowly_holds_nobody_up() -> None:
    with listening() as (address, _):
        body = json.dumps([{"draft": CURT}] * 20).encode()
        lazy = connect(address)
        head = (
            f"POST /api/v1/rewrite HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        )
        lazy.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        assert fetch(f"{address}/api/v1/rewrite", {"draft": CURT})[0] == 200
        lazy.close()


@pytest.mark.parametrize("size", [4_000_001, 10**12])
def test_a_huge_body_is_refused_before_it_is_sent(size: int) -> None:
    with listening() as (address, _), connect(address) as client:
        head = f"POST /api/v1/rewrite HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
        client.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
        if size < 8_000_000:
            client.sendall(b" " * size)
        assert b" 413 " in client.recv(1000)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b: \x00\r\n\r\n",
        b"POST /api/v1/rewrite HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/rewrite HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_is_answered_and_the_server_lives(sent: bytes) -> None:
    with listening() as (address, _):
        with connect(address) as client:
            client.sendall(sent)
            status = client.recv(100).split(b" ")[1:2]
            assert not status or status[0].startswith(b"4")
        assert fetch(f"{address}/healthz")[0] == 200
