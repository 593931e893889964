"""Files and links that the reply leaves the page in."""

from email import message_from_bytes, policy
from urllib.parse import unquote

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT

LONG = "Your claim has been denied. " + "Your file stays open – until 12 March. " * 60


def test_files_and_mail_link_hold_the_reply(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.rewrite(CURT.replace("Claims Team", "Zoë – Claims Team"))
    reply = desk.reply
    assert "Zoë – Claims Team" in reply
    assert desk.save("Download as .txt").decode() == reply
    raw = desk.save("Download as .eml")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["X-Unsent"] == "1"
    assert mail["Date"].datetime
    assert not mail.defects
    assert mail.get_content() == reply.replace("\n", "\r\n")
    link = desk.find("#mailto").get_attribute("href") or ""
    assert unquote(link.removeprefix("mailto:?body=")) == reply.replace("\n", "\r\n")


def test_a_long_reply_has_no_mail_link_and_says_why(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.rewrite(LONG)
    expect(desk.find("#mailto")).to_be_hidden()
    expect(desk.find("#ways-hint")).to_contain_text("too long to hand over to a mail program")
