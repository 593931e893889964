"""Which situations a draft and the customer's message speak of, found from their words alone.

Reads the sections `words`, `marks` and `situations` of `prompts/phrases.yaml`. It knows patterns
and no meaning: what no pattern is certain of is not found, for words about the wrong situation are
worse than none. It does not know what is then said about a situation, nor what a mail is.
"""

from drafting.situations.book import (
    PHRASES,
    check_entries,
    find_marks,
    find_situations,
    load_situations,
    read_file,
    takes_closing,
    takes_opening,
)
from drafting.situations.entries import Entry, Identifier, Mark, Pattern, Weight
from drafting.situations.reading import Reading, even_out, find, read, speaks

__all__ = [
    "PHRASES",
    "Entry",
    "Identifier",
    "Mark",
    "Pattern",
    "Reading",
    "Weight",
    "check_entries",
    "even_out",
    "find",
    "find_marks",
    "find_situations",
    "load_situations",
    "read",
    "read_file",
    "speaks",
    "takes_closing",
    "takes_opening",
]
