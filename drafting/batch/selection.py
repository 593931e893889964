"""Which items of a batch are worth the model's time, found out without it."""

from collections.abc import Callable, Iterable

from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.errors import DraftingError
from drafting.rewriter import Request, read_request


def find_reasons(item: Item) -> list[str] | None:
    """Return the rules that find something in an item; None where it can't be read."""
    try:
        reading = read_request(Request(item.text, item.customer_message, format=item.format))
    except DraftingError:
        return None
    return sorted({finding.rule for finding in reading.findings}) if reading.is_english else []


def pass_over(items: Iterable[Item], record: Callable[[Outcome], None]) -> list[Item]:
    """Return the items that may need the model; record of the others that nothing was found."""
    chosen = []
    for item in items:
        if find_reasons(item) == []:
            record(_leave(item))
        else:
            chosen.append(item)
    return chosen


def _leave(item: Item) -> Outcome:
    return Outcome(
        key=item.key,
        number=item.number,
        state=OutcomeState.SKIPPED,
        code="no_finding",
        message="Nothing in it is curt, blaming or policy-heavy.",
    )
