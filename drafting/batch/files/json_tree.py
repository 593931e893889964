"""JSON taken apart into a tree that knows where each value stands in the text.

The stdlib's decoder gives values without places, so this reads the grammar of RFC 8259 itself (and
NaN and Infinity, which Python's encoder writes). Numbers aren't looked at: they stay as spelt.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_LITERAL = re.compile(
    r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null|NaN|-?Infinity"
)
_DEEPEST = 100


class JsonError(ValueError):
    """The text isn't JSON; `at` is where."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


@dataclass(slots=True)
class Node:
    """A value; of numbers, true and false only the place is known."""

    start: int
    end: int


@dataclass(slots=True)
class Null(Node):
    """The value null."""


@dataclass(slots=True)
class Text(Node):
    """A string."""

    value: str


@dataclass(slots=True)
class Array(Node):
    """A list."""

    elements: list[Node] = field(default_factory=list)
    flow: bool = True
    """Whether it stands within brackets, as always in JSON."""


@dataclass(slots=True)
class Member:
    """A key of an object with its value."""

    name: str
    before: int
    """Where the space before the key begins: after the brace or the comma."""
    start: int
    key_end: int
    value: Node


@dataclass(slots=True)
class Table(Node):
    """An object."""

    members: list[Member] = field(default_factory=list)

    def find(self, name: str) -> Member | None:
        """Return the member of that name; of doubles the last, as decoders do."""
        return next((m for m in reversed(self.members) if m.name == name), None)

    def get(self, name: str) -> Node | None:
        """Return the value of that name."""
        member = self.find(name)
        return member.value if member else None

    def text(self, name: str) -> str | None:
        """Return the string of that name."""
        node = self.get(name)
        return node.value if isinstance(node, Text) else None

    @property
    def doubles(self) -> list[str]:
        """Names that stand more than once."""
        counts = Counter(member.name for member in self.members)
        return [name for name, count in counts.items() if count > 1]


def read_json(text: str, start: int = 0, end: int | None = None) -> Node:
    """Return the tree of the JSON in text[start:end], with places in the whole text.

    Raises:
        JsonError: it isn't JSON, or nested deeper than 100 levels.

    """
    reader = _Reader(text, len(text) if end is None else end)
    node, at = reader.value(reader.skip(start), 0)
    at = reader.skip(at)
    if at != reader.end:
        raise JsonError("something follows the value", at)
    return node


def walk_tables(node: Node) -> Iterator[Table]:
    """Yield each object, outer ones first."""
    if isinstance(node, Table):
        yield node
        for member in node.members:
            yield from walk_tables(member.value)
    elif isinstance(node, Array):
        for element in node.elements:
            yield from walk_tables(element)


class _Reader:
    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at, self.end)
        return match.end() if match else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if depth > _DEEPEST:
            raise JsonError("it is nested too deeply", at)
        mark = self.text[at : at + 1] if at < self.end else ""
        if mark == "{":
            return self._table(at, depth)
        if mark == "[":
            return self._array(at, depth)
        if mark == '"':
            node = self._string(at)
            return node, node.end
        match = _LITERAL.match(self.text, at, self.end)
        if match is None:
            raise JsonError("a value is missing or misspelt", at)
        kind = Null if match.group() == "null" else Node
        return kind(at, match.end()), match.end()

    def _string(self, at: int) -> Text:
        match = _STRING.match(self.text, at, self.end)
        if match is None:
            raise JsonError("a string is missing, is never closed or has a wrong escape", at)
        return Text(at, match.end(), json.loads(match.group()))

    def _array(self, start: int, depth: int) -> tuple[Node, int]:
        array = Array(start, start)
        at = self.skip(start + 1)
        while not (self._has("]", at) and not array.elements):
            element, at = self.value(at, depth + 1)
            array.elements.append(element)
            at = self.skip(at)
            if not self._has(",", at):
                break
            at = self.skip(at + 1)
        array.end = self._close("]", at)
        return array, array.end

    def _table(self, start: int, depth: int) -> tuple[Node, int]:
        table = Table(start, start)
        before, at = start + 1, self.skip(start + 1)
        while not (self._has("}", at) and not table.members):
            member, at = self._member(before, at, depth)
            table.members.append(member)
            at = self.skip(at)
            if not self._has(",", at):
                break
            before, at = at + 1, self.skip(at + 1)
        table.end = self._close("}", at)
        return table, table.end

    def _member(self, before: int, at: int, depth: int) -> tuple[Member, int]:
        key = self._string(at)
        at = self.skip(key.end)
        if not self._has(":", at):
            raise JsonError("a colon is missing", at)
        value, at = self.value(self.skip(at + 1), depth + 1)
        return Member(key.value, before, key.start, key.end, value), at

    def _has(self, mark: str, at: int) -> bool:
        return self.text.startswith(mark, at, self.end)

    def _close(self, mark: str, at: int) -> int:
        if not self._has(mark, at):
            raise JsonError(f"a comma or {mark} is missing", at)
        return at + 1
