"""Faults planted by program into good rewrites, to measure which of them the checks find.

Each function takes the sentence and its good rewrite and yields broken rewrites. It shares no word list
with the checks, so that they are not measured against themselves.
"""

import random
import re
from collections.abc import Callable, Iterator

Plant = Callable[[str, str], Iterator[str]]

_OBJECT_AFTER = re.compile(
    r"\b(?:send|give|tell|ask|let|offer|charge|refund|help|show|get|bring|pay|owe|cost|thank|inform|notify"
    r"|contact|remind|for|to|with|from|by|of|on|at|about|want|meet|wish|sent|gave|told|charged|keep|need)\s+$",
    re.I,
)
_DUTY = re.compile(
    r"\b(?:must|have to|has to|need to|needs to|required?|shall|mandatory|obliged)\b", re.I
)
_CHOICE = re.compile(r"\b(?:may|might|can|could|possible|possibly)\b(?!not|['’]t)", re.I)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|once|when|as long as|provided|in case|except|without)\b", re.I
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|has|have|must|may|might|does|did|should)\b(?! ?n[o'’]t|n['’]t)"
)
_YOU_FORMS = {"'m": "'re", "'ve": "'ve", "'ll": "'ll", "'re": "'re", "'d": "'d", "": ""}
_WE_VERBS = {"am": "are", "was": "were"}
_OPPOSITES = (
    ("approve", "refuse"),
    ("accept", "refuse"),
    ("increase", "reduce"),
    ("available", "unavailable"),
    ("possible", "impossible"),
    ("valid", "invalid"),
    ("included", "excluded"),
    ("allowed", "forbidden"),
    ("open", "closed"),
    ("start", "end"),
    ("add", "remove"),
    ("before", "after"),
    ("refund", "charge"),
    ("cancel", "renew"),
    ("free", "chargeable"),
    ("complete", "incomplete"),
    ("successful", "unsuccessful"),
    ("covered", "excluded"),
    ("missing", "present"),
    ("correct", "wrong"),
    ("rise", "fall"),
    ("more", "less"),
    ("late", "early"),
    ("active", "inactive"),
    ("required", "optional"),
    ("final", "open"),
    ("temporary", "permanent"),
    ("received", "lost"),
    ("keep", "discard"),
    ("first", "last"),
)
PROMISES = (
    "We'll refund you in full.",
    "I'll call you back tomorrow.",
    "We will look into this for you.",
    "I've asked a manager to make an exception.",
    "We'll send you a replacement free of charge.",
    "You'll hear from us as soon as possible.",
    "We're working on a solution.",
    "As a gesture of goodwill, we have added a credit to your account.",
    "I'll make sure that it won't happen again.",
    "We will get back to you shortly.",
    "I am going to escalate your case.",
    "We'd be happy to offer you a discount.",
    "We can waive the fee this time.",
    "I promise to keep you updated.",
    "You will be compensated for this.",
)
REASONS = (
    "because our system was down",
    "because we are short of staff",
    "since your payment failed",
    "as the warehouse was closed",
    "due to a technical problem on our side",
    "because you signed too late",
)


def swap_person(before: str, after: str) -> Iterator[str]:
    """Make the customer do what we do, and the reverse."""
    for match in re.finditer(
        r"\b(I|[Ww]e)('m|'ve|'ll|'re|'d)?( am| was)?\b(?! ?(?:sorry|afraid))", after
    ):
        word = "You" if _starts(after, match.start()) else "you"
        verb = f" {_WE_VERBS[match[3].strip()]}" if match[3] else ""
        yield (
            after[: match.start()] + word + _YOU_FORMS[match[2] or ""] + verb + after[match.end() :]
        )
    for match in re.finditer(
        r"\b([Yy]ou)(?=(?:'ve|'ll|'re|'d)?"
        r"(?: (?:can|may|must|will|have|had|need|do|did|are|were|would|could|\w+ed)\b|'))",
        after,
    ):
        if not _OBJECT_AFTER.search(after[: match.start()]):
            word = "We" if _starts(after, match.start()) else "we"
            yield after[: match.start()] + word + after[match.end() :]


