"""Errors as answers: `application/problem+json` (RFC 9457) for programs, a page for people.

The one place that turns the error tree into HTTP. An answer never holds what people wrote.
"""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from drafting.errors import DraftingError, ForeignPageError, TooLargeError, WrongFieldsError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """An error, as programs read it."""

    type: str = Field(description="Where the code is explained.")
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, to be shown to a person.")
    code: str = Field(description="Stable: programs go by it.")
    errors: list[FieldProblem] = Field(default=[], description="With `wrong_fields` alone.")


def make_problem(error: DraftingError) -> Problem:
    """Return an error as it is told."""
    title = (type(error).__doc__ or "").partition("\n")[0].rstrip(".")
    fields = error.fields if isinstance(error, WrongFieldsError) else []
    return Problem(
        type=f"/docs#{error.code}",
        title=title,
        status=error.status,
        detail=str(error),
        code=error.code,
        errors=[FieldProblem(field=field, message=message) for field, message in fields],
    )


def answer_problem(problem: Problem, retry_after: int | None = None) -> Response:
    """Return the answer: JSON, or a page where a person asked for one."""
    if wants_page():
        answer = make_response(render_template("problem.html", problem=problem), problem.status)
    else:
        body = problem.model_dump_json(exclude_defaults=True)
        answer = Response(body, problem.status, content_type=MEDIA_TYPE)
    if retry_after:
        answer.headers["Retry-After"] = str(retry_after)
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="drafting"'
    return answer


def wants_page() -> bool:
    """Tell whether a person asked, in a browser, outside of the API."""
    if request.path.startswith("/api/"):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" and "text/html" in request.headers.get("Accept", "")


def init_app(app: Flask) -> None:
    """Answer all errors of an app."""
    app.register_error_handler(DraftingError, _answer_ours)
    app.register_error_handler(CSRFError, _answer_foreign_page)
    app.register_error_handler(RequestEntityTooLarge, _answer_too_large)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_surprise)


def _answer_ours(error: DraftingError) -> Response:
    return answer_problem(make_problem(error), error.retry_after)


def _answer_foreign_page(_: CSRFError) -> Response:
    return _answer_ours(
        ForeignPageError(
            "This page has been open for too long, or the request came from another site. "
            "Please load the page again; your draft is kept."
        )
    )


def _answer_too_large(_: RequestEntityTooLarge) -> Response:
    return _answer_ours(
        TooLargeError(
            "The request is larger than this server takes at once. Please send less in one "
            "request; one draft may have 20,000 characters."
        )
    )


def _answer_http(error: HTTPException) -> Response:
    """Answer what Flask itself refuses."""
    status = error.code or 500
    code = error.name.lower().replace(" ", "_").replace("'", "")
    details = {
        404: "There is nothing at this address. The addresses of the API are listed at /docs.",
        405: "This address doesn't take that method. What it takes is listed at /docs.",
    }
    detail = details.get(
        status, "The request can't be understood. What is taken is listed at /docs."
    )
    problem = Problem(
        type=f"/docs#{code}", title=error.name, status=status, detail=detail, code=code
    )
    answer = answer_problem(problem)
    for name, value in error.get_headers():
        if name in {"Allow", "Location"}:
            answer.headers[name] = value
    return answer


def _answer_surprise(error: Exception) -> Response:
    """Answer what nobody thought of; only its type is logged, since its text could tell much."""
    frames = error.__traceback__
    place = ""
    while frames:
        place = f"{frames.tb_frame.f_code.co_filename}:{frames.tb_lineno}"
        frames = frames.tb_next
    log.error("A request failed: %s at %s", type(error).__name__, place)
    problem = Problem(
        type="/docs#internal_error",
        title="Something went wrong here",
        status=500,
        detail="Something went wrong on our side, and your draft is as it was. "
        "Please try again, and tell whoever runs this server if it stays like this.",
        code="internal_error",
    )
    return answer_problem(problem)
