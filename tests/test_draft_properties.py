"""What holds for any text: nothing is lost, nothing overlaps, nothing raises."""

import re
from itertools import chain, pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.draft import Draft, parse
from drafting.draft.layout import lay_out
from drafting.draft.quotation import read_customer_message
from drafting.draft.sentences import split_sentences
from drafting.facts import Span

PIECES = [
    "Hi Anna,",
    "We can't do it.",
    "no refund for that",
    "Refund denied",
    "See {{a.b}}.You must",
    "- item one",
    "1. item. two",
    "> quoted. Text",
    ">> older",
    "# Heading",
    "What now",
    "```",
    "| a | b |",
    "---",
    "-- ",
    "________________________________",
    "{% if x %}",
    "{{name}}",
    "On Tue, 3 Mar 2026 at 10:12, Ann <a@b.example> wrote:",
    "From: Ann",
    "Sent: Tuesday",
    "To: us",
    "-----Original Message-----",
    "Kind regards,",
    "Sam",
    "Thanks! 😊",
    'at 4 p.m. No. 5 e.g. this... (a. B) "c. D"',
    "שלום. مرحبا؟",
    "\u00a0\t",
    "a" * 70,
]
BREAKS = ["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", " ", "", "\n\t", "\u2028", "\x0b"]
MAILS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BREAKS)), max_size=14).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
JUNK = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n\r\t.,:;!?-*>#|_{}[]()<>%$@\"'“”aAé1😀\u200b\ufeff"), st.characters()
    ),
    max_size=120,
)
TEXTS = st.one_of(MAILS, JUNK)


def list_spans(draft: Draft) -> list[Span]:
    inner = [sentence.span for sentence in draft.sentences]
    parts = [draft.greeting, *inner, draft.sign_off, draft.history]
    return [span for span in parts if span is not None]


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_parts_are_in_order_and_never_overlap(text: str) -> None:
    spans = list_spans(parse(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(above[1] <= below[0] for above, below in pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_sentences_are_the_text_at_their_spans(text: str) -> None:
    draft = parse(text)
    for place, sentence in enumerate(draft.sentences, 1):
        assert sentence.index == place
        assert sentence.text == text[slice(*sentence.span)]
        assert sentence.text == sentence.text.strip() != ""
        assert any(char.isalnum() or char == "_" for char in sentence.text)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_sentences_and_gaps_give_the_text_back(text: str) -> None:
    draft = parse(text)
    end, parts = 0, []
    for sentence in draft.sentences:
        parts += [text[end : sentence.span[0]], sentence.text]
        end = sentence.span[1]
    assert "".join([*parts, text[end:]]) == draft.text == text


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_paragraphs_count_up_without_holes(text: str) -> None:
    numbers = [sentence.paragraph for sentence in parse(text).sentences]
    assert numbers[:1] in ([], [0])
    assert all(below - above in (0, 1) for above, below in pairwise(numbers))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_parsing_is_repeatable_and_the_message_never_raises(text: str) -> None:
    draft = parse(text)
    assert parse(text) == draft
    message = draft.customer_message
    assert message is None or message.strip() == message != ""
    assert draft.newline in ("\n", "\r\n")


JUNK_PIECES = (
    [
        ".",
        "!?",
        "a",
        "_",
        "(",
        '"a',
        "1. ",
        "e.g. ",
        "P.S. ",
        "Dear ",
        "Hi A. ",
        "{{a}} ",
        "😀 ",
        "\n",
    ],
    ["> a\n", "> a\nb\n", "On 3 Mar 10:12\n", "From: a\n", "Kind regards,\n", "Sam\n\n", "- a\n"],
    ["a|b|c\n", "```\n", "Heading\n\n", "\n \n", "{% if x %}\na. B\n{% endif %}\n"],
)


def measure_seconds(text: str) -> float:
    """Processor time of what this package does itself: finding atoms has its own tests.

    The shortest of three runs: on a busy machine one alone may take many times as long.
    """
    atoms = [found.span() for found in re.finditer(r"\d+", text)]
    times = []
    for _ in range(3):
        start = process_time()
        for flow in lay_out(text, atoms).flows:
            split_sentences(text, flow.span, atoms)
        read_customer_message(text, None)
        times.append(process_time() - start)
    return min(times)


@pytest.mark.parametrize("piece", [*chain.from_iterable(JUNK_PIECES), "A. "])
def test_junk_takes_time_in_proportion_to_its_length(piece: str) -> None:
    """Four times the length takes sixteen times the time where it grows with the square."""
    short = measure_seconds("Hi " + piece * (5_000 // len(piece)))
    long = measure_seconds("Hi " + piece * (20_000 // len(piece)))
    assert long < 9 * short + 0.1


def test_twenty_kilobytes_of_everything_are_parsed() -> None:
    text = "\r\n".join([*PIECES, *chain.from_iterable(JUNK_PIECES)]) * 30
    assert len(text) > 20_000
    assert parse(text).text == text
