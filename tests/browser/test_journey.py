"""The way of a draft with the real model, from the paste to the clipboard."""

import json
import urllib.request
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT, MODEL_MS, Desk

WATCH = """() => {
    window.seen = [];
    new MutationObserver(() => {
        const working = !document.querySelector("#run").hidden;
        const changes = document.querySelectorAll("#letter .change").length;
        if (working && changes && !window.seen.includes(changes)) window.seen.push(changes);
    }).observe(document.querySelector("#letter"), {childList: true});
}"""
"""Remember how many changes were there while the model still worked."""


def ask(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the API as a program does."""
    wanted = urllib.request.Request(
        f"{address}/api/v1/apply", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(wanted, timeout=60) as answer:
        applied: dict[str, Any] = json.load(answer)
        return applied


def test_from_the_paste_to_the_clipboard(real: str, open_desk: OpenDesk) -> None:
    desk = open_desk(real)
    desk.page.evaluate(WATCH)
    desk.paste("#draft", CURT)
    expect(
        desk.find(
            ".finding",
        ).first
    ).to_be_visible()
    desk.page.keyboard.press("Control+Enter")
    expect(desk.find("#progress")).to_be_visible()
    expect(desk.find("#cancel")).to_be_visible()
    desk.wait(MODEL_MS)
    seen = desk.page.evaluate("window.seen")
    assert len(seen) > 1, "the changes came all at once"
    assert seen == sorted(seen)
    check_facts(desk)
    undo_one(desk)
    choose_another(desk)
    ask_for_new_ones(desk)
    edit_one(desk)
    copied = desk.copy()
    assert copied["text/plain"] == ask(real, desk.applied[-1])["reply"]
    assert copied["text/plain"] == desk.reply
    assert "FR-118-402" in copied["text/html"]
    assert copied["text/html"].count("<p>") == 3


def check_facts(desk: Desk) -> None:
    expect(desk.find("#facts-title")).to_have_text("All 5 facts kept")
    expect(desk.row("s2").locator(".fact")).to_have_text("$129")


def undo_one(desk: Desk) -> None:
    desk.expect_reply("approve your claim FR-118-402")
    desk.tool("s1", "undo").click()
    desk.expect_reply("Your claim FR-118-402 has been denied.")
    expect(desk.row("s1").locator(".tag")).to_contain_text("undone")


def choose_another(desk: Desk) -> None:
    desk.tool("opening", "others").click()
    other = desk.row("opening").locator(".wording").first
    words = other.inner_text()
    other.click()
    desk.expect_reply(words)
    expect(desk.row("opening").locator("ins")).to_have_text(words)
    expect(desk.row("opening")).to_be_focused()


def ask_for_new_ones(desk: Desk) -> None:
    """New wordings, or word that there are none: either is an answer of the real model."""
    desk.tool("s3", "others").click()
    before = desk.row("s3").locator(".wording").count()
    desk.tool("s3", "more").click()
    expect(desk.tool("s3", "more")).to_have_attribute("aria-busy", "true")
    expect(desk.tool("s3", "more")).not_to_have_attribute("aria-busy", "true", timeout=MODEL_MS)
    told = desk.find("#toast").inner_text()
    after = desk.row("s3").locator(".wording").count()
    assert after > before or "no new wording" in told


def edit_one(desk: Desk) -> None:
    desk.tool("s2", "edit").click()
    field = desk.tool("s2", "field")
    expect(field).to_be_focused()
    field.fill("The receipt for $129 has not reached us yet – could you send it?")
    desk.page.keyboard.press("Enter")
    desk.expect_reply("has not reached us yet – could you send it?")
    expect(desk.find("#facts-title")).to_have_text("All 5 facts kept")
