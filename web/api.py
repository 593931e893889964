"""The REST API: rewrite, one slot anew, check, apply.

Reads a body, asks worker or domain, answers JSON or events. Errors are raised, and answered in
`web.problems`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel

from drafting.application import apply_edits
from drafting.assembly import place_findings
from drafting.errors import BrokenJsonError, CancelledError, DraftingError, TooManyItemsError
from drafting.facts import find_facts
from drafting.result import Result
from drafting.rewriter import Request, SlotWish, read_request
from web import events, mails
from web.answers import Checked, FactSpan, Item, NewWording
from web.bodies import ApplyBody, DraftBody, RewriteBody, SlotBody, read_body, read_json
from web.problems import make_problem
from web.security import limits
from web.ticket import Event, SlotDone, Ticket
from web.worker import Worker

bp = Blueprint("api", __name__, url_prefix="/api/v1")

BEAT = 1.0
"""Seconds after which it is looked whether the client is still there."""


def get_worker() -> Worker:
    """Return the worker of the current app."""
    worker: Worker = current_app.extensions["drafting_worker"]
    return worker


@bp.post("/rewrite")
def rewrite() -> Response:
    """Rewrite a draft, a list of drafts, or a draft mail."""
    if mails.is_sent():
        return rewrite_mail()
    data = read_json()
    drafts = read_items(data)
    limits.charge_rewrites(len(drafts))
    good = [draft for draft in drafts if isinstance(draft, Request)]
    submitted = iter(get_worker().submit(good))
    tickets = [next(submitted) if isinstance(d, Request) else d for d in drafts]
    if events.are_wanted():
        return events.stream(tickets)
    ends = [wait(ticket) for ticket in tickets]
    if isinstance(data, list):
        return answer([_make_item(end) for end in ends])
    (end,) = ends
    if isinstance(end, DraftingError):
        raise end
    return answer(end)


def rewrite_mail() -> Response:
    """Rewrite a draft mail."""
    mail, wanted = mails.read()
    limits.charge_rewrites(1)
    (ticket,) = get_worker().submit([wanted])
    end = wait(ticket)
    if isinstance(end, DraftingError):
        raise end
    done = mails.finish(mail, end)
    return done if isinstance(done, Response) else answer(done)


@bp.post("/rewrite/slot")
def reword() -> Response:
    """Make new wordings for one slot of a draft."""
    body = read_body(SlotBody, read_json())
    limits.charge_rewrites(1)
    wish = SlotWish(body.slot, frozenset(body.seen))
    (ticket,) = get_worker().submit([body.request()], wish)
    if isinstance(ticket, DraftingError):
        raise ticket
    heard: list[Event] = []
    end = wait(ticket, heard)
    if isinstance(end, DraftingError):
        raise end
    changes = [event.change for event in heard if isinstance(event, SlotDone)]
    return answer(NewWording(slot=body.slot, change=changes[0] if changes else None))


@bp.post("/check")
def check() -> Response:
    """Say what is curt, blaming or policy-heavy in a draft, without the model."""
    wanted = read_body(DraftBody, read_json()).request()
    reading = read_request(wanted)
    text = reading.draft.text
    return answer(
        Checked(
            draft_text=text,
            clean_html=reading.page.html if reading.page else None,
            findings=place_findings(reading.findings),
            facts=[FactSpan(kind=f.kind, text=f.text, span=f.span) for f in find_facts(text)],
            sentences=len(reading.draft.sentences),
            language=reading.language,
            kind=reading.is_kind,
        )
    )


@bp.post("/apply")
def apply() -> Response:
    """Give the reply for a chosen part of the changes, some of them edited by hand."""
    body = read_body(ApplyBody, read_json())
    return answer(
        apply_edits(body.request(), [edit.edit() for edit in body.changes], body.accepted)
    )


def read_items(data: Any) -> list[Request | DraftingError]:
    """Return the drafts of a body: one that must be right, or a list in which each may fail."""
    if not isinstance(data, list):
        return [read_body(RewriteBody, data).request()]
    most = get_worker().bounds.waiting
    if not data:
        raise BrokenJsonError("The list is empty. Please send at least one draft.")
    if len(data) > most:
        raise TooManyItemsError(
            f"The list has {len(data)} drafts, and one request may hold {most}. "
            "Please send them in parts."
        )
    return [_read_item(item) for item in data]


def _read_item(data: Any) -> Request | DraftingError:
    try:
        return read_body(RewriteBody, data).request()
    except DraftingError as error:
        return error


def wait(
    ticket: Ticket | DraftingError, heard: list[Event] | None = None
) -> Result | DraftingError:
    """Wait for the end of a ticket; a client that has gone ends it."""
    if isinstance(ticket, DraftingError):
        return ticket
    has_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    for event in ticket.listen(BEAT):
        if heard is not None and event is not None:
            heard.append(event)
        if isinstance(event, Result | DraftingError):
            return event
        if event is None and has_gone():
            ticket.cancel()
    raise CancelledError("This rewrite was cancelled.")


def _make_item(end: Result | DraftingError) -> Item:
    if isinstance(end, DraftingError):
        return Item(status=end.status, error=make_problem(end))
    return Item(status=200, result=end)


def answer(content: BaseModel | Sequence[BaseModel]) -> Response:
    """Return a model, or a list of them, as JSON."""
    body = content.model_dump_json() if isinstance(content, BaseModel) else _dump_items(content)
    return Response(body, content_type="application/json")


def _dump_items(items: Iterable[BaseModel]) -> str:
    return "[" + ",".join(item.model_dump_json() for item in items) + "]"
