"""Take the README's picture of the page, from the real page and the real model.

`python -m tests.browser.picture FILE.png`
"""

import sys
from pathlib import Path

from tests.browser.chromium import chromium
from tests.browser.desk import MODEL_MS, Desk
from tests.browser.served import serve

DRAFT = """\
Dear Ms Adeyemi,

Your claim FR-118-402 has been denied. Per our policy, refunds are not available after 30 days. \
You failed to send the receipt for $129. Send the form D-2 to claims@northgate.example within \
14 days!! We apologise for any inconvenience.

Kind regards,
Claims Team"""


def take(target: Path) -> None:
    """Rewrite the README's draft and picture what the agent then sees."""
    with serve() as address, chromium() as browser:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 1440, "height": 1130},
            device_scale_factor=1.5,
            reduced_motion="reduce",
        )
        desk = Desk(context.new_page())
        desk.page.goto("/")
        desk.rewrite(DRAFT, MODEL_MS)
        desk.page.evaluate("scrollTo(0, 0)")
        desk.row("s2").hover()
        target.parent.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=target)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
