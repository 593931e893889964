"""Hold worked rewrites against the program's own facts, parser, wording and verification.

    python -m models.training.data.audit models/training/data/long.jsonl

`check.py` beside it shares no code with the program; this does, so that what the model learns is
what the program lets through. Findings of `verification` are opinions: a person decides. All others
are faults, and end it with status 1.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from drafting.draft import parse
from drafting.facts import find_facts, find_names
from drafting.verification import Context, verify_candidate
from drafting.verification.context import Failure
from drafting.verification.deletion import check_deletion
from drafting.verification.facts_kept import check_facts
from drafting.wording import find_avoided
from models.training.rows import DATA, Row, Step, load_rows

ALIKE = 0.72
"""Share of word pairs in common from which two openings count as the same sentence."""
FEWEST_WORDS = 5
"""Shorter openings ("Thank you for the photos.") may look alike."""
ENDS = (".", "!", "?", ":", ")", '"', "”")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a row that the program would not let through, or has seen before."""

    row: str
    kind: str
    message: str


def find_faults(row: Row) -> Iterator[Finding]:
    """Yield what must not be: facts changed, wording to avoid, sentences read otherwise."""
    yield from _audit_parse(row, row.draft())
    for where, step, context in _changes(row):
        if step.op != "insert":
            wrong = check_deletion(context) if step.op == "delete" else _check_facts(step, context)
            if wrong and wrong.code.startswith("fact"):
                facts = [fact.text for fact in context.facts]
                text = f"{where}: {wrong.code}: {facts} in {step.text!r}"
                yield Finding(row.id, "fact", text)
        known = {found.text.lower() for found in find_avoided(context.source)}
        for found in find_avoided(step.text or ""):
            if found.text.lower() not in known:
                yield Finding(row.id, "wording", f"{where}: {found.text!r}")


def find_opinions(row: Row) -> Iterator[Finding]:
    """Yield what our checks would refuse of what a person wrote."""
    for where, step, context in _changes(row):
        for failure in verify_candidate(step.candidate(), context):
            if not failure.code.startswith("fact"):
                yield Finding(row.id, "verification", f"{where}: {failure.code}: {failure.message}")


def _changes(row: Row) -> Iterator[tuple[str, Step, Context]]:
    draft = row.draft()
    names = find_names(draft)
    for number, step in enumerate(row.script, 1):
        if step.op != "keep":
            before = row.sentences[step.source - 1] if step.source else None
            facts = find_facts(before, names) if before else ()
            yield f"step {number}", step, Context(before, draft, row.customer_message, facts)


def _check_facts(step: Step, context: Context) -> Failure | None:
    return check_facts(step.text or "", context)


def _audit_parse(row: Row, draft: str) -> Iterator[Finding]:
    """Compare the sentences with what the parser sees, where people end them with a full stop."""
    if not all(sentence.endswith(ENDS) for sentence in row.sentences):
        return
    read = [sentence.text for sentence in parse(draft).sentences]
    if read != row.sentences:
        odd = next((text for text in read if text not in row.sentences), "(one is missing)")
        yield Finding(row.id, "parse", f"the parser reads {odd!r}")


def find_repeated(rows: Sequence[Row], among: Sequence[Row]) -> Iterator[Finding]:
    """Yield the openings of some rows that are nearly those of others."""
    openings = [(row.id, step) for row in among if (step := row.opening())]
    pairs = {key: _word_pairs(step) for key, step in openings}
    wanted = {row.id for row in rows}
    by_pair: dict[tuple[str, str], list[str]] = {}
    for key, own in pairs.items():
        for pair in own:
            by_pair.setdefault(pair, []).append(key)
    for key in pairs.keys() & wanted:
        if len(pairs[key]) < FEWEST_WORDS:
            continue
        shared = Counter(other for pair in pairs[key] for other in by_pair[pair] if other != key)
        for other, count in shared.most_common(1):
            if count / len(pairs[key] | pairs[other]) >= ALIKE:
                yield Finding(key, "repeated", f"the opening is nearly that of {other}")


def _word_pairs(step: Step) -> set[tuple[str, str]]:
    words = re.findall(r"[\w']+", (step.text or "").lower())
    return set(zip(words, words[1:], strict=False))


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(files: tuple[Path, ...]) -> None:
    """Print what is found in FILES, or in all worked rewrites."""
    everything = load_rows()
    stems = {file.stem for file in files} or {path.stem for path in DATA.glob("*.jsonl")}
    rows = [row for row in everything if row.id.rsplit("-", 1)[0] in stems]
    findings = [f for row in rows for f in (*find_faults(row), *find_opinions(row))]
    findings += find_repeated(rows, everything)
    for finding in findings:
        click.echo(f"{finding.row}: {finding.kind}: {finding.message}")
    counts = Counter(finding.kind for finding in findings)
    click.echo(f"{len(rows)} rewrites; " + _tell(counts.items()))
    if counts.keys() - {"verification"}:
        raise SystemExit(1)


def _tell(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts) or "nothing found"


if __name__ == "__main__":
    main()
