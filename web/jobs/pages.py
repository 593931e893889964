"""The page of batches: upload, progress, report, download, cancel; without JavaScript by reload."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from drafting.batch.files.opening import ENDINGS
from drafting.errors import DraftingError
from web.answers import Batch
from web.jobs.api import find, read_review_sent, send_reviewed, show, take_upload
from web.jobs.service import get_jobs

bp = Blueprint("batch_pages", __name__, url_prefix="/batches")


@bp.get("")
def index() -> str:
    """Show the form and the batches of whoever asks."""
    return _show()


@bp.post("")
def create() -> tuple[str, int] | AnyResponse:
    """Take a file in, or show the form again with what is wrong."""
    try:
        take_upload()
    except DraftingError as error:
        return _show(str(error)), error.status
    return redirect(url_for("batch_pages.index"), 303)


@bp.post("/<batch_id>/end")
def end(batch_id: str) -> AnyResponse:
    """Cancel a batch, or delete a finished one."""
    get_jobs().end(find(batch_id))
    return redirect(url_for("batch_pages.index"), 303)


@bp.post("/<batch_id>/apply")
def apply(batch_id: str) -> tuple[str, int] | AnyResponse:
    """Give the file with the ticked replies, or show what is wrong with the review."""
    job = find(batch_id)
    try:
        return send_reviewed(job, read_review_sent())
    except DraftingError as error:
        return _show(str(error), job.id), error.status


def _show(trouble: str | None = None, concerned: str | None = None) -> str:
    """Show the page; `concerned` is the id of the batch that there is trouble with."""
    batches: list[Batch] = [show(job) for job in get_jobs().store.list(g.caller.name)]
    return render_template(
        "batches.html",
        batches=batches,
        trouble=trouble,
        concerned=concerned,
        endings=",".join(sorted(ENDINGS)),
        sent=request.form,
    )
