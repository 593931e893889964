"""What can be done with each change, and that the reply is what the server says last."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from drafting.candidate import Candidate, Op
from drafting.engine import Bar
from drafting.labels import Label
from tests.browser.conftest import OpenDesk
from tests.browser.desk import COLD, CURT, Desk
from tests.browser.gated import GatedEngine


@pytest.fixture
def desk(scripted: str, open_desk: OpenDesk) -> Desk:
    desk = open_desk(scripted)
    desk.rewrite(CURT)
    return desk


def test_each_action_is_taken_back_and_done_again(desk: Desk) -> None:
    whole = desk.reply
    desk.tool("s2", "undo").click()
    desk.expect_reply("You failed to send the receipt for $129.")
    desk.page.get_by_role("button", name="Undo all").click()
    desk.expect_reply("Send the form D-2 within 14 days!!")
    assert desk.reply == CURT
    desk.page.keyboard.press("Control+z")
    desk.expect_reply("Please send")
    desk.page.keyboard.press("Control+z")
    desk.expect_reply("We haven't received the receipt for $129 yet.")
    assert desk.reply == whole
    desk.page.keyboard.press("Control+Shift+Z")
    desk.expect_reply("You failed to send the receipt for $129.")
    desk.tool("s2", "accept").click()
    desk.expect_reply("We haven't received")
    desk.page.get_by_role("button", name="Accept all").click()
    expect(desk.find(".change.accepted")).to_have_count(4)
    assert desk.reply == whole


def test_ctrl_z_in_a_text_field_is_the_fields_own(desk: Desk) -> None:
    desk.tool("s2", "undo").click()
    desk.expect_reply("You failed to send")
    desk.find("#draft").focus()
    desk.page.keyboard.type("Oh. ")
    desk.page.keyboard.press("Control+z")
    desk.expect_reply("You failed to send")
    expect(desk.find(".change.undone")).to_have_count(1)


def test_a_fact_lost_by_hand_is_told_and_can_come_back(desk: Desk) -> None:
    desk.tool("s2", "edit").click()
    desk.tool("s2", "field").fill("The receipt isn't here yet.")
    desk.row("s2").get_by_role("button", name="Use this wording").click()
    expect(desk.row("s2").locator(".missing")).to_contain_text("leaves out $129")
    expect(desk.find("#facts-title")).to_have_text("4 of 5 facts kept")
    expect(desk.find("#facts li.lost")).to_contain_text("$129")
    desk.page.keyboard.press("Control+z")
    expect(desk.find("#facts-title")).to_have_text("All 5 facts kept")


def test_the_summary_counts_and_filters(desk: Desk) -> None:
    expect(desk.find("#summary button")).to_have_text(
        [
            "4 changes",
            "1 acknowledgement",
            "1 benefit of the doubt",
            "1 next steps",
            "1 explanation",
        ]
    )
    desk.find("#summary [data-kind=next_steps]").click()
    expect(desk.find("#letter .change")).to_have_count(1)
    expect(desk.find("#letter .change")).to_contain_text("Please send")
    expect(desk.find("#letter")).to_contain_text("We haven't received the receipt")
    desk.find("#summary [data-kind=every]").click()
    expect(desk.find("#letter .change")).to_have_count(4)


def test_why_shows_on_hover_and_focus_and_sides_are_remembered(desk: Desk) -> None:
    why = desk.row("s3").locator(".why")
    expect(why).to_have_css("opacity", "0")
    desk.row("s3").hover()
    expect(why).to_have_css("opacity", "1")
    desk.find("h2").first.hover()
    expect(why).to_have_css("opacity", "0")
    desk.row("s3").focus()
    expect(why).to_have_css("opacity", "1")
    desk.page.get_by_label("Side by side").check()
    expect(desk.row("s3").locator(".draft-side del").last).to_have_text("!!")
    expect(desk.row("s3").locator(".reply-side ins").first).to_have_text("Please send")
    desk.page.reload()
    expect(desk.page.get_by_label("Side by side")).to_be_checked()


def test_answers_out_of_order_never_win(desk: Desk) -> None:
    held: list[Route] = []
    desk.page.route("**/api/v1/apply", lambda route: held.append(route))
    desk.tool("s1", "undo").click()
    desk.tool("s1", "accept").click()
    desk.tool("s3", "undo").click()
    for _ in range(100):
        if len(held) == 3:
            break
        desk.page.wait_for_timeout(20)
    for route in reversed(held):
        # The page has given up those that no longer count.
        with suppress(Error):
            route.continue_()
    desk.expect_reply("Send the form D-2 within 14 days!!")
    desk.page.wait_for_timeout(300)
    assert "approve your claim FR-118-402" in desk.reply
    assert "Send the form D-2 within 14 days!!" in desk.reply


def test_what_could_not_be_asked_is_told_and_never_copied(desk: Desk) -> None:
    desk.page.route("**/api/v1/apply", lambda route: route.abort())
    desk.tool("s1", "undo").click()
    expect(desk.find("#reply-trouble")).to_contain_text("isn't in the reply below yet")
    desk.find("#copy").click()
    expect(desk.find("#toast")).to_contain_text("isn't copied")
    desk.page.unroute("**/api/v1/apply")
    desk.find("#reply-trouble").get_by_role("button").click()
    desk.expect_reply("has been denied")
    expect(desk.find("#reply-trouble")).to_have_count(0)


def test_a_note_stands_at_its_sentence_and_can_be_acted_on(
    scripted: str, open_desk: OpenDesk
) -> None:
    desk = open_desk(scripted)
    desk.rewrite(COLD)
    note = desk.find(".row.note")
    expect(note.locator(".text")).to_have_text("You have not bothered to fill in the form.")
    expect(note).to_contain_text("stays as written")
    note.get_by_role("button", name="Try other wordings").click()
    expect(desk.find("#toast")).to_contain_text("no new wording")
    note.get_by_role("button", name="Word it yourself").click()
    note.locator("textarea").fill("I'm not able to do that.")
    desk.page.keyboard.press("Enter")
    desk.expect_reply("I'm not able to do that.")
    expect(desk.find("#row-s1.change")).to_contain_text("These are your own words.")
    desk.page.keyboard.press("Control+z")
    expect(desk.find(".row.note")).to_be_visible()


def test_a_suggestion_is_shown_and_nobody_but_a_person_takes_it(
    scripted: str, engine: GatedEngine, open_desk: OpenDesk
) -> None:
    better = "The form isn't filled in yet."
    engine.script = {"s1": (Candidate(Op.REWRITE, Label.BENEFIT_OF_THE_DOUBT, better),)}
    engine.verdict, engine.bar = 0.5, Bar(verdict=1.0, suggestion=0.0)
    desk = open_desk(scripted)
    desk.rewrite(COLD)
    note = desk.find(".row.note")
    expect(note).to_contain_text("A suggestion that may not say quite the same.")
    desk.expect_reply("You have not bothered to fill in the form.")
    note.get_by_role("button", name=better).click()
    desk.expect_reply(better)
    expect(desk.find("#row-s1.change")).to_contain_text(
        "The model suggested this, and you took it."
    )
    assert "Your order 7731 left on Monday." in desk.reply
    desk.page.keyboard.press("Control+z")
    desk.expect_reply("You have not bothered to fill in the form.")
    expect(desk.find(".row.note")).to_contain_text(better)


def test_what_the_model_would_not_keep_is_pointed_out_under_its_label(
    scripted: str, engine: GatedEngine, open_desk: OpenDesk
) -> None:
    better = "Everybody wants one, and nobody likes to wait."
    engine.script = {"s1": (Candidate(Op.REWRITE, Label.BENEFIT_OF_THE_DOUBT, better),)}
    engine.keep, engine.verdict = 0.01, 0.5
    engine.bar = Bar(verdict=1.0, suggestion=0.0, doubt=0.1)
    desk = open_desk(scripted)
    # No rule finds anything here, so nothing is changed unless a person wants it.
    desk.rewrite("Everybody wants one, nobody wants to wait. Just reply if that is unclear.")
    note = desk.find(".row.note")
    expect(note).to_have_count(1)
    expect(note.locator(".tag")).to_have_text("benefit of the doubt")
    expect(note).to_contain_text("may sound like blame, doubt or a lecture")
    expect(desk.find("#verdict")).not_to_contain_text("already kind")
    desk.expect_reply("Everybody wants one, nobody wants to wait.")
    note.get_by_role("button", name=better).click()
    desk.expect_reply(better)


def test_a_sentence_that_may_go_is_left_out_by_a_person_alone(
    scripted: str, engine: GatedEngine, open_desk: OpenDesk
) -> None:
    engine.script = {"s1": (Candidate(Op.DELETE),)}
    engine.deletion_odds, engine.bar = 0.5, Bar(deletion=1.0, may_go=0.0)
    desk = open_desk(scripted)
    desk.rewrite("We're not your archive. " + COLD)
    note = desk.find(".row.note").filter(has_text="archive")
    expect(note).to_contain_text("This sentence may only sting.")
    desk.expect_reply("We're not your archive.")
    note.get_by_role("button", name="Leave it out").click()
    row = desk.find("#row-s1.change")
    expect(row).to_contain_text("You left this sentence out.")
    expect(row).to_contain_text("deletion")
    expect(desk.find("#reply-text")).not_to_contain_text("archive")
    # What a person then writes in its place is a rewrite again.
    row.press("e")
    desk.page.keyboard.type("We don't keep old papers.")
    desk.page.keyboard.press("Control+Enter")
    desk.expect_reply("We don't keep old papers.")
    row.get_by_role("button", name="Undo").click()
    desk.expect_reply("We're not your archive.")
