"""Clean HTML out of any HTML: what bleach lets through, in one canonical form.

Bleach says which elements, attributes and addresses are safe. Around it, a reader of ours bounds
the nesting (bleach's time grows with its square), takes out what has content that must go as well
(styles, hidden text, tracking pixels), and writes the one form in which every parser sees the same
page. Nothing of what bleach refused is ever put back, but for merge tags, which hold no markup.
"""

from collections.abc import Iterable, Iterator

import bleach  # type: ignore[import-untyped]

from drafting.markup.elements import PROTOCOLS, SIGNATURE, TAGS, may_have
from drafting.markup.items import Glyph, Item
from drafting.markup.merge_tags import SCHEME, cover_tags
from drafting.markup.reader import read_items
from drafting.markup.writer import write

_STRETCH = 1_000
"""Items between two comments that keep texts short while bleach works."""


def sanitize(source: str) -> str:
    """Return clean HTML; cleaning it again changes nothing."""
    return write(read_clean(source))


def read_clean(source: str) -> tuple[Item, ...]:
    """Return the items of the clean page."""
    covered, tags = cover_tags(source.replace("\r\n", "\n").replace("\r", "\n"))
    return read_items(_wash(write(_space_out(read_items(covered)))), tags)


def _space_out(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items with a comment now and then, which the second reading leaves out.

    A parser's time grows with the square of a text's length if each `&amp;` is a piece of it.
    """
    for number, item in enumerate(items):
        yield item
        if not number % _STRETCH and isinstance(item, Glyph):
            yield Glyph(" ", "<!---->", item.marks)


def _wash(source: str) -> str:
    """Return what bleach lets through. Comments are covers of merge tags: no others get here."""
    washed: str = bleach.clean(
        source,
        tags=TAGS,
        attributes=_may_have,
        protocols=PROTOCOLS | {SCHEME},
        strip=True,
        strip_comments=False,
    )
    return washed


def _may_have(tag: str, attribute: str, value: str) -> bool:
    return may_have(tag, attribute) or (attribute, value) == SIGNATURE
