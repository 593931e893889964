"""Every state of the page at both widths, light and dark: nothing sticks out, axe finds nothing serious."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk
from tests.browser.desk import COLD, CURT, Desk
from tests.browser.gated import GatedEngine

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
RUN = "() => axe.run(document, {resultTypes: ['violations']})"
WIDTHS = (360, 1600)


def look(desk: Desk, state: str) -> None:
    """Hold the page as it is against both widths and both schemes."""
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 900})
        assert desk.overflow <= 0, f"{state}: wider than {width} pixels"
        desk.page.emulate_media(color_scheme="dark" if width == WIDTHS[0] else "light")
        assert find_serious(desk) == [], state
    desk.page.emulate_media(color_scheme="dark")
    assert find_serious(desk, only="color-contrast") == [], state
    desk.page.emulate_media(color_scheme="light")


def find_serious(desk: Desk, only: str | None = None) -> list[str]:
    """Return what axe finds serious or critical."""
    # Evaluated by the debugger: the policy of the page would let no script in.
    if not desk.page.evaluate("() => 'axe' in window"):
        desk.page.evaluate(AXE)
    call = RUN.replace("{result", f"{{runOnly: ['{only}'], result") if only else RUN
    found: dict[str, Any] = desk.page.evaluate(call)
    return [
        f"{violation['id']}: {[node['html'][:120] for node in violation['nodes']]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def test_every_state(scripted: str, engine: GatedEngine, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted)
    look(desk, "empty")
    desk.write(CURT)
    expect(desk.find(".finding").first).to_be_visible()
    engine.is_open = False
    desk.find("#rewrite").click()
    engine.steps.release()
    expect(desk.find(".change")).to_have_count(4)
    look(desk, "working")
    engine.is_open = True
    desk.wait()
    look(desk, "done")
    desk.tool("opening", "others").click()
    desk.tool("s1", "undo").click()
    desk.tool("s2", "edit").click()
    desk.tool("s2", "field").fill("It isn't here yet.")
    desk.page.keyboard.press("Enter")
    expect(desk.row("s2").locator(".missing")).to_be_visible()
    desk.tool("s3", "edit").click()
    desk.page.set_viewport_size({"width": 1600, "height": 900})
    desk.page.get_by_label("Side by side").check()
    look(desk, "in the middle of it")
    desk.rewrite(COLD)
    look(desk, "a note")
    desk.page.route("**/api/v1/rewrite", lambda route: route.abort(), times=1)
    desk.find("#rewrite").click()
    expect(desk.find("#trouble")).to_be_visible()
    desk.find("#help-open").click()
    look(desk, "trouble, and the shortcuts")


def test_without_javascript(scripted: str, open_desk: OpenDesk) -> None:
    desk = open_desk(scripted, java_script_enabled=False)
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 900})
        desk.page.goto("/")
        desk.write(CURT)
        desk.page.get_by_role("button", name="Rewrite").click()
        expect(desk.find("#facts-title")).to_be_visible()
        for selector in ("html", ".letter", "#reply-field"):
            box = desk.find(selector).bounding_box()
            assert box
            assert box["x"] + box["width"] <= width
