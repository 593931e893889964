"""The grammars that servers get: light enough for llguidance's own limits, and as safe for facts."""

from functools import cache
from typing import Any

import llguidance
import llguidance.hf
import pytest

from drafting.draft import parse
from drafting.grammar import make_grammar
from drafting.prompt import load_templates
from drafting.slots import Slot, make_slots
from drafting.wording import find_avoided
from models.remote.checker import Checker
from tests.drafts import rows
from tests.tiny import bpe_tokenizer

WORDS = load_templates()["untrained"].words
LATE = "Invoice #48213 of $1,204.50 is overdue by Mr Demir."


def slot_of(sentence: str, place: str = "s1") -> Slot:
    return next(slot for slot in make_slots(parse(sentence)) if slot.id == place)


@cache
def tokens() -> Any:
    return llguidance.hf.from_tokenizer(bpe_tokenizer(), n_vocab=len(bpe_tokenizer()))


def fits(grammar: str, text: str, steps: int) -> bool:
    """Tell whether a text can be written with so many steps of the lexer for each token."""
    limits = llguidance.LLParserLimits(step_lexer_fuel=steps)
    matcher = llguidance.LLMatcher(tokens(), grammar, limits=limits, log_level=0)
    for token in bpe_tokenizer().encode(text, add_special_tokens=False):
        matcher.compute_bitmask()
        if matcher.is_error() or not matcher.consume_token(token):
            return False
    return True


TEXT = "plain: The invoice #48213 of $1,204.50 isn't paid yet, by Mr Demir."
STEPS = int(llguidance.LLParserLimits().step_lexer_fuel)


def test_the_full_grammar_is_too_much_for_a_server_and_the_light_one_is_not() -> None:
    slot = slot_of(LATE)
    assert not fits(make_grammar(slot, WORDS), TEXT, STEPS)
    assert fits(make_grammar(slot, WORDS, light=True), TEXT, STEPS // 8)


def test_what_people_wrote_is_written_under_light_grammars_within_the_limits() -> None:
    written = 0
    for row in rows()[::12]:
        for slot in make_slots(parse(row.draft())):
            grammar = make_grammar(slot, WORDS, light=True)
            assert fits(grammar, "keep", STEPS // 4)
            text = f"plain: {slot.text}"
            if slot.sentence and Checker(grammar).accepts(text):
                assert fits(grammar, text, STEPS // 4)
                written += 1
    assert written > 50


@pytest.mark.parametrize(
    "text",
    [
        "keep",
        TEXT,
        "trust: #48213 (that is $1,204.50) is open. I'm sure Mr Demir knows.",
        "next: Please look at #48213 – it's $1,204.50 – with Mr Demir's café.",
    ],
)
def test_both_let_the_same_through(text: str) -> None:
    slot = slot_of(LATE)
    assert Checker(make_grammar(slot, WORDS)).accepts(text)
    assert Checker(make_grammar(slot, WORDS, light=True)).accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "delete",
        "plain: The invoice isn't paid.",
        "plain: The invoice #48213 of $1,204.50 isn't paid yet by Mr Demir for three weeks.",
        "plain: The invoice #48213 of $1,204.50 isn't paid yet by Mr Demir for one week.",
        "plain: Seven invoices like #48213 of $1,204.50 are open for Mr Demir.",
        "plain: The invoice #482130 of $1,204.50 isn't paid yet, by Mr Demir.",
        "plain: The invoice of $1,204.50, #48213, isn't paid yet, by Mr Demir.",
        "plain: The invoice #48213 of $1,204.50 isn't paid yet, by Mr Demir!",
        "plain: The invoice #48213 of $1,204.50 isn't paid by Mr Demir, see x.example.",
        "care: The invoice #48213 of $1,204.50 isn't paid by Mr Demir. {{name}}.",
        "plain: The invoice #48213 of $1,204.50 isn't paid yet, by Mr Demir. 9.",
    ],
)
def test_the_light_one_keeps_facts_as_well(text: str) -> None:
    assert not Checker(make_grammar(slot_of(LATE), WORDS, light=True)).accepts(text)


def test_only_the_full_one_keeps_avoided_phrases_out() -> None:
    text = "plain: Per our policy, #48213 of $1,204.50 is open by Mr Demir."
    assert find_avoided(text)
    slot = slot_of(LATE)
    assert Checker(make_grammar(slot, WORDS, light=True)).accepts(text)
    assert not Checker(make_grammar(slot, WORDS)).accepts(text)


def test_only_the_full_one_takes_letters_beyond_latin_1() -> None:
    text = "plain: Please pay #48213 of $1,204.50 in złoty, with Mr Demir."
    slot = slot_of(LATE)
    assert not Checker(make_grammar(slot, WORDS, light=True)).accepts(text)
    assert Checker(make_grammar(slot, WORDS)).accepts(text)


def test_the_checker_knows_beginnings_from_whole_texts() -> None:
    checker = Checker(make_grammar(slot_of(LATE), WORDS))
    assert checker.begins("plain: The invoice #48213 of")
    assert not checker.accepts("plain: The invoice #48213 of")
    assert checker.begins("")
    assert not checker.accepts("")
    assert not checker.begins("no")
