"""What of a mail is the draft, what is the customer's message, and what stays out of both."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from drafting.markup.page import read_html
from tests.thunderbird import mails
from tests.thunderbird.window import Window

DRAFT = (
    "Dear Ms Adeyemi,\n\n"
    "Your claim FR-118-402 has been denied. You failed to send the receipt for $129.\n\n"
    "Send the form D-2 within 14 days!!"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def text_of(html: str) -> str:
    return read_html(html).text.strip()


@pytest.mark.parametrize("body", [mails.ABOVE, mails.BELOW], ids=["above", "below"])
def test_html(page: Page, body: str) -> None:
    picked = Window(page, body).pick()
    assert text_of(picked["draft"]) == DRAFT
    assert picked["customer_message"] == mails.CUSTOMER
    assert picked["format"] == "html"


def test_lines_in_the_body_itself(page: Page) -> None:
    picked = Window(page, mails.BODY_TEXT + mails.PREFIX + mails.QUOTE).pick()
    assert text_of(picked["draft"]) == DRAFT


def test_addresses_of_links_and_pictures_stay_here(page: Page) -> None:
    body = (
        mails.TYPED + '<p>See <img src="data:image/png;base64,AAAA" alt="Ada&#39;s receipt">.</p>'
    )
    draft = Window(page, body).pick()["draft"]
    assert "northgate" not in draft
    assert "AAAA" not in draft
    assert "receipt&" not in draft
    assert text_of(draft).endswith("See [image].")


@pytest.mark.parametrize("body", [mails.PLAIN, mails.REOPENED], ids=["reply", "reopened"])
def test_plain(page: Page, body: str) -> None:
    picked = Window(page, body, plain=True).pick()
    assert picked["draft"] == DRAFT
    assert picked["format"] == "text"


@pytest.mark.parametrize("body", [mails.PLAIN, mails.REOPENED], ids=["reply", "reopened"])
def test_the_customer_in_plain_text(page: Page, body: str) -> None:
    picked = Window(page, body, plain=True).pick()
    assert picked["customer_message"] == "Hello,\n\nwhy did you refuse my claim FR-118-402?"


def test_answers_between_quotes(page: Page) -> None:
    body = f"<p>No.</p>{mails.QUOTE}<p>Send it.</p>{mails.QUOTE}{mails.SIGNATURE}"
    picked = Window(page, body).pick()
    assert text_of(picked["draft"]) == "No.\n\nSend it."
    assert picked["customer_message"] == f"{mails.CUSTOMER}\n\n{mails.CUSTOMER}"
    plain = f"No.<br>{mails.PLAIN_QUOTE}Send it.<br>{mails.PLAIN_QUOTE}"
    assert Window(page, plain, plain=True).pick()["draft"] == "No.\n\nSend it."


def test_a_forwarded_mail_is_the_customers(page: Page) -> None:
    body = (
        "<p>Look into this.</p><div class='moz-forward-container'>-------- Forwarded Message --------"
        "<table class='moz-email-headers-table'><tr><th>Subject</th><td>Claim</td></tr></table>"
        "<p>Where is my money?</p></div>"
    )
    picked = Window(page, body).pick()
    assert text_of(picked["draft"]) == "Look into this."
    assert picked["customer_message"].endswith("Where is my money?")
    assert "Subject" not in picked["customer_message"]


@pytest.mark.parametrize("typed", ["", "<p><br></p>", "<p>&nbsp;</p><p> </p>"])
def test_nothing_typed(page: Page, typed: str) -> None:
    assert Window(page, typed + mails.SIGNATURE + mails.PREFIX + mails.QUOTE).pick()["draft"] == ""


def test_nothing_quoted(page: Page) -> None:
    assert Window(page, mails.TYPED).pick()["customer_message"] is None


def test_what_is_not_seen_stays_out(page: Page) -> None:
    body = '<p>Seen.</p><p style="display: none">Hidden.</p><style>p {}</style><!-- a comment --><title>T</title>'
    assert text_of(Window(page, body).pick()["draft"]) == "Seen."


def test_a_long_message_is_cut(page: Page) -> None:
    body = "<p>No.</p><blockquote type=cite><p>" + "\U0001f600 " * 15_000 + "</p></blockquote>"
    message = Window(page, body).pick()["customer_message"]
    assert len(message) == 20_000
