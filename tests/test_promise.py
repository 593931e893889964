"""The promise of the product, with random weights: no model can lose or invent a fact.

Models of both families with random weights fill the slots of made and of real drafts. What they
write is nonsense, and yet every fact of every sentence stands in order, no fact is new, no avoided
phrase was written and every span is right. First on the raw fillings, which nothing but the grammar
holds back, then on whole results.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.draft import parse
from drafting.engine import Ask
from drafting.errors import EmptyDraftError
from drafting.facts import FactKind, find_facts
from drafting.labels import Label
from drafting.reading import Reading, read_draft
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from drafting.slots import Slot
from drafting.verification import Context, verify_candidate
from drafting.wording import find_avoided
from tests.drafts import any_drafts, made_drafts, real_drafts, rows
from tests.tiny import random_engine

FAMILIES = ("causal", "seq2seq", "babbling")
WRITTEN = {"causal": 50, "seq2seq": 5, "babbling": 50}
"""Texts that each must write at least; the random T5 seldom finds an end."""
FEW = settings(max_examples=4, deadline=None, derandomize=True)
"""Each example is a handful of drafts: some thirty made ones for each family and test in all."""


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Let torch use one thread: for such small products, two wait for each other most of the time."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def fill(
    family: str, drafts: Sequence[str], seed: int = 0, candidates: int = 2
) -> list[tuple[Reading, Slot, Candidate]]:
    """Return every filling that a random model wrote for the drafts' slots."""
    readings = [reading for text in drafts if (reading := read_draft(text)).slots]
    asks = [Ask(reading.mail, reading.slots, candidates, seed) for reading in readings]
    fillings = random_engine(family).fill(asks)
    return [
        (reading, slot, filled.candidate)
        for reading, found in zip(readings, fillings, strict=True)
        for slot in reading.slots
        for filled in found[slot.id]
    ]


def check_filling(slot: Slot, candidate: Candidate) -> None:
    """Hold one raw filling against the grammar's promise."""
    if candidate.op is Op.DELETE:
        assert not slot.facts
    if candidate.text is None:
        return
    at = 0
    for fact in slot.facts:
        at = candidate.text.index(fact.text, at) + len(fact.text)
    assert new_facts(slot, candidate.text) == []
    outside = candidate.text
    for literal in slot.literals:
        outside = outside.replace(literal, "\n", 1)
    assert not any(find_avoided(part) for part in outside.split("\n"))
    assert not any(character.isdigit() or character in '@#$€£%{}[]<>"!' for character in outside)


def new_facts(slot: Slot, text: str) -> list[str]:
    """Return the facts of a filling that its sentence doesn't have."""
    known = " ".join(slot.literals)
    return [
        fact.text
        for fact in find_facts(text)
        if fact.text not in known
        # A capital may start a sentence in free text, and a word that the mail has may stand in it.
        and not (fact.kind is FactKind.NAME and is_said(fact.text, slot))
        # Two possessives can look like quote marks; free text has no others.
        and not (fact.kind is FactKind.QUOTE and fact.text[0] in "'’")
        # The last item of a menu path seems to go on with the word behind it.
        and not (" > " in fact.text and fact.text.startswith(slot.literals))
    ]


def is_said(name: str, slot: Slot) -> bool:
    """Tell whether what looks like a name is a sentence's start and words that the mail has."""
    words = name.split()
    return all(
        before[-1] in ".?)" or word in slot.capitals or word in slot.text
        for before, word in pairwise(words)
    )


@pytest.mark.parametrize("family", FAMILIES)
@FEW
@given(drafts=st.lists(made_drafts(), min_size=8, max_size=8), seed=st.integers(0, 99))
def test_grammar_alone_keeps_every_fact(family: str, drafts: list[str], seed: int) -> None:
    for _, slot, candidate in fill(family, drafts, seed):
        check_filling(slot, candidate)


