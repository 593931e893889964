"""Server-sent events: what happens to some drafts, as it happens.

The stream ends with `done` or `error` for each draft. When its reader goes away, the work is given
up. Knows tickets and nothing of the model.
"""

import json
from collections.abc import Iterator, Sequence

from flask import Response, request
from pydantic import BaseModel

from drafting.assembly import place_findings
from drafting.errors import DraftingError
from drafting.result import Result
from web.problems import make_problem
from web.ticket import Event, SlotDone, Ticket

MEDIA_TYPE = "text/event-stream"
BEAT = 1.0
"""Seconds of silence after which a comment is sent: only so a reader that has gone is noticed."""


def are_wanted() -> bool:
    """Tell whether the client prefers events to one answer."""
    best = request.accept_mimetypes.best_match(["application/json", MEDIA_TYPE])
    return best == MEDIA_TYPE and MEDIA_TYPE in request.headers.get("Accept", "")


def stream(tickets: Sequence[Ticket | DraftingError]) -> Response:
    """Answer with the events of all tickets, those of the first one first."""
    answer = Response(_tell_all(tickets), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    # Some proxies keep an answer back until it is whole.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _tell_all(tickets: Sequence[Ticket | DraftingError]) -> Iterator[str]:
    try:
        for item, ticket in enumerate(tickets):
            if isinstance(ticket, Ticket):
                yield from _tell(item, ticket)
            else:
                yield write("error", item, error=make_problem(ticket))
    finally:
        for ticket in tickets:
            if isinstance(ticket, Ticket):
                ticket.cancel()


def _tell(item: int, ticket: Ticket) -> Iterator[str]:
    """Yield the events of one ticket."""
    reading = ticket.work.reading
    yield write(
        "start",
        item,
        draft_text=reading.draft.text,
        slots=list(ticket.slots),
        findings=place_findings(reading.findings),
        position=ticket.position,
    )
    # What is certain already needn't wait for the model.
    for _, change in ticket.work.foretell():
        yield write("change", item, change=change)
    for event in ticket.listen(BEAT):
        yield from _write_event(item, event)


def _write_event(item: int, event: Event | None) -> Iterator[str]:
    match event:
        case None:
            yield ": still at it\n\n"
        case SlotDone(slot, change, done, total):
            if change:
                yield write("change", item, change=change)
            yield write("progress", item, slot=slot, done=done, total=total)
        case Result():
            for note in event.notes:
                yield write("note", item, note=note)
            yield write("done", item, result=event)
        case DraftingError():
            yield write("error", item, error=make_problem(event))


def write(name: str, item: int, **data: object) -> str:
    """Return one event."""
    body = json.dumps({"item": item, **data}, default=_dump, ensure_ascii=False)
    # JSON may hold these two bare; a line of an event may not.
    body = body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"event: {name}\ndata: {body}\n\n"


def _dump(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)
