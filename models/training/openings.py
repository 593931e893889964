"""Train the judge of openings beside an adapter, and tell what it is worth on mails it never saw.

    python -m models.training.openings

Learns from the marked openings (`judged/README.md`); a third of the mails measures it. Needs what
requirements-dev.txt adds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from drafting.candidate import Candidate, Op, Source
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.settings import load_settings
from drafting.slots import Place
from models.engine import LocalEngine
from models.judge import Floats, Forest, join_words, split_words, write_trained
from models.opening_judge import (
    FILE,
    OpeningCounts,
    OpeningEvidence,
    OpeningJudge,
    describe_opening,
    find_frame,
)
from models.training.evaluation.cases import Case, make_cases, make_plain_cases
from models.training.judge import cross_validate, export_trees, fit
from models.training.judging import MarkedOpening, load_openings, load_plain_mails
from models.training.rows import Row, load_rows, split_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine

Marks = npt.NDArray[np.bool_]
HARMLESS = frozenset({"good", "generic"})
BARS = (-1.0, -0.5, 0.0, 0.25, 0.5, 1.0)


def count_openings(rows: Sequence[Row]) -> OpeningCounts:
    """Count in how many worked openings words, pairs of words and frames stand."""
    words: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    frames: Counter[str] = Counter()
    for row in rows:
        opening = row.opening()
        if opening and opening.text:
            own = split_words(opening.text)
            words.update(set(own))
            joined.update({" ".join(pair) for pair in join_words(own)})
            frames[find_frame(own)] += 1
    return OpeningCounts(words=words, joined=joined, frames=frames)


def collect(
    engine: LocalEngine, cases: Sequence[Case], marks: Sequence[MarkedOpening]
) -> Iterator[tuple[MarkedOpening, OpeningEvidence]]:
    """Yield the marked openings of these cases that have a customer's message, with what is known."""
    known = {case.id: case for case in cases}
    ordered = sorted((mark for mark in marks if mark.mail in known), key=lambda mark: mark.mail)
    for mail, group in groupby(ordered, key=lambda mark: mark.mail):
        of_mail, case = list(group), known[mail]
        reading = read_draft(case.draft, case.customer_message)
        slot = next(slot for slot in reading.slots if slot.place is Place.OPENING)
        candidates = [
            Candidate(
                Op.INSERT,
                Label.ACKNOWLEDGEMENT,
                mark.opening,
                Source.MODEL if mark.written else Source.PHRASEBOOK,
            )
            for mark in of_mail
        ]
        if reading.customer_message:
            yield from zip(
                of_mail, engine.gather_openings(reading.mail, slot, candidates), strict=True
            )


def tell(name: str, odds: Floats, good: Marks, mails: Sequence[str], marks: Sequence[str]) -> None:
    """Print how well the log-odds tell good openings, and what the best of each mail is worth."""
    click.echo(
        f"{name}: {len(good)} openings, {good.sum()} such; AUC {roc_auc_score(good, odds):.3f}"
    )
    best: dict[str, int] = {}
    for at, mail in enumerate(mails):
        if mail not in best or odds[at] > odds[best[mail]]:
            best[mail] = at
    for bar in BARS:
        over = [at for at in best.values() if odds[at] >= bar]
        told = Counter(marks[at] for at in over).most_common()
        click.echo(f"  bar {bar:5.2f}: {len(over):3} of {len(best)} mails, {dict(told)}")


@click.command()
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
@click.option("--out", type=click.Path(path_type=Path), help="The adapter's folder when empty.")
def main(adapter: str, out: Path | None) -> None:
    """Train the judge of an adapter's openings and write it beside it."""
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    rows, plain = load_rows(), list(load_plain_mails())
    cases = make_cases(rows) + make_plain_cases(plain)
    counts = count_openings(split_rows(rows)[0])
    found = list(collect(engine, cases, list(load_openings())))
    held_out = {row.id for row in rows if row.held_out} | {m.id for m in plain if m.held_out}
    features = np.stack([describe_opening(evidence, counts) for _, evidence in found])
    good = np.array([mark.mark == "good" for mark, _ in found])
    harmless = np.array([mark.mark in HARMLESS for mark, _ in found])
    mails, marks = [mark.mail for mark, _ in found], [mark.mark for mark, _ in found]
    own = np.array([mail not in held_out for mail in mails])
    mine = [mail for mail in mails if mail not in held_out]
    inside = cross_validate(features[own], good[own], mine)
    tell("Mails to learn from, in folds", inside, good[own], mine, _pick(marks, own))
    forests = {}
    for name, wanted in (("good", good), ("harmless", harmless)):
        model, start = fit(features[own], wanted[own])
        odds = model.decision_function(features[~own])
        tell(f"Other mails, {name}", odds, wanted[~own], _pick(mails, ~own), _pick(marks, ~own))
        forests[name] = Forest(start=start, trees=export_trees(model))
    judge = OpeningJudge(**forests, counts=counts)
    path = (out or Path(adapter or SHIPPED_ADAPTER)) / FILE
    write_trained(path, judge)
    click.echo(f"The judge of openings: {path}.")


def _pick(values: Sequence[str], chosen: Marks) -> list[str]:
    return [value for value, taken in zip(values, chosen, strict=True) if taken]


if __name__ == "__main__":
    main()
