"""Train the judge beside an adapter, and tell what it is worth on mails that it never saw.

    python -m models.training.judge --real ../replies.jsonl

Learns from the marked candidates of mails that may be trained on (`judged/README.md`); the held-out
mails and, where their file is given, real replies measure it. Needs what requirements-dev.txt adds.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from drafting.candidate import Candidate, Op
from drafting.engine import Filled
from drafting.reading import Reading, read_draft
from drafting.settings import load_settings
from drafting.slots import Slot
from models.engine import LocalEngine
from models.judge import (
    FILE,
    Evidence,
    Judge,
    Tree,
    WordCounts,
    describe,
    join_words,
    split_words,
    write_trained,
)
from models.training.evaluation.cases import Case, make_cases, make_plain_cases, read_real
from models.training.judging import Judged, load_judged, load_plain_mails
from models.training.proposing import passes_rules
from models.training.rows import Row, load_rows, split_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine

CHANGED = frozenset({"meaning", "person", "condition", "promise", "nonsense", "delete"})
"""Reasons that say that the reply would no longer say what the draft says."""
MOST_CHANGED = 0.01
"""Share of accepted rewrites that may change the meaning."""
FOLDS = 5
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked rewrite that the rules let through, and what is known of it."""

    mark: Judged
    evidence: Evidence
    trained_on: bool
    """Whether its mail may be trained on."""

    @property
    def good(self) -> bool:
        """What the reader said."""
        return self.mark.verdict == "good"

    @property
    def is_plain(self) -> bool:
        """Whether it belongs to a mail that nobody has worked out."""
        return self.mark.mail.startswith("plain-")

    @property
    def changes(self) -> bool:
        """Whether the reader found that it says something else."""
        return self.mark.reason in CHANGED


def count_words(rows: Sequence[Row]) -> WordCounts:
    """Count in how many worked rewrites words came, went and stood together."""
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    stood: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    for row in rows:
        for step in row.script:
            sentence = row.sentences[step.source - 1] if step.source else ""
            text = sentence if step.op == "keep" else step.text or ""
            before, after = split_words(sentence), split_words(text)
            if step.op == "rewrite":
                came.update(set(after) - set(before))
                went.update(set(before) - set(after))
            pairs = join_words(after) if text else []
            stood.update(first for first, _ in pairs)
            joined.update(f"{first} {second}" for first, second in pairs)
    return WordCounts(came=came, went=went, stood=stood, joined=joined)


def collect(
    engine: LocalEngine,
    cases: Sequence[Case],
    marks: Sequence[Judged],
    learnt: Collection[str],
) -> list[Marked]:
    """Return the marked rewrites that would come before the judge; `learnt` are mails to learn from."""
    by_id = {case.id: case for case in cases}
    readings: dict[str, Reading] = {}
    found: list[tuple[Judged, str]] = []
    for mark in marks:
        case = by_id.get(mark.mail)
        if case is None or mark.op is not Op.REWRITE:
            continue
        if case.id not in readings:
            readings[case.id] = read_draft(case.draft, case.customer_message)
        reading = readings[case.id]
        slot = next((slot for slot in reading.slots if slot.id == mark.slot), None)
        if slot and slot.sentence and _comes_before(reading, slot, mark):
            found.append((mark, slot.text))
    evidence = engine.gather([(sentence, _fill(mark)) for mark, sentence in found])
    return [
        Marked(mark, each, mark.mail in learnt)
        for (mark, _), each in zip(found, evidence, strict=True)
    ]


def _fill(mark: Judged) -> Filled:
    return Filled(Candidate(mark.op, mark.label, mark.text), mark.log_probability, mark.share)


def _comes_before(reading: Reading, slot: Slot, mark: Judged) -> bool:
    """Tell whether the rules of today let a rewrite through."""
    return passes_rules(reading, slot, Candidate(mark.op, mark.label, mark.text))


def make_trees() -> GradientBoostingClassifier:
    """Return an untrained classifier: small trees, since marks are some thousands."""
    return GradientBoostingClassifier(
        n_estimators=300,
        learning_rate=0.04,
        max_depth=4,
        min_samples_leaf=12,
        subsample=0.6,
        max_features=0.3,
        random_state=7,
    )


def export_trees(model: GradientBoostingClassifier) -> list[Tree]:
    """Return the trained trees as they are shipped."""
    return [_export_tree(one.tree_, model.learning_rate) for one in model.estimators_[:, 0]]


