"""The one result that the form, the API, the command line and a batch all give.

Spans are half-open and count Unicode code points. Knows nothing of how a rewrite came about.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from drafting.candidate import Op
from drafting.facts import FactKind
from drafting.labels import Label

Span = tuple[int, int]


class Format(StrEnum):
    """What a draft is written in, and so its reply."""

    TEXT = "text"
    HTML = "html"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(_Part):
    """One difference between draft and reply; applies or not on its own."""

    id: str
    """The slot: `opening`, `s1`, `s2`, ..., `closing`."""
    op: Op
    label: Label | None
    """None for a deletion."""
    before: str
    after: str
    draft_span: Span
    reply_span: Span
    words: list[tuple[str, str]]
    """The pair word by word: `=` kept, `-` taken out, `+` put in."""
    why: str
    alternatives: list[str]


class FactPlace(_Part):
    """A fact, and where it stands in both texts."""

    kind: FactKind
    text: str
    draft_span: Span
    reply_span: Span


class FindingPlace(_Part):
    """What is curt, blaming or policy-heavy, and what to write instead."""

    rule: str
    label: Label
    text: str
    span: Span
    advice: str


class Findings(_Part):
    """Findings before and after."""

    draft: list[FindingPlace]
    reply: list[FindingPlace]


class Note(_Part):
    """Something that the person should know."""

    code: str
    message: str
    sentence: int | None = None
    """Number of the sentence, from 1."""
    span: Span | None = None
    """Where the sentence stands in the draft."""
    reason: str | None = None
    """Code of the check that the best candidate failed, if one did."""
    label: Label | None = Field(
        default=None,
        description="Of `may_sting`, where no rule found anything in the sentence and the model is sure not "
        "to keep it: under which label it would reword it; null where it would rather leave it out.",
    )
    suggestions: list[str] = Field(
        default=[],
        description="Rewordings of the sentence that aren't in the reply, for a person to read and "
        "decide on: they hold its facts, and nothing makes sure that they say the same.",
    )
    may_go: bool = Field(
        default=False,
        description="Whether the sentence may be one that only stings: the model would leave it out, "
        "and nothing makes sure that the customer needs nothing of it.",
    )


class Model(_Part):
    """What wrote it."""

    name: str
    adapter: str | None


class LostFact(_Part):
    """A fact of the draft that a change edited by hand no longer holds."""

    kind: FactKind
    text: str
    draft_span: Span


class Applied(_Part):
    """A draft with some of its changes applied."""

    reply: str = Field(description="In the format of the draft.")
    format: Format = Format.TEXT
    draft_text: str = Field(description="The draft as plain text, in which `draft_span` counts.")
    reply_text: str = Field(description="The reply as plain text, in which `reply_span` counts.")
    changes: list[Change]
    summary: dict[Label, int] = Field(description="How many changes carry each label.")
    facts: list[FactPlace]
    missing_facts: list[LostFact] = Field(
        default=[], description="Facts that changes edited by hand have lost."
    )
    findings: Findings


class Result(Applied):
    """A rewritten draft: all changes applied, what was left alone, and what wrote it."""

    notes: list[Note]
    model: Model
    took_ms: int
