"""The shapes in which help desks give their canned responses, where a plain list isn't enough.

Plain lists and objects that hold one list of objects need nothing here; by their names alone are found

- Freshdesk canned responses: `title`, `content`, `content_html` (developers.freshdesk.com/api,
  "Canned responses"); `content_html` is the one that is kept, `content` is made from it;
- Help Scout saved replies: `name`, `text` in HTML, `chatText` (developer.helpscout.com, "Saved
  replies"); `text` is taken, `--field chatText` takes the other;
- FreeScout saved replies: assumed to be `name` and `text`, the columns of its Saved Replies module,
  which has no public documentation;
- Zammad text modules as a list: `name`, `keywords`, `content` in HTML (its public source, model
  TextModule).
"""

from collections.abc import Callable, Iterator

from drafting.batch.files.json_places import (
    Finding,
    Found,
    Keyed,
    Place,
    find_records,
    read_record,
    read_records,
    tables_in,
    title_of,
)
from drafting.batch.files.json_tree import Array, Member, Node, Table, Text

_COMMENTS = {"comment_value", "comment_value_html"}


def find_texts(root: Node, wanted: str | None) -> Finding:
    """Return the texts of a JSON tree.

    Raises:
        FieldError: it isn't clear where they are.

    """
    for shape in _SHAPES:
        finding = shape(root)
        if finding and wanted in {None, finding.field}:
            return finding
    return read_records(find_records(root, wanted), wanted)


def _zendesk_macros(root: Node) -> Finding | None:
    """Find `macros[].actions[]` with field `comment_value` or `comment_value_html`.

    The value is the text, or a pair of channel and text (developer.zendesk.com, "Macros" and
    "Actions reference"). Macros that make their comment internal (`comment_mode_is_public` false)
    are notes among agents and no replies: they are left out.
    """
    found: list[Found] = []
    for path, macro in _outer(root, "macros", "macro"):
        actions = tables_in(f"{path}.actions" if path else "actions", macro.get("actions"))
        if not _is_internal([action for _, action in actions]):
            found += [p for key, action in actions if (p := _zendesk_comment(key, action, macro))]
    return Finding("value", found) if found else None


def _is_internal(actions: list[Table]) -> bool:
    return any(
        action.text("field") == "comment_mode_is_public" and action.text("value") == "false"
        for action in actions
    )


def _zendesk_comment(path: str, action: Table, macro: Table) -> Place | None:
    member = action.find("value")
    if action.text("field") not in _COMMENTS or member is None:
        return None
    node, key = member.value, f"{path}.value"
    if isinstance(node, Array) and len(node.elements) == 2:
        node, key = node.elements[1], f"{key}[1]"
    return Place(key, node, member, action, title_of(macro)) if isinstance(node, Text) else None


def _zendesk_dynamic_content(root: Node) -> Finding | None:
    """Find `items[].variants[].content` (developer.zendesk.com, "Dynamic content items")."""
    found: list[Found] = []
    for path, item in _outer(root, "items", "item"):
        if item.get("placeholder") is None:
            continue
        variants = tables_in(f"{path}.variants" if path else "variants", item.get("variants"))
        for key, variant in variants:
            place = read_record(key, variant, "content")
            found.append(_named(place, title_of(item)))
    return Finding("content", found) if found else None


def _zammad_macros(root: Node) -> Finding | None:
    """Find `[].perform["article.note"].body`, where `internal` isn't "true" (Zammad's public source).

    Internal notes are no replies: they are left out.
    """
    found: list[Found] = []
    for path, macro in [*_outer(root, "macros", "macro"), *_assets(root, "Macro")]:
        perform = macro.get("perform")
        note = perform.get("article.note") if isinstance(perform, Table) else None
        if isinstance(note, Table) and not _is_true(note.find("internal")):
            prefix = f"{path}.perform" if path else "perform"
            place = read_record(f'{prefix}["article.note"]', note, "body")
            found.append(_named(place, title_of(macro)))
    return Finding("body", found) if found else None


def _zammad_text_modules(root: Node) -> Finding | None:
    """Find `assets.TextModule.{id}.content`, as text modules come with `?full=true`."""
    modules = list(_assets(root, "TextModule"))
    return read_records(modules, "content") if modules else None


def _is_true(member: Member | None) -> bool:
    """Whether a value is a true one, as a string or not; of others the length tells: `true` has 4."""
    if member is None:
        return False
    node = member.value
    return node.value == "true" if isinstance(node, Text) else node.end - node.start == len("true")


def _named(found: Found, name: str) -> Found:
    if not isinstance(found, Place):
        return found
    return Place(found.key, found.node, found.member, found.table, name, found.customer_message)


def _outer(root: Node, plural: str, singular: str) -> Iterator[Keyed]:
    """Yield the objects of a list that is the root or under a name, or the one under a name."""
    if isinstance(root, Array):
        yield from tables_in("", root)
    elif isinstance(root, Table):
        yield from tables_in(plural, root.get(plural))
        yield from tables_in(singular, root.get(singular))


def _assets(root: Node, kind: str) -> Iterator[Keyed]:
    """Yield the objects of Zammad's `assets`, which are kept by kind and number."""
    assets = root.get("assets") if isinstance(root, Table) else None
    kinds = assets.get(kind) if isinstance(assets, Table) else None
    if isinstance(kinds, Table):
        for member in kinds.members:
            yield from tables_in(f"assets.{kind}.{member.name}", member.value)


_SHAPES: tuple[Callable[[Node], Finding | None], ...] = (
    _zendesk_macros,
    _zendesk_dynamic_content,
    _zammad_macros,
    _zammad_text_modules,
)
