"""The pages: the form, and the whole result for a browser without JavaScript.

With JavaScript, the form's page talks to the API itself. Knows nothing of how a draft is rewritten.
"""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, render_template
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import RadioField, TextAreaField

from drafting.errors import DraftingError
from drafting.result import Result
from drafting.rewriter import MOST_CHARACTERS, Format, Request
from web.letter import lay_out
from web.worker import Worker

bp = Blueprint("pages", __name__)

FORMATS = [(Format.TEXT.value, "Plain text"), (Format.HTML.value, "Formatted")]
STALE = (
    "This page was open for so long that its form is no longer valid. Your draft is still here: "
    "please press Rewrite once more."
)


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A draft, and what the customer wrote. How long they may be is for the rewriter to say."""

    draft = TextAreaField("Your draft")
    format = RadioField("Format", choices=FORMATS, default=Format.TEXT.value)
    customer_message = TextAreaField("What the customer wrote")

    def request(self) -> Request:
        """Return what the rewriter is asked; browsers send line ends as CRLF."""
        return Request(
            draft=_even_out(self.draft.data),
            customer_message=_even_out(self.customer_message.data) or None,
            format=Format(self.format.data),
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in a sentence for the person, and the status to answer with."""

    message: str
    status: int


@bp.get("/")
def write() -> str:
    """Show the form."""
    return _show(DraftForm())


@bp.post("/")
def rewrite() -> tuple[str, int]:
    """Rewrite the form's draft and show all that came of it, or the form again with the draft."""
    form = DraftForm()
    if not form.validate_on_submit():
        return _show(form, STALE), 400
    request = form.request()
    outcome = _rewrite(request)
    if isinstance(outcome, Trouble):
        return _show(form, outcome.message), outcome.status
    return render_template(
        "result.html", form=form, result=outcome, rows=lay_out(outcome), request=request
    ), 200


@bp.errorhandler(CSRFError)
def stale(_: CSRFError) -> tuple[str, int]:
    """Show the form again, draft and all, where it had no valid token."""
    return _show(DraftForm(), STALE), 400


def _rewrite(request: Request) -> Result | Trouble:
    worker = cast(Worker, current_app.extensions["drafting_worker"])
    try:
        (outcome,) = worker.rewrite([request])
    except DraftingError as error:
        outcome = error
    if isinstance(outcome, DraftingError):
        return Trouble(str(outcome), outcome.status)
    return outcome


def _show(form: DraftForm, trouble: str | None = None) -> str:
    return render_template("write.html", form=form, trouble=trouble, most=MOST_CHARACTERS)


def _even_out(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n")
