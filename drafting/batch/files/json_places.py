"""Where in a JSON tree texts stand: a list of objects, one object, or a help desk's export.

Asks the shapes of help desks first (see json_exports), then looks for the one list of objects that
has a field of a known name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.batch.files.batch_input import Problem
from drafting.batch.files.fields import (
    CUSTOMER,
    TITLES,
    find_field,
    has_field,
    pick_field,
    simplify,
)
from drafting.batch.files.json_tree import Array, Member, Node, Null, Table, Text
from drafting.errors import FieldError

_DEEPEST_LIST = 3
Keyed = tuple[str, Table]
"""An object and the path to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one text stands."""

    key: str
    node: Text | Null
    """The string, or the null in its place."""
    member: Member
    """After which a reply beside it goes: the key of the text, or of the list that holds it."""
    table: Table
    name: str = ""
    customer_message: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """An object without a usable text."""

    key: str
    message: str

    def problem(self, number: int) -> Problem:
        """Return what people are told."""
        return Problem(self.key, number, "broken_row", f"Row {number} ({self.key}) {self.message}.")


Found = Place | Fault
Row = Keyed | Fault
"""An object of a list, or what stands in its place."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All texts of one tree."""

    field: str
    """Name of the texts' key, or the dotted path to it."""
    found: list[Found]


def find_records(root: Node, field: str | None) -> Sequence[Row]:
    """Return the objects that are the rows: of the one list that has the field, or the root itself.

    Raises:
        FieldError: no list has it, or more than one.

    """
    arrays = dict(_lists(root, "", 0))
    lists = [(path, rows) for path, array in arrays.items() if (rows := _tables(path, array))]
    having = [path for path, rows in lists if _has_field(rows, field)]
    if len(having) > 1:
        raise FieldError(
            f"More than one list could hold the texts: {', '.join(having)}. "
            "Please leave only one in the file."
        )
    if having:
        return _rows(having[0], arrays[having[0]])
    if isinstance(root, Table) and (not lists or _has_field([("", root)], field)):
        return [("", root)]
    # Nothing fits: choosing among the longest list's fields says what there is.
    return max((rows for _, rows in lists), key=len, default=[])


def read_records(rows: Sequence[Row], wanted: str | None) -> Finding:
    """Return the text of each object, all under one field.

    Raises:
        FieldError: no field is known to hold the texts, or more than one.

    """
    field = choose_field([row for row in rows if not isinstance(row, Fault)], wanted)
    found = [row if isinstance(row, Fault) else read_record(*row, field) for row in rows]
    return Finding(field, found)


def choose_field(records: Sequence[Keyed], wanted: str | None) -> str:
    """Return the name, or dotted path, of the field that holds the texts.

    Raises:
        FieldError: none is known, or more than one could be meant.

    """
    if wanted and "." in wanted and any(_follow(table, wanted) for _, table in records):
        return wanted
    names = _names(records)
    return names[pick_field(names, wanted)]


def read_record(path: str, table: Table, field: str) -> Found:
    """Return where an object's text stands, or what is wrong with it."""
    found = _follow(table, field)
    key = f"{path}.{field}" if path else field
    if found is None:
        return Fault(key, "has no such field")
    owner, member = found
    if doubles := {*table.doubles, *owner.doubles}:
        return Fault(key, f"has {len(doubles)} keys more than once")
    if not isinstance(member.value, Text | Null):
        return Fault(key, "has something else where the text should be")
    return Place(key, member.value, member, owner, title_of(table, member), customer_of(table))


def title_of(table: Table, member: Member | None = None) -> str:
    """Return the title that an object has beside its text."""
    names = [other.name for other in table.members if other is not member]
    found = find_field(names, TITLES)
    return (table.text(names[found]) or "") if found is not None else ""


def customer_of(table: Table) -> str | None:
    """Return the customer's message of an object, if it has one."""
    names = [member.name for member in table.members]
    found = find_field(names, CUSTOMER)
    return table.text(names[found]) or None if found is not None else None


def tables_in(path: str, node: Node | None) -> list[Keyed]:
    """Return the objects of a list, or the object itself, each with its path."""
    if isinstance(node, Table):
        return [(path, node)]
    return _tables(path, node) if isinstance(node, Array) else []


def _tables(path: str, array: Array) -> list[Keyed]:
    return [(f"{path}[{i}]", t) for i, t in enumerate(array.elements) if isinstance(t, Table)]


def _rows(path: str, array: Array) -> list[Row]:
    """Return the elements of a list; one that is no object is a fault."""
    keyed = [(f"{path}[{i}]", element) for i, element in enumerate(array.elements)]
    return [(k, t) if isinstance(t, Table) else Fault(k, "is no object") for k, t in keyed]


def _lists(node: Node, path: str, depth: int) -> Iterator[tuple[str, Array]]:
    """Yield the lists that are reached through objects alone."""
    if isinstance(node, Array):
        yield path, node
    elif isinstance(node, Table) and depth < _DEEPEST_LIST:
        for member in node.members:
            inner = f"{path}.{member.name}" if path else member.name
            yield from _lists(member.value, inner, depth + 1)


def _has_field(records: Sequence[Keyed], field: str | None) -> bool:
    """Whether the objects have the field, or so many that one must be chosen."""
    if field and any(_follow(table, field) for _, table in records):
        return True
    return has_field(_names(records), field)


def _names(records: Sequence[Keyed]) -> list[str]:
    """Return the names of values that may be texts, in the order in which they come up."""
    seen: dict[str, None] = {}
    for _, table in records:
        seen.update((m.name, None) for m in table.members if isinstance(m.value, Text))
    return list(seen)


def _follow(table: Table, field: str) -> tuple[Table, Member] | None:
    """Return the member that a name, or else a dotted path, leads to, and the object it is in."""
    if member := _find(table, field):
        return table, member
    head, dot, rest = field.partition(".")
    inner = _find(table, head) if dot else None
    return _follow(inner.value, rest) if inner and isinstance(inner.value, Table) else None


def _find(table: Table, name: str) -> Member | None:
    if member := table.find(name):
        return member
    alike = [m for m in table.members if simplify(m.name) == simplify(name)]
    return alike[0] if len(alike) == 1 else None
