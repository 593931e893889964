"""HTML taken apart into tags and text, in time linear in its length whatever it holds.

Comments, declarations, and scripts and styles with all they hold, are left out. Knows nothing of
which tag may stand in which, and trusts no closing quote or bracket to be there.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from drafting.markup.elements import RAW
from drafting.markup.merge_tags import COVER_COMMENT

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|=)*+)>")
_SIMPLE_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)([^>]*+)>")
"""Without regard to quotes: for what comes after a tag that never ends."""

_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(
    r"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?+"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag; names in lower case, values decoded, the first of equal names counts."""

    name: str
    closing: bool
    attributes: dict[str, str]

    @property
    def style(self) -> str:
        """Its style, without white space, in lower case."""
        return "".join(self.attributes.get("style", "").lower().split())


Token = Tag | str
"""Text is as written, entities and all."""


def read_tokens(source: str) -> Iterator[Token]:
    """Yield the tags and the text between them."""
    return (token for token, _, _ in read_placed(source))


def read_placed(source: str) -> Iterator[tuple[Token, int, int]]:
    """Yield the tags and the text between them, each with where it starts and ends."""
    at, patterns = 0, [_SIMPLE_TAG, _TAG]
    while patterns and (start := source.find("<", at)) >= 0:
        if start > at:
            yield source[at:start], at, start
        if covered := COVER_COMMENT.match(source, start):
            yield covered.group(1), start, covered.end()
            at = covered.end()
        elif source.startswith(("<!", "<?"), start) or _is_bogus(source, start):
            at = _pass_comment(source, start)
        elif not _is_tag_start(source, start):
            yield "<", start, start + 1
            at = start + 1
        elif found := _match_tag(source, start, patterns):
            tag, at = _make_tag(found), found.end()
            if tag.name not in RAW:
                yield tag, start, at
            elif not tag.closing:
                at = _pass_raw(source, at, tag.name)
        else:
            at = start
    if at < len(source):
        yield source[at:], at, len(source)


def _match_tag(source: str, start: int, patterns: list[re.Pattern[str]]) -> re.Match[str] | None:
    """Match a tag; a pattern that fails once is given up, so that no text is searched twice."""
    while patterns:
        if found := patterns[-1].match(source, start):
            return found
        patterns.pop()
    return None


def _is_bogus(source: str, start: int) -> bool:
    """Whether an end tag without a name is here, which browsers take for a comment."""
    return source.startswith("</", start) and not _is_tag_start(source, start)


def _is_tag_start(source: str, start: int) -> bool:
    first = source[start + 1 : start + 2]
    name = source[start + 2 : start + 3] if first == "/" else first
    return name.isascii() and name.isalpha()


def _pass_comment(source: str, start: int) -> int:
    """Return where a comment or declaration ends: at the end of all where it never does."""
    if source.startswith("<!--", start):
        if source.startswith(("<!-->", "<!--->"), start):
            return source.index(">", start) + 1
        found = _COMMENT_END.search(source, start + 4)
        return found.end() if found else len(source)
    end = source.find(">", start)
    return end + 1 if end >= 0 else len(source)


def _pass_raw(source: str, at: int, name: str) -> int:
    found = _raw_end(name).search(source, at)
    return found.start() if found else len(source)


@cache
def _raw_end(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)


def _make_tag(found: re.Match[str]) -> Tag:
    attributes: dict[str, str] = {}
    if not found.group(1):
        for name, double, single, bare in _ATTRIBUTE.findall(found.group(3)):
            attributes.setdefault(name.lower(), decode_value(double or single or bare))
    return Tag(found.group(2).lower(), bool(found.group(1)), attributes)


def decode_value(value: str) -> str:
    """Decode an attribute value: unlike in text, `&copy=1` is no entity there."""
    decoded = _ENTITY.sub(lambda entity: html.unescape(entity.group()), value)
    return decoded.replace("\r", "\n").replace("\f", " ")
