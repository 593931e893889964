"""Order, ticket and part numbers, sections and forms, and phone numbers.

Does not know which numbers exist; a phone number is checked against the numbering plans of a few
countries, because a draft does not say which one it was written in.
"""

import re
from collections.abc import Iterator

import phonenumbers

from drafting.facts.fact import MASK, FactKind, Mark
from drafting.facts.lexicon import SHOUTED
from drafting.facts.patterns import GAP, START

_SHORTEST = 6  # digits
_REGIONS = ("GB", "US", "DE", "FR", "AU", "IN")
# With "+", a leading zero, brackets, or grouped 3-3-4; what else has digits is no phone number.
_LIKE_PHONE = r"(?=\+\d|\(?0\d|\(\d{3}\)|(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d))"
_PHONE = re.compile(
    rf"{START}(?<![#-])(?<!\d:){_LIKE_PHONE}"
    r"(?:\+\d{1,3}[ .\u00a0-]?)?(?:\(\d{1,5}\)[ .\u00a0-]?)?\d{1,15}"
    r"(?:(?: ?[-./] ?|[ \u00a0])\d{1,8}){0,6}(?!\w)"
)
_EXTENSION = re.compile(rf"{GAP}?(?:ext\.?|extension|x){GAP}?\d{{1,6}}(?!\w)", re.IGNORECASE)
_COUNTED = re.compile(rf"(?:{GAP}|-)(?:second|minute|hour|day|week|month|year|time)s?\b")
# After a word like "call", any six digits are a number to ring.
_LED_PHONE = re.compile(
    r"\b(?:call(?:ing)?|ring(?:ing)?|phone|dial(?:ling)?|tel(?:ephone)?|fax|hotline|helpline)"
    r"[ :.]{1,3}(?:(?:us|me|them|on|at|number) ){0,2}(\d{2,5}(?:[ -]\d{2,8}){1,4})(?!\w)",
    re.IGNORECASE,
)
_LAST_GROUP = re.compile(r"[^\d)]+\d+$")

