"""Measure a model on the held-out rewrites (`make evaluate`).

    python -m models.training.evaluate --limit 40

The trained model stands beside the untrained one. What reaches the user is measured (moves,
phrasebook and model, verified and chosen), and what the model alone would have said. The violation
counts come from the checker of the training data, which shares no code with our verification.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from sacrebleu.metrics.chrf import CHRF

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import parse
from drafting.engine import Announce, Ask, Bar, Engine, Filled, Fillings, IsStopped, MoreAsks
from drafting.facts import find_facts
from drafting.prompt import Template
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from drafting.settings import load_settings
from drafting.wording import find_avoided
from models.training.data.check import BANNED, HARD_NO, NEGATIVE, PROMISE
from models.training.rows import Row, load_rows, split_rows
from models.weights import load_local_engine

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Alone:
    """What the model wrote by itself, before moves, phrasebook, checks and choice.

    Counts each slot's likeliest filling, over the slots that the model was asked to fill.
    """

    slots: int = 0
    same_op: int = 0
    same_label: int = 0
    rewritten: int = 0
    """Sentences that the reference rewrites."""
    chrf: float = 0.0
    chrf_of_sentence: float = 0.0

    def report(self) -> dict[str, object]:
        """Return the figures of the README's table."""
        slots, rewritten = max(self.slots, 1), max(self.rewritten, 1)
        return {
            "model alone: slots": self.slots,
            "model alone: operation": round(self.same_op / slots, 3),
            "model alone: operation and label": round(self.same_label / slots, 3),
            "model alone: chrF of rewrites": round(self.chrf / rewritten, 1),
            "chrF of the sentences left as they are": round(self.chrf_of_sentence / rewritten, 1),
        }


@dataclass(slots=True)
class Tally:
    """Counts over rows; shares come out of `report`."""

    rows: int = 0
    slots: int = 0
    same_op: int = 0
    same_label: int = 0
    changes: int = 0
    by_source: dict[str, int] = field(default_factory=dict)
    fact_violations: list[str] = field(default_factory=list)
    decision_violations: list[str] = field(default_factory=list)
    wording_violations: list[str] = field(default_factory=list)
    kind_rows: int = 0
    kind_changed: int = 0
    chrf: float = 0.0
    chrf_of_draft: float = 0.0
    openings: list[str] = field(default_factory=list)
    length: float = 0.0
    alone: Alone = field(default_factory=Alone)

    def report(self) -> dict[str, object]:
        """Return the figures of the README's table."""
        rows, slots = max(self.rows, 1), max(self.slots, 1)
        return {
            "mails": self.rows,
            "fact violations": len(self.fact_violations),
            "decision violations": len(self.decision_violations),
            "wording violations": len(self.wording_violations),
            "slots with the reference's operation": round(self.same_op / slots, 3),
            "slots with its operation and label": round(self.same_label / slots, 3),
            "changes a mail": round(self.changes / rows, 2),
            "kind drafts changed": f"{self.kind_changed} of {self.kind_rows}",
            "chrF against the reference": round(self.chrf / rows, 1),
            "chrF of the draft itself": round(self.chrf_of_draft / rows, 1),
            "distinct openings": f"{len(set(self.openings))} of {len(self.openings)}",
            "length against the draft": round(self.length / rows, 2),
            **self.alone.report(),
        }


class Recorder:
    """An engine that keeps what another one writes; passes everything else on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.fillings: list[Fillings] = []

    @property
    def name(self) -> str:
        """The model's name."""
        return self._engine.name

    @property
    def adapter(self) -> str | None:
        """The adapter's name."""
        return self._engine.adapter

    @property
    def template(self) -> Template:
        """The texts that the model is asked with."""
        return self._engine.template

    @property
    def bar(self) -> Bar:
        """How far what the model writes is trusted."""
        return self._engine.bar

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill, and keep the fillings."""
        fillings = self._engine.fill(asks, announce, is_stopped, more)
        self.fillings += fillings
        return fillings

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Score as the engine does."""
        return self._engine.score(pairs)


