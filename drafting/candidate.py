"""What may fill a slot, wherever it comes from; nothing here knows how one is made or judged."""

from dataclasses import dataclass
from enum import StrEnum

from drafting.labels import Label


class Op(StrEnum):
    """What a step does with a sentence, or that it adds one."""

    KEEP = "keep"
    REWRITE = "rewrite"
    INSERT = "insert"
    DELETE = "delete"


class Source(StrEnum):
    """Who wrote a candidate."""

    MODEL = "model"
    MOVE = "move"
    PHRASEBOOK = "phrasebook"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible filling of a slot.

    `label` and `text` are None for keep and delete. An empty opening or closing is a keep.
    """

    op: Op
    label: Label | None = None
    text: str | None = None
    source: Source = Source.MODEL


KEEP = Candidate(Op.KEEP, source=Source.KEEP)
