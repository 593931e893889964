"""What a slot's grammar lets through, tried with the real constraint engine and no model."""

import random
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.draft import parse
from drafting.facts import find_facts
from drafting.grammar import make_grammar
from drafting.prompt import load_templates
from drafting.slots import Place, Slot, make_slots
from drafting.wording import find_avoided, load_wording
from models.constraint import Constraint, Constraints
from tests.drafts import FACTS
from tests.tiny import bpe_tokenizer

WORDS = load_templates()["trained"].words


@cache
def constraints() -> Constraints:
    return Constraints(bpe_tokenizer(), len(bpe_tokenizer()))


@cache
def start(slot: Slot) -> Constraint:
    return constraints().compile(make_grammar(slot, WORDS))


def lets_through(slot: Slot, filling: str) -> bool:
    """Tell whether a filling can be written in a slot, token by token, and end there."""
    constraint = start(slot).copy()
    for token in bpe_tokenizer().encode(filling, add_special_tokens=False):
        if not constraint.permits(token):
            return False
        constraint.advance(token)
    return constraint.complete


def slot_of(sentence: str, place: str = "s1", message: str | None = None) -> Slot:
    return next(slot for slot in make_slots(parse(sentence), message) if slot.id == place)


LATE = "Invoice #48213 of $1,204.50 is overdue by Mr Demir."


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        (LATE, "The invoice #48213 of $1,204.50 isn't paid yet, by Mr Demir."),
        (LATE, "Please look at #48213, which is $1,204.50: it's Mr Demir's."),
        (LATE, "#48213 (that is $1,204.50) is open. I'm sure Mr Demir knows."),
        ("Nothing can be done.", "I'm not able to change this."),
        ("Nothing can be done.", "We can't – and I've asked – do that; it's final."),
        ("Nothing can be done.", "Could you tell us more?"),
        ("It needs 28 days' notice.", "We need 28 days' notice."),
        ("That is {{name}}'s parcel.", "This parcel is {{name}}’s."),
        ("It is at https://x.example/a", "You'll find it at https://x.example/a"),
        ("It is at https://x.example/a", "You'll find it at https://x.example/a."),
        ("Come at 5 p.m.", "Please come at 5 p.m."),
        ("Come at 5 p.m.", "At 5 p.m. we can see you."),
        ("Say \"yes\" to it.", 'Please say "yes" to it.'),
        ("Use C:\\temp\\new.txt now.", "Please use C:\\temp\\new.txt now."),
        ("Das kostet 5 € extra.", "Das kostet leider 5 € extra."),
        ("Ask Mr Demir – $5 is due.", "Please ask Mr Demir – $5 is due."),
        ("Come between 10:30 and 15:00.", "Please come from 10:30 – we close – to 15:00."),
    ],
)  # fmt: skip
def test_a_rewrite_with_all_facts_is_let_through(sentence: str, text: str) -> None:
    assert lets_through(slot_of(sentence), f"{WORDS.explanation}: {text}")


