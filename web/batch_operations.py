"""The addresses of batches, as the OpenAPI document and the page of documentation tell them."""

from typing import Any

from drafting.errors import (
    BatchError,
    BatchMissingError,
    BatchUnfinishedError,
    BrokenFileError,
    BrokenReviewError,
    EmptyInputError,
    FieldError,
    NoRoomError,
    NotReadyError,
    TooManyBatchesError,
    TooManyItemsError,
    UnfitReplyError,
    UnknownKindError,
)
from web.answers import Batch
from web.bodies import BatchBody, RewriteBody
from web.openapi_parts import ACCESS, BODY, Errors, describe_errors, refer

ROOT = "/api/v1/batches"
ONE = f"{ROOT}/{{batch_id}}"
FILE: Errors = (
    UnknownKindError,
    BrokenFileError,
    BrokenReviewError,
    EmptyInputError,
    FieldError,
    BatchError,
    TooManyItemsError,
    TooManyBatchesError,
    NoRoomError,
    NotReadyError,
)
REVIEW: Errors = (BrokenReviewError, UnfitReplyError, NoRoomError)
FOUND: Errors = (*ACCESS, BatchMissingError)
BATCH_ERRORS: Errors = (*FILE, BatchMissingError, BatchUnfinishedError, *REVIEW)

ADDRESSES = (
    (
        "POST",
        ROOT,
        "Send a batch",
        "A file with canned responses, as `multipart/form-data`, or a list of drafts like those of "
        "`/api/v1/rewrite`, as JSON. The answer is 202, and `Location` says where to look. "
        "Interactive drafts go first. A batch counts as one draft against the limit; it may have "
        "20 MB and 10,000 texts, and one key may have 20 batches here.",
    ),
    ("GET", ROOT, "List your batches", "The newest first; those of other keys aren't shown."),
    ("GET", ONE, "Say where a batch stands", "Its state, how much is done, and its files."),
    (
        "DELETE",
        ONE,
        "Cancel a batch, or delete a finished one",
        "A batch that waits or runs is `cancelled`; a finished one is deleted with all its files "
        "(204). Finished ones expire by themselves.",
    ),
    ("GET", f"{ONE}/result", "Fetch the replies", "The file as it was sent, with the replies."),
    ("GET", f"{ONE}/report", "Open the report", "A page to review each change."),
    (
        "GET",
        f"{ONE}/review",
        "Fetch the review",
        "As JSON, with the whole result of each text; the command line applies it, and so does "
        "`apply`.",
    ),
    (
        "POST",
        f"{ONE}/apply",
        "Fetch the ticked replies",
        "Send the review that the report saved, as JSON or as `file` in a form; the answer is the "
        "file as it was sent, with the replies that are ticked in it and no others. Of each item "
        "only `key`, `ticked` and `accepted` (ids of changes; all where it is null) count.",
    ),
)
"""(method, path, summary, what it does)"""


def describe_batches() -> dict[str, Any]:
    """Return the paths of batches."""
    paths: dict[str, Any] = {}
    for method, path, summary, text in ADDRESSES:
        name = path.removeprefix(ROOT).replace("/{batch_id}", "one").replace("/", "_")
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": f"batches_{name}_{method.lower()}".replace("__", "_"),
            "summary": summary,
            "description": text,
            **_describe(method, path),
        }
    return paths


def _describe(method: str, path: str) -> dict[str, Any]:
    one = {"application/json": {"schema": refer(Batch)}}
    many = {"application/json": {"schema": {"type": "array", "items": refer(Batch)}}}
    if path == f"{ONE}/apply":
        errors = describe_errors((*FOUND, *BODY, BatchUnfinishedError, *REVIEW))
        body = {"required": True, "content": _describe_review()}
        answers = {"200": _answer(FILES[f"{ONE}/result"]), **errors}
        return {"parameters": [ID], "requestBody": body, "responses": answers}
    if method == "POST":
        made = {"description": "It is taken in.", "headers": LOCATION, "content": one}
        errors = describe_errors((*ACCESS, *BODY, *FILE))
        return {"requestBody": _describe_body(), "responses": {"202": made, **errors}}
    if path == ROOT:
        return {"responses": {"200": _answer(many), **describe_errors(ACCESS)}}
    if method == "DELETE":
        gone = {"204": {"description": "It is deleted."}}
        errors = describe_errors((*FOUND, NoRoomError))
        return {"parameters": [ID], "responses": {"200": _answer(one), **gone, **errors}}
    if path == ONE:
        return {"parameters": [ID], "responses": {"200": _answer(one), **describe_errors(FOUND)}}
    errors = describe_errors((*FOUND, BatchUnfinishedError))
    return {"parameters": [ID], "responses": {"200": _answer(FILES[path]), **errors}}


def _answer(content: dict[str, Any]) -> dict[str, Any]:
    return {"description": "What was asked for.", "content": content}


def _describe_body() -> dict[str, Any]:
    form: dict[str, Any] = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **BatchBody.model_json_schema()["properties"],
        },
        "additionalProperties": False,
    }
    # The schema of a field that names another one would have to be looked up here.
    form["properties"]["format"] = {"type": "string", "enum": ["text", "html"]}
    form["properties"]["field"] = {"type": "string", "maxLength": 200}
    drafts = {"type": "array", "items": refer(RewriteBody), "minItems": 1, "maxItems": 10_000}
    return {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": form},
            "application/json": {"schema": drafts},
        },
    }


def _describe_review() -> dict[str, Any]:
    decision = {
        "type": "object",
        "required": ["key", "ticked"],
        "properties": {
            "key": {"type": "string"},
            "ticked": {"type": "boolean"},
            "accepted": {"type": ["array", "null"], "items": {"type": "string"}},
        },
    }
    review = {
        "type": "object",
        "required": ["input_sha256", "items"],
        "properties": {
            "input_sha256": {"type": "string"},
            "items": {"type": "array", "items": decision},
        },
    }
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    return {"application/json": {"schema": review}, "multipart/form-data": {"schema": form}}


ID = {
    "name": "batch_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
}
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Where the batch stands."}}
FILES = {
    f"{ONE}/result": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    f"{ONE}/report": {"text/html": {"schema": {"type": "string"}}},
    f"{ONE}/review": {"application/json": {"schema": {"type": "object"}}},
}
