"""Without JavaScript, the form gives the whole result, with the real model."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT, MODEL_MS, Desk


@pytest.fixture
def desk(real: str, open_desk: OpenDesk) -> Desk:
    return open_desk(real, java_script_enabled=False)


def test_the_form_gives_the_whole_result(desk: Desk) -> None:
    desk.page.set_default_timeout(MODEL_MS)
    desk.page.set_default_navigation_timeout(MODEL_MS)
    desk.write(CURT)
    desk.page.get_by_role("button", name="Rewrite").click()
    desk.page.set_default_timeout(15_000)
    reply = desk.page.get_by_label("Text of your reply").input_value()
    assert "FR-118-402" in reply
    assert reply != CURT
    expect(desk.find("#facts-title")).to_have_text("All 5 facts kept")
    expect(desk.find(".change.next_steps .tag")).to_have_text("next steps")
    expect(desk.find(".change.next_steps del").last).to_have_text("!!")
    expect(desk.find(".change.next_steps ins").first).to_have_text("Please send")
    expect(desk.find(".told li").first).to_be_visible()
    expect(desk.page.get_by_label("Your draft")).to_have_value(CURT)


def test_an_error_is_told_and_the_draft_kept(desk: Desk) -> None:
    long = "This is so. " * 1700
    desk.write(long)
    desk.page.get_by_role("button", name="Rewrite").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("one request may hold 20,000")
    expect(desk.find("#draft")).to_have_value(long)


def test_a_form_that_is_too_old_keeps_the_draft(desk: Desk) -> None:
    desk.page.context.clear_cookies()
    desk.write(CURT)
    desk.page.get_by_role("button", name="Rewrite").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("press Rewrite once more")
    expect(desk.find("#draft")).to_have_value(CURT)
