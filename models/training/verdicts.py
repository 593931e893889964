"""What the judge learns from: fillings of a mail's slots that may, or may not, stand there.

Three kinds: candidates of our own model that were read and marked (`judged/`), faults planted by
program into worked rewrites, and worked fillings where they don't belong (another mail's opening, a
sentence kept that ought to be rewritten). That a worked filling is right goes without saying.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drafting.candidate import KEEP, Candidate, Op
from models.training.judging import Judged
from models.training.planted import KINDS
from models.training.rows import Row, Step

BROKEN = 0.6
"""Share of worked rewrites beside which one with a planted fault is shown."""
KEPT = 0.3
"""Share of worked rewrites and openings beside which keeping is wrong."""
STRANGE = 0.5
"""Share of mails to which another mail's opening is shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A filling of a slot, and whether it may stand there."""

    slot: str
    candidate: Candidate
    right: bool


def collect_verdicts(
    rows: Sequence[Row], judged: Iterable[Judged], seed: int
) -> dict[str, list[Verdict]]:
    """Return the verdicts on fillings of each mail, by its id; the same for the same seed."""
    marked = defaultdict(list)
    for one in judged:
        candidate = Candidate(one.op, one.label, one.text)
        marked[one.mail].append(Verdict(one.slot, candidate, one.verdict == "good"))
    openings = [(row.domain, step) for row in rows if (step := row.opening())]
    return {row.id: [*marked[row.id], *_plant(row, openings, seed)] for row in rows}


def _plant(row: Row, openings: Sequence[tuple[str, Step]], seed: int) -> list[Verdict]:
    """Return fillings that are wrong by how they were made; each mail draws by itself."""
    generator = random.Random(f"{seed} {row.id}")
    found: list[Verdict] = []
    for step in row.script:
        if step.op == "rewrite" and step.source and step.text:
            slot = f"s{step.source}"
            broken = _break(row.sentences[step.source - 1], step.text, generator)
            if broken and generator.random() < BROKEN:
                found.append(Verdict(slot, Candidate(Op.REWRITE, step.label, broken), False))
            if generator.random() < KEPT:
                found.append(Verdict(slot, KEEP, False))
    if row.opening() and generator.random() < KEPT:
        found.append(Verdict("opening", KEEP, False))
    if openings and generator.random() < STRANGE:
        domain, step = generator.choice(openings)
        if domain != row.domain:
            found.append(Verdict("opening", step.candidate(), False))
    return found


def _break(before: str, after: str, generator: random.Random) -> str | None:
    """Return the worked rewrite with a fault in it, of the first kind, in an order drawn, that fits."""
    kinds = list(KINDS.values())
    generator.shuffle(kinds)
    return next((text for plant in kinds for text in plant(before, after)), None)