_NUMBERED = (
    "section|clause|article|regulation|rule|form|appendix|annex|exhibit|schedule|paragraph|art|sec"
    "|para|condition"
)
_LETTERED = (
    r"Room|Flat|Unit|Gate|Platform|Zone|Band|(?:P\.?O\.? )?Box|Lot|Plan|Module|Building|Block"
    "|Terminal|Tier|Level|Class|Phase|Option|Part|Chapter|Page|Line|Apartment|Suite|Bay|Locker|Table|Category|Stage"
    "|Site|Grade|Group|Step|Figure|Type|Size"
)
_POINT = r"\d++(?:[.-]\d++|-[A-Z]{1,4}(?!\w))*+[A-Za-z]?(?:\(\w{1,4}\))*+"
_CODE_WORD = r"(?=[A-Z0-9.-]{0,12}\d)[A-Z0-9]{1,8}+(?:[-.][A-Z0-9]{1,8}+)*+"
_NAMED = re.compile(
    # "Regulations 2013" has a year, "section 2013" does not.
    rf"(?<![\w-])(?:(?:(?i:{_NUMBERED})(?:s(?!{GAP}(?:19|20)\d\d(?!\w)))?\.?|{_LETTERED}){GAP}"
    rf"(?:{_POINT}|{_CODE_WORD}|[A-Z](?![\w’']))"
    rf"|(?i:no|nr)\.{GAP}?{_POINT}"
    rf"|§§?{GAP}?{_POINT})(?![\w])"
)
_IBAN = r"[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?(?!\w)"
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)|[A-Z]{2}\d{2} [A-Z]{3}(?!\w)"
_FLIGHT = r"[A-Z]{2,5}(?: \d{3,}+)+(?:-\d++)?(?!\w)"
"""Letters and digits apart: "QX 318", "CX 884 120 665", "ISO 9241-307"."""
_GROUPS = r"\d{2,}+(?: \d{2,}+){2,}(?!\w)"
_CHAR = f"[A-Za-z0-9{MASK}]"
_TOKEN = rf"(?:#|(?<!\*)\*{{2,8}}+)?{_CHAR}++(?:(?:[-_/+]{_CHAR}|[.:]\d){_CHAR}*+)*+"
_CANDIDATE = re.compile(
    rf"(?<![\w{MASK}])(?:{_IBAN}|{_POSTCODE}|{_FLIGHT}|{_GROUPS}|{_TOKEN})(?![^\W_])"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")
_PREFIXED = re.compile(r"(?:under|over|pre|post|mid|non|sub|plus|up|top)-(?=\d)", re.IGNORECASE)
_LABELS = frozenset({"PIN", "ID", "REF", "TEL", "FAX", "VAT", "ZIP", "PO"})
"""Not part of the number that follows, unlike an airline's or a standard's letters."""
_NO_PREFIX = SHOUTED | _LABELS
_NUMERIC_CODE = re.compile(r"\d+(?:[-./]\d+){2}|\d+/\d{3}|\d{3,}/\d|\d{2,} \d{2,} \d{2}")
_COMPOUND = re.compile(r"\d+-[a-z][a-z-]*$")


def find_phones(text: str) -> Iterator[Mark]:
    """Mark phone numbers, with their extension."""
    position = 0
    while match := _PHONE.search(text, position):
        start, end = match.start(), _phone_end(text, *match.span())
        position = start + 1
        if end:
            extension = _EXTENSION.match(text, end)
            position = extension.end() if extension else end
            yield Mark(FactKind.PHONE, start, position)


def find_led_phones(text: str) -> Iterator[Mark]:
    """Mark what only the word before it shows to be a phone number: `call 555-0171`."""
    for match in _LED_PHONE.finditer(text):
        if sum(map(str.isdigit, match.group(1))) >= _SHORTEST:
            yield Mark(FactKind.PHONE, match.start(1), match.end(1))


def _phone_end(text: str, start: int, end: int) -> int:
    """Drop groups from the right ("0800 389 2500 24 hours") until a number is left; 0 if none."""
    while True:
        candidate = text[start:end]
        digits = sum(map(str.isdigit, candidate))
        if digits <= _SHORTEST:
            return 0
        # Only with its country code is a number longer than 11 digits.
        if (
            (digits < 12 or candidate[0] == "+")
            and not _COUNTED.match(text, end)
            and _is_possible(candidate)
        ):
            return end
        shorter = _LAST_GROUP.search(candidate)
        if not shorter:
            return 0
        end = start + shorter.start()


def _is_possible(candidate: str) -> bool:
    regions: tuple[str | None, ...] = (None,) if candidate.startswith("+") else _REGIONS
    for region in regions:
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return True
    return False


def find_named_references(text: str) -> Iterator[Mark]:
    """Mark `Section 7.2`, `form D-2`, `Room 4`, `§ 7(2)`, with the word that names them."""
    for match in _NAMED.finditer(text):
        yield Mark(FactKind.REFERENCE, match.start(), match.end())


def find_references(text: str) -> Iterator[Mark]:
    """Mark codes that mix digits with letters or separators: `FR-118-402`, `INC0012345`."""
    for match in _CANDIDATE.finditer(text):
        token, start = match.group(), match.start()
        if prefix := _PREFIXED.match(token):
            start += prefix.end()
            token = token[prefix.end() :]
        if _is_reference(token):
            kind = FactKind.QUANTITY if _COMPOUND.match(token) else FactKind.REFERENCE
            yield Mark(kind, start, match.end())


def _is_reference(token: str) -> bool:
    if not any(map(str.isdigit, token)) or _ORDINAL.match(token):
        return False
    if token.split(" ")[0] in _NO_PREFIX:
        return False
    mixed = any(map(str.isalpha, token)) or token[0] in "#*"
    return mixed or bool(_NUMERIC_CODE.match(token))
