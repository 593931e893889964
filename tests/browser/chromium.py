"""Start Debian's Chromium; Playwright never fetches a browser of its own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

MISSING = (
    "There is no Chromium here, which the tests of the page need. "
    "On Debian or Ubuntu: apt-get install -y chromium"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser.

    Raises:
        FileNotFoundError: Chromium isn't installed; the text says how to.

    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise FileNotFoundError(MISSING)
    # Chromium refuses to sandbox for root, as which containers run tests.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
