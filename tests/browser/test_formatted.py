"""Formatted drafts: what is pasted is cleaned by the server before it is shown, and keeps its form."""

import re
from email import message_from_bytes, policy

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk

MAIL = (
    "<p style='color:red' onclick='alert(1)'>Hi <b>Ann</b>,</p>"
    "<ul><li>You failed to send <a href='https://x.example/a?b=1&amp;c=2'>the form</a>.</li></ul>"
    "<p>Send it <i>now</i>!! <img src='https://x.example/i.png' alt='Logo' width='90' height='30'></p>"
    "<a href='javascript:alert(2)'>Bob</a><script>alert(3)</script>"
)
TEXT = "Hi Ann,\nYou failed to send the form.\nSend it now!!\nBob"


def test_a_formatted_draft_from_paste_to_copy(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    fetched: list[str] = []
    desk.page.on("request", lambda request: fetched.append(request.url))
    desk.paste("#draft", TEXT, MAIL)
    expect(desk.find("#draft")).to_have_value(TEXT)
    desk.page.get_by_role("button", name="Keep the formatting").click()
    rich = desk.find("#rich")
    expect(rich.locator("li a")).to_have_attribute("href", "https://x.example/a?b=1&c=2")
    expect(rich.locator("b")).to_have_text("Ann")
    expect(rich.locator("[style], [onclick], script, [href^=javascript]")).to_have_count(0)
    expect(desk.page.get_by_role("button", name="blame")).to_be_visible()
    desk.find("#rewrite").click()
    desk.wait()
    sheet = desk.find("#reply-text")
    expect(sheet.locator("li")).to_have_text("We haven't received the form yet.")
    expect(sheet.locator("li a")).to_have_attribute("href", "https://x.example/a?b=1&c=2")
    copied = desk.copy()
    assert "<li>" in copied["text/html"]
    assert "We haven't received the form yet." in copied["text/plain"]
    mail = message_from_bytes(desk.save("Download as .eml"), policy=policy.default)
    html = mail.get_body(("html",))
    assert html
    assert "https://x.example/i.png" in html.get_content()
    assert not [url for url in fetched if "x.example" in url]
    desk.page.reload()
    expect(desk.page.get_by_label("Formatted")).to_be_checked()
    expect(rich.locator("b")).to_have_text("Ann")
    desk.page.get_by_label("Plain text").check()
    expect(desk.find("#draft")).to_have_value(re.compile("You failed to send the form."))
