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

from drafting.candidate import Op
from drafting.facts import find_facts
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from drafting.settings import load_settings
from drafting.wording import find_avoided
from models.loading import load_engine
from models.training.data.check import BANNED, HARD_NO, NEGATIVE, PROMISE
from models.training.rows import Row, load_rows, split_rows

log = logging.getLogger(__name__)


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
        }


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
    wanted: dict[str, tuple[str, str | None]] = {
        f"s{step.source}": (step.op, step.label) for step in row.script if step.source
    }
    opening, ending = row.opening(), row.ending()
    wanted["opening"] = ("insert", opening.label) if opening else ("keep", None)
    wanted["closing"] = ("insert", ending.label) if ending else ("keep", None)
    made = {change.id: (change.op.value, change.label) for change in result.changes}
    for slot, reference in wanted.items():
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
        if BANNED.search(change.after) or find_avoided(change.after):
            counts.wording_violations.append(where)
        if change.id == "opening":
            counts.openings.append(change.after)


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
    tables = {"trained": run(rows, Rewriter(load_engine(settings)), candidates, out)}
    if not only_trained:
        plain = load_engine(settings.model_copy(update={"adapter": "none"}))
        tables["untrained"] = run(rows, Rewriter(plain), candidates, None)
    width = max(map(len, next(iter(tables.values()))))
    click.echo(" " * width + "".join(f"  {name:>12}" for name in tables))
    for figure in next(iter(tables.values())):
        values = "".join(f"  {table[figure]!s:>12}" for table in tables.values())
        click.echo(f"{figure:<{width}}{values}")


def run(
    rows: Sequence[Row], rewriter: Rewriter, candidates: int, out: Path | None
) -> dict[str, object]:
    """Rewrite the rows' drafts and return the figures."""
    results = []
    for row in rows:
        request = Request(row.draft(), row.customer_message, candidates)
        results += rewriter.rewrite([request])
    if out:
        lines = [
            json.dumps({"id": row.id, **json.loads(result.model_dump_json())}, ensure_ascii=False)
            for row, result in zip(rows, results, strict=True)
        ]
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    counts = tally(rows, results)
    for name in ("fact_violations", "decision_violations", "wording_violations"):
        if places := getattr(counts, name):
            log.info("%s: %s", name.replace("_", " "), ", ".join(places))
    return counts.report()


if __name__ == "__main__":
    evaluate()