@pytest.mark.parametrize(
    ("sentence", "text", "fault"),
    [
        (LATE, "The invoice of $1,204.50 isn't paid by Mr Demir.", "lost fact"),
        (LATE, "The invoice isn't paid.", "all facts lost"),
        (LATE, "It's $1,204.50 for #48213 by Mr Demir.", "changed order"),
        (LATE, "The invoice #48213 of $1,204.50 and #48213 is Mr Demir.", "fact twice"),
        (LATE, "The invoice #48214 of $1,204.50 is open by Mr Demir.", "changed digit"),
        (LATE, "The invoice 48213 of $1,204.50 is open by Mr Demir.", "lost mark"),
        (LATE, "The invoice #48213 of $1,204.5 is open by Mr Demir.", "cut amount"),
        ("Come between 10:30 and 15:00.", "Please come 10:30 – 15:00.", "two times made a span"),
        (LATE, "The invoice#48213 of $1,204.50 is open by Mr Demir.", "glued before"),
        (LATE, "The invoice #48213of $1,204.50 is open by Mr Demir.", "glued behind"),
        (LATE, "The invoice #48213 of $1,204.50s is open by Mr Demir.", "glued letter"),
        (LATE, "The invoice #48213 of -$1,204.50 is open by Mr Demir.", "glued sign"),
        (LATE, "The invoice #48213 of $1,204.50's is open by Mr Demir.", "amount owns"),
        (LATE, "The invoice #48213 of $1,204.50 is open by Mr Demirs.", "changed name"),
        (LATE, "The invoice #48213 of $1,204.50 is open by Mr demir.", "small name"),
        (LATE, "The invoice #48213 of $1,204.50 is open by Ms Okafor, Mr Demir.", "new name"),
        ("It is at https://x.example/a.", "It is at https://x.example/a's.", "link grown"),
        ("It is at https://x.example/a.", "It is at https://x.example/a/b.", "link grown"),
        ("It is at https://x.example/a.", "It is at https://x.example/a?.b", "link grown"),
        ("That is {{name}}'s parcel.", "That is {{ name }}'s parcel.", "changed tag"),
        ("That is #{{id}} now.", "That is {{id}} now.", "torn tag"),
        ("It costs $4.99/month now.", "It costs $4.99 a month now.", "torn unit"),
        ("We wrote to **{{name}}** before.", "We wrote to {{name}} before.", "torn markup"),
        ("Nothing can be done.", "We can do it by 5.", "digit"),
        ("Nothing can be done.", "We can do it by ٣.", "digit of another script"),
        ("Nothing can be done.", "It is at https://y.example.", "link"),
        ("Nothing can be done.", "It is at www.y.example.", "link"),
        ("Nothing can be done.", "Write to a@y.example.", "mail"),
        ("Nothing can be done.", "It is $ more.", "amount"),
        ("Nothing can be done.", "Dear {{name}}, we can't.", "tag"),
        ("Nothing can be done.", "Dear [name], we can't.", "tag"),
        ("Nothing can be done.", "We asked Anna.", "name"),
        ("Nothing can be done.", "We asked the FBI.", "name"),
        ("Nothing can be done.", "Wait two days.", "number word"),
        ("Nothing can be done.", "Two days are needed.", "number word"),
        ("Nothing can be done.", "Wait twenty-one days.", "number word"),
        ("Nothing can be done.", "Wait threeweeks.", "number word"),
        ("Nothing can be done.", "Wait one week.", "number word"),
        ("Nothing can be done.", "Wait one business day.", "number word"),
        ("Nothing can be done.", "Stay one night.", "number word"),
        ("Nothing can be done.", "A dozen of them are left.", "number word"),
        ("Nothing can be done.", "Nothing can be done!", "exclamation mark"),
        ("Nothing can be done.", "It is «done».", "quote marks"),
        ("Nothing can be done.", 'It is "done".', "quote marks"),
        ("Nothing can be done.", "It is **done**.", "markup"),
        ("Nothing can be done.", "It is\ndone.", "line break"),
        ("Nothing can be done.", "It  is done.", "two spaces"),
        ("Nothing can be done.", "It is done", "no end"),
        ("Nothing can be done.", "it is done.", "small start"),
        ("Nothing can be done.", "It is done. ", "space at the end"),
        ("Nothing can be done.", "", "nothing"),
    ],
)
def test_what_breaks_the_promise_is_not(sentence: str, text: str, fault: str) -> None:
    assert not lets_through(slot_of(sentence), f"{WORDS.explanation}: {text}"), fault


@pytest.mark.parametrize("phrase", [p.example for p in load_wording().avoid][::7])
@pytest.mark.parametrize("change", [str, str.lower, str.capitalize])
def test_an_avoided_phrase_is_not_written_in_any_case(phrase: str, change: type[str]) -> None:
    (found, *_) = find_avoided(phrase)
    said = change(found.text)
    for text in (f"{said} is here.", f"As {said.lower()} is here.", f"This is {said.lower()}."):
        whole = text[0].upper() + text[1:]
        assert not lets_through(slot_of("Nothing can be done."), f"{WORDS.explanation}: {whole}")


