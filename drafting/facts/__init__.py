"""The facts of a text: what a rewrite must keep, character for character and in order.

Tags, links, amounts, dates, numbers, codes, quotes and names, found by shape. Does not know what
is true, which facts matter, or any language but English (a fact in a French draft is found where
its shape is the same).
"""

from collections.abc import Callable, Iterable, Iterator

from drafting.facts import amounts, code, dates, links, menus, quotes, references, tags
from drafting.facts.fact import Fact, FactKind, Mark, Span, absorb, mask
from drafting.facts.names import collect_names, find_capitals

__all__ = ["Fact", "FactKind", "Span", "find_atoms", "find_facts", "find_names", "join_spans"]

# From the strongest structure to the weakest. Each sees the text with the facts before it masked.
_DETECTORS: tuple[Callable[[str], Iterator[Mark]], ...] = (
    tags.find_tags,
    code.find_code_spans,
    links.find_links,
    links.find_mails,
    links.find_handles,
    code.find_identifiers,
    menus.find_menus,
    quotes.find_quotes,
    dates.find_numeric_dates,
    dates.find_times,
    dates.find_written_dates,
    amounts.find_money,
    amounts.find_percentages,
    references.find_phones,
    references.find_led_phones,
    references.find_named_references,
    amounts.find_quantities,
    references.find_references,
    dates.find_bare_dates,
    dates.find_led_dates,
    amounts.find_numbers,
    amounts.find_number_words,
)
_WHOLE_WORDS = frozenset({FactKind.NAME, FactKind.NUMBER_WORD})


def find_facts(text: str, names: frozenset[str] = frozenset()) -> tuple[Fact, ...]:
    """Find the facts of a text, in order and free of overlaps.

    `names` are words that count as names even where a sentence starts, from `find_names`.
    """
    marks, masked = _find_marks(text)
    return tuple(
        Fact(mark.kind, text[mark.start : mark.end], (mark.start, mark.end))
        for mark in absorb(marks, find_capitals(masked, names))
    )


def find_names(text: str) -> frozenset[str]:
    """Collect the single words that are certainly names, given the whole text.

    Meant for `find_facts(sentence, names)`: a name that starts one sentence stands inside another.
    """
    return collect_names(_find_marks(text)[1])


def find_atoms(text: str) -> tuple[Span, ...]:
    """Find the spans that no sentence ends inside of, in order and free of overlaps.

    These are the facts that hold punctuation, and whole blocks of merge tags.
    """
    facts = find_facts(text)
    spans = [fact.span for fact in facts if fact.kind not in _WHOLE_WORDS or "." in fact.text]
    return join_spans([*spans, *tags.find_blocks(text)])


def _find_marks(text: str) -> tuple[list[Mark], str]:
    """Return the marks of all facts but names, and the text with these masked."""
    marks: list[Mark] = []
    masked = text
    for find in _DETECTORS:
        if found := list(find(masked)):
            marks = absorb(marks, found)
            masked = mask(masked, found)
    return marks, masked


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
