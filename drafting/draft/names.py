"""How the lines of a signature look; in doubt a line is no name.

What is taken for a signature is never rewritten, and a bare decision ("Refund denied") must not
hide there.
"""

import re

from drafting.draft.vocabulary import COMMANDS, GROUPS, NAME_LINKS, NOT_NAMES, PARTICIPLES, VERDICTS

_CONTACT = re.compile(
    r"(?:t|tel|phone|m|mob|mobile|e|e-?mail|mail|w|web|fax|f|skype|office|direct)\b\.?\s*[:.]\s*\S"
    r"|\+?[\d\s()./-]{6,30}$|https?://|www\.|\S{1,80}@\S{1,80}\.\w+$",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"(?:sent from (?:my|outlook|mail)|get outlook for)\b", re.IGNORECASE)
_FINAL_MARK = re.compile(r"[.?!:;,…。！？]$")
_ABBREVIATED = re.compile(
    r"\b(?:inc|ltd|llc|co|corp|dept|jr|sr|esq|e\.v|s\.a|b\.v|ag|plc|\w)\.$", re.IGNORECASE
)
_PLAIN = re.compile(r"\w\.$|\d{1,2}$|\W+$")
_DASH = re.compile(r"[-–—~]{1,2}\s*(?=[^\W_]|[{\[%<#(*$])")
_FROM = re.compile(r"From (?:the |your )?(?=\S)")
_TAG = re.compile(r"\{\{?[^{}]*\}\}?|\[\[?[^\[\]]*\]\]?|<<[^<>]*>>|[%$#@]\S+")
_SHORT_NAMES = frozenset({"IT", "US"})
_DIVIDER = re.compile(r"\s+[|•·]\s+")
_PROXY = re.compile(r"^(?:i\.\s?[AV]\.|ppa\.|p\.p\.)\s+")
"""How German and British letters sign for somebody else."""

_MAX_WORDS = 7
_MAX_LOOSE_WORDS = 10
_MAX_SIGNING_WORDS = 4


def is_contact(line: str) -> bool:
    """Whether the line holds nothing but a way to reach somebody, or what device it came from."""
    return _CONTACT.match(line) is not None or _DEVICE.match(line) is not None


def is_name(line: str) -> bool:
    """Whether the line can only be a person, a team or a company ("Raj, Support")."""
    parts = _DIVIDER.split(line)
    if len(parts) == 1:
        return _is_single_name(_PROXY.sub("", line))
    return is_name(parts[0]) and all(is_contact(part) or is_name(part) for part in parts)


def _is_single_name(line: str) -> bool:
    words = _TAG.sub("X", line).split()
    if not 0 < len(words) <= _MAX_WORDS or (_FINAL_MARK.search(line) and not _is_abbreviated(line)):
        return False
    bare = [_strip(word) for word in words]
    if not any(word[:1].isupper() for word in bare) or bare[0][:1].islower():
        return _is_greeted_name(words)
    if any(_is_plain_word(word) for word in bare[1:]) or _is_decision(bare):
        return False
    return all(_may_be_named(word, bare) for word in bare)


def _is_greeted_name(words: list[str]) -> bool:
    """Whether the line is a lower-case kiss with a name ("xoxo, Bubblegum Beauty")."""
    return len(words) > 1 and words[0].casefold().strip(",") in ("xo", "xoxo", "love")


def is_signing(line: str) -> bool:
    """Whether the line signs with a dash or a "From" ("– Team Lumio", "From the Claims Desk")."""
    mark = _DASH.match(line) or _FROM.match(line)
    return mark is not None and is_name(line[mark.end() :].rstrip("."))


def is_signature_line(line: str) -> bool:
    """Whether the line may stand below a closing phrase: a name, a role, an address, a contact."""
    if is_contact(line) or is_name(line) or is_signing(line):
        return True
    words = [_strip(word).casefold() for word in line.split()]
    if len(words) > _MAX_LOOSE_WORDS or words[0] in COMMANDS:
        return False
    ended = _FINAL_MARK.search(line) and not _is_abbreviated(line) and line[-1] != ","
    return not ended and not any(word in NOT_NAMES for word in words)


def may_sign(line: str) -> bool:
    """Whether a line with nothing around it signs in its own way ("mod_hugo", "Lena, pharmacist").

    Looser than `is_name`: only for the last line, below a gap.
    """
    words = [_strip(word) for word in line.split()]
    if not 0 < len(words) <= _MAX_SIGNING_WORDS or _is_decision(words):
        return False
    if _FINAL_MARK.search(line):
        return False
    said = NOT_NAMES | PARTICIPLES | VERDICTS | COMMANDS
    known = words[0].casefold() in ("the", "your", "our")
    return is_signature_line(line) and not any(
        word.casefold() in said for word in words[1 if known else 0 :]
    )


def _is_plain_word(word: str) -> bool:
    return word.casefold() in NOT_NAMES and word not in _SHORT_NAMES


def _is_abbreviated(line: str) -> bool:
    return _ABBREVIATED.search(line) is not None


def _strip(word: str) -> str:
    return word.strip(",;:()'\"’“”*_&/") or word


def _is_decision(words: list[str]) -> bool:
    """Whether the line tells what was decided or what to do, or says just one plain word."""
    first, last = words[0].casefold(), words[-1].casefold()
    commanding = first in COMMANDS and (len(words) == 1 or words[1].islower() or first != "contact")
    plain = _is_plain_word(words[0]) and (len(words) == 1 or first not in ("your", "our"))
    return last in PARTICIPLES | VERDICTS or commanding or plain


def _may_be_named(word: str, line: list[str]) -> bool:
    """Whether the word may stand in a signature, given the whole line."""
    folded = word.casefold()
    if word[0].isupper() or folded in NAME_LINKS or folded in GROUPS or _PLAIN.match(word):
        return True
    grouped = line[0].casefold() in ("the", "your", "our", "team") or line[-1].casefold() in GROUPS
    return grouped and line[-1].casefold() in GROUPS and folded.isalpha()
