"""YAML as the same tree as JSON's, so that texts are found in the same way.

PyYAML's composer says where each node begins and ends, and builds no objects: tags of any kind are
left alone. A node that an alias points back to stands in the tree once, where its anchor is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from drafting.batch.files.json_tree import Array, JsonError, Member, Node, Null, Table, Text

_STRING, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_PROPERTIES = re.compile(r"(?:[&!][^\s]*+\s++)*")


@dataclass(slots=True)
class Alias(Node):
    """A node that has stood before; its place is there."""


@dataclass(slots=True)
class YamlText(Text):
    """A string; from `start` on without anchor and tag."""

    style: str
    """One of `|`, `>`, `'`, `"`; "" for a plain one."""


@dataclass(slots=True)
class YamlMember(Member):
    """A key, which stands in some column (from 0)."""

    column: int
    flow: bool
    """Whether it stands within braces."""


def read_yaml(text: str) -> Node:
    """Return the tree of a YAML text; several documents are the elements of one list.

    Raises:
        JsonError: it isn't YAML, or nested too deeply.

    """
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
        documents = [_Builder(text).build(node) for node in nodes if node is not None]
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.index if error.problem_mark else 0
        raise JsonError(error.problem or "something is wrong", at) from None
    except yaml.YAMLError as error:
        raise JsonError("there is a control character", getattr(error, "position", 0)) from None
    except RecursionError:
        raise JsonError("it is nested too deeply", 0) from None
    return documents[0] if len(documents) == 1 else _join(documents, len(text))


def walk_words(node: Node, text: str) -> Iterator[tuple[str, Node | Member]]:
    """Yield all that a tree says, in order: names, strings, and the spelling of other values."""
    if isinstance(node, Text):
        yield node.value, node
    elif isinstance(node, Table):
        for member in node.members:
            yield from walk_words(member.value, text)
            yield member.name, member
    elif isinstance(node, Array):
        for element in node.elements:
            yield from walk_words(element, text)
    else:
        yield "*" if isinstance(node, Alias) else text[node.start : node.end], node


def last_end(node: Node) -> int:
    """Return where a value's last character is; block collections' marks are beyond comments."""
    if isinstance(node, Table) and node.members:
        return last_end(node.members[-1].value) if _is_block(node.members[0]) else node.end
    if isinstance(node, Array) and node.elements:
        inner = last_end(node.elements[-1])
        return node.end if node.flow else inner
    return node.end


def _is_block(member: Member) -> bool:
    return isinstance(member, YamlMember) and not member.flow


def _join(documents: list[Node], end: int) -> Node:
    """Return one list of what the documents hold."""
    if documents and all(isinstance(document, Array) for document in documents):
        elements = [e for d in documents if isinstance(d, Array) for e in d.elements]
        return Array(0, end, elements)
    return Array(0, end, documents)


class _Builder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: set[int] = set()

    def build(self, node: yaml.Node) -> Node:
        start, end = node.start_mark.index, node.end_mark.index
        if id(node) in self._seen:
            return Alias(start, end)
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return Table(start, end, [self._member(pair, node) for pair in node.value])
        if isinstance(node, yaml.SequenceNode):
            elements = [self.build(element) for element in node.value]
            return Array(start, end, elements, flow=bool(node.flow_style))
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node, self._skip_properties(start, end), end)

    def _skip_properties(self, start: int, end: int) -> int:
        match = _PROPERTIES.match(self._text, start, end)
        return match.end() if match else start

    def _scalar(self, node: yaml.ScalarNode, start: int, end: int) -> Node:
        if node.tag == _STRING:
            return YamlText(start, end, node.value, node.style or "")
        return Null(start, end) if node.tag == _NULL else Node(start, end)

    def _member(self, pair: tuple[yaml.Node, yaml.Node], table: yaml.MappingNode) -> YamlMember:
        key, value = pair
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        start, end = key.start_mark.index, key.end_mark.index
        column, flow = key.start_mark.column, bool(table.flow_style)
        return YamlMember(name, start, start, end, self.build(value), column, flow)
