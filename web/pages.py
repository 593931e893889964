"""The pages: the form, and the whole result for a browser without JavaScript.

With JavaScript, the form's page talks to the API itself. Knows nothing of how a draft is rewritten.
"""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, render_template, request
from flask_wtf.csrf import CSRFError

from drafting.errors import DraftingError
from drafting.result import Format, Result
from drafting.rewriter import Request
from web.letter import lay_out
from web.security import limits
from web.worker import Worker

bp = Blueprint("pages", __name__)

STALE = (
    "This page was open for so long that its form is no longer valid. Your draft is still here: "
    "please press Rewrite once more."
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form was filled with; line ends are even, browsers send CRLF."""

    draft: str = ""
    customer_message: str = ""
    format: Format = Format.TEXT

    def request(self) -> Request:
        """Return what the rewriter is asked."""
        return Request(self.draft, self.customer_message or None, format=self.format)


@bp.get("/")
def form() -> str:
    """Show the form."""
    return _show(Sent())


@bp.post("/")
def rewrite() -> tuple[str, int]:
    """Rewrite the form's draft and show all that came of it, or the form again with the draft."""
    sent = _read_form()
    outcome = _rewrite(sent.request())
    if isinstance(outcome, DraftingError):
        return _show(sent, str(outcome)), outcome.status
    page = render_template("result.html", sent=sent, result=outcome, rows=lay_out(outcome))
    return page, 200


@bp.errorhandler(CSRFError)
def show_stale(_: CSRFError) -> tuple[str, int]:
    """Show the form again, draft and all, where it came without a valid token."""
    return _show(_read_form(), STALE), 400


def _read_form() -> Sent:
    fields = {
        name: request.form.get(name, "").replace("\r\n", "\n")
        for name in ("draft", "customer_message")
    }
    is_html = request.form.get("format") == Format.HTML
    return Sent(**fields, format=Format.HTML if is_html else Format.TEXT)


def _rewrite(wanted: Request) -> Result | DraftingError:
    worker = cast(Worker, current_app.extensions["drafting_worker"])
    try:
        limits.charge_rewrites(1)
        return worker.rewrite([wanted])[0]
    except DraftingError as error:
        return error


def _show(sent: Sent, trouble: str | None = None) -> str:
    return render_template("write.html", sent=sent, trouble=trouble)