def _export_tree(tree: Any, rate: float) -> Tree:
    leaf = tree.children_left < 0
    return Tree(
        feature=np.where(leaf, -1, tree.feature).tolist(),
        # To six digits: what a feature is compared with is no finer than that.
        threshold=[float(f"{value:.6g}") for value in tree.threshold],
        left=tree.children_left.tolist(),
        right=tree.children_right.tolist(),
        value=[float(f"{value:.6g}") for value in tree.value[:, 0, 0] * rate],
    )


def fit(features: Floats, good: npt.NDArray[np.bool_]) -> tuple[GradientBoostingClassifier, float]:
    """Return trained trees and the log-odds that they begin with."""
    share = float(good.mean())
    return make_trees().fit(features, good), float(np.log(share / (1 - share)))


def cross_validate(features: Floats, good: npt.NDArray[np.bool_], mails: Sequence[str]) -> Floats:
    """Return each row's log-odds under trees that saw nothing of its mail."""
    odds = np.zeros(len(good))
    for rest, fold in GroupKFold(FOLDS).split(features, good, mails):
        odds[fold] = make_trees().fit(features[rest], good[rest]).decision_function(features[fold])
    return odds


def choose_bar(odds: Floats, marked: Sequence[Marked]) -> float:
    """Return the lowest bar over which no more than `MOST_CHANGED` change the meaning.

    What was counted counts: with few over the bar, the true share may well be higher.
    """
    order = np.argsort(-odds)
    best, changed = float(odds.max()) + 1.0, 0
    for number, at in enumerate(order, 1):
        changed += marked[at].changes
        if changed <= MOST_CHANGED * number:
            best = float(odds[at])
    return best


def tell(name: str, odds: Floats, marked: Sequence[Marked], bars: Sequence[float]) -> None:
    """Print how well log-odds tell good rewrites, and what some bars let through."""
    good = np.array([one.good for one in marked])
    changes = np.array([one.changes for one in marked])
    click.echo(f"{name}: {len(marked)} rewrites, {good.sum()} good, {changes.sum()} change meaning")
    measures = {
        "judge": odds,
        "likelihood": np.array([one.evidence.log_probability for one in marked]),
        "reverse likelihood": np.array([one.evidence.behind.mean for one in marked]),
    }
    for measure, values in measures.items():
        click.echo(f"  AUC {roc_auc_score(good, values):.3f}  {measure}")
    for bar in bars:
        over = odds >= bar
        click.echo(
            f"  bar {bar:5.2f}: {over.sum():4} accepted, {good[over].sum():4} good, "
            f"{changes[over].sum():3} change the meaning; "
            f"{good[over].sum() / max(good.sum(), 1):.0%} of the good"
        )


@click.command()
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
@click.option("--real", type=click.Path(path_type=Path, exists=True), help="File of real replies.")
@click.option("--out", type=click.Path(path_type=Path), help="The adapter's folder when empty.")
def main(adapter: str, real: Path | None, out: Path | None) -> None:
    """Train the judge of an adapter and write it beside it."""
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    rows, plain = load_rows(), list(load_plain_mails())
    cases = make_cases(rows) + make_plain_cases(plain) + (read_real(real) if real else [])
    learnt = {row.id for row in rows if not row.held_out}
    learnt |= {mail.id for mail in plain if not mail.held_out}
    marked = collect(engine, cases, list(load_judged()), learnt)
    words = count_words(split_rows(rows)[0])
    features = np.stack([describe(one.evidence, words) for one in marked])
    good = np.array([one.good for one in marked])
    own = np.array([one.trained_on for one in marked])
    mine = [one for one in marked if one.trained_on]
    inside = cross_validate(features[own], good[own], [one.mark.mail for one in mine])
    bar = choose_bar(inside, mine)
    bars = sorted({bar, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0})
    tell("Mails to train on, in folds", inside, mine, bars)
    model, start = fit(features[own], good[own])
    if not own.all():
        others = [one for one in marked if not one.trained_on]
        odds = model.decision_function(features[~own])
        tell("Other mails", odds, others, bars)
        if any(one.is_plain for one in others):
            is_plain = np.array([one.is_plain for one in others])
            tell("Of these, plain", odds[is_plain], [o for o in others if o.is_plain], bars)
    judge = Judge(start=start, trees=export_trees(model), words=words)
    path = (out or Path(adapter or SHIPPED_ADAPTER)) / FILE
    write_trained(path, judge)
    click.echo(f"The judge: {path}. A bar of {bar:.2f} keeps to the aim in the folds.")


if __name__ == "__main__":
    main()