@pytest.mark.parametrize("phrase", [p.example for p in load_wording().avoid])
def test_the_engine_can_tell_what_may_follow_an_avoided_phrase(phrase: str) -> None:
    """It looks for a way on from there, and once gave up on the length of the list."""
    constraint = start(slot_of("Nothing can be done.")).copy()
    said = find_avoided(phrase)[0].text.lower()
    filling = f"{WORDS.explanation}: Please see {said}"
    for token in bpe_tokenizer().encode(filling, add_special_tokens=False):
        if not constraint.allowed()[token]:
            return
        constraint.advance(token)
    assert not constraint.complete
    assert not any(constraint.permits(token) for token in bpe_tokenizer().encode(" .,;:?-'"))
    assert constraint.allowed().sum() < len(bpe_tokenizer())


def test_an_avoided_phrase_is_not_written_beside_a_fact() -> None:
    slot = slot_of("The fee is $5 for all.")
    assert lets_through(slot, f"{WORDS.explanation}: The fee is $5 for all.")
    assert not lets_through(slot, f"{WORDS.explanation}: Our policy is $5 for all.")
    assert not lets_through(slot, f"{WORDS.explanation}: The fee is $5 by company policy.")
    assert not lets_through(slot, f"{WORDS.explanation}: The fee is $5, per our policy, for all.")


@pytest.mark.parametrize(
    ("sentence", "filling", "allowed"),
    [
        ("Nothing can be done.", "keep", True),
        ("Nothing can be done.", "delete", True),
        ("The fee is $5.", "keep", True),
        ("The fee is $5.", "delete", False),
        ("Wait two days.", "delete", False),
        ("- The fee is due.", "delete", False),
        ("You must **not** do it.", "keep", True),
        ("You must **not** do it.", "delete", True),
        ("You must **not** do it.", "plain: Please don't do it.", False),
        ("Nothing can be done.", "", False),
        ("Nothing can be done.", "keep it", False),
        ("Nothing can be done.", "kind: It is done.", False),
        ("Nothing can be done.", "plain It is done.", False),
        ("Nothing can be done.", "plain:It is done.", False),
    ],
)
def test_a_filling_begins_with_a_word_of_the_template(
    sentence: str, filling: str, allowed: bool
) -> None:
    assert lets_through(slot_of(sentence), filling) is allowed


@pytest.mark.parametrize(
    ("place", "filling", "allowed"),
    [
        ("opening", "keep", True),
        ("opening", "delete", False),
        ("opening", "care: Waiting three weeks for Ann is hard.", True),
        ("opening", "care: Waiting Three weeks is hard.", False),
        ("opening", "care: Waiting four weeks is hard.", False),
        ("opening", "care: Waiting for Bob is hard.", False),
        ("opening", "next: Please wait.", False),
        ("closing", "next: Please just reply.", True),
        ("closing", "next: Please wait three weeks.", False),
        ("closing", "care: It is hard.", False),
        ("s1", "plain: It took three weeks.", False),
    ],
)
def test_opening_and_closing_have_labels_and_words_of_their_own(
    place: str, filling: str, allowed: bool
) -> None:
    slot = slot_of("Nothing can be done.", place, "I told Ann Smith of the three weeks.")
    assert lets_through(slot, filling) is allowed


def test_a_tokenizer_that_puts_a_space_first_may_do_so() -> None:
    grammar = make_grammar(slot_of("The fee is $5."), WORDS, leading_space=True)
    for filling in (" keep", "keep", " plain: It is $5."):
        constraint = constraints().compile(grammar)
        for token in bpe_tokenizer().encode(filling, add_special_tokens=False):
            constraint.advance(token)
        assert constraint.complete


def holds_in_order(literals: Sequence[str], text: str) -> bool:
    """Tell whether the literals stand in order in a text, each apart from other letters."""
    at = 0
    for literal in literals:
        found = re.compile(rf"(?<![^\s(]){re.escape(literal)}(?=(?:['’]s?)?(?:[ ).,;:?]|$))")
        match = found.search(text, at)
        if match is None:
            return False
        at = match.end()
    return True


