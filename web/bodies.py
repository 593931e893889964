"""What the API takes: bodies as models, read strictly.

An error names our fields and never what was sent. Knows nothing of how a draft is rewritten.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from drafting.application import Edit
from drafting.candidate import Op
from drafting.errors import BrokenJsonError, NotTextError, WrongFieldsError, WrongTypeError
from drafting.labels import Label
from drafting.result import Format
from drafting.rewriter import MOST_CANDIDATES, Request

MOST_SEED = 2**63 - 1
SlotId = Annotated[str, Field(pattern=r"^(opening|s[1-9][0-9]{0,3}|closing)$")]
Body = TypeVar("Body", bound=BaseModel)


class DraftBody(BaseModel):
    """A draft, and what it answers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    draft: str = Field(description="The reply as the agent wrote it, 20,000 characters at most.")
    format: Literal["text", "html"] = Field(default="text", description="What it is written in.")
    customer_message: str | None = Field(
        default=None,
        description="What the customer wrote, as text; the draft's quoted history is taken where "
        "it isn't given.",
    )

    def request(self) -> Request:
        """Return it as the rewriter takes it."""
        return Request(self.draft, self.customer_message, format=Format(self.format))


class RewriteBody(DraftBody):
    """A draft to rewrite."""

    candidates: int = Field(
        default=4, ge=1, le=MOST_CANDIDATES, description="Wordings tried for each sentence."
    )
    seed: int = Field(
        default=0, ge=0, le=MOST_SEED, description="The same seed gives the same reply."
    )

    def request(self) -> Request:
        """Return it as the rewriter takes it."""
        return Request(
            self.draft, self.customer_message, self.candidates, self.seed, Format(self.format)
        )


class SlotBody(RewriteBody):
    """A draft of which one slot is to be worded anew."""

    slot: SlotId = Field(description="`opening`, `s1`, `s2`, ... or `closing`.")
    seen: list[str] = Field(
        default=[], max_length=100, description="Wordings that aren't wanted again."
    )


class EditBody(BaseModel):
    """One change, as `changes` of a result holds it; the text may be edited by hand."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: SlotId
    op: Literal["rewrite", "insert", "delete"]
    label: (
        Literal["acknowledgement", "benefit_of_the_doubt", "next_steps", "explanation"] | None
    ) = None
    after: Annotated[str, Field(max_length=20_000)] = ""

    def edit(self) -> Edit:
        """Return it as the domain takes it."""
        return Edit(self.id, Op(self.op), Label(self.label) if self.label else None, self.after)


class ApplyBody(DraftBody):
    """A draft and the changes to apply to it."""

    changes: list[EditBody] = Field(max_length=200)
    accepted: list[str] | None = Field(
        default=None,
        max_length=200,
        description="Ids of the changes that are wanted; all where it isn't given.",
    )


class BatchBody(BaseModel):
    """How a file is to be rewritten: fields beside `file` in a multipart form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str | None = Field(
        default=None,
        max_length=200,
        description="Column or key that holds the texts; found by its name where it isn't given.",
    )
    format: Format | None = Field(
        default=None, description="What the texts are written in; guessed where it isn't given."
    )
    candidates: int = Field(
        default=4, ge=1, le=MOST_CANDIDATES, description="Wordings tried for each sentence."
    )
    seed: int = Field(
        default=0, ge=0, le=MOST_SEED, description="The same seed gives the same replies."
    )
    in_place: bool = Field(
        default=False, description="Whether replies replace the texts; else they stand beside."
    )
    limit: int | None = Field(
        default=None, ge=1, le=10_000, description="Rewrite only so many texts, the first ones."
    )
    only_findings: bool = Field(
        default=False, description="Leave texts alone in which nothing is curt or policy-heavy."
    )


def read_json() -> Any:
    """Return the request's JSON.

    Raises:
        WrongTypeError: it isn't declared to be JSON.
        NotTextError: it isn't UTF-8.
        BrokenJsonError: it can't be read.

    """
    if not request.is_json:
        raise WrongTypeError(
            "This address takes JSON. Please send it with `Content-Type: application/json`."
        )
    data = request.get_data(cache=False)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"} or not _is_utf8(data):
        raise NotTextError("The body isn't UTF-8. Please send it in that encoding.")
    try:
        return from_json(data, allow_inf_nan=False)
    except ValueError:
        raise BrokenJsonError(
            "The body isn't JSON that can be read. Please look at its quotation marks, commas "
            "and brackets."
        ) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_body(kind: type[Body], data: Any) -> Body:
    """Return data as a body of this kind.

    Raises:
        WrongFieldsError: it isn't one; each of our fields that is wrong is named.

    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        known = list(kind.model_fields)
        fields = [_tell(detail, known) for detail in error.errors(include_input=False)]
        raise WrongFieldsError(
            "Some fields can't be used; `errors` says which. " + _list_fields(known),
            list(dict.fromkeys(fields)),
        ) from None


def _tell(detail: Any, known: Sequence[str]) -> tuple[str, str]:
    """Return (field, what is wrong), in words that hold nothing of what was sent."""
    place = [part for part in detail["loc"] if isinstance(part, int) or part in ALL_FIELDS]
    name = ".".join(map(str, place)) or "body"
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(str(detail["loc"][-1]), known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return name, f"There is a field that isn't known here.{hint}"
    if detail["type"] in {"model_type", "dict_type"}:
        return name, "This should be a JSON object."
    return name, detail["msg"]


def _list_fields(known: Sequence[str]) -> str:
    return f"Known are {', '.join(known)}."


ALL_FIELDS = {
    name
    for kind in (RewriteBody, SlotBody, EditBody, ApplyBody, BatchBody)
    for name in kind.model_fields
}
