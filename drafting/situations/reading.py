"""A draft and a message evened out, so that plain patterns fit them; knows no meaning."""

import re
from dataclasses import dataclass
from functools import cache

_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " "})
_LINK = re.compile(r"(?:https?://|www\.)\S*\w/?")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# Merge tags of the usual systems; what one may hold is bounded, so that the search is too.
_MERGE_TAG = re.compile(
    "|".join(
        rf"{re.escape(opened)}.{{0,120}}?{re.escape(closed)}"
        for opened, closed in (
            *(("{{{", "}}}"), ("{{", "}}"), ("{%", "%}"), ("%{", "}"), ("${", "}"), ("#{", "}")),
            *(("[[", "]]"), ("((", "))"), ("<<", ">>"), ("<%", "%>"), ("##", "##"), ("[%", "%]")),
        )
    )
    + r"|\*\|\w{1,60}\|\*|\{[\w.!$#-]{1,60}\}|\[[\w ]{1,60}\]|%[A-Z_]{3,60}%|%\d\$[sd]"
)
# Whatever holds a digit is an amount, a date or a number: that it is there is all that matters.
_NUMBER = re.compile(r"(?<!\S)\S*\d\S*?(?=[.,;:!?)\"]{0,5}(?:\s|$))")


_DENIAL = re.compile(
    r"(?:(?<!\w)(?:not|never|nor|neither|no|none|nothing|without|hardly|den(?:y|ies|ied))|n't)"
    r"(?: (?:because|due to|owing to))?"
    r"(?: (?!(?:because|since|as|and|but|which|that|after|when|due|owing|only|just|for)(?!\w))"
    r"[\w'#-]+){0,3} ?$"
)
"""A negation that reaches to the end of the text: "not ... by", but not "not there because"."""
_REACH = 100
"""Characters before a sign that are searched for its negation."""


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    # Word boundaries, but only beside letters: a pattern may start or end with punctuation.
    return re.compile(rf"(?:(?<!\w)|(?=\W))(?:{'|'.join(patterns)})(?:(?!\w)|(?<=\W))")


def find(patterns: tuple[str, ...], text: str) -> int | None:
    """Where one of the patterns first stands in an evened-out text, at whole words."""
    found = _compile(patterns).search(text) if patterns else None
    return found and found.start()


def speaks(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns stands in an evened-out text, at whole words."""
    return find(patterns, text) is not None


def affirms(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns stands in an evened-out text with no negation that governs it."""
    pattern, at = _compile(patterns), 0
    while found := pattern.search(text, at):
        start = found.start()
        if not _DENIAL.search(text[max(0, start - _REACH) : start]):
            return True
        at = start + 1
    return False


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft and the message it answers, evened out for patterns; `message` is empty for none."""

    draft: str
    first: str
    message: str


def even_out(text: str) -> str:
    """Lower case and single spaces, with `#` for numbers and merge tags, `@link` and `@mail`."""
    text = _LINK.sub(" @link ", text.translate(_LOOKALIKES))
    text = _NUMBER.sub("#", _MERGE_TAG.sub("#", _MAIL.sub(" @mail ", text)))
    blocks = [" ".join(block.lower().split()) for block in re.split(r"\n\s*\n", text)]
    ended = (block if block[-1] in ".!?:" else f"{block}." for block in blocks if block)
    return re.sub(r" ([.,;:!?])", r"\1", " ".join(ended))


def read(draft_text: str, customer_message: str | None) -> Reading:
    """Even out both texts; the first sentence of the draft stands by itself too."""
    draft = even_out(draft_text)
    first = re.split(r"(?<=[.!?]) ", draft, maxsplit=1)[0]
    return Reading(draft, first, even_out(customer_message or ""))