def check_promise(slot: Slot, filling: str) -> None:
    text = filling.partition(": ")[2]
    assert holds_in_order(slot.literals, text)
    outside = text
    for literal in slot.literals:
        outside = outside.replace(literal, "\n", 1)
    assert not any(c.isdigit() or c in '@#$€£%{}[]<>"!' for c in outside)
    assert not any(find_avoided(part) for part in outside.split("\n"))
    assert len(find_facts(text)) >= len(slot.literals)


FEW = settings(max_examples=40, deadline=None)
FACT = st.sampled_from(FACTS)
GLUE = st.sampled_from(
    ["", " ", ", ", ". ", "-", "'s ", "/", " and ", " two ", ": ", "(", ") ", "!"]
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    shape = draw(st.sampled_from(["We hold {}.", "Pay {} or {} by now.", "{}: see {}, {}"]))
    while "{}" in shape:
        shape = shape.replace("{}", draw(FACT).replace("{}", ""), 1)
    return shape


def sentence_slots(text: str) -> list[Slot]:
    return [slot for slot in make_slots(parse(text)) if slot.place is Place.SENTENCE]


@FEW
@given(sentences(), st.data())
def test_whatever_is_put_together_and_let_through_keeps_the_promise(
    text: str, data: st.DataObject
) -> None:
    for slot in sentence_slots(text):
        pieces = st.sampled_from([*slot.literals, *slot.literals, "the fee", "please", "I", "Our"])
        drawn = data.draw(st.lists(st.tuples(pieces, GLUE), min_size=1, max_size=7))
        filling = f"{WORDS.explanation}: We see " + "".join(a + b for a, b in drawn) + "so."
        if lets_through(slot, filling):
            check_promise(slot, filling)


@FEW
@given(sentences(), st.integers(0, 1000))
def test_wherever_a_random_walk_leads_it_keeps_the_promise(text: str, seed: int) -> None:
    for slot in sentence_slots(text):
        filling = walk(slot, random.Random(seed))
        if filling and ": " in filling:
            check_promise(slot, filling)


def walk(slot: Slot, chance: random.Random, longest: int = 200) -> str | None:
    """Write a filling by choosing any token that is allowed; None where it does not end in time."""
    constraint = start(slot).copy()
    written: list[int] = []
    for token in bpe_tokenizer().encode(f"{WORDS.explanation}: ", add_special_tokens=False):
        if not constraint.permits(token):
            return None
        constraint.advance(token)
    while len(written) < longest:
        if constraint.complete and (constraint.closed or chance.random() < 0.5):
            return f"{WORDS.explanation}: {constraints().read(written)}"
        choices = [int(token) for token in np.flatnonzero(constraint.allowed())]
        choices = [token for token in choices if token != bpe_tokenizer().eos_token_id]
        if not choices:
            return None
        token = favourite(choices, chance)
        constraint.advance(token)
        written.append(token)
    return None


def favourite(tokens: Sequence[int], chance: random.Random) -> int:
    """Choose a token; mostly of ASCII, and half of the time no letter, so that words end."""
    texts = {token: constraints().read([token]) for token in tokens}
    plain = [token for token, text in texts.items() if text.isascii()]
    rare = [token for token in plain if not texts[token].isalpha()]
    if rare and chance.random() < 0.5:
        return chance.choice(rare)
    return chance.choice(plain if plain and chance.random() < 0.95 else list(tokens))


def test_random_walks_get_somewhere() -> None:
    slot = slot_of("Pay $5 now.")
    walked = [walk(slot, random.Random(seed)) for seed in range(20)]
    assert sum(bool(filling and "$5" in filling) for filling in walked) > 3


@FEW
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_draft_makes_a_grammar_that_is_refused(text: str, message: str) -> None:
    """Quotes, backslashes, control characters and other scripts land in the grammar's literals."""
    for slot in make_slots(parse(f"See {text} or {{{{{text}}}}} and `{text}` 5."), message):
        assert lets_through(slot, WORDS.keep)
