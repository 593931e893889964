"""A list of drafts as the input of a batch: the same drafts as `POST /api/v1/rewrite` takes.

The output is the list as it was sent, with a `reply` after each draft.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from drafting.batch.files import BatchInput
from drafting.batch.files.storing import store
from drafting.batch.item import Item
from drafting.rewriter import Request
from web.bodies import RewriteBody


class DraftList(BatchInput):
    """Drafts that were read already when they came in."""

    problems = ()
    field = "draft"

    def __init__(self, path: Path) -> None:
        """Read what `write_drafts` has written."""
        self.source = path
        sent = json.loads(path.read_bytes())
        self._bodies = {str(n): RewriteBody(**body) for n, body in enumerate(sent, 1)}
        self.items = [_make_item(key, body.request()) for key, body in self._bodies.items()]

    def request(self, item: Item) -> Request:
        """Return an item as the rewriter takes it, with its own candidates and seed."""
        return self._bodies[item.key].request()

    def _write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        drafts = [_dump(body, replies.get(key)) for key, body in self._bodies.items()]
        store(json.dumps(drafts, ensure_ascii=False, indent=1).encode(), target, self.source)


def write_drafts(drafts: list[RewriteBody], path: Path) -> None:
    """Write drafts as they were sent."""
    sent = [draft.model_dump(exclude_unset=True) for draft in drafts]
    path.write_text(json.dumps(sent), encoding="ascii")


def _make_item(key: str, request: Request) -> Item:
    return Item(key, int(key), request.draft, request.format, "", request.customer_message)


def _dump(body: RewriteBody, reply: str | None) -> dict[str, object]:
    sent = body.model_dump(exclude_unset=True)
    return {"draft": sent.pop("draft"), "reply": reply, **sent}
