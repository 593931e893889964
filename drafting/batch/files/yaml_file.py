"""YAML: replies are put in at the value's place; comments, order and styles stay, byte for byte.

A block scalar stays one where the reply can be written so. What is written is read again before it
is stored: nothing but the replies may be different.
"""

from collections.abc import Mapping

from drafting.batch.files.json_file import JsonInput
from drafting.batch.files.json_places import Place
from drafting.batch.files.json_tree import JsonError, Member, Node
from drafting.batch.files.splicing import Edit, splice
from drafting.batch.files.yaml_spelling import (
    BLOCKS,
    region_of,
    write_key,
    write_like,
    write_quoted,
)
from drafting.batch.files.yaml_tree import YamlMember, YamlText, last_end, read_yaml, walk_words
from drafting.errors import UnfitReplyError


class YamlInput(JsonInput):
    """A YAML file: a list of mappings, one mapping, or one in each document."""

    language = "YAML"

    def _read(self) -> Node:
        self._newline = "\r\n" if "\r\n" in self.text else "\n"
        return read_yaml(self.text)

    def _edits(self, replies: Mapping[str, str], *, in_place: bool) -> list[Edit]:
        name = self._name_reply()
        changes = [
            (self._places[key], reply)
            for key, reply in replies.items()
            if not in_place or reply != self._text_of(self._places[key])
        ]
        if in_place:
            edits = [self._replace(place, reply) for place, reply in changes]
        else:
            edits = [self._insert(place, name, reply) for place, reply in changes]
        self._check(edits, changes, None if in_place else name)
        return edits

    def _text_of(self, place: Place) -> str | None:
        return place.node.value if isinstance(place.node, YamlText) else None

    def _replace(self, place: Place, reply: str) -> Edit:
        node, member = place.node, _yaml(place.member)
        if not isinstance(node, YamlText):
            space = "" if self.text[node.start - 1 : node.start].isspace() else " "
            return Edit(node.start, node.end, space + write_quoted(reply))
        region = region_of(self.text, node)
        written = self._spell(reply, node, member)
        if region.closed and not written.endswith("\n"):
            written += self._newline
        elif not region.closed and self._rest_is_blank(region.end):
            written = written.removesuffix("\n").removesuffix("\r")
        return Edit(region.start, region.end, written)

    def _insert(self, place: Place, name: str, reply: str) -> Edit:
        node, member = place.node, _yaml(place.member)
        written = self._spell(reply, node, member)
        if member.flow:
            end = member.value.end
            return Edit(end, end, f", {write_key(name)}: {written}")
        line = " " * member.column + f"{write_key(name)}: {written}"
        line += "" if line.endswith("\n") else self._newline
        end = self._line_end(node if node is member.value else member.value)
        if end and self.text[end - 1] != "\n":
            return Edit(end, end, self._newline + line.removesuffix("\n").removesuffix("\r"))
        return Edit(end, end, line)

    def _spell(self, reply: str, node: Node, member: YamlMember) -> str:
        if not isinstance(node, YamlText):
            return write_quoted(reply)
        if not node.style and "\n" in reply and self.text[node.end : node.end + 1] not in "\r\n":
            return write_quoted(reply)
        return write_like(reply, self.text, node, member).replace("\n", self._newline)

    def _line_end(self, node: Node) -> int:
        """Return where the line after a value begins, or the file ends."""
        if isinstance(node, YamlText) and node.style in BLOCKS:
            return region_of(self.text, node).end
        found = self.text.find("\n", last_end(node))
        return found + 1 if found >= 0 else len(self.text)

    def _rest_is_blank(self, at: int) -> bool:
        return not self.text[at : at + 1].strip()

    def _check(self, edits: list[Edit], changes: list[tuple[Place, str]], name: str | None) -> None:
        """Refuse an output that says anything else than the input and the replies."""
        try:
            text = splice(self.text, edits)
            said = [words for words, _ in walk_words(read_yaml(text), text)]
        except (JsonError, ValueError):
            said = []
        if said != self._expected(changes, name):
            raise UnfitReplyError(
                f"Replies can't be put into {self.source.name} as it is written. Please write "
                "its texts as block scalars (|) or in double quotes.",
                [place.key for place, _ in changes],
            )

    def _expected(self, changes: list[tuple[Place, str]], name: str | None) -> list[str]:
        replaced = {id(place.node): reply for place, reply in changes if name is None}
        beside = {id(place.member): reply for place, reply in changes if name is not None}
        said: list[str] = []
        for words, node in walk_words(self._root, self.text):
            said.append(replaced.get(id(node), words))
            if id(node) in beside and name is not None:
                said += [beside[id(node)], name]
        return said


def _yaml(member: Member) -> YamlMember:
    assert isinstance(member, YamlMember)
    return member
