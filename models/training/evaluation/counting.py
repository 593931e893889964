"""What one mail adds to each count: numbers that are summed over mails, and what was found.

A figure is made of such sums alone (`figures`), so that resampling mails is adding up. Nothing here
looks at more than one mail, but for what `count_across` is told of all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import parse
from drafting.result import Change
from models.training.evaluation.calibration import count_shares
from models.training.evaluation.cases import Case
from models.training.evaluation.reading_ease import measure_ease
from models.training.evaluation.records import Record
from models.training.evaluation.reference import read_sentences, reference_reply, wanted_steps
from models.training.evaluation.saying import (
    Said,
    count_apologies,
    count_empathy,
    find_content,
    find_repeated,
    find_said_twice,
    is_specific,
    rate_by_chance,
)
from models.training.evaluation.similarity import rate_chrf, rate_sari
from models.training.evaluation.traps import find_failures
from models.training.evaluation.violations import Violation, find_violations
from models.training.rows import Row

Counts = defaultdict[str, float]


@dataclass(slots=True)
class Measured:
    """One mail in one column, measured."""

    case: Case
    record: Record
    counts: Counts = field(default_factory=lambda: defaultdict(float))
    violations: list[Violation] = field(default_factory=list)
    said_twice: list[tuple[str, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What of a trap doesn't hold."""

    @property
    def reply(self) -> str:
        """The reply that was measured."""
        return self.record.reply(self.case)

    def find_inserted(self, slot: str) -> Change | None:
        """Return the inserted opening or closing, if there is one."""
        return next((change for change in self.record.changes if change.id == slot), None)


def measure_all(cases: Sequence[Case], records: Sequence[Record]) -> list[Measured]:
    """Measure the mails of a column, each and among all."""
    mails = [measure(case, record) for case, record in zip(cases, records, strict=True)]
    count_across(mails)
    return mails


def measure(case: Case, record: Record) -> Measured:
    """Measure one mail in one column."""
    mail = Measured(case, record)
    reply, changes = mail.reply, record.changes
    mail.violations = find_violations(case.draft, case.customer_message, reply, changes)
    mail.said_twice = list(find_said_twice(list(_list_said(mail))))
    counts = mail.counts
    counts.update(mails=1, changes=len(changes), changed=bool(changes))
    add(counts, (f"violated {violation.kind}" for violation in mail.violations))
    counts.update(_count_sayings(mail))
    counts.update(_count_ease(case.draft, reply))
    counts["length"] = len(reply) / max(len(case.draft), 1)
    counts["without result"] = record.result is None
    if case.row:
        _count_reference(mail, case.row)
    if case.trap:
        mail.failures = list(find_failures(case.trap, reply, opened=bool(_opening(mail))))
        counts["passed"] = not mail.failures
    return mail


def add(counts: Counts, more: Mapping[str, float] | Iterable[str]) -> None:
    """Add numbers to counts, or one for each name."""
    pairs = more.items() if isinstance(more, Mapping) else ((name, 1.0) for name in more)
    for name, count in pairs:
        counts[name] += count


def _opening(mail: Measured) -> Change | None:
    return mail.find_inserted("opening")


def _list_said(mail: Measured) -> Iterator[Said]:
    """Yield the sentences of the reply; what was written for one slot may be more than one."""
    made = {change.id: change for change in mail.record.changes}
    texts = {f"s{sentence.index}": sentence.text for sentence in parse(mail.case.draft).sentences}
    for slot in ("opening", *texts, "closing"):
        change = made.get(slot)
        text = change.after if change else texts.get(slot, "")
        if text:
            yield Said(text, change is not None)


def _count_sayings(mail: Measured) -> dict[str, float]:
    draft, reply = mail.case.draft, mail.reply
    apologies = count_apologies(reply)
    opening = _opening(mail)
    return {
        "apologies": apologies,
        "apologised twice": apologies > 1 and apologies > count_apologies(draft),
        "said twice": bool(mail.said_twice),
        "empathy": count_empathy(reply),
        "openings": opening is not None,
        "closings": mail.find_inserted("closing") is not None,
        "specific": opening is not None and is_specific(opening.after, mail.case.situation),
    }


def _count_ease(draft: str, reply: str) -> dict[str, float]:
    before, after = measure_ease(draft), measure_ease(reply)
    if before is None or after is None:
        return {}
    return {"eased": 1, "ease of draft": before, "ease": after, "ease gained": after - before}


