"""What people write shows up in no log, no metric and no error, wherever it is posted."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from drafting.engine import Fillings
from drafting.errors import GrammarError
from tests.scripted import ScriptedEngine
from tests.serving import CURT, serving

CANARY = "kanarie7731"
JSON = "application/json"


class Fragile(ScriptedEngine):
    """Fails on what it is told to fail on, in two ways."""

    def fill(self, asks: Any, *rest: Any) -> list[Fillings]:
        for ask in asks:
            if "break" in ask.mail.draft:
                raise RuntimeError(ask.mail.draft)
            if "refuse" in ask.mail.draft:
                raise GrammarError("The grammar was refused.")
        return super().fill(asks, *rest)


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with serving(Fragile(), rewrite_limit="999/minute", other_limit="9999/minute") as app:
        yield app


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that any logger says, at any level."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


def every_request() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (method, path, arguments) with the canary in each place that takes text."""
    drafts = [
        f"You failed to send {CANARY}!!",
        f"break {CANARY}. You failed to send the form.",
        f"refuse {CANARY}. You failed to send the form.",
        f"{CANARY} " * 4000,
        f"Leider können wir {CANARY} das Geld nicht zurückgeben.",
    ]
    for draft in drafts:
        for path in ("rewrite", "rewrite/slot", "check", "apply"):
            extra = {"slot": "s1"} if path.endswith("slot") else {}
            extra |= {"changes": []} if path == "apply" else {}  # type: ignore[dict-item]
            yield "POST", f"/api/v1/{path}", {"json": {"draft": draft} | extra}
        yield "POST", "/api/v1/rewrite", {"json": [{"draft": draft}]}
    for field in ("draft", "format", "customer_message", "candidates", "seed", CANARY):
        yield "POST", "/api/v1/rewrite", {"json": {"draft": CURT} | {field: [CANARY]}}
    yield "POST", "/api/v1/rewrite/slot", {"json": {"draft": CURT, "slot": CANARY}}
    change = {"id": CANARY, "op": CANARY, "label": CANARY, "after": CANARY}
    yield "POST", "/api/v1/apply", {"json": {"draft": CURT, "changes": [change]}}
    yield "POST", "/api/v1/apply", {"json": {"draft": CURT, "changes": [], "accepted": [CANARY]}}
    yield "POST", "/api/v1/rewrite", {"data": f'{{"draft": {CANARY}', "content_type": JSON}
    yield "POST", "/api/v1/rewrite", {"data": CANARY, "content_type": f"text/{CANARY}"}
    yield "POST", "/api/v1/rewrite", {"data": b"\xff" + CANARY.encode(), "content_type": JSON}
    yield "GET", f"/{CANARY}", {}
    yield "GET", f"/static/{CANARY}", {}
    yield "GET", f"/?draft={CANARY}", {}
    yield CANARY.upper(), "/", {}
    for header in ("Authorization", "X-API-Key", "Host", "Accept", "Cookie", "User-Agent"):
        value = f"Bearer {CANARY}" if header == "Authorization" else CANARY
        yield "POST", "/api/v1/rewrite", {"json": {}, "headers": {header: value}}
    yield "POST", "/", {"data": {"draft": CANARY}}


def test_no_log_line_no_metric_and_no_error_holds_it(app: Flask, logged: io.StringIO) -> None:
    client = app.test_client()
    failed = 0
    for method, path, sent in every_request():
        answer = client.open(path, method=method, **sent)
        if answer.content_type == "application/problem+json":
            failed += 1
            assert CANARY not in answer.text.lower(), (method, path)
    assert failed > 25
    assert CANARY not in logged.getvalue().lower()
    assert "POST api.rewrite" in logged.getvalue()
    metrics = client.get("/metrics").text
    assert CANARY not in metrics.lower()
    assert 'endpoint="api.rewrite"' in metrics


def test_no_metric_holds_an_address_or_a_key() -> None:
    key = "a-key-of-more-than-twenty-characters"
    with serving(api_keys=key, proxies=1) as app:
        client = app.test_client()
        headers = {"X-API-Key": key, "X-Forwarded-For": "192.0.2.77"}
        client.post("/api/v1/check", json={"draft": CURT}, headers=headers)
        metrics = client.get("/metrics", headers=headers).text
    assert "192.0.2" not in metrics
    assert key not in metrics
    from web.security.keys import hash_key

    assert hash_key(key)[:12] not in metrics


def test_metrics_count_what_the_worker_does(app: Flask) -> None:
    client = app.test_client()

    def read() -> dict[str, float]:
        lines = [line for line in client.get("/metrics").text.splitlines() if line[0] != "#"]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    before = read()
    client.post("/api/v1/rewrite", json=[{"draft": CURT}, {"draft": CURT}])
    after = read()
    assert after["drafting_joined_drafts_total"] - before["drafting_joined_drafts_total"] == 1
    assert after["drafting_batches_total"] - before["drafting_batches_total"] >= 1
    assert after["drafting_slots_total"] > before["drafting_slots_total"]
    assert (after["drafting_ready"], after["drafting_queue_drafts"]) == (1, 0)
