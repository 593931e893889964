"""Hold the ranker's measures against marks: which of them tells good candidates from bad ones.

    python -m models.training.weighing --adapter models/adapter --real ../replies.jsonl

Candidates are those of `judged/` whose mails were never trained on: held-out worked drafts and, where
their file is given, real replies. For each measure, alone and together, it prints the area under the
ROC curve, and for the verdict how precision and coverage change with its bar.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
import torch

from drafting.candidate import Candidate
from drafting.engine import Ask
from drafting.reading import Reading, read_draft
from drafting.settings import load_settings
from drafting.slots import Slot
from drafting.verification import Context, verify_candidate
from models.engine import LocalEngine
from models.training.calibrate import area
from models.training.evaluation.cases import Case, make_cases, read_real
from models.training.judging import Judged, load_judged
from models.training.rows import load_rows, split_rows
from models.weights import load_local_engine

CHANGED = frozenset({"meaning", "person", "condition", "promise", "nonsense", "delete"})
"""Reasons that say that the reply would no longer say what the draft says."""
FOLDS = 5
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A judged candidate and what the model thinks of it."""

    judged: Judged
    verdict: float
    likelihood: float
    """Mean log-probability of the filling, in nats a token, without its grammar."""
    reverse: float
    """As `Engine.score` has it; 0 for an insert and a deletion."""
    passes: bool
    """Whether `drafting.verification` lets it through."""

    @property
    def good(self) -> bool:
        """What the reader said."""
        return self.judged.verdict == "good"

    @property
    def changes(self) -> bool:
        """Whether the reader found that it says something else."""
        return self.judged.reason in CHANGED


def find_cases(real: Path | None) -> dict[str, Case]:
    """Return the mails that nothing was trained on, by their id."""
    _, held_out = split_rows(load_rows())
    cases = make_cases(held_out) + (read_real(real) if real else [])
    return {case.id: case for case in cases}


def weigh(
    engine: LocalEngine, cases: Mapping[str, Case], judged: Sequence[Judged]
) -> Iterator[Weighed]:
    """Yield each judged candidate of the cases that still has its slot, with all measures."""
    by_mail: dict[str, list[Judged]] = {}
    for one in judged:
        if one.mail in cases:
            by_mail.setdefault(one.mail, []).append(one)
    for mail, marked in by_mail.items():
        reading = read_draft(cases[mail].draft, cases[mail].customer_message)
        slots = {slot.id: slot for slot in reading.open_slots}
        yield from _weigh_mail(engine, reading, slots, [one for one in marked if one.slot in slots])


def _weigh_mail(
    engine: LocalEngine, reading: Reading, slots: Mapping[str, Slot], marked: Sequence[Judged]
) -> Iterator[Weighed]:
    ask = Ask(reading.mail, tuple(slots.values()))
    fillings = [(one.slot, Candidate(one.op, one.label, one.text)) for one in marked]
    verdicts = engine.judge(ask, fillings)
    likelihoods = engine.measure(ask, fillings)
    pairs = [(slots[one.slot].text, one.text) for one in marked if one.op == "rewrite" and one.text]
    reverse = iter(engine.score(pairs))
    for one, (slot_id, candidate), verdict, likelihood in zip(
        marked, fillings, verdicts, likelihoods, strict=True
    ):
        slot = slots[slot_id]
        context = Context(
            sentence=slot.text if slot.sentence else None,
            draft=reading.body,
            customer_message=reading.customer_message,
            facts=slot.facts,
        )
        yield Weighed(
            one,
            verdict if verdict is not None else 0.0,
            likelihood,
            next(reverse) if one.op == "rewrite" and one.text else 0.0,
            not verify_candidate(candidate, context),
        )


def fit_logistic(features: Floats, good: Floats, steps: int = 2000, rate: float = 0.1) -> Floats:
    """Return the weights of a logistic regression by gradient descent; features are (n, k), scaled."""
    weights = np.zeros(features.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-features @ weights))
        weights -= rate * (features.T @ (chance - good) / len(good) + 1e-3 * weights)
    return weights


def cross_validate(features: Floats, good: Floats) -> Floats:
    """Return each row's log-odds under a regression that was fitted without it."""
    scaled = (features - features.mean(0)) / features.std(0)
    scaled = np.hstack([scaled, np.ones((len(scaled), 1))])
    odds = np.zeros(len(good))
    fold = np.arange(len(good)) % FOLDS
    for number in range(FOLDS):
        rest = fold != number
        odds[~rest] = scaled[~rest] @ fit_logistic(scaled[rest], good[rest])
    return odds


def tell(name: str, weighed: Sequence[Weighed], say: Callable[[str], None]) -> None:
    """Print what each measure is worth on some candidates."""
    good = np.array([one.good for one in weighed], dtype=float)
    measures = {
        "verdict": [one.verdict for one in weighed],
        "likelihood": [one.likelihood for one in weighed],
        "reverse": [one.reverse for one in weighed],
    }
    say(f"{name}: {len(weighed)} candidates, {good.mean():.0%} good")
    if not 0 < good.sum() < len(good):
        return
    columns = {name: np.array(values, dtype=float) for name, values in measures.items()}
    together = [c for c in columns.values() if c.std() > 0]
    if len(together) > 1:
        columns["together"] = cross_validate(np.stack(together, 1), good)
    for measure, values in columns.items():
        right, wrong = values[good == 1], values[good == 0]
        say(f"  {measure:<12} AUC {area(right.tolist(), wrong.tolist()):.3f}")
    for measure in ("verdict", "together"):
        if measure in columns:
            _tell_bars(measure, columns[measure], weighed, say)


def _tell_bars(
    measure: str, values: Floats, weighed: Sequence[Weighed], say: Callable[[str], None]
) -> None:
    order = np.argsort(-values)
    for share in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5):
        top = [weighed[n] for n in order[: max(1, round(share * len(order)))]]
        good, changed = (sum(one.good for one in top), sum(one.changes for one in top))
        bar = values[order[len(top) - 1]]
        say(
            f"    {measure} >= {bar:6.2f}: {len(top):4} accepted, {good / len(top):4.0%} good, "
            f"{changed / len(top):4.0%} change the meaning"
        )


@click.command()
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
@click.option("--real", type=click.Path(path_type=Path, exists=True), help="File of real replies.")
@click.option("--marks", default="*.jsonl", help="Which files of judged candidates.")
def main(adapter: str, real: Path | None, marks: str) -> None:
    """Print what each measure of the ranker is worth on candidates that people have read."""
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    with torch.inference_mode():
        weighed = list(weigh(engine, find_cases(real), list(load_judged(marks))))
    passing = [one for one in weighed if one.passes]
    for name, chosen in (
        ("rewrites", [one for one in weighed if one.judged.op == "rewrite"]),
        ("rewrites that pass", [one for one in passing if one.judged.op == "rewrite"]),
        ("openings", [one for one in weighed if one.judged.slot == "opening"]),
        ("openings that pass", [one for one in passing if one.judged.slot == "opening"]),
    ):
        tell(name, chosen, click.echo)


if __name__ == "__main__":
    main()
