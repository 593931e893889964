"""What a person does on the page, and what they see there."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

CURT = (
    "Dear Ms Adeyemi,\n\n"
    "Your claim FR-118-402 has been denied. You failed to send the receipt for $129. "
    "Send the form D-2 within 14 days!!\n\n"
    "Kind regards,\nClaims Team\n"
)
KIND = "Your parcel is on its way. Just reply if you have any questions."
COLD = "Hi Sam,\n\nYou have not bothered to fill in the form. Your order 7731 left on Monday.\n\nBo"
"""A refusal that nothing certain can be made of: it is kept, with a note."""

MODEL_MS = 600_000
"""How long the real model may take on a busy machine."""


class Desk:
    """The page in one tab; remembers what went wrong in it and what it asked the server."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.applied: list[dict[str, Any]] = []
        """Bodies of the questions to /api/v1/apply, in order."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", self._note)

    def _hear(self, kind: str, text: str) -> None:
        # A refused or aborted request is told to the console too; that is no fault of the page.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.wrong.append(text)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/api/v1/apply"):
            self.applied.append(json.loads(request.post_data or "{}"))

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def row(self, slot: str) -> Locator:
        return self.find(f"#row-{slot}")

    def tool(self, slot: str, name: str) -> Locator:
        return self.row(slot).locator(f"[data-focus={name}]")

    def write(self, draft: str) -> None:
        self.find("#draft").fill(draft)

    def rewrite(self, draft: str, timeout: float = 15_000) -> None:
        """Write a draft and wait for its reply."""
        self.write(draft)
        self.find("#rewrite").click()
        self.wait(timeout)

    def wait(self, timeout: float = 15_000) -> None:
        """Wait until the reply stands."""
        expect(self.find("#copy")).to_be_visible(timeout=timeout)
        expect(self.find("#run")).to_be_hidden()

    @property
    def reply(self) -> str:
        """The reply's text as the page shows it."""
        return self.find("#reply-text").evaluate("sheet => sheet.textContent") or ""

    def expect_reply(self, part: str) -> None:
        expect(self.find("#reply-text")).to_contain_text(part)

    def copy(self) -> dict[str, str]:
        """Copy the reply and return what the clipboard holds, by type."""
        self.page.evaluate("navigator.clipboard.writeText('')")
        self.find("#copy").click()
        expect(self.find("#toast")).to_contain_text("Copied")
        held: dict[str, str] = self.page.evaluate(
            """async () => {
                const [item] = await navigator.clipboard.read();
                const read = async (type) => [type, await (await item.getType(type)).text()];
                return Object.fromEntries(await Promise.all(item.types.map(read)));
            }"""
        )
        return held

    def paste(self, selector: str, text: str, html: str | None = None) -> None:
        """Paste as a person does, out of the clipboard."""
        told = len(self.wrong)
        self.page.evaluate(
            """([text, html]) => navigator.clipboard.write([new ClipboardItem({
                "text/plain": new Blob([text], {type: "text/plain"}),
                ...(html && {"text/html": new Blob([html], {type: "text/html"})}),
            })])""",
            [text, html],
        )
        # Chromium parses what is put into the clipboard here, and reports the styles in it.
        del self.wrong[told:]
        self.find(selector).focus()
        self.page.keyboard.press("Control+V")

    def save(self, words: str) -> bytes:
        """Press a download button and return the file."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=words).click()
        return Path(download.value.path()).read_bytes()

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider
