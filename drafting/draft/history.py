"""Where quoted mail starts: attribution lines, header blocks and quote marks of mail clients.

Knows one line and the few below it; what the quoted customer wrote is read elsewhere.
"""

import re
from collections.abc import Iterator, Sequence

from drafting.draft.lines import Line
from drafting.draft.verbatim import is_quoted

_LAST_VERB = r"(?:wrote|writes|a écrit|écrit|escribió|ha scritto|escreveu|napisał(?:\(a\)|a)?|写道)"
_EARLY_VERB = r"(?:schrieb|schreef|skrev|kirjoitti|napsal(?:\(a\)|a)?|napisał(?:\(a\)|a)?|írta)"
_ATTRIBUTION = re.compile(
    rf"(?:{_LAST_VERB}|\b{_EARLY_VERB}\b[^:]{{0,90}}|<[^<>\s]+@[^<>\s]+>)\s*[:：]$", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?:on|am|le|el|il|op|em|den|dnia|w dniu|dne|a)\s|\d{1,4}[-./年]\d|.{1,80}<\S{1,80}@\S{1,80}>",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d|@")
_TIMED = re.compile(r"\d{1,2}[:.h]\d\d|@")
_PRONOUN = re.compile(
    r"\b(?:you|we|i|he|she|they|ich|wir|sie|du|vous|nous|je)\s+(?:wrote|schrieb|a écrit|avez)\b",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"-{3,}\s*(?:original message|original appointment|forwarded message|ursprüngliche nachricht"
    r"|weitergeleitete nachricht|message d['’]origine|message original|message transféré"
    r"|mensaje original|mensaje reenviado|messaggio originale|oorspronkelijk bericht"
    r"|mensagem original|reply message|originalmeddelande)\s*-{3,}$|begin forwarded message:$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_-]{10,}$")
_SENDER = re.compile(
    r"[*_]{0,2}(?:from|von|de|da|van|od|från|fra)\s?:[*_]{0,2}\s*\S", re.IGNORECASE
)
_FIELD = re.compile(
    r"[*_]{0,2}(?:sent|date|to|cc|bcc|subject|reply-to|importance|gesendet|datum|an|kopie|betreff"
    r"|envoyé(?: le)?|à|objet|enviado(?: el)?|para|asunto|fecha|inviato|a|oggetto|data|verzonden"
    r"|aan|onderwerp|enviada|assunto|skickat|till|ämne|priorität|attachments|anlagen)"
    r"\s?:[*_]{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_FLAT_FIELDS = re.compile(
    r"[*_]{0,2}(?:from|von|de|da|van)\s?:.{1,200}?\s[*_]{0,2}(?:sent|date|gesendet|envoyé|enviado"
    r"|inviato|verzonden)\s?:",
    re.IGNORECASE,
)
_MIN_FIELDS = 2
_MAX_HEIGHT = 3
_MAX_LENGTH = 300


def find_history(lines: Sequence[Line]) -> int | None:
    """Find the line with which quoted mail starts that goes on to the end; None when none does."""
    tail = _find_tail(lines)
    seen_text = False
    for index, line in enumerate(lines):
        if line.blank:
            continue
        if index >= tail or starts_mail(lines, index, top=not seen_text):
            return index
        if not is_quoted(line):
            seen_text = True
            height = measure_attribution(lines, index)
            if height and _quotes_to_end(lines, index, height):
                return index
    return None


def _find_tail(lines: Sequence[Line]) -> int:
    """The first of the quoted lines at the end."""
    tail = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if is_quoted(lines[index]):
            tail = index
        elif not lines[index].blank:
            break
    return tail


def starts_mail(lines: Sequence[Line], index: int, *, top: bool = False) -> bool:
    """Whether a divider or header fields start an older mail here.

    Header fields at the `top` are the draft's own.
    """
    text = lines[index].text
    if _DIVIDER.match(text):
        return True
    if _RULE.match(text):
        after = _next_visible(lines, index + 1)
        return after is not None and _has_fields(lines, after)
    return not top and _has_fields(lines, index)


def _has_fields(lines: Sequence[Line], index: int) -> bool:
    """Whether "From:" and at least two more header fields stand here."""
    text = lines[index].text
    if _FLAT_FIELDS.match(text):
        return True
    if not _SENDER.match(text):
        return False
    below = lines[index + 1 : index + 8]
    return sum(_FIELD.match(line.text) is not None for line in below) >= _MIN_FIELDS


def measure_attribution(lines: Sequence[Line], index: int) -> int:
    """How many lines the attribution ("On ..., Ann wrote:") takes that starts here; 0 for none."""
    if not _LEAD.match(lines[index].text[:_MAX_LENGTH]):
        return 0
    text = ""
    for height, line in enumerate(lines[index : index + _MAX_HEIGHT], 1):
        text = f"{text} {line.text}"
        if line.blank or is_quoted(line) or len(text) > _MAX_LENGTH:
            return 0
        if text[-1] in ":：" and _is_attribution(text):
            return height
    return 0


def _is_attribution(text: str) -> bool:
    return bool(_DATED.search(text) and _ATTRIBUTION.search(text) and not _PRONOUN.search(text))


def _quotes_to_end(lines: Sequence[Line], index: int, height: int) -> bool:
    """Whether all below is the quoted mail: text below quotes is the reply.

    Without quote marks, the attribution must have a time or an address to be sure.
    """
    quoted = [is_quoted(line) for line in lines[index + height :] if not line.blank]
    if any(quoted):
        return all(quoted)
    said = " ".join(line.text for line in lines[index : index + height])
    return _TIMED.search(said) is not None


def _next_visible(lines: Sequence[Line], start: int) -> int | None:
    return next((at for at in range(start, len(lines)) if not lines[at].blank), None)


def find_attributions(lines: Sequence[Line]) -> Iterator[int]:
    """Lines that only say whom the quote below them is from."""
    for index, line in enumerate(lines):
        height = 0 if line.blank or is_quoted(line) else measure_attribution(lines, index)
        below = _next_visible(lines, index + height) if height else None
        if below is not None and is_quoted(lines[below]):
            yield from range(index, index + height)


def skip_head(lines: Sequence[Line]) -> int:
    """The first line below dividers, attribution and header fields."""
    index, fields = 0, False
    while index < len(lines):
        text = lines[index].text
        height = 1 if not text else measure_attribution(lines, index)
        if (not text and fields) or not (height or _is_head(text)):
            break
        fields = fields or _FIELD.match(text) is not None
        index += height or 1
    return index


def _is_head(text: str) -> bool:
    return any(mark.match(text) for mark in (_DIVIDER, _RULE, _SENDER, _FIELD, _FLAT_FIELDS))
