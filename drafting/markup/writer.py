"""From items to HTML: each inline element stays within its block, and is opened for something."""

from collections.abc import Iterable, Iterator

from drafting.markup.items import Edge, Item, Marks, common


def write(items: Iterable[Item]) -> str:
    """Return the items as HTML; balanced, whatever the items are around."""
    return "".join(_write(items))


def _write(items: Iterable[Item]) -> Iterator[str]:
    around: Marks = ()
    for item in items:
        if isinstance(item, Edge):
            yield from _turn(around, ())
            around = ()
        elif item.marks != around:
            # White space and line breaks are not worth an element of their own.
            wanted = common(around, item.marks) if item.is_blank else item.marks
            yield from _turn(around, wanted)
            around = wanted
        yield item.source
    yield from _turn(around, ())


def _turn(before: Marks, after: Marks) -> Iterator[str]:
    """Yield the end tags and start tags that lead from one to the other."""
    shared = len(common(before, after))
    yield from (f"</{mark.name}>" for mark in reversed(before[shared:]))
    yield from (mark.source for mark in after[shared:])
