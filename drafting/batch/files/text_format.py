"""Whether a text is HTML: by the name of its field, or by tags that only HTML has.

Merge tags in pointed brackets (`<date>`, `<first name>`) are none, and elements whose names could
be merge tags as well (`<address>`, `<title>`, `<time>`) prove nothing.
"""

import re
from collections.abc import Sequence

from drafting.batch.files.fields import is_html_name
from drafting.result import Format

_PAIRED = (
    "p|div|span|ul|ol|li|table|tbody|thead|tr|td|th|b|i|u|strong|em|a|h[1-6]|blockquote|pre|font|"
    "center|html|body"
)
_TAG = re.compile(
    rf"</(?:{_PAIRED})\s*>"
    r"|<(?:br|hr)(?:\s[^<>]{0,500})?/?>"
    r"|<(?:p|div|li|ul|ol|table|td|tr|h[1-6])(?:\s[a-z-]{1,40}=[^<>]{0,1000})?>"
    r"|<(?:img|a|span|font)\s[^<>]{0,500}?\b(?:src|href|class|style|color)=",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)


def has_tags(text: str) -> bool:
    """Whether a text has a tag that shows that it is HTML."""
    return bool(_TAG.search(text))


def tell_formats(texts: Sequence[str], field: str, given: Format | None) -> list[Format]:
    """Return the format of each text of one field.

    A text without tags is HTML too where it has character references (`&amp;`) and others have tags.
    """
    if given is not None:
        return [given] * len(texts)
    if is_html_name(field):
        return [Format.HTML] * len(texts)
    tagged = [has_tags(text) for text in texts]
    some = any(tagged)
    return [
        Format.HTML if tag or (some and _ENTITY.search(text)) else Format.TEXT
        for text, tag in zip(texts, tagged, strict=True)
    ]