def drop_not(before: str, after: str) -> Iterator[str]:
    """Take one negating word out."""
    for match in re.finditer(
        r"\bcan['’]t\b|\bwon['’]t\b|n['’]t\b|\bcannot\b| not\b| no\b| never\b", after
    ):
        instead = {"can't": "can", "cannot": "can", "won't": "will"}.get(
            match[0].replace("’", "'"), ""
        )
        yield after[: match.start()] + instead + after[match.end() :]


def add_not(before: str, after: str) -> Iterator[str]:
    """Put one negating word in."""
    for match in _AUXILIARY.finditer(after):
        yield f"{after[: match.end()]} not{after[match.end() :]}"
    for match in re.finditer(r"\b[Pp]lease (?!do\b|don)(?=\w+ )", after):
        yield f"{after[: match.end()]}do not {after[match.end() :]}"


def drop_condition(before: str, after: str) -> Iterator[str]:
    """Leave a condition out that the sentence has."""
    if not _CONDITION.search(before):
        return
    for match in re.finditer(
        r"^(?:If|Unless|Until|Once|When|As long as|Without|In case) [^,]*, (?=\w)", after
    ):
        rest = after[match.end() :]
        yield rest[0].upper() + rest[1:]
    for match in re.finditer(
        r",? (?:if|unless|until|once|when|as long as|without|in case|except) [^,.]*(?=[.,]|$)",
        after,
    ):
        yield after[: match.start()] + after[match.end() :]


def must_to_may(before: str, after: str) -> Iterator[str]:
    """Make a duty a choice."""
    if not _DUTY.search(before):
        return
    for match in re.finditer(
        r"(?:'ll |\bwill )?\b(?:must|have to|has to|needs? to|(?:are|is) required to|shall)\b",
        after,
    ):
        for choice in ("may", "can"):
            yield (
                after[: match.start()]
                + choice.rjust(len(choice) + (match[0][0] == "'"))
                + after[match.end() :]
            )
    for match in re.finditer(r"\b(?:required|mandatory)\b(?! to)", after):
        yield after[: match.start()] + "optional" + after[match.end() :]


def may_to_will(before: str, after: str) -> Iterator[str]:
    """Make a possibility a certainty."""
    if not _CHOICE.search(before):
        return
    for match in re.finditer(r"\b(?:may|might|can|could)\b(?!not|['’]t)", after):
        for sure in ("will", "must"):
            yield after[: match.start()] + sure + after[match.end() :]


def turn_bound(before: str, after: str) -> Iterator[str]:
    """Put the wrong side of a time or an amount."""
    turned = {
        "within": "after",
        "before": "after",
        "until": "after",
        "by": "after",
        "at least": "at most",
        "at most": "at least",
        "up to": "at least",
        "after": "before",
        "from": "until",
    }
    for match in re.finditer(
        r"\b(within|before|until|by|at least|at most|up to|after|from)(?= (?:\S*\d|\{\{|%\{|\[\[|\$\{|<<))",
        after,
    ):
        if match[1] in before.lower():
            yield after[: match.start()] + turned[match[1]] + after[match.end() :]


def swap_opposite(before: str, after: str) -> Iterator[str]:
    """Put a word's opposite."""
    for one, other in _OPPOSITES:
        for word, instead in ((one, other), (other, one)):
            if match := re.search(rf"\b{word}\b", after):
                yield after[: match.start()] + instead + after[match.end() :]


def add_promise(before: str, after: str) -> Iterator[str]:
    """Add something that nobody has promised."""
    yield f"{after} {random.Random(after).choice(PROMISES)}"


def add_reason(before: str, after: str) -> Iterator[str]:
    """Add a reason that nobody has given."""
    if after.endswith("."):
        yield f"{after[:-1]} {random.Random(after).choice(REASONS)}."


KINDS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        swap_person,
        drop_not,
        add_not,
        drop_condition,
        must_to_may,
        may_to_will,
        turn_bound,
        swap_opposite,
        add_promise,
        add_reason,
    )
}


def _starts(text: str, at: int) -> bool:
    return at == 0 or text[:at].rstrip()[-1:] in ".?!:"
