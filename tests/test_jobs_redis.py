"""Batches that wait in Redis rather than in a file."""

import threading
from collections.abc import Iterator

import pytest
from fakeredis import TcpFakeServer

from tests.batching import batching, send_good, wait_until
from tests.serving import CURT


@pytest.fixture
def redis() -> Iterator[str]:
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
