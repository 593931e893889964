"""The popup and the options in Chromium, with a stand-in for Thunderbird and a real server."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.desk import Desk
from tests.browser.test_looks import find_serious
from tests.serving import listening
from tests.thunderbird import mails
from web.clients.addon import read_files

KINDS = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}
STAND_IN = Path(__file__).with_name("stand_in.js").read_text("utf-8")
PATIENCE = 120_000
"""Milliseconds that a step may take: machines of tests are busy."""
Open = Callable[..., Desk]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with listening(rewrite_limit="9999/minute", other_limit="9999/minute") as (address, _):
        yield address


@pytest.fixture
def open_addon(browser: Browser, address: str) -> Iterator[Open]:
    """Open a page of the add-on beside a mail; in the end, nothing may have gone wrong in it."""
    opened: list[Desk] = []
    files = dict(read_files())

    def answer(route: Route) -> None:
        name = route.request.url.partition("/addon/")[2]
        route.fulfill(body=files[name], content_type=KINDS[name.rpartition(".")[2]])

    def open_page(name: str = "popup.html", body: str = mails.ABOVE) -> Desk:
        page: Page = browser.new_page(
            viewport={"width": 800, "height": 600}, reduced_motion="reduce"
        )
        page.add_init_script(f"const MAIL_BODY = {json.dumps(body)};\n{STAND_IN}")
        page.route("**/addon/**", answer)
        desk = Desk(page)
        opened.append(desk)
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/addon/{name}")
        if name == "popup.html":
            expect(desk.find("#ways:visible, #trouble:visible")).to_have_count(1, timeout=PATIENCE)
        return desk

    yield open_page
    for desk in opened:
        desk.page.close()
    assert [wrong for desk in opened for wrong in desk.wrong] == []


def mail_of(desk: Desk) -> str:
    html: str = desk.find("#mail").evaluate("mail => mail.contentDocument.body.innerHTML")
    return html


def wait_for_mail(desk: Desk, part: str) -> str:
    """Wait until the mail has something in it, and return its body."""
    expect(desk.page.frame_locator("#mail").locator("body")).to_contain_text(part, timeout=PATIENCE)
    return mail_of(desk)


def look(desk: Desk, state: str) -> None:
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        assert find_serious(desk) == [], f"{state}, {scheme}"
    assert desk.overflow <= 0


def test_from_the_draft_to_the_mail(open_addon: Open) -> None:
    desk = open_addon()
    expect(desk.find("#put-words")).to_have_text("Put 4 changes into the mail")
    desk.tool("s1", "undo").click()
    expect(desk.row("s1").locator(".status")).to_have_text(", undone")
    desk.tool("s2", "accept").click()
    expect(desk.row("s2").locator(".status")).to_have_text(", accepted")
    desk.find("#put").click()
    body = wait_for_mail(desk, "Please send")
    assert "has been <i>denied</i>" in body
    assert "We haven't received the receipt for $129 yet." in body
    assert body.endswith(mails.SIGNATURE + mails.PREFIX + mails.QUOTE)


def test_a_wording_of_ones_own(open_addon: Open) -> None:
    desk = open_addon()
    desk.tool("s2", "edit").click()
    desk.tool("s2", "field").fill("The receipt isn't here yet.")
    desk.page.keyboard.press("Enter")
    expect(desk.row("s2").locator(".missing")).to_contain_text("$129")
    desk.page.keyboard.press("Control+Enter")
    assert "The receipt isn't here yet." in wait_for_mail(desk, "isn't here")


def test_with_all_undone_there_is_nothing_to_put(open_addon: Open) -> None:
    desk = open_addon()
    before = mail_of(desk)
    desk.page.get_by_role("button", name="Undo all").click()
    expect(desk.find("#put")).to_have_attribute("aria-disabled", "true")
    desk.find("#put").click(force=True)
    assert mail_of(desk) == before


def test_notes_are_shown(open_addon: Open) -> None:
    desk = open_addon(
        body="<p>Hi Sam,</p><p>You have not bothered to fill in the form.</p><p>Bo</p>"
    )
    expect(desk.find("#ways")).to_be_visible()
    expect(desk.find(".note-words, #verdict").first).to_be_visible()


def test_hostile_texts_are_texts(open_addon: Open) -> None:
    body = "<p>Per our policy, no &lt;img src=x onerror=alert(1)&gt; refund. Send the &lt;script&gt; form!!</p>"
    desk = open_addon(body=body)
    expect(desk.find("#letter")).to_contain_text("<img src=x onerror=alert(1)>")
    assert desk.find("#letter img, #letter script").count() == 0


def test_every_state(open_addon: Open) -> None:
    desk = open_addon()
    expect(desk.find("#ways")).to_be_visible()
    look(desk, "done")
    desk.tool("opening", "others").click()
    desk.tool("s1", "undo").click()
    desk.tool("s2", "edit").click()
    look(desk, "in the middle of it")
    desk.page.keyboard.press("Escape")
    desk.row("s2").focus()
    desk.page.keyboard.press("?")
    expect(desk.find("#help")).to_be_visible()
    look(desk, "the shortcuts")
    empty = open_addon(body=mails.SIGNATURE)
    expect(empty.find("#trouble")).to_contain_text("There is no draft yet.")
    look(empty, "trouble")
    options = open_addon("options.html")
    options.find("#test").click()
    expect(options.find("#told")).to_have_text(
        "The server answers, and its model is ready.", timeout=PATIENCE
    )
    look(options, "the options")
    options.find("#address").fill("nowhere at all")
    options.find("#test").click()
    expect(options.find("#told")).to_contain_text("isn't an address")
    look(options, "options that can't be used")
