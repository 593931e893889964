"""Which column or key holds the texts, which the title, which the customer's message.

Goes by names alone, and asks rather than guesses where two could be meant. Knows no format.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from drafting.errors import FieldError

STRONG = (
    "body", "content", "text", "reply", "response", "answer", "body_text", "reply_text",
    "reply_body", "response_text", "response_body", "message_body", "canned_response",
    "saved_reply", "comment_value",
)  # fmt: skip
WEAK = ("message", "comment", "macro", "template", "snippet", "description")
"""Looked at where no stronger name is there: a macro's name is often called macro."""
TITLES = ("title", "name", "subject", "macro_title", "macro_name", "shortcut", "template_name")
CUSTOMER = ("customer_message", "customer_text", "customer_email", "customer_question")
_LONGEST_NAME = 40
_MOST_NAMES = 30
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")


def simplify(name: str) -> str:
    """Return a name in lower case with underscores: `chatText` and `Chat text` are one."""
    return _APART.sub("_", _CAMEL.sub("_", name.strip())).strip("_").lower()


def is_html_name(name: str) -> bool:
    """Whether a name says that it holds HTML."""
    return "html" in simplify(name).split("_")


def pick_field(names: Sequence[str], wanted: str | None = None) -> int:
    """Return which of the names holds the texts.

    Of a plain field and its HTML twin (`content`, `content_html`) it is the twin: where both are
    kept, the plain one is made from it.

    Raises:
        FieldError: none is known, or more than one could be meant, or the wanted one isn't there.

    """
    if wanted is not None:
        return _pick_wanted(names, wanted)
    for known in (STRONG, WEAK):
        if found := _pick_known(names, known):
            if len(found) > 1:
                raise _ambiguous(names, found)
            return found[0]
    raise FieldError(
        f"None of the fields is known to hold the texts. Please name it with --field: {_list(names)}"
    )


def has_field(names: Sequence[str], wanted: str | None = None) -> bool:
    """Whether one of the names could hold the texts, though it may not be clear which."""
    simple = {simplify(name) for name in names}
    if wanted is not None:
        return wanted in names or simplify(wanted) in simple
    return any(name == "html" or _strip_html(name) in {*STRONG, *WEAK} for name in simple)


def find_field(names: Sequence[str], known: Sequence[str]) -> int | None:
    """Return which of the names is the first known one, if any is."""
    simple = [simplify(name) for name in names]
    return next((simple.index(name) for name in known if name in simple), None)


def name_reply(field: str, taken: Iterable[str]) -> str:
    """Return the name of the column or key for replies, which nothing else has."""
    name, number, taken = f"{field}_reply", 2, set(taken)
    while name in taken:
        name, number = f"{field}_reply_{number}", number + 1
    return name


def _pick_wanted(names: Sequence[str], wanted: str) -> int:
    found = [i for i, name in enumerate(names) if name == wanted]
    found = found or [i for i, name in enumerate(names) if simplify(name) == simplify(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise FieldError("More than one field has the name given with --field. Please rename one.")
    raise FieldError(f"There is no field of the name given with --field. There are: {_list(names)}")


def _pick_known(names: Sequence[str], known: Sequence[str]) -> list[int]:
    """Return the fields with a known name, HTML twins in place of their plain ones."""
    simple = [simplify(name) for name in names]
    plain = [(_strip_html(name), i) for i, name in enumerate(simple)]
    twins = {base for base, i in plain if base != simple[i]}
    return [
        i
        for base, i in plain
        if (base in known or simple[i] == "html") and (base not in twins or base != simple[i])
    ]


def _strip_html(name: str) -> str:
    """Return a simple name without its part `html`."""
    return "_".join(part for part in name.split("_") if part != "html")


def _ambiguous(names: Sequence[str], found: Sequence[int]) -> FieldError:
    could = _list([names[i] for i in found])
    return FieldError(
        f"More than one field could hold the texts: {could}. Please name it with --field."
    )


def _list(names: Sequence[str]) -> str:
    """Return the names for a message; what is too long to be a name may be somebody's text."""
    counted = Counter(names)
    shown = [name for name in counted if 0 < len(name) <= _LONGEST_NAME and "\n" not in name]
    rest = len(counted) - len(shown[:_MOST_NAMES])
    return ", ".join(shown[:_MOST_NAMES] + ([f"and {rest} more"] if rest else []))
