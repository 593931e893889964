"""Where a draft says goodbye: a closing phrase, names and contact lines, or a block of names.

Knows closing phrases in the languages that our users write most; how a name looks is known
elsewhere.
"""

import re
from collections.abc import Sequence

from drafting.draft.lines import Line
from drafting.draft.names import is_contact, is_name, is_signature_line, is_signing, may_sign

_WARM = r"(?:kind(?:est)?|best|warm(?:est)?|with|my|many|very|sincere|friendly|and|&)"
_PHRASES = (
    rf"(?:{_WARM}\s+){{0,4}}(?:regards?|wishes|greetings)",
    r"(?:many\s+|with\s+(?:many\s+)?|tons\s+of\s+)?thanks(?:\s+(?:again|so\s+much|a\s+lot|very\s+much"
    r"|in\s+advance|and\s+(?:kind\s+|best\s+)?regards))?",
    r"thank\s+you(?:\s+(?:again|so\s+much|very\s+much|in\s+advance|and\s+(?:kind|best)\s+regards))?",
    r"(?:yours?\s+)?(?:very\s+)?(?:sincerely|faithfully|truly|cordially|respectfully)(?:\s+yours)?|yours",
    r"cheers|(?:all\s+(?:the|my)\s+)?best|warmly|take\s+care|rgds|br|kr|thx|ta|xo(?:xo)?|love",
    r"(?:see\s+you|speak|talk)\s+(?:soon|then|later)",
    r"(?:mit\s+)?(?:freundliche|herzliche|beste|viele|liebe|schöne|sonnige)[nr]?\s+gr(?:ü|ue|u)(?:ß|ss)e?n?",
    r"gr(?:u|ü)(?:ß|ss)e?|mfg|lg|vg|hochachtungsvoll|danke",
    r"(?:bien\s+)?cordialement|bien\s+à\s+vous|(?:bien\s+)?amicalement|merci(?:\s+d'avance)?",
    r"(?:mes\s+|nos\s+)?(?:sincères\s+|meilleures\s+)?salutations(?:\s+distinguées)?",
    r"(?:un\s+)?(?:cordial\s+)?saludos?(?:\s+cordial(?:es)?)?|atentamente|(?:muchas\s+)?gracias",
    r"(?:cordiali\s+|distinti\s+)?saluti|grazie|cordialmente|atenciosamente",
    r"(?:com\s+os\s+melhores\s+)?cumprimentos|obrigad[oa]|abraços?",
    r"(?:met\s+)?(?:vriendelijke|hartelijke)\s+groet(?:en)?|groet(?:en|jes)?|mvg|bedankt",
    r"(?:med\s+)?(?:vänliga?\s+hälsning(?:ar)?|v[ea]nn?lig\s+hilsen)|hälsningar|hilsen|mvh",
    r"z\s+poważaniem|pozdrawiam|s\s+pozdravem",
)
_PHRASE = "(?:" + "|".join(_PHRASES) + ")"
_CLOSING = re.compile(rf"{_PHRASE}\s*[,.!;:–—-]*$", re.IGNORECASE)
_SIGNED = re.compile(
    rf"{_PHRASE}(?:\s*[,–—-]+\s*|\s+from\s+|!\s+|(?<=[ds])\s+)(?P<name>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DELIMITER = re.compile(r"(?:--|—|__)$")
_FOOTER = re.compile(
    r"p\.?\s?s\b|n\.?b\b|(?:this|the information in this)\s+(?:e-?mail|message|communication)\b"
    r"|confidential|disclaimer|unsubscribe|[-_=*]{3,}$|©|copyright",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[^\w\s{\[<%#$(]+\s*|\s*[^\w\s,.!;:}\])>%#|]+$")
_CLOSED = re.compile(r"[.!?][\"”’)]*$")
_MARKER = re.compile(r"(?:[-*•–—]|\d{1,2}[.)]|[a-z]\))\s")
_WORD = re.compile(r"\w")
_MAX_LINES = 15
_MAX_BLOCK = 3
_MAX_PHRASE_WORDS = 6


def is_closing_phrase(line: str) -> bool:
    """Whether the line is a closing phrase and nothing else ("Kind regards,")."""
    return _CLOSING.match(_EDGES.sub("", line)) is not None


def is_signed_phrase(line: str) -> bool:
    """Whether the line is a closing phrase with its name ("Thanks, Sam")."""
    signed = _SIGNED.match(_EDGES.sub("", line))
    return signed is not None and is_name(signed["name"].rstrip(".!"))


def find_sign_off(lines: Sequence[Line], rows: Sequence[int]) -> int | None:
    """Find the line with which the sign-off starts; it goes on to the end.

    `rows` are the visible lines below the greeting.
    """
    for find in (_find_delimiter, _find_phrase, _find_names, _find_last):
        found = find(lines, rows)
        if found is not None:
            return found
    return None


def _find_delimiter(lines: Sequence[Line], rows: Sequence[int]) -> int | None:
    """Find the signature mark "-- " and take in the closing phrase and names above it."""
    for place in range(max(len(rows) - _MAX_LINES, 0), len(rows)):
        line, below = lines[rows[place]], rows[place + 1 :]
        if not below or not _DELIMITER.match(line.text):
            continue
        if line.raw.startswith("-- ") or _closes(lines, below):
            above = _find_phrase(lines, rows[:place])
            above = _find_names(lines, rows[:place]) if above is None else above
            return rows[place] if above is None else above
    return None


def _find_phrase(lines: Sequence[Line], rows: Sequence[int]) -> int | None:
    """Find the first closing phrase with nothing but a signature below."""
    for place in range(max(len(rows) - _MAX_LINES, 0), len(rows)):
        text, below = lines[rows[place]].text, rows[place + 1 :]
        signed = is_signed_phrase(text)
        if not signed and not (is_closing_phrase(text) and (place or below)):
            continue
        if not below or _closes(lines, below, signed=signed):
            return rows[place]
    return None


def _closes(lines: Sequence[Line], rows: Sequence[int], *, signed: bool = False) -> bool:
    """Whether all these lines are a signature, with a postscript or legal footer at the end."""
    for place, index in enumerate(rows):
        text = lines[index].text
        if (place or signed) and _FOOTER.match(text):
            return True
        if not is_signature_line(text) and not is_closing_phrase(text):
            return False
    return True


def _find_names(lines: Sequence[Line], rows: Sequence[int]) -> int | None:
    """Find a block of names at the end, with contact lines below it."""
    end = len(rows)
    while end and is_contact(lines[rows[end - 1]].text):
        end -= 1
    start = end
    while start and end - start < _MAX_BLOCK and _belongs(lines[rows[start - 1]].text):
        start -= 1
        if start and rows[start - 1] != rows[start] - 1:
            break
    while start < end and not _may_start(lines, rows[:end], start):
        start += 1
    return rows[start] if 0 < start < end else None


def _find_last(lines: Sequence[Line], rows: Sequence[int]) -> int | None:
    """Find a short last line, below a gap and a sentence that has ended, that says nothing."""
    if len(rows) < 2 or rows[-2] == rows[-1] - 1:
        return None
    text, above = lines[rows[-1]].text, lines[rows[-2]].text
    ended = _CLOSED.search(above) is not None and not _MARKER.match(above)
    return rows[-1] if ended and not _MARKER.match(text) and may_sign(text) else None


def _belongs(text: str) -> bool:
    return is_name(text) or is_signing(text) or _is_wish(text)


def _is_wish(text: str) -> bool:
    """Whether the line leads over to a name in its own words ("Happy packing,")."""
    return text.endswith(",") and len(text.split()) <= _MAX_PHRASE_WORDS and text[0].isupper()


def _may_start(lines: Sequence[Line], rows: Sequence[int], start: int) -> bool:
    """Whether the names may start here: after a gap, or after a sentence that has ended."""
    if start == 0:
        return False
    text, above = lines[rows[start]].text, lines[rows[start - 1]].text
    apart = rows[start - 1] != rows[start] - 1 or not _WORD.search(above)
    if above.endswith(":") or (_is_wish(text) and (not apart or start + 1 == len(rows))):
        return False
    if _MARKER.match(text) and (_MARKER.match(above) or start + 1 < len(rows)):
        return False
    return apart or (_CLOSED.search(above) is not None and not _MARKER.match(above))
