"""No opening twice in one batch, as long as there are other wordings for it.

Each draft is rewritten by itself, so two canned responses about the same trouble may well get the
same opening; who reads both in one week would take it for a stock phrase. Looked at in the order of
the input once all is done, so that neither the order of work nor a resume matters.
"""

from collections.abc import Iterable, Iterator, Mapping

from drafting.application import Edit, apply_edits
from drafting.batch.item import Item, Outcome
from drafting.errors import InputError
from drafting.result import Change, Result
from drafting.rewriter import Request
from drafting.script import OPENING


class Spread(Mapping[str, Outcome]):
    """Outcomes by their items' keys, in which openings that stood before are worded otherwise."""

    def __init__(self, items: Iterable[Item], outcomes: Mapping[str, Outcome]) -> None:
        self._outcomes = outcomes
        self._changed = {item.key: (item, text) for item, text in _find_twice(items, outcomes)}

    def __getitem__(self, key: str) -> Outcome:
        outcome = self._outcomes[key]
        if key not in self._changed or outcome.result is None:
            return outcome
        item, text = self._changed[key]
        return outcome.model_copy(update={"result": reword_opening(item, outcome.result, text)})

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes)

    def __len__(self) -> int:
        return len(self._outcomes)


def _find_twice(
    items: Iterable[Item], outcomes: Mapping[str, Outcome]
) -> Iterator[tuple[Item, str]]:
    """Yield the items whose opening an earlier one has, and which of its wordings none has."""
    used: set[str] = set()
    for item in items:
        outcome = outcomes.get(item.key)
        opening = _find_opening(outcome.result) if outcome and outcome.result else None
        if opening is None:
            continue
        texts = [opening.after, *opening.alternatives]
        text = next((each for each in texts if each not in used), opening.after)
        used.add(text)
        if text != opening.after:
            yield item, text


def _find_opening(result: Result) -> Change | None:
    return next((change for change in result.changes if change.id == OPENING), None)


def reword_opening(item: Item, result: Result, text: str) -> Result:
    """Return a result with another wording of its opening, the one that it had among the others."""
    edits = [
        Edit(each.id, each.op, each.label, text if each.id == OPENING else each.after)
        for each in result.changes
    ]
    try:
        applied = apply_edits(Request(item.text, item.customer_message, format=item.format), edits)
    except InputError:
        # The item isn't what was rewritten any more, which the review tells when it is applied.
        return result
    known = {change.id: change for change in result.changes}
    changes = [_take_over(change, known[change.id]) for change in applied.changes]
    fresh = {name: getattr(applied, name) for name in type(applied).model_fields}
    return result.model_copy(update=fresh | {"changes": changes})


def _take_over(change: Change, known: Change) -> Change:
    """Return a change with what was known of it: why, and its other wordings."""
    others = [known.after if text == change.after else text for text in known.alternatives]
    return change.model_copy(update={"why": known.why, "alternatives": others})