def _count_reference(mail: Measured, row: Row) -> None:
    """Hold a mail against what a person made of it."""
    draft, reply, counts = mail.case.draft, mail.reply, mail.counts
    reference, wanted = reference_reply(row), wanted_steps(row)
    good = all(step.op == "keep" for step in row.script)
    opened = wanted["opening"].op is not Op.KEEP
    counts.update(
        {
            "chrf": rate_chrf(reply, reference),
            "sari": rate_sari(draft, reply, reference),
            "good": good,
            "good changed": good and bool(mail.record.changes),
            "opened": opened,
            "opened specific": opened and counts["specific"],
        }
    )
    made = {
        change.id: Candidate(change.op, change.label, change.after or None)
        for change in mail.record.changes
    }
    for slot, step in wanted.items():
        add(counts, _compare("", made.get(slot, KEEP), step))
        if slot in mail.record.written:
            add(counts, _compare("alone ", mail.record.likeliest(slot), step))
    add(counts, _count_told(mail.record, wanted, made))
    add(counts, _count_texts(mail.record, read_sentences(row), wanted))
    for name, count in count_shares(mail.record, wanted):
        counts[name] += count


def _count_told(
    record: Record, wanted: Mapping[str, Candidate], made: Mapping[str, Candidate]
) -> Iterator[str]:
    """Yield the counts of sentences that are changed or pointed out, by what the reference does."""
    notes = record.result.notes if record.result else ()
    noted = {f"s{note.sentence}" for note in notes if note.sentence}
    for slot, step in wanted.items():
        if not slot.startswith("s"):
            continue
        kept = step.op is Op.KEEP
        yield "sentence kept" if kept else "sentence to mend"
        if slot in noted and kept:
            yield "noted in vain"
        if not kept and slot in noted | made.keys():
            yield "noticed"


def _compare(who: str, ours: Candidate, reference: Candidate) -> Iterator[str]:
    """Yield the counts that a slot adds to: operations and labels, made, wanted and both."""
    yield f"{who}slots"
    for what, one, other in (
        ("op", ours.op.value, reference.op.value),
        ("label", ours.label, reference.label),
        ("change", ours.op is not Op.KEEP, reference.op is not Op.KEEP),
    ):
        yield f"{who}{what} made {one}"
        yield f"{who}{what} wanted {other}"
        if one == other:
            yield f"{who}{what} right {one}"
    if ours.op is reference.op:
        yield f"{who}same op"
        if ours.label == reference.label:
            yield f"{who}same label"


def _count_texts(
    record: Record, sentences: Mapping[str, str], wanted: Mapping[str, Candidate]
) -> Counts:
    """Hold the model's own rewrites against the reference's, sentence by sentence."""
    counts: Counts = defaultdict(float)
    for slot in record.written.keys() & wanted.keys():
        reference = wanted[slot].text
        if wanted[slot].op is Op.REWRITE and reference:
            sentence, ours = sentences[slot], record.likeliest(slot)
            # What is kept stands as it was written; what is deleted is no text at all.
            text = sentence if ours.op is Op.KEEP else ours.text or ""
            counts["alone rewritten"] += 1
            counts["alone chrf"] += rate_chrf(text, reference)
            counts["alone chrf of sentence"] += rate_chrf(sentence, reference)
    return counts


def count_across(mails: Sequence[Measured]) -> None:
    """Add what can only be told of a mail among others: texts handed out twice, and chance."""
    for slot, name in (("opening", "opening twice"), ("closing", "closing twice")):
        texts = {id(mail): c.after for mail in mails if (c := mail.find_inserted(slot))}
        repeated = find_repeated(list(texts.values()))
        for mail in mails:
            mail.counts[name] = float(texts.get(id(mail)) in repeated)
    situations = [find_content(mail.case.situation) for mail in mails]
    for at, mail in enumerate(mails):
        if opening := _opening(mail):
            others = situations[:at] + situations[at + 1 :]
            mail.counts["specific by chance"] = rate_by_chance(find_content(opening.after), others)


def list_repeated(mails: Sequence[Measured], slot: str) -> dict[str, int]:
    """Return the inserted texts of a column that stand in more than one reply, most often first."""
    texts = [change.after for mail in mails if (change := mail.find_inserted(slot))]
    return dict(sorted(find_repeated(texts).items(), key=lambda item: -item[1]))
