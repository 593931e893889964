"""How a JSON text spells its strings and spaces, so that what is put in looks like the rest."""

import json
import re
from dataclasses import dataclass

from drafting.batch.files.json_tree import Member, Table
from drafting.batch.files.splicing import Edit

_ESCAPED = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_QUOTE_OR_BACKSLASH = {'"', "\\"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """Which characters a text escapes though it needn't."""

    ascii: bool
    r"""Whether all beyond ASCII is written \\uXXXX."""
    slash: bool
    r"""Whether `/` is written `\\/`, as PHP does."""
    escaped: frozenset[str]
    r"""ASCII characters that are written \\uXXXX, as Ruby and Go do with `<`, `>` and `&`."""

    def write(self, value: str) -> str:
        """Return a string as JSON."""
        plain = self.ascii or any("\ud800" <= char <= "\udfff" for char in value)
        text = json.dumps(value, ensure_ascii=plain)
        if self.slash:
            text = text.replace("/", "\\/")
        for char in self.escaped:
            text = text.replace(char, f"\\u{ord(char):04x}")
        return text


def learn_spelling(text: str) -> Spelling:
    """Return how a JSON text spells its strings."""
    escaped = {chr(int(code, 16)) for code in set(_ESCAPED.findall(text))} - _QUOTE_OR_BACKSLASH
    # Letters and digits stand for themselves in escapes: they can't be replaced afterwards.
    signs = frozenset(char for char in escaped if not char.isalnum())
    return Spelling(text.isascii(), "\\/" in text, signs - {"/"})


def insert_member(text: str, table: Table, member: Member, key: str, value: str) -> Edit:
    """Return the edit that puts a key right after a member, spaced as its neighbours are.

    Key and value are JSON already.
    """
    colon = text[member.key_end : member.value.start]
    return Edit(
        member.value.end, member.value.end, f",{_space(text, table, member)}{key}{colon}{value}"
    )


def _space(text: str, table: Table, member: Member) -> str:
    """Return the space that stands before a key that isn't the first."""
    others = table.members[1:] or [member]
    nearest = min(others, key=lambda other: abs(other.start - member.start))
    space = text[nearest.before : nearest.start]
    if space or len(table.members) > 1:
        return space
    return " " if text[member.key_end : member.value.start].endswith(" ") else ""
