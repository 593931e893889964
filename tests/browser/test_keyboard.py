"""The whole way by keyboard alone, with the focus where it is expected and in sight."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import CURT, Desk

FOCUSED = """() => {
    const at = document.activeElement;
    const ring = at.closest(".writing, .switch") ?? at;
    const styles = [at, ring, at.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
    const box = at.getBoundingClientRect();
    return {
        name: at.id || at.dataset.focus || at.className || at.tagName,
        ring: styles.some((style) => style.outlineStyle !== "none" && style.outlineWidth !== "0px"),
        inSight: box.bottom > 0 && box.top < innerHeight,
    };
}"""


def tab_to(desk: Desk, wanted: str, most: int = 60) -> list[str]:
    """Tab on until something has the focus; each stop must be visible."""
    stops = []
    for _ in range(most):
        desk.page.keyboard.press("Tab")
        stop = desk.page.evaluate(FOCUSED)
        assert stop["ring"], f"no focus ring on {stop['name']}"
        assert stop["inSight"], f"{stop['name']} has the focus out of sight"
        stops.append(stop["name"])
        if stop["name"] == wanted:
            return stops
    raise AssertionError(f"{wanted} isn't reached: {stops}")


def test_by_keyboard_alone(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    press = desk.page.keyboard.press
    stops = tab_to(desk, "draft")
    assert stops[0] == "skip"
    desk.page.keyboard.insert_text(CURT)
    expect(desk.find(".finding").first).to_be_visible()
    tab_to(desk, "rewrite")
    press("Enter")
    desk.wait()
    press("j")
    expect(desk.row("opening")).to_be_focused()
    press("j")
    expect(desk.row("s1")).to_be_focused()
    press("u")
    desk.expect_reply("has been denied")
    expect(desk.row("s1")).to_be_focused()
    press("Control+z")
    desk.expect_reply("I'm not able to approve")
    press("k")
    press("w")
    tab_to(desk, "wording-0")
    other = desk.tool("opening", "wording-0").inner_text()
    press("Enter")
    desk.expect_reply(other)
    expect(desk.row("opening")).to_be_focused()
    press("j")
    press("j")
    press("e")
    expect(desk.tool("s2", "field")).to_be_focused()
    press("Escape")
    expect(desk.row("s2")).to_be_focused()
    press("a")
    expect(desk.find("#row-s2.accepted")).to_be_focused()
    tab_to(desk, "undo")
    press("Enter")
    desk.expect_reply("You failed to send the receipt for $129.")
    press("?")
    expect(desk.find("#help")).to_be_visible()
    press("Escape")
    expect(desk.find("#help")).to_be_hidden()
    press("c")
    expect(desk.find("#toast")).to_contain_text("Copied")
    tab_to(desk, "mailto")
