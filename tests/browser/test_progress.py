"""What is seen while the model works, and what happens when that is broken off."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT, Desk
from tests.browser.gated import GatedEngine
from tests.serving import until


@pytest.fixture
def desk(scripted: str, engine: GatedEngine, open_desk: OpenDesk) -> Desk:
    """A page whose rewrite goes on slot by slot."""
    engine.is_open = False
    desk = open_desk(scripted)
    desk.write(CURT)
    return desk


def test_what_is_certain_shows_at_once_and_the_rest_one_by_one(
    desk: Desk, scripted: str, engine: GatedEngine, open_desk: OpenDesk
) -> None:
    desk.find("#rewrite").click()
    expect(desk.find("#letter")).to_contain_text("Dear Ms Adeyemi")
    other = open_desk(scripted)
    other.write(CURT)
    other.find("#rewrite").click()
    expect(other.find("#run-words")).to_have_text("1 draft is in front of yours")
    # All four changes are certain; the model still looks for other wordings of three of them.
    expect(desk.find(".change")).to_have_count(4)
    for slots in (2, 3):
        engine.steps.release()
        expect(desk.find("#run-words")).to_have_text(f"{slots} of 4 places looked at")
        expect(desk.find(".change")).to_have_count(4)
        expect(desk.find(".tools")).to_have_count(0)
    engine.is_open = True
    desk.wait()
    other.wait()
    assert other.reply == desk.reply


def test_cancel_frees_the_model_and_keeps_the_draft(desk: Desk, engine: GatedEngine) -> None:
    stopped = engine.stopped
    desk.find("#rewrite").click()
    engine.steps.release()
    expect(desk.find(".change")).to_have_count(4)
    desk.find("#cancel").click()
    expect(desk.find("#review")).to_be_hidden()
    expect(desk.find("#rewrite")).to_be_focused()
    expect(desk.find("#toast")).to_contain_text("Cancelled")
    expect(desk.find("#draft")).to_have_value(CURT)
    until(lambda: engine.stopped > stopped)
    engine.is_open = True
    desk.find("#rewrite").click()
    desk.wait()


def test_escape_cancels_too(desk: Desk) -> None:
    desk.find("#draft").press("Control+Enter")
    expect(desk.find("#cancel")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.find("#review")).to_be_hidden()


def test_a_lost_connection_is_told_and_keeps_the_draft(desk: Desk, engine: GatedEngine) -> None:
    engine.is_open = True
    start = {"item": 0, "draft_text": CURT, "slots": ["s1"], "findings": [], "position": 0}
    half = f"event: start\ndata: {json.dumps(start)}\n\nevent: progress\nda"
    desk.page.route(
        "**/api/v1/rewrite",
        lambda route: route.fulfill(content_type="text/event-stream", body=half),
        times=1,
    )
    desk.find("#rewrite").click()
    expect(desk.find("#trouble")).to_contain_text("connection to the server was lost before")
    expect(desk.find("#rewrite")).to_be_focused()
    desk.page.route("**/api/v1/rewrite", lambda route: route.abort(), times=1)
    desk.find("#rewrite").click()
    expect(desk.find("#trouble")).to_contain_text("connection to the server was lost.")
    expect(desk.find("#draft")).to_have_value(CURT)
    desk.find("#rewrite").click()
    desk.wait()
    expect(desk.find("#trouble")).to_be_hidden()


def test_a_refusal_is_told_in_the_servers_words(desk: Desk) -> None:
    desk.write("a" * 20_001)
    desk.find("#rewrite").click()
    expect(desk.find("#trouble")).to_contain_text("one request may hold 20,000")
    desk.write("")
    desk.find("#rewrite").click()
    expect(desk.find("#toast")).to_contain_text("There is no draft yet")
    expect(desk.find("#draft")).to_be_focused()
