"""Let the model write what a reader is to mark: candidates that would reach the choice.

    python -m models.training.proposing --out runs/candidates.jsonl

Asks only for the slots that the program asks the model for, and drops what it would never look at:
copies, what the rules refuse, what takes no finding away, what was marked before. So marks teach what
the choice has to know, and no reader's time goes into what is refused anyway.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from drafting.candidate import Candidate, Op
from drafting.engine import Ask, Engine, Filled
from drafting.errors import DraftingError
from drafting.findings import find_in_sentence
from drafting.reading import Reading
from drafting.rewriter import Request, Work
from drafting.settings import load_settings
from drafting.slots import Slot
from drafting.verification import Context, verify_candidate
from models.training.evaluation.cases import Case, make_cases, read_real
from models.training.judging import load_judged
from models.training.rows import load_rows, split_rows
from models.weights import load_local_engine

log = logging.getLogger(__name__)

TOGETHER = 16
"""Mails that are filled together."""
MOST = 3
"""Candidates of a slot that are worth a reader's time; the others are much like them."""
Marked = frozenset[tuple[str, str, str | None]]
"""Mail, slot and text of candidates that need no reading."""


def propose(
    engine: Engine, cases: Sequence[Case], candidates: int, seed: int, marked: Marked
) -> Iterator[dict[str, Any]]:
    """Yield what the model wrote for each case and may be chosen, as what a reader needs to see."""
    for start in range(0, len(cases), TOGETHER):
        works = list(_open(cases[start : start + TOGETHER], engine, seed))
        asks = [Ask(work.reading.mail, slots, candidates, seed) for _, work, slots in works]
        fillings = engine.fill(asks) if asks else []
        for (case, work, slots), filled in zip(works, fillings, strict=True):
            for slot in slots:
                written = filled.get(slot.id, ())
                if slot.sentence and not work.reading.find_in(slot) and _stays(written, engine):
                    continue
                fitting = [
                    one
                    for one in written
                    if (case.id, slot.id, one.candidate.text) not in marked
                    and _may_be_chosen(work.reading, slot, one)
                ]
                for one in fitting[:MOST]:
                    yield _show(case, slot, one, first=one is written[0])
        log.info("%d of %d mails", min(start + TOGETHER, len(cases)), len(cases))


def _open(
    cases: Sequence[Case], engine: Engine, seed: int
) -> Iterator[tuple[Case, Work, tuple[Slot, ...]]]:
    """Yield the cases with the slots that moves and phrasebook leave to the model."""
    for case in cases:
        try:
            work = Work(Request(case.draft, case.customer_message, seed=seed), engine)
        except DraftingError:
            continue
        certain = {slot_id for slot_id, _ in work.foretell()}
        slots = tuple(
            slot
            for slot in work.waiting
            if slot.id not in certain and (slot.sentence or engine.bar.has_inserts)
        )
        if slots:
            yield case, work, slots


def _stays(written: Sequence[Filled], engine: Engine) -> bool:
    """Tell whether the model finds that a sentence in which nothing was found can stay."""
    kept = [one.share for one in written if one.candidate.op is Op.KEEP]
    return not written or (bool(kept) and kept[0] >= engine.bar.keep)


def _may_be_chosen(reading: Reading, slot: Slot, filled: Filled) -> bool:
    """Tell whether rules and findings leave a candidate to the choice; see `drafting.choice`."""
    if not passes_rules(reading, slot, filled.candidate):
        return False
    before, after = (len(find_in_sentence(text)) for text in (slot.text, filled.text))
    return after == 0 if slot.sentence is None or not before else after < before


def passes_rules(reading: Reading, slot: Slot, candidate: Candidate) -> bool:
    """Tell whether a candidate is a text of its own that verification lets through in its slot."""
    text = candidate.text
    if text is None or text == slot.text:
        return False
    if slot.sentence and slot.locate_facts(text) is None:
        return False
    context = Context(
        sentence=slot.text if slot.sentence else None,
        draft=reading.body,
        customer_message=reading.customer_message,
        facts=slot.facts,
    )
    return not verify_candidate(candidate, context)


def _show(case: Case, slot: Slot, filled: Filled, *, first: bool) -> dict[str, Any]:
    return {
        "mail": case.id,
        "slot": slot.id,
        "op": filled.candidate.op,
        "label": filled.candidate.label,
        "text": filled.candidate.text,
        "sentence": slot.text if slot.sentence else None,
        "draft": case.draft,
        "customer_message": case.customer_message,
        "likeliest": first,
        "log_probability": round(filled.log_probability, 3),
        "share": round(filled.share, 3),
    }


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--held-out", is_flag=True, help="Of the held-out mails instead of the others.")
@click.option(
    "--real", type=click.Path(path_type=Path, exists=True), help="Of these replies instead."
)
@click.option("--limit", type=int, default=0, help="Only so many mails, spread over all.")
@click.option("--skip", type=int, default=0, help="Begin so many mails later, for another sample.")
@click.option("--candidates", type=int, default=6)
@click.option("--seed", type=int, default=17)
@click.option("--adapter", default="", help="Folder; the shipped adapter when empty.")
def main(
    out: Path,
    held_out: bool,
    real: Path | None,
    limit: int,
    skip: int,
    candidates: int,
    seed: int,
    adapter: str,
) -> None:
    """Write candidates to OUT, one JSON object a line, for a reader to mark."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rest, kept = split_rows(load_rows())
    cases = read_real(real) if real else make_cases(kept if held_out else rest)
    step = max(1, len(cases) // limit) if limit else 1
    cases = cases[skip::step]
    engine = load_local_engine(load_settings().model_copy(update={"adapter": adapter}))
    marked = frozenset((one.mail, one.slot, one.text) for one in load_judged())
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as file:
        for one in propose(engine, cases, candidates, seed, marked):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
