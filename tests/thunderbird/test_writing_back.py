"""The reply in the mail: the changes and nothing else, and the editor's own undo takes them back."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from drafting.markup.page import read_html
from tests.thunderbird import mails
from tests.thunderbird.window import Window


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def words(text: str) -> list[str]:
    return text.split()


def typed(body: str) -> str:
    """The words of a body without what must stay."""
    for part in (mails.SIGNATURE, mails.PREFIX, mails.QUOTE):
        body = body.replace(part, "<p></p>")
    return read_html(body).text


@pytest.mark.parametrize("body", mails.ALL.values(), ids=mails.ALL)
def test_html(page: Page, body: str) -> None:
    window = Window(page, body)
    before = window.body
    applied = window.rewrite()
    assert applied.changes
    assert window.write(applied) is None
    assert words(typed(window.body)) == words(applied.reply_text)
    for part in (mails.SIGNATURE, mails.PREFIX, mails.QUOTE):
        assert window.body.count(part) == before.count(part)
    for _ in range(20):
        if window.body != before:
            window.undo()
    assert window.body == before


def test_formatting_stays(page: Page) -> None:
    window = Window(page, mails.ABOVE)
    assert window.write(window.rewrite()) is None
    assert '<a href="https://northgate.example/d2?for=ada">the form D-2</a>' in window.body
    assert "<b>within 14 days</b>." in window.body
    assert "Please send <a" in window.body


def test_an_undone_change_stays_as_it_was_written(page: Page) -> None:
    window = Window(page, mails.ABOVE)
    assert window.write(window.rewrite("s1")) is None
    assert "Your claim FR-118-402 has been <i>denied</i>." in window.body
    assert "You failed" not in window.body


@pytest.mark.parametrize("body", [mails.PLAIN, mails.REOPENED], ids=["reply", "reopened"])
def test_plain(page: Page, body: str) -> None:
    window = Window(page, body, plain=True)
    before = window.body
    applied = window.rewrite("s2")
    assert window.write(applied) is None
    assert window.pick()["draft"] == applied.reply_text
    rest = "On 11/29/26" + before.partition("On 11/29/26")[2]
    assert rest in window.body
    window.undo()
    assert window.body == before, "one undo takes all of it back"


def test_plain_in_between(page: Page) -> None:
    body = f"Per our policy, no refunds are possible.<br>{mails.PLAIN_QUOTE}Send the form D-2!!<br>"
    window = Window(page, body, plain=True)
    assert window.write(window.rewrite()) is None
    assert "Please send the form D-2." in window.text
    assert mails.PLAIN_QUOTE in window.body


def test_a_draft_that_has_changed_is_left_alone(page: Page) -> None:
    window = Window(page, mails.ABOVE)
    applied, draft = window.rewrite(), window.pick()["draft"]
    page.evaluate("document.querySelector('p').append(' and all')")
    before = window.body
    told = window.write(applied, draft)
    assert told
    assert told.startswith("The draft has changed since.")
    assert window.body == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    undone=st.sets(st.sampled_from(["opening", "s1", "s2", "s3", "closing"])),
    body=st.sampled_from(sorted(mails.ALL)),
)
def test_any_choice_of_changes(page: Page, undone: set[str], body: str) -> None:
    window = Window(page, mails.ALL[body])
    applied = window.rewrite(*undone)
    assert window.write(applied) is None
    assert words(typed(window.body)) == words(applied.reply_text)
