"""Dates and times of day.

Goes by shape: "31/11" and "25:00" pass, and 11/03 stays what the agent wrote, in March or in
November. English month and weekday names only.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import FactKind, Mark
from drafting.facts.patterns import GAP, START

_MONTH_NAMES = "January|February|April|June|July|August|September|October|November|December|March"
_MONTH_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_MONTH = (
    # "2 may apply" and "LOT 5 MAY OVERHEAT" are no dates.
    rf"(?:(?-i:May|MAY(?=,?{GAP}?\d|[.,;:)]|$))|{_MONTH_NAMES}"
    rf"|(?:{_MONTH_SHORT})\b(?:\.(?=,?\s?(?-i:[\da-z])))?)(?!\w)"
)
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
    rf"(?=[\da-z]){START}(?<!-)(?:{_WEEKDAY},?{GAP}(?:the{GAP})?)?(?:{_DAY_MONTH})"
    rf"|(?<![\w.-]){_WEEKDAY},?{GAP}(?:the{GAP})?\d{{1,2}}(?:st|nd|rd|th)(?!\w)",
    re.IGNORECASE,
)
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"
_TWO_DIGIT_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_ISO_TIME = r"(?:T\d\d:\d\d(?::\d\d)?(?:[.]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
_NUMERIC = re.compile(
    rf"(?=\d){START}(?<![:-])(?:"
    rf"(?:19|20)\d\d([-/.]){_MONTH_NUMBER}\1{_DAY_NUMBER}{_ISO_TIME}"
    rf"|{_DAY_NUMBER}([-/.]){_DAY_NUMBER}\2(?:(?:19|20)\d\d|\d\d)"
    # One side has two digits: 1/2 and 24/7 are no dates.
    rf"|(?!24/7)(?:{_TWO_DIGIT_DAY}/{_MONTH_NUMBER}|{_MONTH_NUMBER}/{_TWO_DIGIT_DAY}"
    r"|[1-9]/(?:0[1-9]|1[0-2]))"
    rf"|{_MONTH_NUMBER}/(?:19|20)\d\d"
    r")(?![\w%]|[/:.-]\d)"
    r"|(?<!\w)Q[1-4](?:[ /-]?(?:19|20)\d\d)?(?!\w)"
)
_TO = rf"(?:{GAP}?[-–]{GAP}?|{GAP}to{GAP})"
_ALONE = re.compile(
    rf"(?<![\w@#.-])(?:{_DAY_NAMES}(?!\w)(?:{_TO}{_DAY_NAMES}(?!\w))?"
    rf"|(?:{_DAY_SHORT}){_TO}(?:{_DAY_SHORT})(?!\w)"
    rf"|(?:{_MONTH_SHORT})\.?(?:{GAP}?[-–]{GAP}?)(?:{_MONTH_SHORT})(?!\w)"
    rf"|(?:{_MONTH_NAMES})(?!\w))"
)
# "May", "Sat" or "the 14th" alone are dates only after a word that leads to one.
_AFTER_LEAD = re.compile(
    r"\b(?i:in|on|until|till|by|since|before|after|of|from|through|this|last|next|every|each|to"
    rf"|late|early|mid|end|for){GAP}(the{GAP}\d{{1,2}}(?:st|nd|rd|th)(?!\w)"
    rf"|(?:May|{_MONTH_SHORT}|{_DAY_SHORT})(?!\w))"
)
_BARE_LEAD = re.compile(
    r"(?:in|on|until|till|by|since|before|after|of|from|through|to)\b", re.IGNORECASE
)

_ZONE = (
    rf"(?-i:{GAP}?(?:UTC|GMT)(?:[+-]\d{{1,2}}(?::?\d\d)?)?(?!\w)"
    rf"|{GAP}(?:WES?T|CES?T|EES?T|BST|IST|[ECMP][SD]T|AK[SD]T|HST|AE[SD]T|NZ[SD]T|JST|SGT|HKT"
    r"|MSK|ET|PT|CT)(?!\w))"
)
_HALF = rf"{GAP}?[ap](?:m(?!\w)|\.m\.?)"
_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = (
    rf"(?:{_HOUR}[:.][0-5]\d{_HALF}|{_HOUR}:[0-5]\d(?::[0-5]\d)?(?![\w:])"
    rf"|(?:1[0-2]|0?[1-9]){_HALF})"
)
_TIME = re.compile(
    rf"(?=\d){START}(?<![:-])(?:"
    rf"(?:{_CLOCK}|\d{{1,2}}(?:[:.]\d\d)?(?={GAP}?[-–])){_TO}{_CLOCK}"
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
    """Mark capitalised month and weekday names that stand alone, but not "May"."""
    for match in _ALONE.finditer(text):
        yield Mark(FactKind.DATE, match.start(), match.end())


def find_led_dates(text: str) -> Iterator[Mark]:
    """Mark what is a date only because of the word before it: `in May`, `by the 14th`."""
    for match in _AFTER_LEAD.finditer(text):
        lead = _BARE_LEAD.match(match.group())
        if lead or not match.group(1).startswith("the"):
            yield Mark(FactKind.DATE, match.start(1), match.end(1))