@pytest.mark.parametrize("family", FAMILIES)
def test_grammar_alone_keeps_every_fact_of_real_drafts(family: str) -> None:
    drafts = real_drafts() or tuple(row.draft() for row in rows()[::20])
    written = [
        filling
        for start in range(0, len(drafts), 10)
        for filling in fill(family, drafts[start : start + 10], candidates=2)
    ]
    for _, slot, candidate in written:
        check_filling(slot, candidate)
    texts = [c for _, _, c in written if c.text]
    assert len(texts) > WRITTEN[family], "too little was written for this to mean anything"


def test_the_babbling_one_does_rewrite_sentences_with_facts() -> None:
    written = fill("babbling", [row.draft() for row in rows()[::17]], seed=5)
    for _, slot, candidate in written:
        check_filling(slot, candidate)
    assert sum(bool(slot.facts) for _, slot, c in written if c.text) > 50


@pytest.mark.parametrize("sentence", ["Come between 10:30 and 15:00.", "Row 30 opens at 15:00."])
def test_facts_that_a_dash_joins_are_refused(sentence: str) -> None:
    reading = read_draft(f"Hi Ann,\n\n{sentence}")
    (slot,) = [slot for slot in reading.slots if slot.sentence]
    first, second = (fact.text for fact in slot.facts)
    joined = Candidate(Op.REWRITE, Label.EXPLANATION, f"Please come {first} - {second}.")
    context = Context(slot.text, reading.body, None, slot.facts)
    codes = {failure.code for failure in verify_candidate(joined, context)}
    assert any(code.startswith("fact") for code in codes), codes


def check_result(text: str, result: Result) -> None:
    """Hold a whole result against the promise."""
    reading = read_draft(text)
    for change in result.changes:
        assert text[slice(*change.draft_span)] == change.before
        assert result.reply[slice(*change.reply_span)] == change.after
        assert "".join(run for mark, run in change.words if mark != "+") == change.before
        assert "".join(run for mark, run in change.words if mark != "-") == change.after
    for fact in result.facts:
        assert text[slice(*fact.draft_span)] == fact.text
        assert result.reply[slice(*fact.reply_span)] == fact.text
    kept = [fact.text for slot in reading.slots for fact in slot.facts]
    placed = [fact.text for fact in result.facts]
    assert all(placed.count(fact) >= kept.count(fact) for fact in kept)
    starts = [fact.reply_span[0] for fact in result.facts]
    assert starts == sorted(starts)
    for finding in result.findings.draft:
        assert text[slice(*finding.span)] == finding.text
    for finding in result.findings.reply:
        assert result.reply[slice(*finding.span)] == finding.text


@pytest.mark.parametrize("family", FAMILIES)
@FEW
@given(drafts=st.lists(any_drafts(), min_size=8, max_size=8), seed=st.integers(0, 99))
def test_results_keep_every_fact_and_every_span_is_right(
    family: str, drafts: list[str], seed: int
) -> None:
    rewriter = Rewriter(random_engine(family))
    asked = [text for text in drafts if parse(text).sentences]
    results = rewriter.rewrite([Request(text, candidates=2, seed=seed) for text in asked])
    for text, result in zip(asked, results, strict=True):
        check_result(text, result)


@pytest.mark.parametrize("family", FAMILIES)
def test_results_of_real_drafts(family: str) -> None:
    drafts = real_drafts() or tuple(row.draft() for row in rows()[::20])
    rewriter = Rewriter(random_engine(family))
    results = [
        result
        for start in range(0, len(drafts), 10)
        for result in rewriter.rewrite(
            [Request(text, candidates=1) for text in drafts[start : start + 10]]
        )
    ]
    for text, result in zip(drafts, results, strict=True):
        check_result(text, result)
    assert sum(len(result.changes) for result in results) > 50


def test_same_seed_same_fillings_and_another_seed_others() -> None:
    drafts = [row.draft() for row in rows()[:5]]
    first = [c for *_, c in fill("causal", drafts, 1)]
    assert [c for *_, c in fill("causal", drafts, 1)] == first
    assert [c for *_, c in fill("causal", drafts, 2)] != first


def test_nothing_but_white_space_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EmptyDraftError, match="Please write one"):
        Rewriter(random_engine("causal")).rewrite([Request("  \n\n ")])
