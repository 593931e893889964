"""What a person does in the review report, and what they see there."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.desk import Desk

READ = """() => Object.fromEntries([...document.querySelectorAll(".item.rewritten")].map((item) => {
    const without = (selector) => {
        const copy = item.querySelector(".letter").cloneNode(true);
        copy.querySelectorAll(selector).forEach((part) => part.remove());
        return copy;
    };
    return [item.id.slice(5), {
        draft: without("ins, .instead").textContent,
        reply: without("del, .instead").textContent,
        facts: without(".instead").querySelectorAll(".fact").length,
    }];
}))"""
"""Each letter without what was put in, and without what was taken out."""


class Report(Desk):
    """A report in a tab."""

    def __init__(self, path: Path, browser: Browser) -> None:
        self.context = browser.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        super().__init__(self.context.new_page())
        self.path = path
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error(e.blockedURI));"
        )
        self.page.goto(path.as_uri())

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def chip(self, words: str) -> None:
        self.page.get_by_role("button", name=words).click()

    @property
    def shown(self) -> list[int]:
        """Numbers of the items that are shown, in their order."""
        ids: list[str] = self.find(".item").evaluate_all("items => items.map(({id}) => id)")
        return [int(name.removeprefix("item-")) for name in ids]

    def tick(self, number: int, yes: bool) -> None:
        self.find(f"#tick-{number}").set_checked(yes)

    def save_review(self) -> Path:
        """Save, and return the file under the name that it was saved by."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Save the review").click()
        target = self.path.parent / download.value.suggested_filename
        download.value.save_as(target)
        return target
