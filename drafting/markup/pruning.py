"""Blocks that lost all they held, taken out; what was empty before stays."""

from collections.abc import Iterable
from dataclasses import dataclass

from drafting.markup.elements import HEADINGS, LISTS
from drafting.markup.items import Glyph, Item

_REMOVABLE = HEADINGS | LISTS | {"p", "div", "pre", "blockquote", "li", "dt", "dd"}
"""Without a cell, a table would fall apart: parts of tables stay."""


@dataclass(slots=True)
class _Frame:
    """An open block: where it starts, whether something of it is gone, whether it holds any."""

    start: int
    name: str = ""
    lost: bool = False
    full: bool = False


def prune(items: Iterable[Item | None]) -> list[Item]:
    """Return the items without the blocks that are empty now; None stands for what is gone."""
    kept: list[Item] = []
    frames = [_Frame(0)]
    for item in items:
        frame = frames[-1]
        if item is None:
            frame.lost = True
            continue
        kept.append(item)
        if isinstance(item, Glyph):
            frame.full = frame.full or not item.is_blank
        elif item.opens:
            frames.append(_Frame(len(kept) - 1, item.name))
        elif item.name == "hr":
            frame.full = True
        else:
            _leave(kept, frames)
    return kept


def _leave(kept: list[Item], frames: list[_Frame]) -> None:
    frame = frames.pop()
    if frame.lost and not frame.full and frame.name in _REMOVABLE:
        del kept[frame.start :]
        frames[-1].lost = True
    else:
        frames[-1].full = True
