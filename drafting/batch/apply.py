"""Write what was ticked in a review, and nothing else.

The input is read again, and has to be what it was: a reply belongs to one text only. Knows nothing
of file formats; whoever calls hands in what opens one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

from drafting.application import Edit, apply_edits
from drafting.batch.item import Item, Reply
from drafting.batch.review import Review, ReviewItem, hash_text, read_review
from drafting.errors import (
    BrokenReviewError,
    InputChangedError,
    InputError,
    InputMissingError,
)
from drafting.result import Format, Result
from drafting.rewriter import Request


class Opened(Protocol):
    """An input that was read."""

    @property
    def items(self) -> Sequence[Item]:
        """The items, in the input's order."""
        ...

    def write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        """Write the input with replies by key, whole or not at all."""
        ...


class OpenInput(Protocol):
    """Reads an input; `drafting.batch.files.open_input` is one."""

    def __call__(
        self, path: Path, *, field: str | None = None, format: Format | None = None
    ) -> Opened:
        """Read the file or folder at `path`."""
        ...


@dataclass(frozen=True, slots=True)
class Ticked:
    """An input, and the replies of its ticked items by key."""

    opened: Opened
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AppliedReview:
    """What became of a review."""

    output: Path
    written: int
    """Items that got a reply."""
    left: int
    """Items that keep their text."""


def apply_file(path: Path, open_input: OpenInput) -> AppliedReview:
    """Write the output that a review file names, with the replies that are ticked in it.

    Raises:
        BrokenReviewError: the file is no review, or doesn't fit its input.
        InputMissingError: the input isn't there.
        InputChangedError: the input isn't what it was.
        OutputError: the output can't be written.

    """
    review = read_review(path)
    ticked = apply_review(review, open_input)
    output = Path(review.output)
    ticked.opened.write(ticked.replies, output, in_place=review.in_place)
    written = len(ticked.replies)
    return AppliedReview(output, written, len(review.items) - written)


def apply_review(review: Review, open_input: OpenInput) -> Ticked:
    """Return the replies of the ticked items.

    Raises:
        BrokenReviewError: it names an item or a change that isn't there.
        InputMissingError: the input isn't there.
        InputChangedError: the input isn't what it was.

    """
    source = Path(review.input)
    if not source.exists():
        raise InputMissingError(
            f"{source} isn't there any more. Please put it back, then apply the review again."
        )
    if hash_input(source) != review.input_sha256:
        raise InputChangedError(
            f"{source} has changed since this review was made. "
            "Please run the batch again, so that each reply belongs to the text that stands there."
        )
    opened = open_input(source, field=review.asked_field, format=review.format)
    items = {item.key: item for item in opened.items}
    ticked = [item for item in review.items if item.ticked]
    replies = {each.key: _make_reply(each, items) for each in ticked if each.accepted != []}
    return Ticked(opened, replies)


def _make_reply(reviewed: ReviewItem, items: Mapping[str, Item]) -> str:
    """Return the reply of a ticked item."""
    result, item = reviewed.result, items.get(reviewed.key)
    if result is None or not result.changes:
        raise BrokenReviewError(
            f"Item {reviewed.number} is ticked and has no reply. Please take its tick away."
        )
    if item is None or hash_text(item.text) != reviewed.text_sha256:
        raise InputChangedError(
            f"Item {reviewed.number} isn't the text that was rewritten. Please run the batch again."
        )
    if reviewed.accepted is None:
        return Reply(result)
    return _apply_some(item, result, reviewed.accepted)


def _apply_some(item: Item, result: Result, accepted: Collection[str]) -> str:
    """Return the reply with a part of its changes."""
    request = Request(item.text, item.customer_message, format=item.format)
    edits = [Edit(each.id, each.op, each.label, each.after) for each in result.changes]
    try:
        return Reply(apply_edits(request, edits, accepted))
    except InputError as error:
        raise BrokenReviewError(
            f"The changes of item {item.number} don't fit its text: {error}"
        ) from error


def hash_input(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files with their names.

    Hidden files of a folder don't count: they come and go by themselves.
    """
    if path.is_file():
        return _hash_file(path)
    whole = sha256()
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path)
        if file.is_file() and not any(part.startswith(".") for part in name.parts):
            whole.update(
                f"{name.as_posix()}\0{_hash_file(file)}\n".encode("utf-8", "surrogateescape")
            )
    return whole.hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
