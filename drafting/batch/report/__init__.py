"""The review report: one HTML page that opens from disk, with all of its data, style and code in it.

The page asks nothing of any server and can't: its policy lets in the one script and the one style
that stand in it, and nothing else. Texts are data to it, never markup.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from drafting.batch.replacing import replacing
from drafting.batch.review import Review, ReviewHead, ReviewItem, dump_review, name_review

STYLES = ("tokens.css", "report.css", "item.css")
"""In the order that they stand in the page; so do the scripts, which share one scope."""
SCRIPTS = ("dom.js", "state.js", "letter.js", "item.js", "list.js", "saving.js", "report.js")

_ESCAPED = re.compile("[<>&\u2028\u2029]")


def write_report(target: Path, review: Review) -> None:
    """Write the report of a review, whole or not at all."""
    stream_report(target, review, review.items)


def stream_report(target: Path, head: ReviewHead, items: Iterable[ReviewItem]) -> None:
    """Write a report without holding more than one of its items."""
    before, after = _make_page(head)
    with replacing(target) as file:
        file.write(before)
        for part in _dump_data(head, items):
            file.write(part)
        file.write(after)


def _dump_data(head: ReviewHead, items: Iterable[ReviewItem]) -> Iterator[str]:
    """Yield the JSON that the page reads: the review, and a name to keep its ticks under."""
    whole = sha256()
    yield '{"review": '
    for part in dump_review(head, items):
        whole.update(part.encode())
        yield escape_json(part)
    yield f', "id": "{whole.hexdigest()[:16]}"}}'


def escape_json(text: str) -> str:
    r"""Return JSON that means the same and holds nothing that ends a script or begins a comment.

    `<`, `>` and `&` stand in strings only, as do the two separators that older scripts end lines
    at; all become `\u....`.
    """
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _make_page(head: ReviewHead) -> tuple[str, str]:
    """Return what stands before the data, and what after it."""
    style, script = _read(*STYLES), _read(*SCRIPTS)
    parts = {
        "policy": make_policy(style, script),
        "style": style,
        "script": script,
        "icons": _read("icons.svg"),
        "file": escape(name_review(Path(head.output))),
    }
    before, after = _read("report.html").split("$data")
    return Template(before).substitute(parts), Template(after).substitute(parts)


def make_policy(style: str, script: str) -> str:
    """Return the page's Content-Security-Policy: these two, and nothing from anywhere."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(*names: str) -> str:
    """Return files of the page, one after another."""
    folder = files(__name__)
    return "".join(folder.joinpath(name).read_text("utf-8") for name in names)