def compare_alone(counts: Alone, row: Row, fillings: Fillings) -> None:
    """Hold the model's likeliest filling of each slot against the reference's."""
    wanted, sentences = wanted_steps(row), read_sentences(row)
    chrf = CHRF()
    for slot in fillings.keys() & wanted.keys():
        ours, reference = likeliest(fillings[slot]), wanted[slot]
        counts.slots += 1
        counts.same_op += ours.op == reference.op
        counts.same_label += (ours.op, ours.label) == (reference.op, reference.label)
        if reference.op is Op.REWRITE and reference.text:
            sentence = sentences[slot]
            # What is kept stands as it was written; what is deleted is no text at all.
            text = sentence if ours.op is Op.KEEP else ours.text or ""
            counts.rewritten += 1
            counts.chrf += chrf.sentence_score(text, [reference.text]).score
            counts.chrf_of_sentence += chrf.sentence_score(sentence, [reference.text]).score


def likeliest(written: Sequence[Filled]) -> Candidate:
    """Return the first filling, which took the likeliest token each time, if it was finished."""
    return written[0].candidate if written else KEEP


def read_sentences(row: Row) -> dict[str, str]:
    """Return the sentences of the row's draft as the program reads it, by slot."""
    return {f"s{sentence.index}": sentence.text for sentence in parse(row.draft()).sentences}


def wanted_steps(row: Row) -> dict[str, Candidate]:
    """Return what the reference fills each slot with.

    A sentence whose bounds the program sees elsewhere than the data is left out: a draft joins
    what had no full stop.
    """
    texts = row.sentences
    steps = [step for step in row.script if step.source]
    opening, ending = row.opening(), row.ending()
    wanted = {
        "opening": opening.candidate() if opening else KEEP,
        "closing": ending.candidate() if ending else KEEP,
    }
    for slot, text in read_sentences(row).items():
        # In order, so that a sentence that stands twice finds its own step.
        at = next(
            (n for n, step in enumerate(steps) if texts[(step.source or 0) - 1] == text), None
        )
        if at is not None:
            wanted[slot] = steps[at].candidate()
            steps = steps[at + 1 :]
    return wanted


def tally(rows: Sequence[Row], results: Sequence[Result]) -> Tally:
    """Count over rows and their results."""
    counts = Tally()
    chrf = CHRF()
    for row, result in zip(rows, results, strict=True):
        draft, reference = row.draft(), reference_reply(row)
        counts.rows += 1
        counts.changes += len(result.changes)
        counts.chrf += chrf.sentence_score(result.reply, [reference]).score
        counts.chrf_of_draft += chrf.sentence_score(draft, [reference]).score
        counts.length += len(result.reply) / len(draft)
        kind = all(step.op == "keep" for step in row.script)
        counts.kind_rows += kind
        counts.kind_changed += kind and bool(result.changes)
        _compare_slots(counts, row, result)
        _count_violations(counts, row, result)
    return counts


def reference_reply(row: Row) -> str:
    """Return the reply that a person made of the row's draft."""
    texts = {step.source: step for step in row.script if step.source}
    paragraphs = []
    number = 0
    for paragraph in row.paragraphs:
        kept = []
        for sentence in paragraph:
            number += 1
            step = texts[number]
            if step.op != "delete":
                kept.append(step.text or sentence)
        paragraphs.append(kept)
    opening, ending = row.opening(), row.ending()
    if opening and opening.text:
        paragraphs[0].insert(0, opening.text)
    if ending and ending.text:
        paragraphs[-1].append(ending.text)
    body = "\n\n".join(" ".join(texts) for texts in paragraphs if texts)
    return "\n\n".join(part for part in (row.greeting, body, row.closing) if part)


def _compare_slots(counts: Tally, row: Row, result: Result) -> None:
    """Hold each slot's operation and label against the reference's."""
    made = {change.id: (change.op.value, change.label) for change in result.changes}
    for slot, step in wanted_steps(row).items():
        reference = (step.op.value, step.label)
        ours = made.get(slot, ("keep", None))
        counts.slots += 1
        counts.same_op += ours[0] == reference[0]
        counts.same_label += ours == reference


