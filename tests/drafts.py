"""Drafts for property tests: made of real parts, so that what is tested looks like mail."""

import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from models.training.rows import Row, load_rows

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "real" / "real.jsonl"
"""Replies of public projects, beside the repository where there are any; never shipped with it."""

FACTS = (
    "$1,204.50", "1.204,50 €", "#48213", "15:30 CET", "3–5 business days", "two days", "Form LC-1",
    "+1 (800) 435-9792", "https://x.example/a_b?c=1&d=2", "help@x.example", "{{ticket.id}}",
    '{{ a | default: "b" }}', "%{name}", "*|FNAME|*", "14 March", "25%", "`config.yaml`", '"No entry"',
)  # fmt: skip
CARRIERS = (
    "You failed to send {} to us.", "Per our policy, {} is final.", "Request {} denied.",
    "Send {} or {} will be closed.", "as i said, {} is not refundable", "We cannot accept {} after {}.",
    "Nothing can be done.", "READ THE TERMS!!!", "Your appeal about {} was rejected; see {}.",
    "We apologise for any inconvenience.", "- {}: missing", "Thank you for waiting.",
)  # fmt: skip
BREAKS = (" ", "\n", "\n\n", "\r\n\r\n", "  ", "\n\n\n", "\n- ", "\n1. ")
GREETINGS = ("", "Dear Ms Adeyemi,\n\n", "Hi {{first_name}},\r\n\r\n", "Hello,\n", "Hi Anna, ")
ENDINGS = (
    "", "\n", "\n\nKind regards,\nField Services", "\n\n-- \nSam\n", "\n\nDarren",
    "\n\nOn Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:\n> Where is my parcel?\n> It is late!",
)  # fmt: skip


@cache
def real_drafts() -> tuple[str, ...]:
    """Return the real replies, none where they are not at hand."""
    if not REAL.is_file():
        return ()
    return tuple(json.loads(line)["text"] for line in REAL.read_text("utf-8").splitlines())


@cache
def rows() -> tuple[Row, ...]:
    """Return the worked rewrites."""
    return tuple(load_rows())


@st.composite
def made_drafts(draw: st.DrawFn) -> str:
    """Draw a draft: greeting, sentences with facts between odd breaks, an ending."""
    sentences = draw(st.lists(st.sampled_from(CARRIERS), min_size=1, max_size=5))
    body = ""
    for number, sentence in enumerate(sentences):
        filled = sentence
        while "{}" in filled:
            filled = filled.replace("{}", draw(st.sampled_from(FACTS)).replace("{}", ""), 1)
        body += (draw(st.sampled_from(BREAKS)) if number else "") + filled
    return draw(st.sampled_from(GREETINGS)) + body + draw(st.sampled_from(ENDINGS))


def any_drafts() -> st.SearchStrategy[str]:
    """Draw made drafts, drafts of the worked rewrites and arbitrary text."""
    return st.one_of(
        made_drafts(), st.sampled_from([row.draft() for row in rows()]), st.text(max_size=400)
    )
