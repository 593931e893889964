"""What the API answers besides the result of the domain."""

from datetime import datetime

from pydantic import BaseModel, Field

from drafting.batch.item import OutcomeState
from drafting.facts import FactKind
from drafting.result import Change, FindingPlace, Result, Span
from web.jobs.job import JobState
from web.problems import Problem


class Item(BaseModel):
    """One draft of a list: its result, or what was wrong with it."""

    status: int
    result: Result | None = None
    error: Problem | None = None


class NewWording(BaseModel):
    """New wordings for one slot."""

    slot: str
    change: Change | None = Field(
        description="With other wordings in `alternatives`; null where nothing better was found."
    )


class FactSpan(BaseModel):
    """A fact of the draft."""

    kind: FactKind
    text: str
    span: Span


class Checked(BaseModel):
    """What is known of a draft without the model."""

    draft_text: str = Field(description="The draft as plain text, in which the spans count.")
    clean_html: str | None = Field(
        default=None, description="The draft without all that isn't safe to show, where it is HTML."
    )
    findings: list[FindingPlace]
    facts: list[FactSpan]
    sentences: int
    language: str | None = Field(description="ISO 639-1; null where the text is too short to tell.")
    kind: bool = Field(description="Whether no rule finds anything in it; the model isn't asked.")


class Batch(BaseModel):
    """A batch, and where it stands."""

    id: str
    name: str
    state: JobState
    done: int = Field(description="Texts that are rewritten, kept, skipped or failed so far.")
    total: int
    counts: dict[OutcomeState, int] = Field(description="What became of the texts, at the end.")
    created: datetime
    finished: datetime | None = None
    code: str | None = Field(default=None, description="Why it failed.")
    message: str | None = None
    result: str | None = Field(default=None, description="Address of the file with the replies.")
    report: str | None = Field(default=None, description="Address of the report to review.")
    review: str | None = Field(default=None, description="Address of the review as JSON.")
