"""The draft before it is rewritten: findings, what this browser keeps, what needs no change."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT, KIND

HOSTILE = (
    "Hi Ann,\n\nPer our policy, no <script>alert(1)</script> refund. "
    'Send <img src=x onerror="alert(2)"> the form!!\n\nBob'
)


def test_findings_show_while_writing_with_advice(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.find("#draft").focus()
    desk.page.keyboard.type("Per our policy, no refund.")
    chip = desk.page.get_by_role("button", name="policy shield")
    expect(chip).to_be_visible()
    expect(chip).to_have_accessible_description(desk.find("#advice-1").text_content() or "-")
    mark = desk.find("#mirror mark").first
    expect(mark).to_have_text("Per our policy")
    box = mark.bounding_box()
    assert box
    desk.page.mouse.move(box["x"] + 5, box["y"] + 5)
    expect(desk.find("#tip")).to_contain_text("Say the decision as your own")
    desk.find("#draft").focus()
    desk.page.keyboard.press("Control+Home")
    desk.page.keyboard.type("\U0001f600 Sorry. ")
    expect(mark).to_have_text("Per our policy")
    chip.focus()
    expect(desk.find("#advice")).to_contain_text("Say the decision as your own")
    chip.press("Enter")
    selected = desk.page.evaluate(
        "(() => { const d = document.querySelector('#draft');"
        "return d.value.slice(d.selectionStart, d.selectionEnd); })()"
    )
    assert selected == "Per our policy"


def test_a_reload_keeps_the_draft_and_forget_forgets(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.write(CURT)
    desk.find("#customer summary").click()
    desk.find("#customer_message").fill("I waited three weeks.")
    desk.page.reload()
    expect(desk.find("#draft")).to_have_value(CURT)
    expect(desk.find("#customer_message")).to_have_value("I waited three weeks.")
    expect(desk.find(".finding").first).to_be_visible()
    desk.page.get_by_role("switch", name="Remember my draft").uncheck()
    kept = "Object.values(localStorage).join('')"
    assert "Adeyemi" not in desk.page.evaluate(kept)
    desk.write(KIND)
    desk.page.reload()
    expect(desk.find("#draft")).to_have_value("")
    expect(desk.page.get_by_role("switch", name="Remember my draft")).not_to_be_checked()
    assert "parcel" not in desk.page.evaluate(kept)


def test_a_kind_draft_is_left_alone_and_said_so(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.rewrite(KIND)
    expect(desk.find("#verdict")).to_have_text("This draft is already kind. Nothing to change.")
    expect(desk.find(".change")).to_have_count(0)
    expect(desk.find("#bar")).to_be_hidden()
    expect(desk.find("#findings-title")).to_have_text("No rule finds anything cold in this draft.")
    assert desk.copy()["text/plain"] == KIND
    desk.write(f"{KIND} Thanks!")
    expect(desk.find("#stale")).to_be_visible()


def test_markup_in_a_draft_is_text_and_nothing_runs(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    desk.find("#customer summary").click()
    desk.find("#customer_message").fill("<img src=x onerror=alert(3)>")
    desk.rewrite(HOSTILE)
    desk.expect_reply("<script>alert(1)</script>")
    expect(desk.find("#letter")).to_contain_text('<img src=x onerror="alert(2)">')
    desk.find(".change [data-focus=edit]").first.click()
    desk.find(".editor textarea").fill("<svg onload=alert(4)>")
    desk.page.keyboard.press("Enter")
    desk.expect_reply("<svg onload=alert(4)>")
    assert desk.page.evaluate("document.querySelectorAll('main img, main script').length") == 0
    held = desk.copy()
    assert held["text/plain"] == desk.reply
    assert "<script" not in held["text/html"]
    assert "<svg" not in held["text/html"]
