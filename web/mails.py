"""Draft mails over HTTP: what is sent as `message/rfc822`, and what is answered.

Knows what the query may hold and which answer is wanted; nothing of how a mail is read.
"""

from collections import Counter
from collections.abc import Iterable

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from drafting.mail import MOST_BYTES, MailDraft, read_mail, write_mail
from drafting.result import Result
from drafting.rewriter import MOST_CANDIDATES, Request
from web.bodies import MOST_SEED, read_body

MEDIA_TYPE = "message/rfc822"
ENDPOINT = "api.rewrite"
CHANGES, NOTES = "Drafting-Changes", "Drafting-Notes"
HEADERS = {
    CHANGES: "How many changes carry each label, and how many sentences were deleted, such as "
    "`explanation=2, next_steps=1, delete=1`.",
    NOTES: "How often each note is given, by its code, such as `kept_as_written=2`: what was left "
    "alone, or should be looked at.",
}
"""What is told of a mail beside it, as dictionaries of RFC 9651; none is sent empty, no text is in them."""


class MailQuery(BaseModel):
    """How a mail is to be rewritten."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    candidates: int = Field(
        default=4, ge=1, le=MOST_CANDIDATES, description="Wordings tried for each sentence."
    )
    seed: int = Field(
        default=0, ge=0, le=MOST_SEED, description="The same seed gives the same reply."
    )


def is_sent() -> bool:
    """Tell whether the request is a mail."""
    return request.mimetype == MEDIA_TYPE


def allow_size() -> None:
    """Let a mail be larger than other requests; called before anything reads the body."""
    if request.endpoint == ENDPOINT and request.method == "POST" and is_sent():
        request.max_content_length = MOST_BYTES


def read() -> tuple[MailDraft, Request]:
    """Return the mail that was sent, and what the rewriter is asked.

    Raises:
        WrongFieldsError: the query holds something else than it may.
        MailError: the mail can't be rewritten.
        TooLargeError: it has too many bytes.

    """
    query = read_body(MailQuery, request.args.to_dict())
    mail = read_mail(request.get_data(cache=False))
    return mail, mail.request(candidates=query.candidates, seed=query.seed)


def finish(mail: MailDraft, result: Result) -> Result | Response:
    """Return the mail with its reply, or the result where JSON is wanted instead."""
    written = write_mail(mail, result)
    notes = [*mail.notes, *result.notes, *written.notes]
    if wants_json():
        return result.model_copy(update={"notes": notes})
    answer = Response(written.data, content_type=MEDIA_TYPE)
    answer.headers.extend(
        _count(CHANGES, ((change.label or change.op).value for change in result.changes))
        | _count(NOTES, (note.code for note in notes))
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="reply.eml"'
    return answer


def _count(name: str, codes: Iterable[str]) -> dict[str, str]:
    """Return a header field that counts codes; none where there are none."""
    counts = ", ".join(f"{code}={count}" for code, count in sorted(Counter(codes).items()))
    return {name: counts} if counts else {}


def wants_json() -> bool:
    """Tell whether the client prefers the result to the mail."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted[MEDIA_TYPE]
