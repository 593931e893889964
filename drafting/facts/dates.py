"""Dates and times of day.

Goes by shape: "31/11" and "25:00" pass, and 11/03 stays what the agent wrote, in March or in
November. English month and weekday names only.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import FactKind, Mark
from drafting.facts.patterns import GAP

_MONTH_NAMES = (
    "January|February|April|June|July|August|September|October|November|December|March|May"
)
_MONTH_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:(?:{_MONTH_NAMES})|(?:{_MONTH_SHORT})\b(?:\.(?=,?\s?[\da-z]))?)(?![\w])"
_DAY_NAMES = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_DAY_SHORT = "Mon|Tues|Tue|Wed|Thurs|Thur|Thu|Fri|Sat|Sun"
_WEEKDAY = rf"(?:{_DAY_NAMES}|(?:{_DAY_SHORT})\b\.?)(?!\w)"
_NUMERAL = r"\d{1,2}(?:st|nd|rd|th)?(?!\w)"
_YEAR = r"(?:19|20)\d\d(?![\w%]|[.,]\d)"
_DAYS = rf"{_NUMERAL}(?:{GAP}?[-–]{GAP}?{_NUMERAL})?"

_DAY_MONTH = (
    rf"{_DAYS}(?:{GAP}of)?[ \u00a0-]?{GAP}?{_MONTH}(?:,?[ \u00a0-]?{GAP}?{_YEAR})?"
    rf"|{_MONTH}{GAP}{_DAYS}(?![:.]\d|{GAP}?[ap]\.?m\b)(?:,?{GAP}{_YEAR})?"
    rf"|{_MONTH},?{GAP}{_YEAR}"
)
_WRITTEN = re.compile(
    rf"(?=[\da-z])(?<![\w.,/-])(?:{_WEEKDAY},?{GAP}(?:the{GAP})?)?(?:{_DAY_MONTH})"
    rf"|(?<![\w.-]){_WEEKDAY},?{GAP}(?:the{GAP})?\d{{1,2}}(?:st|nd|rd|th)(?!\w)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"(?<![\w.,/:-])(?:"
    r"(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:T\d\d:\d\d(?::\d\d)?(?:[.]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)\d\d|\d\d)"
    r"|(?!24/7)(?:(?:0[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])/(?:0[1-9]|[12]\d|3[01])"
    r"|[1-9]/(?:0[1-9]|1[0-2]))"
    r"|(?:0?[1-9]|1[0-2])/(?:19|20)\d\d"
    r")(?![\w%]|[/:.-]\d)"
    r"|(?<!\w)Q[1-4](?:[ /-]?(?:19|20)\d\d)?(?!\w)"
)
_ALONE = re.compile(
    rf"(?<![\w@#.-])(?:{_DAY_NAMES}(?!\w)(?:{GAP}?[-–]{GAP}?{_DAY_NAMES}(?!\w)|{GAP}to{GAP}{_DAY_NAMES}(?!\w))?"
    rf"|(?:{_DAY_SHORT})(?:{GAP}?[-–]{GAP}?|{GAP}to{GAP})(?:{_DAY_SHORT})(?!\w)"
    rf"|(?:{_MONTH_SHORT})\.?(?:{GAP}?[-–]{GAP}?)(?:{_MONTH_SHORT})(?!\w)"
    rf"|(?:{_MONTH_NAMES})(?!\w))"
)
# "May", "Sat" or "the 14th" alone are dates only after a word that leads to one.
_AFTER_LEAD = re.compile(
    r"\b(?:in|on|until|till|by|since|before|after|of|from|through|this|last|next|every|each|to|late"
    rf"|early|mid|end|for){GAP}+(the{GAP}\d{{1,2}}(?:st|nd|rd|th)(?!\w)"
    rf"|(?:May|{_MONTH_SHORT}|{_DAY_SHORT})(?!\w))"
)
_BARE_LEAD = re.compile(r"(?:in|on|until|till|by|since|before|after|of|from|through|to)\b")

_ZONE = (
    rf"(?:{GAP}?(?:UTC|GMT)(?:[+-]\d{{1,2}}(?::?\d\d)?)?(?!\w)"
    rf"|{GAP}(?:WES?T|CES?T|EES?T|BST|IST|[ECMP][SD]T|AK[SD]T|HST|AE[SD]T|NZ[SD]T|JST|SGT|HKT|MSK|ET|PT|CT)(?!\w))"
)
_HALF = rf"{GAP}?[ap](?:m(?!\w)|\.m\.?)"
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = (
    rf"(?:{_HOUR}[:.][0-5]\d{_HALF}|{_HOUR}:[0-5]\d(?::[0-5]\d)?(?![\w:])"
    rf"|(?:1[0-2]|0?[1-9]){_HALF})"
)
_TIME = re.compile(
    rf"(?<![\w.,:/-])(?=\d)(?:"
    rf"(?:{_CLOCK}|\d{{1,2}}(?:[:.]\d\d)?(?={GAP}?[-–]))(?:{GAP}?[-–]{GAP}?|{GAP}to{GAP}){_CLOCK}"
    rf"|{_CLOCK}"
    rf"|\d{{1,2}}{GAP}?o['’]clock"
    rf"|\d{{1,2}}h\d\d(?!\w)"
    rf"){_ZONE}?",
    re.IGNORECASE,
)


def find_times(text: str) -> Iterator[Mark]:
    """Mark times of day and their ranges, with the zone."""
    for match in _TIME.finditer(text):
        yield Mark(FactKind.TIME, match.start(), match.end())


def find_numeric_dates(text: str) -> Iterator[Mark]:
    """Mark `2026-03-14`, `14.03.2026`, `11/03`, `Q3 2026`."""
    for match in _NUMERIC.finditer(text):
        yield Mark(FactKind.DATE, match.start(), match.end())


def find_written_dates(text: str) -> Iterator[Mark]:
    """Mark dates with a month's or weekday's name and a number."""
    for match in _WRITTEN.finditer(text):
        yield Mark(FactKind.DATE, match.start(), match.end())


def find_bare_dates(text: str) -> Iterator[Mark]:
    """Mark capitalised month and weekday names that stand alone, and `the 14th`."""
    for match in _ALONE.finditer(text):
        if match.group() != "May":
            yield Mark(FactKind.DATE, match.start(), match.end())


def find_led_dates(text: str) -> Iterator[Mark]:
    """Mark what is a date only because of the word before it: `in May`, `by the 14th`."""
    for match in _AFTER_LEAD.finditer(text):
        lead = _BARE_LEAD.match(match.group())
        if lead or not match.group(1).startswith("the"):
            yield Mark(FactKind.DATE, match.start(1), match.end(1))
