"""What holds for the facts of any text, however hostile."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.facts import FactKind, find_atoms, find_facts, find_names
from tests.test_facts import CASES

LONG = 20_000
FRAGMENTS = st.sampled_from(
    [text for _, text in CASES]
    + [
        "{{",
        "}}",
        "{%",
        "%}",
        '"',
        "'",
        "“",
        "[",
        "](",
        "(",
        " ",
        "\n",
        ". ",
        "Ab ",
        "THE ",
        "\ufffc",
    ]
)
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="{}[]()<>%$#@*|\"'`“”.,:/-_ \n\ufffc0123456789aAé😀שم", max_size=120),
    st.lists(FRAGMENTS, max_size=12).map("".join),
)


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_facts_ascend_never_overlap_and_quote_the_text(text: str) -> None:
    position = 0
    for fact in find_facts(text, find_names(text)):
        start, end = fact.span
        assert position <= start < end
        assert text[start:end] == fact.text
        position = end


@given(ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_every_digit_belongs_to_a_fact(text: str) -> None:
    inside = {index for fact in find_facts(text) for index in range(*fact.span)}

    assert [
        char for index, char in enumerate(text) if char.isdecimal() and index not in inside
    ] == []


@given(ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_names_only_add(text: str) -> None:
    plain = find_facts(text)
    named = find_facts(text, find_names(text))

    assert find_facts(text) == plain
    for fact in plain:
        assert any(
            other.span[0] <= fact.span[0] and fact.span[1] <= other.span[1] for other in named
        )


@given(ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_atoms_ascend_and_cut_no_fact(text: str) -> None:
    atoms = find_atoms(text)

    assert all(first[1] <= second[0] for first, second in pairwise(atoms))
    for fact in find_facts(text):
        for start, end in atoms:
            assert end <= fact.span[0] or fact.span[1] <= start or start <= fact.span[0]
            assert end <= fact.span[0] or fact.span[1] <= start or fact.span[1] <= end


@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_finds_each_of_many_facts(cases: list[tuple[FactKind, str]]) -> None:
    text = "".join(f"we wrote about {fact} here; " for _, fact in cases)

    assert [(fact.kind, fact.text) for fact in find_facts(text)] == cases


SINGLE = "{[(<%#*_\"'“`😀ש\ufffc"
PAIRS = "{{ {% [[ *| {{' {{\" a' a. a@ @a ]( [a]( a_"


@pytest.mark.parametrize("unit", [*SINGLE, *PAIRS.split(), "Aa > ", "A of the "])
def test_long_runs_of_openers_end_before_the_next_fact(unit: str) -> None:
    text = unit * (LONG // len(unit)) + " at 15:30"

    facts = find_facts(text)

    assert facts[-1].text == "15:30"
    assert all(text[slice(*fact.span)] == fact.text for fact in facts)


@pytest.mark.parametrize("unit", ["7", "1,", "1.", "0 ", "+1 ", "0800 ", "1' ", "9:"])
def test_long_runs_of_digits_are_facts(unit: str) -> None:
    text = unit * (LONG // len(unit))

    covered = sum(fact.span[1] - fact.span[0] for fact in find_facts(text))

    assert covered >= sum(map(str.isdigit, text))


class TestAtoms:
    def test_a_block_within_a_paragraph_is_one(self) -> None:
        text = "{% if a %}It is open. Come in.{% else %}It is shut. Wait.{% endif %} Bye."

        assert find_atoms(text) == ((0, text.index(" Bye.")),)

    def test_handlebars_blocks_and_nesting(self) -> None:
        text = "{{#if a}}Yes. {{#each b}}No.{{/each}}{{/if}} Bye."

        assert find_atoms(text) == ((0, text.index(" Bye.")),)

    def test_a_block_over_paragraphs_is_only_its_tags(self) -> None:
        text = "{% if a %}It is open.\n\nCome in.{% endif %}"

        assert [text[slice(*span)] for span in find_atoms(text)] == ["{% if a %}", "{% endif %}"]

    def test_an_unclosed_block_is_only_its_tag(self) -> None:
        text = "{% if a %}It is open. Come in."

        assert [text[slice(*span)] for span in find_atoms(text)] == ["{% if a %}"]

    @pytest.mark.parametrize(
        "atom",
        [
            "$1,204.50",
            "8:30 a.m.",
            "x.example.com/a.b?c",
            "a.b@c.example",
            "`a. b`",
            "v4.2.1",
            "“Sign in. Wait.”",
            "Mr. Hale",
            "14.03.2026",
            "No. 5",
            "[a. b](https://x.example)",
        ],
    )
    def test_holds_what_carries_a_full_stop(self, atom: str) -> None:
        text = f"we wrote about {atom} here. Wait."

        assert find_atoms(text) == ((15, 15 + len(atom)),)

    def test_plain_names_and_sentence_ends_are_free(self) -> None:
        assert find_atoms("It is at Harbour Street. Come in two days. Bye.") == ()
