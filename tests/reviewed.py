"""A small batch, rewritten with real moves and phrases, and ready to be reviewed."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from drafting.batch.apply import hash_input
from drafting.batch.files import open_input
from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.batch.review import Review, ReviewHead, make_review
from drafting.errors import DraftingError
from drafting.result import Format
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine

CURT = (
    "Dear Ms Adeyemi,\n\nYour claim FR-118-402 has been denied. Per our policy, refunds are not "
    "available after 30 days. You failed to send the receipt for $129.\n\n"
    "We apologise for any inconvenience.\n\nKind regards,\nClaims Team"
)
NOTED = (
    "Hi {{ticket.requester.first_name}},\n\nNo. Your order 7731 left on Monday. As I already told "
    "you, you must return it at your own cost.\n\nBo"
)
KIND = "Your parcel is on its way. Just reply if you have any questions."
HTML = (
    "<p>Dear <b>Sam</b>,</p><ul><li>You failed to attach the <a href='https://x.example/r'>receipt"
    "</a> for $40.</li><li>Send it by 14 March!!</li></ul><p>Request denied.</p>"
)
HOSTILE = (
    "Dear Sam,\n\nYou failed to send </script><script>document.title='broken'</script> to us. "
    "<!-- Send <img src=x onerror=\"document.title='broken'\"> by 14 March!!\u2028 -->\n\nBo"
)
TOO_LONG = "Send the form. " * 121
TEXTS = (CURT, NOTED, KIND, HTML, TOO_LONG)


def write_input(folder: Path, texts: Iterable[str] = TEXTS) -> Path:
    """Write a sheet with a text in each row."""
    path = folder / "macros.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["id", "name", "body"])
        sheet.writerows((n, f"Macro {n}", text) for n, text in enumerate(texts, 1))
    return path


def rewrite(items: Iterable[Item]) -> Iterator[tuple[Item, Outcome]]:
    """Yield what becomes of each item."""
    rewriter = Rewriter(ScriptedEngine())
    for item in items:
        known: dict[str, Any] = {"key": item.key, "number": item.number}
        try:
            (result,) = rewriter.rewrite([Request(item.text, format=item.format)])
        except DraftingError as error:
            state = OutcomeState.FAILED
            yield item, Outcome(**known, state=state, code=error.code, message=str(error))
        else:
            state = OutcomeState.REWRITTEN if result.changes else OutcomeState.KEPT
            yield item, Outcome(**known, state=state, result=result)


def review_batch(folder: Path, texts: Iterable[str] = TEXTS, form: Format | None = None) -> Review:
    """Return the review of a batch over these texts; nothing is written yet but its input."""
    source = write_input(folder, texts)
    opened = open_input(source, format=form)
    head = ReviewHead(
        input=str(source),
        input_sha256=hash_input(source),
        output=str(folder / "macros-kind.csv"),
        field=opened.field,
        format=form,
    )
    return make_review(head, rewrite(opened.items))


def read_output(review: Review) -> dict[str, str]:
    """Return what stands beside each text in the output, by its key in the input."""
    with Path(review.output).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [item.key for item in review.items]
    return {key: row[f"{review.field}_reply"] for key, row in zip(keys, rows, strict=True)}


def read_data(page: str) -> Any:
    """Return the data of a report's page, read as a browser does: up to the first end of a script."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', page, re.DOTALL)
    assert found
    return json.loads(found[1])
