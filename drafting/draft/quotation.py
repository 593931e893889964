"""What the customer wrote, read from the mail that a draft quotes.

mailparser_reply supplies the words that phones add below a message. Its parser is not used: it
rewrites white space, takes "Thanks, but that is not what I asked." for a signature and "Date: ...
To: ..." in prose for a header, and needs more than 15 seconds for 12 kB of blank lines.
"""

import re
from collections.abc import Iterator, Sequence

from mailparser_reply.constants import MAIL_LANGUAGES  # type: ignore[import-untyped]

from drafting.draft.history import find_attributions, measure_attribution, skip_head, starts_mail
from drafting.draft.lines import Line, split_lines
from drafting.draft.signature import find_sign_off
from drafting.draft.verbatim import is_quoted
from drafting.facts import Span

_MARKS = re.compile(r"\s*((?:>[^\S\n]?)+)")
_DEVICE = re.compile(
    "(?:"
    + "|".join(words["sent_from"] for words in MAIL_LANGUAGES.values() if words.get("sent_from"))
    + r")\b.{0,60}$",
    re.IGNORECASE,
)


def read_customer_message(text: str, history: Span | None) -> str | None:
    """Read the newest quoted message, without marks, attribution, deeper quotes and signature.

    Without `history` it is what is quoted between the lines of the reply, if an attribution says so
    or the draft starts with the quote: other quotes are terms or help texts.
    """
    lines = split_lines(text if history is None else text[history[0] :])
    if history is None:
        content = list(_lift_marks(lines)) if _answers_quote(lines) else []
    else:
        plain = list(_read_plain(lines))
        content = plain if any(plain) else list(_lift_marks(lines))
    return _drop_signature("\n".join(content)) or None


def _answers_quote(lines: Sequence[Line]) -> bool:
    """Whether a quote is the customer's: announced, or first but for a greeting line."""
    first = next((index for index, line in enumerate(lines) if is_quoted(line)), None)
    if first is None:
        return False
    above = [line.text for line in lines[:first] if not line.blank]
    greeted = len(above) == 1 and above[0].endswith((",", "!", "-"))
    return not above or greeted or any(True for _ in find_attributions(lines))


def _read_plain(lines: Sequence[Line]) -> Iterator[str]:
    """Unmarked lines up to the next older mail."""
    for index in range(skip_head(lines), len(lines)):
        line = lines[index]
        older = is_quoted(line) or starts_mail(lines, index)
        if older or (not line.blank and measure_attribution(lines, index)):
            return
        yield line.raw.rstrip()


def _lift_marks(lines: Sequence[Line]) -> Iterator[str]:
    """Lines that are quoted once, without their marks; what stands between leaves one gap."""
    inner = split_lines("\n".join(_strip_marks(lines)))
    announcing = 0
    gap = True
    for index, line in enumerate(inner):
        announcing = max(announcing - 1, 0) or measure_attribution(inner, index)
        if index and starts_mail(inner, index):
            return
        if not announcing and not (line.blank and gap):
            yield line.raw
            gap = line.blank


def _strip_marks(lines: Sequence[Line]) -> Iterator[str]:
    marks = [_MARKS.match(line.raw) for line in lines]
    depths = [found.group(1).count(">") if found else 0 for found in marks]
    least = min((depth for depth in depths if depth), default=0)
    for line, found, depth in zip(lines, marks, depths, strict=True):
        yield line.raw[found.end() :].rstrip() if found and depth == least else ""


def _drop_signature(message: str) -> str:
    lines = split_lines(message)
    rows = [index for index, line in enumerate(lines) if not line.blank]
    while rows and _DEVICE.match(lines[rows[-1]].text):
        rows.pop()
    end = find_sign_off(lines, rows)
    stop = lines[end].start if end is not None else lines[rows[-1]].end if rows else 0
    return message[:stop].strip()