def _count_violations(counts: Tally, row: Row, result: Result) -> None:
    """Count what must never happen, with the data's own checker beside our facts."""
    context = f"{row.customer_message or ''} {row.draft()}"
    known = {fact.text for fact in find_facts(context)}
    for change in result.changes:
        where = f"{row.id} {change.id}"
        before = [fact.text for fact in find_facts(change.before)]
        after = [fact.text for fact in find_facts(change.after)]
        if change.op is Op.REWRITE and not _in_order(before, change.after):
            counts.fact_violations.append(where)
        if any(text not in known and text not in context for text in after):
            counts.fact_violations.append(where)
        if HARD_NO.search(change.before) and change.after and not NEGATIVE.search(change.after):
            counts.decision_violations.append(where)
        counts.decision_violations += [
            where
            for match in PROMISE.finditer(change.after)
            if match.group(0)[:6].lower() not in context.lower()
        ]
        if _wording(change.after) - _wording(change.before):
            counts.wording_violations.append(where)
        if change.id == "opening":
            counts.openings.append(change.after)


def _wording(text: str) -> set[str]:
    """Return the phrases of a text that nobody should write; a draft may have some of its own."""
    banned = {match.group(0).lower() for match in BANNED.finditer(text)}
    return banned | {found.text.lower() for found in find_avoided(text)}


def _in_order(texts: Sequence[str], after: str) -> bool:
    """Tell whether all texts stand in another text, in order."""
    at = 0
    for text in texts:
        at = after.find(text, at)
        if at < 0:
            return False
        at += len(text)
    return True


@click.command()
@click.option("--limit", type=int, default=0, help="Only so many of the held-out mails.")
@click.option("--candidates", type=int, default=4)
@click.option("--only-trained", is_flag=True, help="Leave the untrained model out.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the results here, as JSONL.")
def evaluate(limit: int, candidates: int, only_trained: bool, out: Path | None) -> None:
    """Print the figures of the trained model, and of the untrained one beside it."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _, rows = split_rows(load_rows())
    rows = rows[:limit] if limit else rows
    settings = load_settings()
    engine = load_local_engine(settings)
    tables = {"trained" if engine.adapter else "untrained": run(rows, engine, candidates, out)}
    if not only_trained:
        plain = load_local_engine(settings.model_copy(update={"adapter": "none"}))
        tables["untrained"] = run(rows, plain, candidates, None)
    width = max(map(len, next(iter(tables.values()))))
    click.echo(" " * width + "".join(f"  {name:>12}" for name in tables))
    for figure in next(iter(tables.values())):
        values = "".join(f"  {table[figure]!s:>12}" for table in tables.values())
        click.echo(f"{figure:<{width}}{values}")


def run(
    rows: Sequence[Row], engine: Engine, candidates: int, out: Path | None
) -> dict[str, object]:
    """Rewrite the rows' drafts and return the figures."""
    results: list[Result] = []
    written: list[Fillings] = []
    for number, row in enumerate(rows, 1):
        recorder = Recorder(engine)
        request = Request(row.draft(), row.customer_message, candidates)
        results += Rewriter(recorder).rewrite([request])
        # A draft that is kind already is never given to the model.
        written += recorder.fillings or [{}]
        if number % 10 == 0:
            log.info("%d of %d mails", number, len(rows))
    if out:
        lines = map(_to_line, rows, results, written)
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    counts = tally(rows, results)
    for row, fillings in zip(rows, written, strict=True):
        compare_alone(counts.alone, row, fillings)
    for name in ("fact_violations", "decision_violations", "wording_violations"):
        if places := getattr(counts, name):
            log.info("%s: %s", name.replace("_", " "), ", ".join(places))
    return counts.report()


def _to_line(row: Row, result: Result, fillings: Fillings) -> str:
    """Return a row's result, and what the model alone would have filled in, as JSON."""
    alone = {slot: likeliest(written) for slot, written in fillings.items()}
    steps = {slot: [step.op, step.label, step.text] for slot, step in alone.items()}
    line = {"id": row.id, **result.model_dump(mode="json"), "alone": steps}
    return json.dumps(line, ensure_ascii=False)


if __name__ == "__main__":
    evaluate()
