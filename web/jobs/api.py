"""The REST API of batches: send one, look how far it is, fetch its files, cancel or delete it."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, g, request, send_file, url_for

from drafting.batch.review import Decisions, read_decisions
from drafting.errors import BrokenJsonError, TooManyItemsError, WrongFieldsError, WrongTypeError
from web.answers import Batch
from web.api import answer
from web.bodies import BatchBody, RewriteBody, read_body, read_json
from web.jobs.job import Job, JobState, Options
from web.jobs.runner import name_output
from web.jobs.service import MOST_ITEMS, get_jobs
from web.security import limits

bp = Blueprint("batches", __name__, url_prefix="/api/v1/batches")

TOLD = {"id", "name", "state", "total", "counts", "code", "message"}
MOST_UPLOAD = 20_000_000
"""Bytes of a file, or of a list of drafts."""
MOST_REVIEW = 80_000_000
"""Bytes of a review, which holds each text and its result several times over."""
MOST_SENT = {
    "batches.create": MOST_UPLOAD,
    "batch_pages.create": MOST_UPLOAD,
    "batches.apply": MOST_REVIEW,
    "batch_pages.apply": MOST_REVIEW,
}
REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The report's own policy, inside of it, narrows this to its one script and its one style."""


@bp.post("")
def create() -> Response:
    """Take a batch in: a file, or a list of drafts."""
    job = take_upload() if request.mimetype == "multipart/form-data" else _take_drafts()
    made = answer(show(job))
    made.status_code = 202
    made.headers["Location"] = url_for("batches.read", batch_id=job.id)
    return made


@bp.get("")
def index() -> Response:
    """List the batches of whoever asks, the newest first."""
    return answer([show(job) for job in get_jobs().store.list(g.caller.name)])


@bp.get("/<batch_id>")
def read(batch_id: str) -> Response:
    """Say where a batch stands."""
    return answer(show(find(batch_id)))


@bp.delete("/<batch_id>")
def end(batch_id: str) -> Response:
    """Cancel a batch, or delete a finished one."""
    job = get_jobs().end(find(batch_id))
    return answer(show(job)) if job else Response(status=204)


@bp.get("/<batch_id>/result", defaults={"part": "result"})
@bp.get("/<batch_id>/report", defaults={"part": "report"})
@bp.get("/<batch_id>/review", defaults={"part": "review"})
def fetch(batch_id: str, part: str) -> Response:
    """Give a file of a finished batch."""
    job = find(batch_id)
    path = get_jobs().find_file(job, part)
    name = name_output(job)
    names = {"result": name, "report": f"{name}.review.html", "review": f"{name}.review.json"}
    if not path.is_file():
        abort(404)
    # The report opens; it is told what it may do in place of the page's policy.
    given = send_file(path, download_name=names[part], as_attachment=part != "report")
    if part == "report":
        given.headers["Content-Security-Policy"] = REPORT_POLICY
    return given


@bp.post("/<batch_id>/apply")
def apply(batch_id: str) -> Response:
    """Give the file with the replies that were ticked in a review."""
    return send_reviewed(find(batch_id), read_review_sent())


def read_review_sent() -> Decisions:
    """Return what was decided in the review that was sent, as JSON or in a form.

    Raises:
        WrongTypeError: it is neither.
        WrongFieldsError: the form has no file.
        BrokenReviewError: it is no review.

    """
    if request.is_json:
        return read_decisions(request.get_data(cache=False))
    if request.mimetype != "multipart/form-data":
        raise WrongTypeError(
            "This address takes a review, as `application/json`, or as `file` in a form of "
            "`multipart/form-data`."
        )
    file = request.files.get("file")
    if file is None or not file.filename:
        raise WrongFieldsError("Please choose a review.", [("file", "There is no file here.")])
    return read_decisions(file.read())


def send_reviewed(job: Job, decisions: Decisions) -> Response:
    """Give the file that comes of the decisions on a batch."""
    with get_jobs().apply(job, decisions) as path:
        # Its name may go once it is open: what is sent is read from the open file.
        file = path.open("rb")
    return send_file(file, download_name=name_output(job, "reviewed"), as_attachment=True)


def find(batch_id: str) -> Job:
    """Return a batch of whoever asks."""
    return get_jobs().store.find(batch_id, g.caller.name)


def show(job: Job) -> Batch:
    """Return a batch as it is told."""
    told: dict[str, Any] = job.model_dump(include=TOLD)
    if job.state is JobState.DONE:
        address = url_for("batches.read", batch_id=job.id)
        told |= {part: f"{address}/{part}" for part in ("result", "report", "review")}
    return Batch(
        **told,
        done=get_jobs().count_done(job),
        created=datetime.fromtimestamp(job.created, UTC),
        finished=datetime.fromtimestamp(job.finished, UTC) if job.finished else None,
    )


def take_upload() -> Job:
    """Take in the file of a form.

    Raises:
        WrongFieldsError: there is no file, or a field can't be used.
        DraftingError: the file can't be taken; see `Jobs.take_file`.

    """
    file = request.files.get("file")
    if file is None or not file.filename:
        raise WrongFieldsError("Please choose a file.", [("file", "There is no file here.")])
    sent = {name: text for name, text in request.form.items() if name != "csrf_token" and text}
    options = Options(**read_body(BatchBody, sent).model_dump())
    limits.charge_rewrites(1)
    return get_jobs().take_file(g.caller.name, file.filename, file.stream, options)


def _take_drafts() -> Job:
    if not request.is_json:
        raise WrongTypeError(
            "This address takes a file, as `multipart/form-data`, or a list of drafts, as "
            "`application/json`."
        )
    data = read_json()
    if not isinstance(data, list) or not data:
        raise BrokenJsonError("Please send a list of drafts, at least one.")
    if len(data) > MOST_ITEMS:
        raise TooManyItemsError(
            f"The list has {len(data)} drafts, and one batch may hold {MOST_ITEMS}. "
            "Please send it in parts."
        )
    drafts = [_read_draft(n, item) for n, item in enumerate(data)]
    limits.charge_rewrites(1)
    return get_jobs().take_drafts(g.caller.name, drafts)


def _read_draft(number: int, data: Any) -> RewriteBody:
    try:
        return read_body(RewriteBody, data)
    except WrongFieldsError as error:
        fields = [(f"{number}.{field}", what) for field, what in error.fields]
        raise WrongFieldsError(str(error), fields) from None


def allow_upload() -> None:
    """Let a batch be larger than other requests; called before anything reads the body."""
    most = MOST_SENT.get(request.endpoint or "") if request.method == "POST" else None
    if most:
        request.max_content_length = most + 100_000
