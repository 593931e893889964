"""Train the judge of deletions beside an adapter, and tell what it is worth on mails it never saw.

    python -m models.training.deletions

Learns from the marked deletions (`judged/README.md`); a third of the mails measures it. Needs what
requirements-dev.txt adds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from drafting.engine import Deletion
from drafting.reading import read_draft
from drafting.settings import load_settings
from models.deletion_judge import (
    FILE,
    DeletionCounts,
    DeletionEvidence,
    DeletionJudge,
    describe_deletion,
)
from models.engine import LocalEngine
from models.judge import Floats, join_words, split_words, write_trained
from models.training.evaluation.cases import Case, make_cases, make_plain_cases
from models.training.judge import FOLDS
from models.training.judging import MarkedDeletion, load_deletions, load_plain_mails
from models.training.rows import Row, load_rows, split_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine

Marks = npt.NDArray[np.bool_]
STRENGTH = 0.02
"""Inverse strength of the regularisation."""
FEWEST = 12
"""Sentences that a word or pair must stand in to be counted."""
BARS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


def count_deleted(rows: Iterable[Row]) -> DeletionCounts:
    """Count in how many worked sentences words and pairs stand, and how many of these were deleted."""
    sentences: Counter[bool] = Counter()
    words: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    joined: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for row in rows:
        for step in row.script:
            if step.source:
                own = split_words(row.sentences[step.source - 1])
                gone = step.op == "delete"
                sentences[gone] += 1
                words[gone].update(set(own))
                joined[gone].update({" ".join(pair) for pair in join_words(own)})
    return DeletionCounts(
        sentences=(sentences[True], sentences.total()),
        words=_put_together(words),
        joined=_put_together(joined),
    )


def _put_together(counted: dict[bool, Counter[str]]) -> dict[str, tuple[int, int]]:
    """Return for each key how often it was deleted, and in all; what is rare tells nothing."""
    total = counted[True] + counted[False]
    return {key: (counted[True][key], count) for key, count in total.items() if count >= FEWEST}


def collect(
    engine: LocalEngine, cases: Sequence[Case], marks: Iterable[MarkedDeletion]
) -> Iterator[tuple[MarkedDeletion, DeletionEvidence]]:
    """Yield the marked deletions of these cases and where they stand.

    Their shares are this engine's: those in the marks are of the adapter of that time.
    """
    known = {case.id: case for case in cases}
    ordered = sorted((mark for mark in marks if mark.mail in known), key=lambda mark: mark.mail)
    for mail, group in groupby(ordered, key=lambda mark: mark.mail):
        of_mail, case = list(group), known[mail]
        reading = read_draft(case.draft, case.customer_message)
        texts = {slot.id: slot.text for slot in reading.slots}
        standing = [mark for mark in of_mail if texts.get(mark.slot) == mark.text]
        slots = [reading.find_slot(mark.slot) for mark in standing]
        message = reading.customer_message or ""
        deletions = [Deletion(slot, *reading.find_around(slot), message) for slot in slots]
        if deletions:
            yield from zip(standing, engine.gather_deletions(reading.mail, deletions), strict=True)


def make_regression() -> Pipeline:
    """Return an untrained classifier.

    Of 1,268 marks it learns what trees learn, and of the surest hundred more may go.
    """
    return make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=1000))


def cross_validate(features: Floats, go: Marks, mails: Sequence[str]) -> Floats:
    """Return each row's log-odds under a regression that saw nothing of its mail."""
    odds = np.zeros(len(go))
    for rest, fold in GroupKFold(FOLDS).split(features, go, mails):
        odds[fold] = (
            make_regression().fit(features[rest], go[rest]).decision_function(features[fold])
        )
    return odds


def _shorten(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def tell(name: str, odds: Floats, marks: Sequence[str]) -> None:
    """Print how well the log-odds tell what may go, and what some bars let go."""
    go = np.array([mark == "go" for mark in marks])
    click.echo(f"{name}: {len(go)} sentences, {go.sum()} may go; AUC {roc_auc_score(go, odds):.3f}")
    for bar in BARS:
        told = Counter(mark for mark, each in zip(marks, odds, strict=True) if each >= bar)
        click.echo(f"  bar {bar:4.1f}: {told.total():3} go, {dict(told.most_common())}")


@click.command()
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
@click.option("--out", type=click.Path(path_type=Path), help="The adapter's folder when empty.")
def main(adapter: str, out: Path | None) -> None:
    """Train the judge of an adapter's deletions and write it beside it."""
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    rows, plain = load_rows(), list(load_plain_mails())
    counts = count_deleted(split_rows(rows)[0])
    cases = make_cases(rows) + make_plain_cases(plain)
    found = list(collect(engine, cases, load_deletions()))
    held_out = {row.id for row in rows if row.held_out} | {m.id for m in plain if m.held_out}
    features = np.stack([describe_deletion(evidence, counts) for _, evidence in found])
    marks = np.array([mark.mark for mark, _ in found])
    mails = np.array([mark.mail for mark, _ in found])
    go = marks == "go"
    own = ~np.isin(mails, sorted(held_out))
    inside = cross_validate(features[own], go[own], mails[own].tolist())
    tell("Mails to learn from, in folds", inside, marks[own].tolist())
    model = make_regression().fit(features[own], go[own])
    tell("Other mails", model.decision_function(features[~own]), marks[~own].tolist())
    scaler, regression = model
    judge = DeletionJudge(
        start=float(regression.intercept_[0]),
        means=_shorten(scaler.mean_),
        weights=_shorten(regression.coef_[0] / scaler.scale_),
        counts=counts,
    )
    path = (out or Path(adapter or SHIPPED_ADAPTER)) / FILE
    write_trained(path, judge)
    click.echo(f"The judge of deletions: {path}.")


if __name__ == "__main__":
    main()
