"""The one result that the form, the API, the command line and a batch all give.

Spans are half-open and count Unicode code points. Knows nothing of how a rewrite came about.
"""

from pydantic import BaseModel, ConfigDict, Field

from drafting.candidate import Op
from drafting.facts import FactKind
from drafting.labels import Label

Span = tuple[int, int]


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
    reason: str | None = None
    """Code of the check that the best candidate failed, if one did."""


class Model(_Part):
    """What wrote it."""

    name: str
    adapter: str | None


class Result(_Part):
    """A rewritten draft."""

    reply: str
    format: str = "text"
    changes: list[Change]
    summary: dict[Label, int] = Field(description="How many changes carry each label.")
    facts: list[FactPlace]
    findings: Findings
    notes: list[Note]
    model: Model
    took_ms: int
