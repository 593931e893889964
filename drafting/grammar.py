r"""A slot as a grammar: what the model may write there, for any weights.

The grammar is Lark text in the dialect of llguidance, in which a terminal may be intersected (`&`)
and complemented (`~`). A filling is one terminal, since llguidance matches terminals greedily: a
literal of its own would lose its first character to the free text before it. Free text is words,
so that nothing can be glued to a fact:

    filling   keep | delete | label ": " text
    text      words with the slot's literals among them, in order, each exactly once
    word      lower-case letters, "I", or a capitalised word that the mail has
    no        digit, amount, link, merge tag, quote mark, exclamation mark, number word or avoided
              phrase outside of the literals

Knows nothing of models; whoever compiles it must treat a refused grammar as an error.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from drafting.prompt import Words
from drafting.slots import Slot
from drafting.wording import avoided_phrases

APOSTROPHE = "['’]"
LOWER = r"[\p{Ll}\p{Lo}]+((['’]|-)[\p{Ll}\p{Lo}]+)*"
FIRST = r"(\p{Lu}\p{Ll}*|\p{Lo}+)((['’]|-)\p{Ll}+)*"
BESIDE = r"[^\p{L}]"
"""What stands beside a phrase that is one of its own."""
LIGHT_LOWER = "[a-zß-öø-ÿ]+((['’]|-)[a-zß-öø-ÿ]+)*"
LIGHT_FIRST = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]*((['’]|-)[a-zß-öø-ÿ]+)*"
LIGHT_BESIDE = "[ ,;:().?'’–—-]"
"""All that free text has beside letters."""
FIRST_PERSON = rf"I({APOSTROPHE}(m|ve|ll|d))?"
GAP = r"[,;:]? \(?|\)[,;]? "
DASH = " [–—-] "
PAUSE = f"{GAP}|{DASH}"
STOP = r"\)?[.?]"
ENDS = (".", "?", "!", "…")

NUMBERS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
    *("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    *("hundreds?", "thousands?", "millions?", "billions?", "dozens?"),
)
KINDS_OF_DAY = "(?:business|working|work|calendar|consecutive|full|clear|bank|school|week)"
UNITS = (
    "(?:(?:milli)?second|sec|minute|min|hour|hr|(?:week)?day|night|week|fortnight|month|quarter"
    "|year|yr|decade)s?"
)
"""Quantities in words are facts too (`drafting.facts`), so free text has none."""


def make_grammar(
    slot: Slot, words: Words, *, leading_space: bool = False, light: bool = False
) -> str:
    """Return the Lark grammar of a slot's fillings.

    `leading_space` is for tokenizers whose first piece always carries one. A `light` one is for
    engines that keep llguidance's own limits, which the full one exceeds ("too many expressions").
    Facts are as safe under it; but its free text has the letters of Latin-1 alone, and may hold
    phrases to avoid. So what is written under it must be held against the full one.
    """
    answers = [_quote(words.keep)]
    if slot.deletable:
        answers.append(_quote(words.delete))
    lines: list[str] = []
    if slot.free:
        labels = " | ".join(_quote(words.of(label)) for label in slot.labels)
        answers.append(f'({labels}) ": " TEXT')
        lines = list(_text_lines(slot, light=light))
    space = "/ ?/ " if leading_space else ""
    return "\n".join(["start: FILLING", f"FILLING: {space}({' | '.join(answers)})", *lines])


def _text_lines(slot: Slot, *, light: bool) -> Iterator[str]:
    """Yield the terminals behind TEXT."""
    phrases = () if light else avoided_phrases()
    banned = "|".join([*phrases, *_quantities(slot)])
    lower, first = (LIGHT_LOWER, LIGHT_FIRST) if light else (LOWER, FIRST)
    beside = LIGHT_BESIDE if light else BESIDE
    word = "|".join([lower, FIRST_PERSON, *map(re.escape, sorted(slot.capitals))])
    yield f"TEXT: {_body(slot)}"
    yield f"BETWEEN: /{PAUSE}|{STOP} /"
    yield f"APART: /{GAP}|{STOP} /"
    yield f"STOP: /{STOP}/"
    # Not `.*`, which is any characters, while this is any bytes: with `.*` the engine can't see that
    # nothing may follow an avoided phrase, and searches for it until it gives up.
    yield "NONE: /a/ & /b/"
    yield "ANY: ~NONE"
    yield f"BANNED: (ANY /{beside}/)? /(?i:{banned})/ (/{beside}/ ANY)?"
    yield f"STEP: /({PAUSE})({word})|{STOP} {first}/"
    yield "WORDS: STEP*"
    yield "SEGMENT: WORDS & ~BANNED"
    yield "MORE: (STEP WORDS) & ~BANNED"
    yield f"HEAD: (/{first}/ WORDS) & ~BANNED"
    yield from (f"LITERAL{n}: {_quote(text)}" for n, text in enumerate(slot.literals))


def _body(slot: Slot) -> str:
    """Return the order of literals and free text."""
    if not slot.literals:
        return "HEAD STOP"
    held = "LITERAL0" + _own(slot, slot.literals[0])
    for n, (before, text) in enumerate(pairwise(slot.literals), 1):
        held += f" {_between(slot, before, text)} LITERAL{n}{_own(slot, text)}"
    return f"(HEAD BETWEEN)? {held} {_end(slot)}"


def _between(slot: Slot, before: str, after: str) -> str:
    """Return what may stand between two literals.

    A dash alone makes a span of two times or sums, so only the sentence's own may stand there.
    """
    dashed = f"{re.escape(before)}{DASH}{re.escape(after)}"
    return "SEGMENT BETWEEN" if re.search(dashed, slot.text) else "(MORE BETWEEN | APART)"


def _end(slot: Slot) -> str:
    """Return what follows the last literal.

    No full stop need stand after "5 p.m.", or after a link that ends its sentence bare.
    """
    last = slot.literals[-1]
    if last.endswith(ENDS):
        return "(MORE STOP)?"
    return "(SEGMENT STOP)?" if slot.text.endswith(last) else "SEGMENT STOP"


def _own(slot: Slot, literal: str) -> str:
    """Return the possessive that may follow a literal: "Mr Demir's form", "28 days' notice"."""
    if literal not in slot.owners:
        return ""
    return f" /{APOSTROPHE}?/" if literal.endswith("s") else f" /({APOSTROPHE}s)?/"


def _quantities(slot: Slot) -> Iterable[str]:
    """Return the quantities in words that free text may not hold.

    A small model writes "threeweeks" where "three" alone is banned, hence the glued unit.
    """
    numbers = "|".join(number for number in NUMBERS if number not in slot.spoken)
    return (
        f"(?:{numbers})(?:-?{UNITS})?",
        f"one(?:[ -]{KINDS_OF_DAY})?[ -]?{UNITS}",
    )


def _quote(text: str) -> str:
    """Return a Lark string literal.

    JSON leaves DEL and the C1 control characters as they are, which llguidance's reader refuses.
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f]", lambda control: f"\\u{ord(control.group()):04x}", quoted)
