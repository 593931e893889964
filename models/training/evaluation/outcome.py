"""Everything that one run has found: a set of mails in its columns, measured and summed up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.training.evaluation.bootstrap import Estimate
from models.training.evaluation.cases import Case, Kind
from models.training.evaluation.columns import Column, fill_column
from models.training.evaluation.counting import Measured, measure_all
from models.training.evaluation.figures import Line, average_groups, list_figures, make_table
from models.training.evaluation.intervals import estimate_share
from models.training.evaluation.records import Record, Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """One set, measured in every column; the first is the one that is judged."""

    kind: Kind
    columns: Mapping[str, Sequence[Measured]]
    lines: Sequence[Line]

    @property
    def judged(self) -> str:
        """The name of the first column."""
        return next(iter(self.columns))

    @property
    def ours(self) -> Sequence[Measured]:
        """The mails of the first column."""
        return self.columns[self.judged]


def find_outcomes(
    sets: Sequence[Sequence[Case]], columns: Sequence[Column], store: Store
) -> list[Outcome]:
    """Rewrite what isn't rewritten yet, column by column, and measure each set."""
    records: dict[str, dict[str, Record]] = {}
    for column in columns:
        # All sets at once, so that each model is loaded once.
        cases = [case for cases in sets for case in cases if column.takes(case)]
        made = fill_column(column, cases, store)
        records[column.name] = {record.case: record for record in made}
    return [_find_outcome(cases, records) for cases in sets]


def _find_outcome(cases: Sequence[Case], records: Mapping[str, Mapping[str, Record]]) -> Outcome:
    """Measure one set in the columns that have it."""
    kind = cases[0].kind
    measured = {
        column: measure_all(cases, [made[case.name] for case in cases])
        for column, made in records.items()
        if cases[0].name in made
    }
    counted: Mapping[str, Sequence[Measured]] = measured
    if kind is Kind.REAL:
        counted = {name: average_groups(mails) for name, mails in measured.items()}
    figures = list_figures(by_reference=kind is Kind.HELD_OUT)
    return Outcome(kind, measured, make_table(counted, figures))


@dataclass(frozen=True, slots=True)
class Passed:
    """How many traps of a kind each column passes."""

    kind: str
    traps: int
    shares: Mapping[str, Estimate]


def count_passed(outcome: Outcome) -> Iterator[Passed]:
    """Yield the share of traps passed, over all and then by kind."""
    kinds = sorted({mail.case.group for mail in outcome.ours})
    for kind in ("all", *kinds):
        passed = {
            name: [not mail.failures for mail in mails if kind in {"all", mail.case.group}]
            for name, mails in outcome.columns.items()
        }
        yield Passed(
            kind,
            len(passed[outcome.judged]),
            {name: estimate_share(sum(column), len(column)) for name, column in passed.items()},
        )
