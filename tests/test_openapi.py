"""The OpenAPI document is true: schemathesis asks what it allows and more, and no answer surprises."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.serving import serving
from web.openapi import make_document

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [(path, method) for path, item in make_document()["paths"].items() for method in item]
CASES = [
    pytest.param(path, method, mode, id=f"{path}-{method}-{mode.value}")
    for path, method in OPERATIONS
    for mode in GenerationMode
    # Where nothing is sent nothing can be wrong.
    if mode is GenerationMode.POSITIVE or method == "post"
]
FEW = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document() -> Iterator[Any]:
    limits = {"rewrite_limit": "1000000 per minute", "other_limit": "1000000 per minute"}
    with serving(**limits) as app:
        yield schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_answers_are_as_declared(document: Any, path: str, method: str, mode: Any) -> None:
    operation = document[path][method.upper()]

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


def test_the_document_is_valid(document: Any) -> None:
    document.validate()
