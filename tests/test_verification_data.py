"""Worked openings and closings pass; those of another mail, and rewrites of another sentence, fail.

Measured over a slice of the worked rewrites; the floors are a little under what was measured over
all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from drafting.facts import find_facts, find_names
from drafting.labels import Label
from drafting.verification import Context, verify_candidate
from models.training.planted import swap_person
from models.training.rows import Row, Step
from tests.drafts import rows

SLICE = 9


@dataclass(frozen=True, slots=True)
class Case:
    step: Step
    context: Context


def cases(row: Row) -> Iterator[Case]:
    """Yield the rewrites and inserts of a mail with their contexts."""
    sentences = [sentence for paragraph in row.paragraphs for sentence in paragraph]
    draft = "\n".join(filter(None, [row.greeting, " ".join(sentences), row.closing]))
    names = find_names(draft)
    for step in row.script:
        if step.op in ("rewrite", "insert"):
            before = sentences[step.source - 1] if step.source else None
            facts = find_facts(before, names) if before else ()
            yield Case(step, Context(before, draft, row.customer_message, facts))


@cache
def some(op: str, label: Label | None = None) -> tuple[Case, ...]:
    return tuple(
        case
        for row in rows()[::SLICE]
        for case in cases(row)
        if case.step.op == op and (label is None or case.step.label is label)
    )


def passes(step: Step, context: Context) -> bool:
    return not verify_candidate(step.candidate(), context)


def share(results: list[bool]) -> float:
    return sum(results) / len(results)


def test_most_worked_openings_pass() -> None:
    openings = some("insert", Label.ACKNOWLEDGEMENT)
    assert share([passes(case.step, case.context) for case in openings]) > 0.88


def test_most_worked_closings_pass() -> None:
    closings = some("insert", Label.NEXT_STEPS)
    assert share([passes(case.step, case.context) for case in closings]) > 0.75


def test_the_opening_of_another_mail_fails() -> None:
    openings = some("insert", Label.ACKNOWLEDGEMENT)
    moved = [*openings[7:], *openings[:7]]
    pairs = zip(openings, moved, strict=True)
    assert share([not passes(case.step, other.context) for case, other in pairs]) > 0.75


def test_an_opening_with_its_persons_swapped_mostly_fails() -> None:
    """Set phrases and told acts give most away; the rest is left to the judge."""
    broken = [
        (replaced, case.context)
        for case in some("insert", Label.ACKNOWLEDGEMENT)
        for text in islice(swap_person("", case.step.text or ""), 1)
        if "ou'm" not in text
        for replaced in [case.step.model_copy(update={"text": text})]
    ]
    assert share([not passes(step, context) for step, context in broken]) > 0.55


def test_the_rewrite_of_another_sentence_fails() -> None:
    failed = [
        not passes(other.step, case.context)
        for case in some("rewrite")
        for other in some("rewrite")
        if other is not case and other.context.draft == case.context.draft
    ]
    assert share(failed) > 0.96
