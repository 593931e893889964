"""The API's documentation: the OpenAPI document, and a page made from it."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from markupsafe import Markup, escape

from web.batch_operations import ADDRESSES
from web.openapi import ALL_ERRORS, OPERATIONS, make_document

bp = Blueprint("docs", __name__)


@bp.get("/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    return jsonify(make_document())


@bp.get("/docs")
def page() -> str:
    """Show the API to a person."""
    schemas = make_document()["components"]["schemas"]
    errors = sorted(ALL_ERRORS, key=lambda error: (error.status, error.code))
    return render_template(
        "docs.html",
        operations=OPERATIONS,
        fields={o.id: _list_fields(schemas[o.body.__name__]) for o in OPERATIONS},
        answers={o.id: _list_fields(schemas[o.answer.__name__]) for o in OPERATIONS},
        addresses=ADDRESSES,
        batch_fields=_list_fields(schemas["BatchBody"]),
        batch_answer=_list_fields(schemas["Batch"]),
        errors=[(e.code, e.status, (e.__doc__ or "").partition("\n")[0]) for e in errors],
    )


@bp.app_template_filter("code")
def mark_code(text: str) -> Markup:
    """Return a text in which what stands between backticks is marked as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _list_fields(schema: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return (name, type, meaning, required) of each field of a schema."""
    required = schema.get("required", [])
    return [
        (name, _name_type(field), field.get("description", ""), name in required)
        for name, field in schema["properties"].items()
    ]


def _name_type(field: dict[str, Any]) -> str:
    """Return a field's type in a few words."""
    if "enum" in field:
        return " or ".join(field["enum"])
    if "anyOf" in field:
        return " or ".join(_name_type(option) for option in field["anyOf"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if field.get("type") == "array":
        return f"list of {_name_type(field.get('items', {}))}"
    return str(field.get("type", "any"))
