"""What a batch leaves: its output, the review of it, and the report; and what its journal is of.

The command line and the jobs of the server write the same. Knows nothing of who asks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import overload

from drafting.batch.files import BatchInput
from drafting.batch.item import Item, Outcome, OutcomeState, Reply
from drafting.batch.report import stream_report
from drafting.batch.review import ReviewHead, ReviewItem, make_item, name_review, write_review
from drafting.batch.spreading import Spread
from drafting.errors import UnfitReplyError

Pair = tuple[Item, Outcome]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the files of a batch are."""

    output: Path
    unfit: Mapping[str, str] = field(default_factory=dict)
    """Replies that the format can't hold, by their items' keys, and why; those keep their text."""

    @property
    def journal(self) -> Path:
        """What is done so far."""
        return self.output.with_name(self.output.name + ".journal")

    @property
    def review(self) -> Path:
        """The review as JSON."""
        return self.output.with_name(name_review(self.output))

    @property
    def report(self) -> Path:
        """The review as a page."""
        return self.output.with_name(self.output.name + ".review.html")


def describe_run(head: ReviewHead) -> dict[str, object]:
    """Return what a journal must agree on."""
    known = head.model_dump(mode="json", include={"input_sha256", "field", "format"})
    return {**known, **head.settings}


class Pairs(Sequence[Pair]):
    """Items with what became of them, each outcome read when it is asked for."""

    def __init__(self, items: Iterable[Item], outcomes: Mapping[str, Outcome]) -> None:
        self._items = [item for item in items if item.key in outcomes]
        self.outcomes = outcomes

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Pair: ...

    @overload
    def __getitem__(self, index: slice) -> "Pairs": ...

    def __getitem__(self, index: int | slice) -> "Pair | Pairs":
        if isinstance(index, slice):
            return Pairs(self._items[index], self.outcomes)
        item = self._items[index]
        return item, self.outcomes[item.key]


class Replies(Mapping[str, str]):
    """The replies of some items by their keys, each read when it is asked for."""

    def __init__(self, done: Iterable[Pair], outcomes: Mapping[str, Outcome]) -> None:
        self._keys = {
            item.key: None for item, outcome in done if outcome.state is OutcomeState.REWRITTEN
        }
        self._outcomes = outcomes

    def __getitem__(self, key: str) -> str:
        result = self._outcomes[key].result if key in self._keys else None
        if result is None:
            raise KeyError(key)
        return Reply(result)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def pair_up(items: Iterable[Item], outcomes: Mapping[str, Outcome]) -> Pairs:
    """Return the items that something became of, with that; no opening twice, where it can be."""
    known = list(items)
    return Pairs(known, Spread(known, outcomes))


def write_outputs(opened: BatchInput, done: Pairs, head: ReviewHead, output: Path) -> Outputs:
    """Write output, review and report; `head` may know the output under another name.

    Rows of the input that couldn't be read, and replies that it can't hold, stand in the review as
    items that failed.

    Raises:
        BatchError: a file can't be written; it stays as it was.

    """
    unfit: dict[str, str] = {}
    while True:
        replies = Replies(((i, o) for i, o in done if i.key not in unfit), done.outcomes)
        try:
            opened.write(replies, output, in_place=head.in_place)
            break
        except UnfitReplyError as error:
            new = set(error.keys) - unfit.keys()
            if not new:
                raise
            unfit |= dict.fromkeys(new, str(error))
    files = Outputs(output, unfit)
    write_review(files.review, head, _review(opened, done, unfit))
    stream_report(files.report, head, _review(opened, done, unfit))
    return files


def count_states(opened: BatchInput, done: Pairs, files: Outputs) -> Counter[OutcomeState]:
    """Return how many items ended in each state; what couldn't be read or written has failed."""
    counts = Counter(
        OutcomeState.FAILED if item.key in files.unfit else outcome.state for item, outcome in done
    )
    counts[OutcomeState.FAILED] += len(opened.problems)
    return +counts


def _review(opened: BatchInput, done: Pairs, unfit: Mapping[str, str]) -> Iterator[ReviewItem]:
    for problem in opened.problems:
        outcome = Outcome(
            key=problem.key,
            number=problem.number,
            state=OutcomeState.FAILED,
            code=problem.code,
            message=problem.message,
        )
        yield make_item(Item(problem.key, problem.number, ""), outcome)
    for item, outcome in done:
        yield make_item(item, _mark(outcome, unfit.get(item.key)))


def _mark(outcome: Outcome, unfit: str | None) -> Outcome:
    """Return an outcome as failed where its reply can't be written."""
    if unfit is None:
        return outcome
    failed = {"state": OutcomeState.FAILED, "code": UnfitReplyError.code, "message": unfit}
    return outcome.model_copy(update={**failed, "result": None})
