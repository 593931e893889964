"""One batch on the server: what was asked, and where it stands."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from drafting.batch.item import OutcomeState
from drafting.result import Format


class JobState(StrEnum):
    """Where a batch stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self in {JobState.WAITING, JobState.RUNNING}


class Options(BaseModel):
    """How a file is to be rewritten."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str | None = None
    format: Format | None = None
    candidates: int = 4
    seed: int = 0
    in_place: bool = False
    limit: int | None = None
    only_findings: bool = False


class Job(BaseModel):
    """A batch, as it is kept on the disk."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    owner: str
    """Begin of a key's hash, or nothing where no keys are."""
    name: str
    """Of the file as it was sent, for people alone; never a path."""
    ending: str
    """Of the file's name, one of those that a batch takes; `.drafts` for a list of drafts."""
    options: Options = Options()
    total: int = 0
    created: float
    """Seconds since the epoch."""
    finished: float | None = None
    state: JobState = JobState.WAITING
    counts: dict[OutcomeState, int] = {}
    """Once it is done."""
    code: str | None = None
    message: str | None = None
    """Why it failed."""
