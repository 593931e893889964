"""Every mistake gets a problem with a stable code, a kind text, and nothing of what was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from drafting.engine import Engine
from drafting.errors import ModelBrokenError
from drafting.settings import Settings
from tests.serving import CURT, make_settings, serving, until
from tests.test_worker import SteppedEngine
from web.app import create_app
from web.worker import State, Worker

JSON = "application/json"


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with serving(rewrite_limit="9999 per minute", other_limit="9999 per minute") as app:
        yield app.test_client()


def check_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.content_type == "application/problem+json"
    assert problem["title"]
    assert problem["type"] == f"/docs#{code}"
    assert problem["detail"].endswith(".")
    return problem


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"json": {"draft": ""}}, 422, "empty_draft"),
        ({"json": {"draft": " \n\n"}}, 422, "empty_draft"),
        ({"json": {"draft": "a" * 20_001}}, 413, "draft_too_long"),
        ({"json": {"draft": "It works now. " * 121}}, 413, "draft_too_long"),
        ({"json": {"draft": CURT, "customer_message": "a" * 20_001}}, 413, "message_too_long"),
        ({"data": CURT, "content_type": "text/plain"}, 415, "wrong_type"),
        ({"data": {"draft": CURT}}, 415, "wrong_type"),
        ({"data": b"", "content_type": JSON}, 400, "broken_json"),
        ({"data": b'{"draft": ', "content_type": JSON}, 400, "broken_json"),
        ({"data": b"[" * 100_000, "content_type": JSON}, 400, "broken_json"),
        ({"data": b'{"seed": NaN}', "content_type": JSON}, 400, "broken_json"),
        ({"data": b'{"draft": "\\ud800"}', "content_type": JSON}, 400, "broken_json"),
        ({"data": '{"draft": "é"}'.encode("latin-1"), "content_type": JSON}, 415, "not_text"),
        ({"data": b"{}", "content_type": JSON + "; charset=utf-16"}, 415, "not_text"),
        ({"json": []}, 400, "broken_json"),
        ({"json": [{"draft": CURT}] * 33}, 413, "too_many_items"),
        ({"json": {}}, 422, "wrong_fields"),
        ({"json": "x"}, 422, "wrong_fields"),
        ({"json": {"draft": 1}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "format": "markdown"}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "candidates": 0}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "candidates": 9}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "candidates": True}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "candidates": "4"}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "seed": -1}}, 422, "wrong_fields"),
        ({"json": {"draft": CURT, "seed": 10**30}}, 422, "wrong_fields"),
        (
            {"json": {"draft": "Leider können wir Ihnen das Geld nicht zurückgeben."}},
            422,
            "unsupported_language",
        ),
    ],
)
def test_what_cannot_be_rewritten(
    client: FlaskClient, sent: dict[str, Any], status: int, code: str
) -> None:
    check_problem(client.post("/api/v1/rewrite", **sent), status, code)


def test_limits_are_told_in_the_text(client: FlaskClient) -> None:
    answer = client.post("/api/v1/rewrite", json={"draft": "a" * 20_001})
    assert "20,000" in check_problem(answer, 413, "draft_too_long")["detail"]


def test_an_unknown_field_is_not_said_back_but_its_neighbour_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/rewrite", json={"draft": CURT, "custmer_message": "canary"})
    problem = check_problem(answer, 422, "wrong_fields")
    assert "Did you mean customer_message?" in problem["errors"][0]["message"]
    assert "canary" not in answer.text
    assert "custmer" not in answer.text


@pytest.mark.parametrize(
    ("path", "sent", "status", "code"),
    [
        ("rewrite/slot", {"draft": CURT, "slot": "s99"}, 422, "unknown_slot"),
        ("rewrite/slot", {"draft": CURT, "slot": "x"}, 422, "wrong_fields"),
        ("apply", {"draft": CURT, "changes": [{"id": "s9", "op": "delete"}]}, 422, "unknown_slot"),
        ("apply", {"draft": CURT, "changes": [{"id": "s1", "op": "keep"}]}, 422, "wrong_fields"),
        ("apply", {"draft": CURT, "changes": [{"id": "s1", "op": "insert"}]}, 422, "unfit_change"),
        ("apply", {"draft": CURT, "changes": [], "accepted": ["s1"]}, 422, "unfit_change"),
        ("check", {"draft": ""}, 422, "empty_draft"),
        ("check", {"draft": CURT, "seed": 1}, 422, "wrong_fields"),
    ],
)
def test_other_addresses_refuse_alike(
    client: FlaskClient, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    check_problem(client.post(f"/api/v1/{path}", json=sent), status, code)


def test_wrong_addresses_and_methods(client: FlaskClient) -> None:
    check_problem(client.get("/api/v1/nothing"), 404, "not_found")
    answer = client.get("/api/v1/rewrite")
    check_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_not_read(client: FlaskClient) -> None:
    answer = client.post("/api/v1/rewrite", data=b" " * 4_000_001, content_type=JSON)
    check_problem(answer, 413, "too_large")


def test_an_overfull_queue_answers_at_once() -> None:
    engine = SteppedEngine()
    with serving(engine, queue=1) as app:
        worker: Worker = app.extensions["drafting_worker"]
        from drafting.rewriter import Request

        worker.submit([Request(CURT)])
        answer = app.test_client().post("/api/v1/rewrite", json={"draft": CURT})
        check_problem(answer, 503, "overloaded")
        assert int(answer.headers["Retry-After"]) > 0
        engine.gate.release(1000)


def test_a_draft_that_takes_too_long() -> None:
    engine = SteppedEngine()
    with serving(engine, timeout=0.05) as app:
        answer = app.test_client().post("/api/v1/rewrite", json={"draft": CURT})
        check_problem(answer, 504, "too_slow")
        engine.gate.release(1000)


def make_unready(load: Any) -> tuple[FlaskClient, Worker]:
    settings: Settings = make_settings()
    worker = Worker(load)
    return create_app(settings, worker).test_client(), worker


def test_before_the_model_stands() -> None:
    client, _ = make_unready(lambda: None)
    answer = client.post("/api/v1/rewrite", json={"draft": CURT})
    check_problem(answer, 503, "not_ready")
    assert answer.headers["Retry-After"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    # What needs no model is answered.
    assert client.post("/api/v1/check", json={"draft": CURT}).status_code == 200


def test_after_the_models_thread_has_died() -> None:
    def load() -> Engine:
        raise ModelBrokenError("The model's files can't be read.")

    client, worker = make_unready(load)
    worker.start()
    until(lambda: worker.state is State.DEAD)
    check_problem(client.post("/api/v1/rewrite", json={"draft": CURT}), 503, "model_broken")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "dead"})


def test_a_surprise_is_answered_without_its_text(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def surprise(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setitem(client.application.view_functions, "api.check", surprise)
    answer = client.post("/api/v1/check", json={"draft": CURT})
    check_problem(answer, 500, "internal_error")
    assert "canary" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
