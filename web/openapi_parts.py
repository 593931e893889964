"""Parts of the OpenAPI document that all operations share: groups of errors, references, answers."""

from typing import Any

from pydantic import BaseModel

from drafting.errors import (
    BrokenJsonError,
    BrokenMailError,
    CancelledError,
    DraftingError,
    DraftTooLongError,
    EmptyDraftError,
    ForeignPageError,
    GrammarError,
    KeyMissingError,
    KeyWrongError,
    MailTextMissingError,
    MessageTooLongError,
    ModelBrokenError,
    ModelError,
    NotMailError,
    NotReadyError,
    NotTextError,
    OverloadedError,
    SealedMailError,
    StoppingError,
    TooLargeError,
    TooManyRequestsError,
    TooSlowError,
    UnsupportedLanguageError,
    WrongFieldsError,
    WrongTypeError,
)
from web.problems import MEDIA_TYPE, Problem

REF = "#/components/schemas/{model}"
Errors = tuple[type[DraftingError], ...]
ACCESS: Errors = (KeyMissingError, KeyWrongError, ForeignPageError, TooManyRequestsError)
BODY: Errors = (BrokenJsonError, NotTextError, WrongTypeError, WrongFieldsError, TooLargeError)
DRAFT: Errors = (EmptyDraftError, DraftTooLongError, MessageTooLongError)
MAIL: Errors = (NotMailError, SealedMailError, MailTextMissingError, BrokenMailError)
WORK: Errors = (
    UnsupportedLanguageError,
    OverloadedError,
    NotReadyError,
    StoppingError,
    TooSlowError,
    CancelledError,
    ModelError,
    ModelBrokenError,
    GrammarError,
)


def refer(model: type[BaseModel]) -> dict[str, Any]:
    """Return a reference to a model's schema."""
    return {"$ref": REF.format(model=model.__name__)}


def describe_errors(errors: Errors) -> dict[str, Any]:
    """Return one answer for each status, with the codes that it may carry."""
    statuses = sorted({error.status for error in errors} | {500})
    return {
        str(status): {
            "description": ", ".join(
                sorted(f"`{error.code}`" for error in errors if error.status == status)
            )
            or "`internal_error`",
            "content": {MEDIA_TYPE: {"schema": refer(Problem)}},
        }
        for status in statuses
    }
