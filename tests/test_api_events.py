"""Server-sent events: what is told, in which order, and what happens when the reader goes."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.scripted import ScriptedEngine
from tests.serving import CURT, listening, serving, until
from tests.test_worker import SteppedEngine
from web.worker import Worker

EVENTS = {"Accept": "text/event-stream"}


def read_events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.split("data: ", 1)[1]))
        for block in blocks
    ]


def test_one_draft_from_start_to_end() -> None:
    with serving(ScriptedEngine()) as app:
        answer = app.test_client().post("/api/v1/rewrite", json={"draft": CURT}, headers=EVENTS)
        events = read_events(answer.text)
        plain = app.test_client().post("/api/v1/rewrite", json={"draft": CURT}).json
    assert answer.content_type == "text/event-stream; charset=utf-8"
    names = [name for name, _ in events]
    assert (names[0], names[-1]) == ("start", "done")
    assert set(names) == {"start", "change", "progress", "done"} | (
        {"note"} if plain and plain["notes"] else set()
    )
    start, done = events[0][1], events[-1][1]["result"]
    assert start["draft_text"] == CURT
    assert start["findings"] == done["findings"]["draft"]
    progress = [data for name, data in events if name == "progress"]
    assert [data["done"] for data in progress] == list(range(1, len(start["slots"]) + 1))
    assert {data["slot"] for data in progress} == set(start["slots"])
    told = {data["change"]["id"] for name, data in events if name == "change"}
    assert {change["id"] for change in done["changes"]} <= told
    assert plain
    assert done["reply"] == plain["reply"]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_certain_is_told_before_the_model_has_written(seed: int) -> None:
    asked = {"draft": CURT, "seed": seed}
    with serving(ScriptedEngine()) as app:
        answer = app.test_client().post("/api/v1/rewrite", json=asked, headers=EVENTS)
        events = read_events(answer.text)
    first = [name for name, _ in events].index("progress")
    early = {data["change"]["id"]: data["change"] for _, data in events[1:first]}
    final = {change["id"]: change for change in events[-1][1]["result"]["changes"]}
    assert early
    for slot, change in early.items():
        assert change["after"] == final[slot]["after"]


def test_a_wrong_draft_of_a_list_is_told_in_its_place() -> None:
    with serving(ScriptedEngine()) as app:
        answer = app.test_client().post(
            "/api/v1/rewrite", json=[{"draft": CURT}, {"draft": ""}], headers=EVENTS
        )
        events = read_events(answer.text)
    assert events[-1][0] == "error"
    assert (events[-1][1]["item"], events[-1][1]["error"]["code"]) == (1, "empty_draft")
    assert [data["item"] for name, data in events if name == "done"] == [0]


def test_a_line_separator_does_not_break_an_event() -> None:
    draft = "You failed to send\u2028the form!!"
    with serving(ScriptedEngine()) as app:
        answer = app.test_client().post("/api/v1/rewrite", json={"draft": draft}, headers=EVENTS)
        text = answer.text
    assert len(text.splitlines()) == text.count("\n")
    assert read_events(text)[0][1]["draft_text"] == draft


def ask(address: str, accept: str) -> socket.socket:
    """Send a request and leave the answer unread."""
    parts = urlsplit(address)
    body = json.dumps({"draft": CURT}).encode()
    asking = socket.create_connection((parts.hostname, parts.port), timeout=30)
    head = (
        f"POST /api/v1/rewrite HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    asking.sendall(head.encode() + body)
    return asking


def check_gone(accept: str) -> None:
    """A client that goes away frees its rows, and its place in the queue, before its work is done."""
    engine = SteppedEngine()
    with listening(engine) as (address, app):
        worker: Worker = app.extensions["drafting_worker"]
        asking = ask(address, accept)
        until(lambda: bool(engine.begun))
        engine.gate.release()
        until(lambda: len(engine.open) == 1)
        asking.close()
        until(lambda: all(ticket.is_over() for ticket in list(worker._queue)))
        assert len(engine.begun[0].slots) > 2
        engine.gate.release()
        until(lambda: worker.waiting == 0)
        assert len(engine.open) <= 2


def test_the_work_of_a_reader_of_events_that_has_gone_is_given_up() -> None:
    check_gone("text/event-stream")


def test_the_work_of_a_client_that_has_gone_is_given_up() -> None:
    check_gone("application/json")
