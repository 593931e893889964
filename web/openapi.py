"""The OpenAPI document, made from the models and from one table of operations."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from drafting import __version__
from drafting.errors import (
    AccessError,
    KeyMissingError,
    KeyWrongError,
    TooManyItemsError,
    TooManyRequestsError,
    UnfitChangeError,
    UnknownSlotError,
)
from drafting.result import Applied, Result
from web import mails
from web.answers import Batch, Checked, Item, NewWording
from web.batch_operations import BATCH_ERRORS, describe_batches
from web.bodies import ApplyBody, BatchBody, DraftBody, RewriteBody, SlotBody
from web.openapi_parts import (
    ACCESS,
    BODY,
    DRAFT,
    MAIL,
    REF,
    WORK,
    Errors,
    describe_errors,
    refer,
)
from web.problems import Problem


@dataclass(frozen=True, slots=True)
class Operation:
    """One address of the API."""

    path: str
    summary: str
    text: str
    body: type[BaseModel]
    answer: type[BaseModel]
    errors: Errors
    listed: bool = False
    """Whether it takes a list, too, and answers events."""
    mailed: bool = False
    """Whether it takes a draft mail, too, and answers one."""

    @property
    def id(self) -> str:
        """The name of the operation."""
        return self.path.removeprefix("/api/v1/").replace("/", "_")


OPERATIONS = (
    Operation(
        "/api/v1/rewrite",
        "Rewrite a draft, a list of drafts, or a draft mail",
        "One draft gives its result. A list gives a list in the same order, in which each draft "
        "succeeds or fails by itself. With `Accept: text/event-stream` the answer is a stream of "
        "events: `start`, `progress`, `change`, `note`, and at the end `done` or `error`; closing "
        "the connection cancels the work. A change that is certain comes before the model has "
        "written anything, and once more with its other wordings. A draft mail is sent as "
        "`message/rfc822`, up to 20 MB, with `candidates` and `seed` in the query, and comes back as "
        "one: its plain and HTML texts are rewritten alike, all else stays as it was, and what it "
        "quotes is the customer's message. `Drafting-Changes` and `Drafting-Notes` in the answer's "
        "header say what was changed and what was left alone, in counts. With "
        "`Accept: application/json` the whole result is answered instead.",
        RewriteBody,
        Result,
        (*ACCESS, *BODY, *DRAFT, *MAIL, TooManyItemsError, *WORK),
        listed=True,
        mailed=True,
    ),
    Operation(
        "/api/v1/rewrite/slot",
        "Make new wordings for one slot",
        "Another seed gives other wordings; those named in `seen` don't come again.",
        SlotBody,
        NewWording,
        (*ACCESS, *BODY, *DRAFT, UnknownSlotError, *WORK),
    ),
    Operation(
        "/api/v1/check",
        "Say what is curt, blaming or policy-heavy",
        "Without the model, in milliseconds: findings with advice, facts, language.",
        DraftBody,
        Checked,
        (*ACCESS, *BODY, *DRAFT),
    ),
    Operation(
        "/api/v1/apply",
        "Give the reply for a chosen part of the changes",
        "Changes come from a result; their texts may be edited by hand. Facts that an edit has "
        "lost are told in `missing_facts`.",
        ApplyBody,
        Applied,
        (*ACCESS, *BODY, *DRAFT, UnknownSlotError, UnfitChangeError),
    ),
)


@cache
def make_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "drafting",
            "version": __version__,
            "description": "Turns curt or policy-heavy replies into empathetic ones, with every "
            "fact intact. Spans are half-open and count Unicode code points.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **{operation.path: {"post": _describe(operation)} for operation in OPERATIONS},
            **describe_batches(),
            **_describe_probes(),
        },
        "components": {
            "schemas": _make_schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
        "security": [{}, {"bearer": []}, {"header": []}],
    }


def _make_schemas() -> dict[str, Any]:
    """Return all models' schemas, each under its name."""
    bodies = {operation.body for operation in OPERATIONS} | {BatchBody}
    answers = {operation.answer for operation in OPERATIONS} | {Batch, Item, Problem}
    wanted: list[Any] = [(model, "validation") for model in sorted(bodies, key=str)]
    wanted += [(model, "serialization") for model in sorted(answers, key=str)]
    _, schemas = models_json_schema(wanted, ref_template=REF)
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions


def _describe(operation: Operation) -> dict[str, Any]:
    body: dict[str, Any] = refer(operation.body)
    answer: dict[str, Any] = refer(operation.answer)
    content: dict[str, Any] = {}
    if operation.listed:
        body = {"anyOf": [body, {"type": "array", "items": {}, "minItems": 1}]}
        answer = {"anyOf": [answer, {"type": "array", "items": refer(Item)}]}
        content["text/event-stream"] = {"schema": {"type": "string"}}
    mail: dict[str, Any] = {}
    query: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    if operation.mailed:
        mail = {mails.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
        query = {"parameters": _describe_query()}
        headers = {"headers": _describe_headers()}
        content |= mail
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.text,
        **query,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body}, **mail},
        },
        "responses": {
            "200": {
                "description": operation.summary,
                **headers,
                "content": {"application/json": {"schema": answer}, **content},
            },
            **describe_errors(operation.errors),
        },
    }


def _describe_query() -> list[dict[str, Any]]:
    """Return the parameters that go with a mail; JSON has them in itself."""
    schema = mails.MailQuery.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "description": f"For `{mails.MEDIA_TYPE}`. {field['description']}",
            "schema": {key: field[key] for key in ("type", "minimum", "maximum", "default")},
        }
        for name, field in schema["properties"].items()
    ]


def _describe_headers() -> dict[str, Any]:
    """Return what the answer's header says beside a mail."""
    return {
        name: {
            "description": f"With `{mails.MEDIA_TYPE}`, where there is any. {text}",
            "schema": {"type": "string"},
        }
        for name, text in mails.HEADERS.items()
    }


def _describe_probes() -> dict[str, Any]:
    """Return what whoever runs it asks."""
    status = {"type": "object", "properties": {"status": {"type": "string"}}}
    as_json = {"content": {"application/json": {"schema": status}}}
    limits = describe_errors((KeyMissingError, KeyWrongError, TooManyRequestsError))
    return {
        "/healthz": {
            "get": {
                "operationId": "healthz",
                "summary": "Whether the server answers",
                "responses": {"200": {"description": "It does.", **as_json}},
            }
        },
        "/readyz": {
            "get": {
                "operationId": "readyz",
                "summary": "Whether the model stands",
                "responses": {
                    "200": {"description": "It stands.", **as_json},
                    "503": {"description": "It doesn't (yet, or any more).", **as_json},
                },
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Numbers for Prometheus",
                "responses": {
                    "200": {
                        "description": "The numbers.",
                        "content": {"text/plain": {"schema": {"type": "string"}}},
                    },
                    **limits,
                },
            }
        },
    }


ALL_ERRORS: Errors = tuple(
    dict.fromkeys(
        [*(error for operation in OPERATIONS for error in operation.errors), *BATCH_ERRORS]
    )
)
assert AccessError not in ALL_ERRORS, "only what is really raised is listed"
