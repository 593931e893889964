"""A mail's body in Chromium, with the add-on's scripts as they run in Thunderbird's compose window."""

from typing import Any

from playwright.sync_api import Page

from drafting.application import Edit, apply_edits
from drafting.result import Applied, Format
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine
from web.clients.addon import OWN, read_files

ORDER = ("parts", "quoted", "typed_html", "typed_plain", "splices", "rewording", "units", "writing")


class Window:
    """What a person writes a mail in."""

    def __init__(self, page: Page, body: str, *, plain: bool = False) -> None:
        self.page = page
        self.plain = plain
        style = "white-space: pre-wrap" if plain else ""
        page.set_content(f'<body contenteditable style="{style}">{body}</body>')
        files = dict(read_files())
        assert {name for name in files if name.startswith("compose/")} == {
            f"compose/{n}.js" for n in ORDER
        }
        for name in ORDER:
            page.add_script_tag(path=OWN / "compose" / f"{name}.js")
        page.evaluate(
            "document.querySelectorAll('body > script').forEach((script) => script.remove())"
        )

    def pick(self) -> dict[str, Any]:
        picked: dict[str, Any] = self.page.evaluate("(plain) => drafting.pick(plain)", self.plain)
        return picked

    def rewrite(self, *undone: str) -> Applied:
        """Have what is picked rewritten, some changes of it undone."""
        picked = self.pick()
        request = Request(
            picked["draft"], picked["customer_message"], format=Format(picked["format"])
        )
        result = Rewriter(ScriptedEngine()).rewrite([request])[0]
        edits = [Edit(c.id, c.op, c.label, c.after) for c in result.changes]
        return apply_edits(request, edits, [c.id for c in result.changes if c.id not in undone])

    def write(self, applied: Applied, draft: str | None = None) -> str | None:
        """Write a reply; return what went wrong."""
        told: str | None = self.page.evaluate(
            "([plain, draft, applied]) => drafting.write(plain, draft, applied)",
            [
                self.plain,
                self.pick()["draft"] if draft is None else draft,
                applied.model_dump(mode="json"),
            ],
        )
        return told

    def undo(self) -> None:
        self.page.evaluate("document.execCommand('undo')")

    @property
    def body(self) -> str:
        html: str = self.page.evaluate("document.body.innerHTML")
        return html

    @property
    def text(self) -> str:
        """What is seen of the body."""
        text: str = self.page.evaluate("document.body.innerText")
        return text
