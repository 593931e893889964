"""What a person made of a draft, as the program's slots and as a reply."""

from collections.abc import Mapping

from drafting.assembly import describe, make_change, make_reply
from drafting.candidate import KEEP, Candidate
from drafting.choice import Choice
from drafting.draft import parse
from drafting.reading import Reading
from drafting.result import Model, Result
from drafting.script import EditScript
from models.training.rows import Row


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


def fill_in(reading: Reading, steps: Mapping[str, Candidate], name: str) -> Result:
    """Return the result of filling a draft's slots as told, with nothing verified or left out."""
    chosen = {slot: step for slot, step in steps.items() if step != KEEP}
    script = EditScript(reading.draft, chosen)
    reply = make_reply(reading, script)
    changes = [
        make_change(reading, slot, Choice(chosen[slot.id]), reply.pieces)
        for slot in reading.slots
        if slot.id in script.changes
    ]
    return Result(
        **describe(reading, reply),
        changes=changes,
        summary={},
        notes=[],
        model=Model(name=name, adapter=None),
        took_ms=0,
    )
