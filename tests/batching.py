"""Batches sent to an app, as a program sends them; and a server of its own that can be killed."""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from drafting.engine import Engine
from tests.serving import serving
from web.jobs.service import jobs_of

KIND = "Thank you for telling us, and I'm glad that it works now."
BATCHES = "/api/v1/batches"
PATIENCE = 300
FREE = {"rewrite_limit": "9999/minute", "other_limit": "99999/minute"}


def make_csv(texts: Sequence[str]) -> bytes:
    """Return a CSV of texts, with a column that is none of ours."""
    rows = [f'{number},"{text}",x\r\n' for number, text in enumerate(texts, 1)]
    return ("id,body,other\r\n" + "".join(rows)).encode()


def send(client: FlaskClient, data: bytes, name: str = "macros.csv", **fields: Any) -> TestResponse:
    """Send a file."""
    headers = fields.pop("headers", {})
    # Made whole here: the client would put a long one into a file, and leave it open.
    file = FileStorage(io.BytesIO(data), name, "file")
    boundary, body = encode_multipart({"file": file, **fields})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(BATCHES, data=body, content_type=kind, headers=headers)


def send_good(client: FlaskClient, texts: Sequence[str], **fields: Any) -> str:
    """Send a CSV of texts and return the batch's address."""
    answer = send(client, make_csv(texts), **fields)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def wait_until(client: FlaskClient, address: str, state: str = "done") -> dict[str, Any]:
    """Wait until a batch is in some state, and return it."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        batch = answer.json
        assert batch
        if batch["state"] == state:
            return dict(batch)
        assert time.monotonic() < end, f"waited for {state}: {batch}"
        time.sleep(0.02)


@contextmanager
def batching(engine: Engine | None = None, **values: Any) -> Iterator[Flask]:
    """Yield an app that runs the batches that it is sent."""
    with serving(engine, **FREE | values) as app:
        jobs_of(app).start()
        try:
            yield app
        finally:
            jobs_of(app).stop()
