"""Money, percentages, quantities with their unit, plain numbers and number words.

Does not convert or compare anything: 1.204,50 and 1,204.50 are two strings.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import FactKind, Mark
from drafting.facts.patterns import GAP, NUMBER, RANGE, START

_SYMBOL = r"(?:(?<![A-Za-z])(?:US|A|AU|C|CA|NZ|HK|S|R|MX)?\$|[£€¥₹₽₩₪₫₴₦฿₺₱₲₡₵])"
# ISO 4217, without rare codes that are words when shouted (ALL, TOP, CUP, MOP).
_CODES = (
    "AED|ARS|AUD|BGN|BHD|BRL|CAD|CHF|CLP|CNY|COP|CRC|CZK|DKK|EGP|EUR|GBP|GEL|GHS|HKD|HRK|HUF|IDR"
    "|ILS|INR|ISK|JOD|JPY|KES|KRW|KWD|KZT|LKR|MAD|MUR|MXN|MYR|NGN|NOK|NZD|OMR|PEN|PHP|PKR|PLN|QAR"
    "|RON|RSD|RUB|SAR|SEK|SGD|THB|TND|TRY|TWD|UAH|USD|UYU|VND|XAF|XOF|ZAR"
)
_UNIT_WORDS = (
    r"(?:US|Canadian|Australian|Swiss)?"
    rf"{GAP}?(?:dollars?|euros?|pounds?{GAP}sterling|pounds?(?!{GAP}?(?:of|weight))|cents?|pence"
    r"|francs?|kron(?:er|or)|kr|zł|zloty|yen|rupees?|bucks?)"
)
_SCALE = rf"(?:{GAP}?(?:k|m|bn|million|billion|thousand)(?!\w))?"
_GROUPED = r"\d{1,3}+(?:[ \u00a0\u202f]\d{3}(?!\d))++(?:[.,]\d{1,2}(?!\d))?"
_AMOUNT = rf"(?:{_GROUPED}|{NUMBER})(?:[.,][-–](?![\d]))?{_SCALE}"
_SPREAD = rf"{_AMOUNT}(?:{GAP}?[-–]{GAP}?(?:{_SYMBOL})?{_AMOUNT})?"
_PER = r"(?:/[a-z]{1,9}(?!\w))?"
_MONEY = re.compile(
    rf"(?=[-+−\dA-Z$£-¥₠-₿฿])(?:{START}[-+−]?(?:{_SYMBOL}{GAP}?{_SPREAD}"
    rf"(?:{GAP}?(?:{_CODES})(?!\w))?"
    rf"|(?:{_CODES}){GAP}?{_SPREAD}(?!\w)){_PER}"
    rf"|{START}(?<!-)[-+−]?{_SPREAD}"
    rf"(?:{GAP}?(?:[£€¥₹₽₩₪₫₴₦฿₺₱]|\$(?!\w)|Kč|Ft)|{GAP}?(?:{_CODES})(?!\w)"
    rf"|(?:{GAP}|-)?{_UNIT_WORDS}(?!\w)){_PER}"
    rf"|{START}\d{{1,2}}p(?!\w){_PER})"
)
_PERCENTAGE = re.compile(
    rf"(?=[-+−\d]){START}(?<!\w[-+−])[-+−]?(?:{NUMBER}{GAP}?%{GAP}?[-–]{GAP}?)?{RANGE}"
    rf"(?:{GAP}?[%‰]|{GAP}?per{GAP}?cent(?!\w)"
    rf"|(?:{GAP}|-)percent(?:age{GAP}points?)?(?!\w))"
)
_KIND_OF_DAY = (
    rf"(?:(?:business|working|work|calendar|consecutive|full|clear|bank|school|week){GAP})?"
)
_TIME_UNIT = (
    r"(?:milliseconds?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weekdays?|weeks?"
    r"|fortnights?|months?|quarters?|years?|yrs?|decades?)"
)
_UNIT = (
    rf"(?:{_KIND_OF_DAY}{_TIME_UNIT}"
    r"|[kmµ]?m|[cdkm]m|mi|km/h|mph|miles?|kilomet(?:er|re)s?|met(?:er|re)s?|centimet(?:er|re)s?"
    r"|inch(?:es)?|in(?=[.,;)\"]|$)|ft|feet|foot|yards?|[km]?g|kilos?|kgs?|grams?|lbs?|oz|ounces?|tonnes?|tons?"
    r"|[mcd]?l|lit(?:er|re)s?|gallons?|pints?|[kKMGTP]i?[Bb](?:ps|it/s)?|[KMGT]bit/s|bytes?|px|dpi"
    r"|fps|[kMG]?Hz|m?Ah|[kM]?Wh?|watts?|V|volts?|amps?|°[CF]?|degrees?|sqm|m²|m2|sq"
    rf"{GAP}?(?:m|ft)|ppm|dB|points?|stars?|x)"
)
_ATTACHED = r"(?:[KkMxhdwysWVmg]|ml|mAh)"
_QUANTITY = re.compile(
    rf"{START}(?!0x){NUMBER}{GAP}?[x×]{GAP}?{NUMBER}(?:{GAP}?[x×]{GAP}?{NUMBER})?"
    rf"(?:{GAP}?{_UNIT}(?!\w))?(?!\w)"
    rf"|{START}(?<!\w[-+−])[-+−~]?{RANGE}(?:(?:{GAP}|-)?{_UNIT}|{_ATTACHED})(?!\w)"
    rf"|{START}{NUMBER}[\"″′](?!\w)"
)
_NUMBER = re.compile(
    rf"(?<!\w)\d{{1,3}}/\d{{1,3}}(?![\w/])|(?<!\w)[-+−]?{RANGE}(?:st|nd|rd|th)?(?!\w)|\d++|[½¼¾⅓⅔]"
)

_ONES = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_COUNT = (
    rf"(?:(?:{_TENS})(?:-(?:one|{_ONES}))?|{_ONES}|(?:a{GAP}|one{GAP})?(?:dozen|hundred|thousand))"
)
_WORDS = (
    rf"{_COUNT}(?:(?:{GAP}(?:and{GAP})?|-)(?:hundred|thousand|million|{_COUNT}))*+(?!\w)"
    rf"(?:(?:{GAP}to{GAP}|{GAP}or{GAP}|{GAP}?[-–]{GAP}?){_COUNT}(?!\w))?"
)
_NUMBER_WORD = re.compile(
    rf"(?<![\w’'-])(?=[a-z])(?:{_WORDS}(?:(?:{GAP}|-){_KIND_OF_DAY}{_TIME_UNIT}(?!\w))?"
    rf"|one(?:{GAP}|-){_KIND_OF_DAY}{_TIME_UNIT}(?!\w))",
    re.IGNORECASE,
)


def find_money(text: str) -> Iterator[Mark]:
    """Mark amounts with their currency, before or after."""
    yield from _marks(_MONEY, FactKind.MONEY, text)


def find_percentages(text: str) -> Iterator[Mark]:
    """Mark `12.5 %`, `10-15%`, `5 per cent`."""
    yield from _marks(_PERCENTAGE, FactKind.PERCENTAGE, text)


def find_quantities(text: str) -> Iterator[Mark]:
    """Mark numbers with their unit: `3-5 business days`, `30-day`, `500 MB`, `4K`."""
    yield from _marks(_QUANTITY, FactKind.QUANTITY, text)


def find_numbers(text: str) -> Iterator[Mark]:
    """Mark whatever digits are left."""
    yield from _marks(_NUMBER, FactKind.NUMBER, text)


def find_number_words(text: str) -> Iterator[Mark]:
    """Mark numbers in words, with a unit of time where there is one; `one` only with a unit."""
    yield from _marks(_NUMBER_WORD, FactKind.NUMBER_WORD, text)


def _marks(pattern: re.Pattern[str], kind: FactKind, text: str) -> Iterator[Mark]:
    for match in pattern.finditer(text):
        yield Mark(kind, match.start(), match.end())
