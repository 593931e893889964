"""The word-level difference of one sentence and what replaces it."""

import re
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def diff_words(before: str, after: str) -> list[tuple[str, str]]:
    """Return runs of (`=`, `-` or `+`, text).

    The `=` and `-` runs joined are `before`, the `=` and `+` runs joined are `after`. A space
    between two changed words counts as changed, so that a phrase is struck out as one.
    """
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    runs: list[tuple[str, str]] = []
    out = put_in = ""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in [*matcher.get_opcodes(), ("end", 0, 0, 0, 0)]:
        same = "".join(old[a:b])
        if tag == "equal" and same.isspace() and (out or put_in) and b < len(old) and d < len(new):
            out, put_in = out + same, put_in + same
        elif tag in {"equal", "end"}:
            runs += _change(out, put_in)
            out = put_in = ""
            runs += [("=", same)] if same else []
        else:
            out, put_in = out + same, put_in + "".join(new[c:d])
    return runs


def _change(out: str, put_in: str) -> list[tuple[str, str]]:
    """Return the runs of one change."""
    return [(mark, text) for mark, text in (("-", out), ("+", put_in)) if text]
