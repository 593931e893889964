"""How a string is written in YAML: in the style of the one in whose place, or beside which, it goes.

Each way of writing is tried out with the reader before it is taken: what doesn't come back as it was
is written in double quotes, in which everything can be.
"""

import json
import re
from dataclasses import dataclass

import yaml

from drafting.batch.files.yaml_tree import YamlMember, YamlText

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_CONTENT_LINE = re.compile(r"\n( +)[^ \r\n]")
_RUN = re.compile(r"(?<=[^\n])\n+(?=[^\n])")
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]|\Z")
BLOCKS = ("|", ">")


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a text that a string takes, apart from blank lines that follow it."""

    start: int
    end: int
    closed: bool
    """Whether it ends with a line break, as block scalars do unless the file ends there."""


def region_of(text: str, node: YamlText) -> Region:
    """Return the place of a string without the blank lines after a block scalar."""
    if node.style not in BLOCKS:
        return Region(node.start, node.end, closed=False)
    raw = text[node.start : node.end]
    if _keeps_ends(raw):
        return Region(node.start, node.end, closed=raw.endswith("\n"))
    content = node.start + len(raw.rstrip(" \t\r\n"))
    line = _LINE_BREAK.search(text, content, node.end)
    end = line.end() if line else node.end
    return Region(node.start, end, closed=text[end - 1 : end] == "\n")


def _keeps_ends(raw: str) -> bool:
    """Whether the blank lines after a block scalar belong to it."""
    return "+" in raw[:3]


def write_key(name: str) -> str:
    """Return a key as it is written."""
    return name if _reads_as(f"{name}: x", {name: "x"}) else write_quoted(name)


def write_quoted(value: str) -> str:
    """Return a string in double quotes."""
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)


def write_like(value: str, text: str, node: YamlText, member: YamlMember) -> str:
    """Return a string in the style of another; a block ends with a line break (LF)."""
    for written in _ways(value, text, node, member):
        if _holds(written, value, member):
            return written
    return write_quoted(value)


def _ways(value: str, text: str, node: YamlText, member: YamlMember) -> list[str]:
    """Return the ways to write it, the most alike first."""
    if node.style in BLOCKS:
        kept = _keeps_ends(text[node.start : node.end])
        if not _fits_block(value, kept=kept):
            return []
        return _blocks(value, node.style, _indent(text, node, member))
    if node.style == "'" and "\n" not in value:
        return ["'" + value.replace("'", "''") + "'"]
    if node.style:
        return []
    if "\n" not in value:
        # Readers differ on tabs, and on what numbers look like.
        return [value] if value[:1].isalpha() and "\t" not in value else []
    if member.flow or not _LINE_BREAK.match(text, node.end) or not _fits_block(value, kept=False):
        return []
    return _blocks(value, "|", " " * (member.column + 2))


def _fits_block(value: str, *, kept: bool) -> bool:
    """Whether a block scalar can say it: not nothing, nor blank lines where they don't belong to it."""
    return bool(value.strip("\n")) and (kept or not value.endswith("\n\n"))


def _indent(text: str, node: YamlText, member: YamlMember) -> str:
    match = _CONTENT_LINE.search(text, node.start, node.end)
    return match.group(1) if match else " " * (member.column + 2)


def _blocks(value: str, style: str, indent: str) -> list[str]:
    """Return a string as block scalars: folded if asked for, and literal."""
    body = value.rstrip("\n")
    ends = len(value) - len(body)
    header = ("-", "", "+")[min(ends, 2)]
    after = "\n" * max(ends, 1)
    literal = "|" + header + "\n" + _indented(body, indent) + after
    if style == "|":
        return [literal]
    folded = _RUN.sub(lambda match: match.group() + "\n", body)
    return [">" + header + "\n" + _indented(folded, indent) + after, literal]


def _indented(body: str, indent: str) -> str:
    return "\n".join(indent + line if line else "" for line in body.split("\n"))


def _holds(written: str, value: str, member: YamlMember) -> bool:
    """Whether a way of writing is read back as the same string."""
    space = " " * member.column
    if member.flow:
        return _reads_as(f"{{k: {written}, z: 1}}", {"k": value, "z": 1})
    end = "" if written.endswith("\n") else "\n"
    return _reads_as(f"{space}k: {written}{end}{space}z: 1\n", {"k": value, "z": 1})


def _reads_as(text: str, expected: object) -> bool:
    try:
        return bool(yaml.load(text, Loader=yaml.CSafeLoader) == expected)
    except (yaml.YAMLError, ValueError):
        return False
