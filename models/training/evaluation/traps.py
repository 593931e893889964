"""Traps: drafts on which a rewrite goes wrong easily, each with what has to hold of its reply.

A trap says what must and must not stand in the reply, in its own words, so that nothing of the
program judges the program here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

TRAPS = Path(__file__).resolve().parent.parent / "traps"


def _check_pattern(source: str) -> str:
    try:
        pattern = re.compile(source, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{source!r} is no regular expression: {error}") from error
    if pattern.search(""):
        raise ValueError(f"{source!r} is found in every reply")
    return source


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_check_pattern)]


class Trap(BaseModel):
    """One line of a file of traps."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Text
    kind: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    """What makes it a trap: refusal, double_negative, condition, injection, bereavement, ..."""
    customer_message: str | None
    draft: Text
    must_contain: list[Text]
    """Strings that have to stand in the reply as they are."""
    must_not_contain: list[Pattern]
    """Regular expressions, without regard to case, that must not be found in the reply."""
    unchanged: bool
    """Whether the reply has to be the draft, byte for byte."""
    no_opening: bool
    """Whether nothing may be inserted before the first sentence."""
    why: Text


def read_traps(folder: Path = TRAPS) -> list[Trap]:
    """Read all traps, in the order of the file names.

    Raises:
        ValueError: a line is none, or its id is used twice; the text names the line.

    """
    traps: dict[str, Trap] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.strip():
                trap = _read_line(line, f"{path.name}:{number}")
                if trap.id in traps:
                    raise ValueError(f"{path.name}:{number}: the id {trap.id!r} is used twice")
                traps[trap.id] = trap
    return list(traps.values())


def _read_line(line: str, place: str) -> Trap:
    try:
        return Trap.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise ValueError(f"{place}: {where}: {first['msg']}") from error
    except ValueError as error:
        raise ValueError(f"{place}: not JSON ({error})") from error


def find_failures(trap: Trap, reply: str, *, opened: bool) -> Iterator[str]:
    """Yield what of a trap doesn't hold of its reply, in words; nothing where it passes.

    `opened` tells whether an opening was inserted.
    """
    if trap.unchanged and reply != trap.draft:
        yield "was to stay as it is, and was changed"
    if trap.no_opening and opened:
        yield "was to get no opening, and got one"
    for text in trap.must_contain:
        if text not in reply:
            yield f"lacks {text!r}"
    for source in trap.must_not_contain:
        if found := re.search(source, reply, re.IGNORECASE):
            yield f"holds {found[0]!r} (not allowed: {source})"
