"""The word-level difference of one sentence and what replaces it."""

import re
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def diff_words(before: str, after: str) -> list[tuple[str, str]]:
    """Return runs of (`=`, `-` or `+`, text).

    The `=` and `-` runs joined are `before`, the `=` and `+` runs joined are `after`.
    """
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    runs: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            runs.append(("=", "".join(old[a:b])))
            continue
        if b > a:
            runs.append(("-", "".join(old[a:b])))
        if d > c:
            runs.append(("+", "".join(new[c:d])))
    return runs
