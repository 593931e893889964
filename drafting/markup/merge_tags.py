"""Merge tags in HTML, kept byte for byte: they are covered while parsers and bleach work.

A cover is made of characters that are no text in any language (Unicode's noncharacters, which are
taken out of what comes in), so that nobody can forge one. Does not know what a tag stands for.
"""

import html
import re

_BODY = r"(?:[^<{}]|<(?=[\s=]))"
_TAG = re.compile(
    rf"\{{\{{\{{{_BODY}{{1,400}}+\}}\}}\}}"
    rf"|\{{\{{{_BODY}{{1,400}}+\}}\}}"
    r"|\{%(?:[^<%]|<(?=[\s=])|%(?!\})){1,400}+%\}"
    r"|[#$%]\{[^<{}]{1,200}+\}"
    r"|\*\|[^<|\n]{1,80}+\|\*"
    r"|%%[A-Za-z_][\w.:-]{0,60}+%%"
    r"|\[\[[^<\[\]\n]{1,80}+\]\]"
    r"|<%(?:[^<>%]|%(?!>)){1,200}+%>"
)
"""No tag holds what could start an element, so it is safe to write as it is."""

_DOUBLE_ANGLES = re.compile(r"<<([^<>\n]{1,80}+)>>")
_LOW, _START, _END, _MARK = "\ufdd0", "\ufdde", "\ufddf", "\ufddd"
SCHEME = "mergetag"
"""What a cover reads as in an address: a scheme that bleach is told to allow."""

COVER = re.compile(rf"{_START}{SCHEME}([{_LOW}-\ufdd9]+){_END}")
COVER_COMMENT = re.compile(rf"<!--{_MARK}({COVER.pattern})-->")
_UNWANTED = {
    **dict.fromkeys((*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, *range(0xFDD0, 0xFDF0))),
    0x0C: " ",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def drop_unwanted(text: str) -> str:
    """Return a text without control characters, noncharacters and halves of characters."""
    return text.translate(_UNWANTED)


def cover_tags(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the source with its merge tags covered, and the tags."""
    tags: list[str] = []

    def cover(found: re.Match[str]) -> str:
        tags.append(found.group())
        number = "".join(chr(ord(_LOW) + int(digit)) for digit in str(len(tags) - 1))
        return f"{_START}{SCHEME}{number}{_END}"

    # Written out raw, "<<script>>" would be an element.
    plain = _DOUBLE_ANGLES.sub(r"&lt;&lt;\1&gt;&gt;", drop_unwanted(source))
    return _TAG.sub(cover, plain), tuple(tags)


def number_of(cover: re.Match[str]) -> int:
    """Return which tag a cover stands for."""
    return int("".join(str(ord(char) - ord(_LOW)) for char in cover.group(1)))


def as_comment(cover: str) -> str:
    """Return a cover as a comment, which parsers leave where it is, even between table rows."""
    return f"<!--{_MARK}{cover}-->"


def read_tag(tag: str) -> str:
    """Return how a tag reads in plain text, on one line."""
    return " ".join(html.unescape(tag).split())


def quote_value(value: str, tags: tuple[str, ...] | None) -> str:
    """Return an escaped attribute value in quotes; with `tags`, its covers are lifted."""
    shown = COVER.sub(lambda cover: tags[number_of(cover)], value) if tags else value
    if '"' not in shown:
        return f'"{shown}"'
    if "'" not in shown:
        return f"'{shown}'"
    return '"' + shown.replace('"', "&quot;") + '"'
