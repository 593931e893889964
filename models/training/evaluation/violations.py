"""What must never be in a reply: a fact, decision, modality, promise or wording gone wrong.

Shares no word list with `drafting.verification`, so that the program is not measured by itself:
facts, decisions and promises are those of the training data's own checker, wording is both lists.
It is blunter than the program's checks: see the tests for how many planted faults it finds and how
seldom it finds one in a person's rewrite.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.candidate import Op
from drafting.facts import find_facts
from drafting.result import Change
from drafting.wording import find_avoided
from models.training.data.check import BANNED, HARD_NO, NEGATIVE, PROMISE, facts

KINDS = ("fact", "decision", "modality", "promise", "wording")
WHOLE = "reply"
"""Stands for the slot where a violation is one of the reply as a whole."""

_MUST = re.compile(
    r"\b(?:must(?! have)|ha(?:ve|s) to|needs? to|(?:is|are) required|requires?|shall|mandatory|obliged"
    r"|compulsory|needed|necessary)\b(?! not)(?<!not have to)(?<!not need to)(?<!n't have to)(?<!n't need to)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:please|must|have to|has to|need|needs|needed|required?|requires|could you|can you|would you"
    r"|ask(?:s|ed)?|necessary|only|can't|cannot|can’t|until|unless|if|once|before|without|will|'ll|’ll|so that"
    r"|steps?|due|by|within)\b",
    re.IGNORECASE,
)
"""Words with which a duty is still one, or still what the rest hangs on."""
_MAY = re.compile(
    r"\b(?:may|might|could|can|possibly|perhaps|optional|allowed)\b(?! ?not|['’]t)", re.IGNORECASE
)
_MAYBE = re.compile(r"\b(?:may|might|could|possibly|perhaps)\b(?! ?not|['’]t)", re.IGNORECASE)
_SURE = re.compile(r"\b(?:will|must|shall|ha(?:ve|s) to)\b|['’]ll\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:if|unless|until|till|once|when|whenever|as long as|provided|in case|except|excluding|without"
    r"|only|before|after|where|otherwise|or|subject to|depends?|any|no|while|every|each|still"
    r"|then|whose|who|with|within|from|for)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:(?<!as )if(?! (?:you|one|she|he)(?: had\b|['’]d\b| must\b| claim| reads\b))|unless|until|once"
    r"|as long as(?! (?:it takes|they take))|provided that|in case|except)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(within|before|until|by|at least|at most|up to|no later than|after|(?<!excluded )from|over|under|more than"
    r"|less than)\s+(?=(?:the\s+)?(\S*\d\S*|\{\{|%\{|\[\[|\$\{|<<))",
    re.IGNORECASE,
)
_LATE = frozenset({"after", "from", "at least", "over", "more than"})
_COMMITS = re.compile(
    r"\b(?:I|we)(?:['’]ll| will| am going to| are going to|['’](?:m|re) going to)"
    r"(?: (?:also|then|now|certainly|gladly|always|only))? (?!not\b|be\b|have\b|need\b)([a-z]+)",
    re.IGNORECASE,
)
_PLEDGES = re.compile(
    r"\b(?:(?:I|we) promise|make sure (?:that )?(?:it|this) (?:won|does)|get back to you|hear from us"
    r"|as soon as possible|make it up to you|in full|call you back|look(?:ing)? into (?:this|it) for you"
    r"|working on a solution|gesture|special case)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not(?! later than)|cannot|never|no(?! later than)|none|nobody|nothing|neither|nor)\b"
    r"|n['’]t\b|\b(?:unable|without)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:[cw](?:a|o)nt|(?:do|does|did|is|was|are|has|have)nt|w/o|cannot|fail\w*|miss\w*|lack\w*|negl\w*"
    r"|ban(?:ned|s)?|forb\w+|prohibit\w*|refus\w*|reject\w*|den(?:y|ies|ied|ial)|declin\w*|disclaim\w*"
    r"|exclu\w+|exempt\w*|un(?!der|it|til|less)\w+|in(?:valid|admissible|eligible|complete|correct|active|sufficient"
    r"|accurate|appropriate)|i[mr]\w+(?:ble|able)|ir\w+|dis\w+|late|old\w*|out\w*|over\w*|stop\w*|end\w*|gone|void"
    r"|closed?|wrong\w*|false|less|few|hard(?:ly)?|only|instead|already|final|null|barred|obsolete|abandon\w*"
    r"|cancel\w*|expir\w*|avoid|stay|refrain|non\w*|too|before|rather|waive\w*|negative\w*|just|if|must|exceed\w*"
    r"|lost|los[es]\w*|ignor\w*|absence|impossible|remain\w*|allowed|after|until|unless|however|but|withdr\w+|delay\w*|skip\w*)\b",
    re.IGNORECASE,
)
"""Words with which a sentence denies something, or says what can be put as a denial."""
_SOURCE_WORDS = re.compile(r"[a-z]+")
_FIGURES = {
    word: str(figure)
    for figure, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_SMALL = frozenset(("one", "two"))
"""Numbers that anyone may count for themselves: "you two", "one answer after another"."""
_STEM = 4
_FREE = frozenset("go help happ glad keep look read list let see".split())
"""What anyone may say that they will do: "I'll help", "we'll look at it once we have it"."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must not be: its kind, its slot and both texts."""

    kind: str
    slot: str
    what: str
    before: str = ""
    after: str = ""


