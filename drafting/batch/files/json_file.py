"""JSON and JSON Lines: replies are put in at the value's place, every other byte is copied.

So the order of keys, the spelling of numbers and escapes, and spaces stay. Of JSON Lines a line that
isn't an object is reported and stays as it is.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from drafting.batch.files.batch_input import TextInput
from drafting.batch.files.encoding import decode
from drafting.batch.files.fields import name_reply
from drafting.batch.files.json_exports import find_texts
from drafting.batch.files.json_places import Fault, Finding, Place, Row, read_records
from drafting.batch.files.json_spelling import insert_member, learn_spelling
from drafting.batch.files.json_tree import JsonError, Node, Table, Text, read_json, walk_tables
from drafting.batch.files.splicing import Edit
from drafting.batch.files.text_format import tell_formats
from drafting.batch.item import Item
from drafting.errors import BrokenFileError, EmptyInputError
from drafting.result import Format

_LINE = re.compile(r"[^\n]+")


class JsonInput(TextInput):
    """A JSON file: a list of objects, one object, or a help desk's export."""

    language = "JSON"

    def __init__(self, path: Path, data: bytes, field: str | None, format: Format | None) -> None:
        self.source = path
        self.text, self.encoding = decode(data)
        if not self.text.strip():
            raise EmptyInputError(f"{path.name} is empty.")
        finding = self._find(field)
        self.field = finding.field
        self._places = {place.key: place for place in finding.found if isinstance(place, Place)}
        self.problems = [
            fault.problem(number)
            for number, fault in enumerate(finding.found, 1)
            if isinstance(fault, Fault)
        ]
        self.items = _make_items(finding, format)
        if not finding.found:
            raise EmptyInputError(f"{path.name} has no rows.")

    def _find(self, field: str | None) -> Finding:
        try:
            self._root = self._read()
        except JsonError as error:
            line = self.text.count("\n", 0, error.at) + 1
            raise BrokenFileError(
                f"{self.source.name} isn't {self.language}: in line {line} {error}. "
                "Please correct it there."
            ) from None
        if not any(walk_tables(self._root)):
            raise EmptyInputError(f"{self.source.name} has no objects that could hold texts.")
        return find_texts(self._root, field)

    def _read(self) -> Node:
        return read_json(self.text)

    def _name_reply(self) -> str:
        """Return the key for replies, which no object that holds a text has yet."""
        taken = [m.name for place in self._places.values() for m in place.table.members]
        places = iter(self._places.values())
        return name_reply(next(places).member.name if self._places else self.field, taken)

    def _edits(self, replies: Mapping[str, str], *, in_place: bool) -> list[Edit]:
        spelling = learn_spelling(self.text)
        if in_place:
            return [
                edit
                for key, reply in replies.items()
                if (edit := _replace(self._places[key], reply, spelling.write(reply)))
            ]
        name = spelling.write(self._name_reply())
        places = [(self._places[key], spelling.write(reply)) for key, reply in replies.items()]
        return [insert_member(self.text, p.table, p.member, name, new) for p, new in places]


class JsonLinesInput(JsonInput):
    """A file with an object in each line."""

    def _find(self, field: str | None) -> Finding:
        lines = [self._read_line(n, m) for n, m in enumerate(self._lines(), 1)]
        if all(isinstance(line, Fault) for line in lines):
            raise BrokenFileError(
                f"No line of {self.source.name} is a JSON object. Is it JSON Lines?"
            )
        return read_records(lines, field)

    def _lines(self) -> list[re.Match[str]]:
        return [match for match in _LINE.finditer(self.text) if match.group().strip()]

    def _read_line(self, number: int, match: re.Match[str]) -> Row:
        try:
            node = read_json(self.text, match.start(), match.end())
        except JsonError as error:
            return Fault(str(number), f"isn't JSON: {error}")
        return (
            (str(number), node) if isinstance(node, Table) else Fault(str(number), "is no object")
        )


def _replace(place: Place, reply: str, written: str) -> Edit | None:
    """Return the edit that puts a reply in a text's place; none where it is the same text."""
    node = place.node
    if isinstance(node, Text) and node.value == reply:
        return None
    return Edit(node.start, node.end, written)


def _make_items(finding: Finding, given: Format | None) -> list[Item]:
    places = [(n, p) for n, p in enumerate(finding.found, 1) if isinstance(p, Place)]
    texts = [p.node.value if isinstance(p.node, Text) else "" for _, p in places]
    formats = _formats(finding, [place for _, place in places], texts, given)
    return [
        Item(place.key, number, text, kind, place.name, place.customer_message)
        for (number, place), text, kind in zip(places, texts, formats, strict=True)
    ]


def _formats(
    finding: Finding, places: list[Place], texts: list[str], given: Format | None
) -> list[Format]:
    """Return each text's format; an action of Zendesk's says beside its value what it is."""
    formats = tell_formats(texts, finding.field, given)
    if given is not None:
        return formats
    html = [place.table.text("field") == "comment_value_html" for place in places]
    return [Format.HTML if h else kind for h, kind in zip(html, formats, strict=True)]
