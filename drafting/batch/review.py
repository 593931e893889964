"""What a person reviews of a batch: each item's result, and whether it is to be written.

The program writes a review as JSON beside its report; the report's page gives the same format back,
with the person's ticks. One item a line, so that a review of any length is written as it comes.
Knows nothing of what the page looks like, nor of how an input is read.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.batch.replacing import replacing
from drafting.errors import BrokenReviewError
from drafting.result import Format, Note, Result

QUIET_NOTES = frozenset({"already_kind"})
"""Notes that ask for nothing."""
MOST_EXCERPT = 2_000
"""Characters shown of a text that has no result, so that people know which one it is."""

Setting = str | int | float | bool | None


class ReviewItem(BaseModel):
    """One item: what became of it, and what is to be done with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    number: int
    name: str = ""
    text_sha256: str = Field(description="Of the item's text in UTF-8.")
    state: OutcomeState
    result: Result | None = None
    code: str | None = None
    message: str | None = None
    excerpt: str = Field(default="", description="How the text begins, where no result holds it.")
    ticked: bool = Field(default=False, description="Whether the reply is to be written.")
    accepted: list[str] | None = Field(
        default=None, description="Ids of the changes to apply; all where it is null."
    )


class ReviewHead(BaseModel):
    """What a review is of: the input, and where the replies go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    input: str = Field(description="Path of the file or folder that was read.")
    input_sha256: str
    output: str = Field(description="Path that the replies are written to.")
    field: str = Field(description="What holds the texts; empty where nothing has a name.")
    asked_field: str | None = Field(default=None, description="As asked for; null if found.")
    format: Format | None = Field(default=None, description="As asked for; null if found.")
    in_place: bool = False
    settings: dict[str, Setting] = {}


class Review(ReviewHead):
    """A whole review."""

    items: list[ReviewItem]


class Decision(BaseModel):
    """What a person decided on one item; the rest of a review's item is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str
    ticked: bool
    accepted: list[str] | None = None


class Decisions(BaseModel):
    """What a person decided on a review: the review itself, or as much of it as stands here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    input_sha256: str
    items: list[Decision]


def read_decisions(data: bytes) -> Decisions:
    """Read the decisions out of a review that was sent.

    Raises:
        BrokenReviewError: it isn't one.

    """
    try:
        return Decisions.model_validate_json(data)
    except ValidationError:
        raise BrokenReviewError(
            "This isn't a review. Please send the .review.json that the report saved."
        ) from None


def take_decisions(review: Review, decisions: Decisions) -> Review:
    """Return a review with the decisions of a person; items that aren't among them are unticked.

    Raises:
        BrokenReviewError: they are of another input, or name items that it doesn't have.

    """
    if decisions.input_sha256 != review.input_sha256:
        raise BrokenReviewError(
            "This is the review of another file. Please send the one of this batch."
        )
    decided = {each.key: each for each in decisions.items}
    if unknown := decided.keys() - {item.key for item in review.items}:
        raise BrokenReviewError(f"The review names {len(unknown)} texts that aren't in this batch.")
    items = [_decide(item, decided.get(item.key)) for item in review.items]
    return review.model_copy(update={"items": items})


def _decide(item: ReviewItem, decision: Decision | None) -> ReviewItem:
    ticked = decision is not None and decision.ticked
    accepted = decision.accepted if decision else None
    return item.model_copy(update={"ticked": ticked, "accepted": accepted})


def make_item(item: Item, outcome: Outcome) -> ReviewItem:
    """Return an item to review, ticked where nothing speaks against writing it.

    An item with a note isn't: the note asks a person to look at it, and what nobody has looked at
    isn't written. The page ticks all of them at once where somebody wants that.
    """
    result = outcome.result
    is_clean = result is not None and not any(asks_for_a_look(note) for note in result.notes)
    return ReviewItem(
        key=item.key,
        number=item.number,
        name=item.name,
        text_sha256=hash_text(item.text),
        state=outcome.state,
        result=result,
        code=outcome.code,
        message=outcome.message,
        excerpt="" if result else item.text[:MOST_EXCERPT],
        ticked=outcome.state is OutcomeState.REWRITTEN and is_clean,
    )


def make_review(head: ReviewHead, pairs: Iterable[tuple[Item, Outcome]]) -> Review:
    """Return the review of a finished batch."""
    known = {name: getattr(head, name) for name in ReviewHead.model_fields}
    return Review(**known, items=[make_item(item, outcome) for item, outcome in pairs])


def asks_for_a_look(note: Note) -> bool:
    """Tell whether a note is about something that a person should look at."""
    return note.code not in QUIET_NOTES


def name_review(output: Path) -> str:
    """Return the file name of the review of an output; the page saves under the same one."""
    return f"{output.name}.review.json"


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text; a surrogate that stands alone counts as it is."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_review(target: Path, head: ReviewHead, items: Iterable[ReviewItem]) -> None:
    """Write a review as JSON, whole or not at all."""
    with replacing(target) as file:
        for part in dump_review(head, items):
            file.write(part)


def dump_review(head: ReviewHead, items: Iterable[ReviewItem]) -> Iterator[str]:
    """Yield the JSON of a review in parts, one for each item and one for each end."""
    known = json.dumps(head.model_dump(mode="json", include=set(ReviewHead.model_fields)))
    yield f'{known[:-1]}, "items": [\n'
    comma = chain(("",), iter(lambda: ",\n", None))
    for item in items:
        yield next(comma) + item.model_dump_json()
    yield "\n]}\n"


def read_review(path: Path) -> Review:
    """Read a review, as the program or the page has written it.

    Raises:
        BrokenReviewError: it isn't one, or can't be read.

    """
    try:
        return Review.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BrokenReviewError(
            f"{path} can't be read ({error.strerror}). Please look at the path."
        ) from None
    except ValidationError as error:
        raise BrokenReviewError(
            f"{path} isn't a review that this version understands{_tell_place(error)}. "
            "Please give the .review.json that the batch wrote or that its report saved."
        ) from None


def _tell_place(error: ValidationError) -> str:
    """Return where the first fault is, without the value that stands there."""
    place = ".".join(str(part) for part in error.errors()[0]["loc"])
    return f" (look at {place})" if place else ""