def find_violations(
    draft: str, customer_message: str | None, reply: str, changes: Sequence[Change]
) -> list[Violation]:
    """Return all violations of a reply, change by change and as a whole; one a kind and change."""
    context = f"{customer_message or ''} {draft}"
    found = [
        Violation(kind, change.id, what, change.before, change.after)
        for change in changes
        for kind, what in dict(_look_at(change.op, change.before, change.after, context)).items()
    ]
    missing = Counter(fact.text.casefold() for fact in find_facts(draft))
    missing -= Counter({text: reply.casefold().count(text) for text in missing})
    return found + [Violation("fact", WHOLE, f"lost {text!r}") for text in missing]


def _look_at(op: Op, before: str, after: str, context: str) -> Iterator[tuple[str, str]]:
    """Yield the kind of each violation of a change, and what it is."""
    if what := next(_find_wrong_facts(op, before, after, context), None):
        yield "fact", what
    if what := next(find_promises(after, context), None):
        yield "promise", what
    if new := _find_wording(after) - _find_wording(before):
        yield "wording", f"says {sorted(new)[0]!r}"
    if op is Op.REWRITE:
        if what := next(find_turned_decision(before, after), None):
            yield "decision", what
        if what := next(find_turned_modality(before, after), None):
            yield "modality", what
    elif op is Op.DELETE and HARD_NO.search(before):
        yield "decision", "deletes a refusal"


def _find_wrong_facts(op: Op, before: str, after: str, context: str) -> Iterator[str]:
    if op is Op.REWRITE and facts(before) != facts(after):
        yield f"{facts(before)} became {facts(after)}"
    if op is Op.DELETE and facts(before):
        yield f"deletes {facts(before)}"
    at = 0
    for fact in find_facts(before):
        at = after.casefold().find(fact.text.casefold(), at)
        if at < 0 and op is Op.REWRITE:
            yield f"lost {fact.text!r}"
            break
        at += len(fact.text)
    known = context.casefold()
    for fact in find_facts(after):
        if fact.text.casefold() not in known and not _is_spoken(fact.text, known):
            yield f"made up {fact.text!r}"


def _is_spoken(fact: str, known: str) -> bool:
    """Whether a fact without figures is made of words of the mail, or says its figures in words."""
    if any(letter.isdigit() for letter in fact):
        return False
    words = re.findall(r"\w+", fact.casefold())
    around = set(re.findall(r"[^\W\d_]+|\d+", known))
    numbers = [word for word in words if word in _FIGURES]
    around |= _SMALL
    told = [word for word in numbers if word in around or _FIGURES[word] in around]
    return told == numbers if numbers else set(words) <= around


def find_turned_decision(before: str, after: str) -> Iterator[str]:
    """Yield how a rewrite turns what is refused or not."""
    if HARD_NO.search(before) and not NEGATIVE.search(after):
        yield "the refusal is lost"
    elif _NOT.search(before) and not (_NOT.search(after) or _DENIES.search(after)):
        yield "a denial is lost"
    if _NOT.search(after) and not any(it.search(before) for it in (_NOT, NEGATIVE, _DENIES)):
        yield "a denial is added"


def find_turned_modality(before: str, after: str) -> Iterator[str]:
    """Yield how a rewrite turns what must, may or will be, on what condition, and by when."""
    if _MUST.search(before) and not _ASKS.search(after) and _more(_MAY, after, before):
        yield "a duty became a choice"
    if _more(_MUST, before, after) and _more(_MAY, after, before):
        yield "a duty became a choice"
    if _more(_MAYBE, before, after) and _more(_SURE, after, before):
        yield "a possibility became a certainty"
    if _CONDITION.search(before) and not _LIMIT.search(after):
        yield "a condition is lost"
    old: dict[str, set[bool]] = {}
    for bound, fact in _BOUND.findall(before):
        old.setdefault(fact, set()).add(_is_late(bound))
    for bound, fact in _BOUND.findall(after):
        if fact in old and _is_late(bound) not in old[fact]:
            yield f"a bound became {bound.lower()!r}"


def _more(pattern: re.Pattern[str], one: str, other: str) -> bool:
    return len(pattern.findall(one)) > len(pattern.findall(other))


def _is_late(bound: str) -> bool:
    """Whether a bound leaves what comes after it, or more than it, and not what comes before."""
    return bound.lower() in _LATE


def find_promises(after: str, context: str) -> Iterator[str]:
    """Yield what a text offers or commits us to that the mail doesn't speak of."""
    known = context.lower()
    for match in PROMISE.finditer(after):
        if match[0][:6].lower() not in known:
            yield f"offers {match[0]!r}"
    stems = {word[:_STEM] for word in _SOURCE_WORDS.findall(known)}
    for match in _COMMITS.finditer(after):
        verb = match[1].lower()[:_STEM]
        if verb not in stems | _FREE:
            yield f"says {match[0]!r}"
    for match in _PLEDGES.finditer(after):
        if match[0].lower() not in known:
            yield f"says {match[0]!r}"


def _find_wording(text: str) -> set[str]:
    """Return the phrases of a text that nobody should write; a draft may have some of its own."""
    banned = {match.group(0).lower() for match in BANNED.finditer(text)}
    return banned | {found.text.lower() for found in find_avoided(text)}
