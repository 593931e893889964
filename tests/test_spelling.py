"""Customers' spellings are put right, in their messages and in the words of the occasions."""

import re
from pathlib import Path

import pytest

from drafting.errors import PromptFileError
from drafting.phrases.occasions import Book, Occasion, Side
from drafting.phrases.spelling import load_spellings, spell
from drafting.situations import even_out

LATE = Occasion(
    id="late",
    when=("havent got | not received", "late | cancelled"),
    thing="parcel | order",
    texts=("Waiting for your {thing} is annoying.",),
    finds=("-",),
)


@pytest.mark.parametrize(
    ("message", "thing"),
    [
        ("I havnt got my parcle and it's late.", "parcel"),
        ("Not recieved, and now the order's cancled!", "order"),
        ("I haven't got it. My PARCEL'S late.", "parcel"),
        ("My parcel's late and I've not received a word.", "parcel"),
    ],
)
def test_an_occasion_is_found_however_it_is_spelt(message: str, thing: str) -> None:
    found = Book((LATE,)).find(even_out(message), Side.MESSAGE)
    assert [one.thing for one in found] == [thing]


def test_short_forms_that_are_no_nouns_stay_whole() -> None:
    it = LATE.model_copy(update={"thing": None, "when": ("it",), "texts": ("Fine.",)})
    assert not Book((it,)).find("it's late.", Side.MESSAGE)
    assert Book((it,)).find("it is late.", Side.MESSAGE)


def test_a_right_form_stays() -> None:
    assert all(spell(right) == right for right in load_spellings().values())
    assert spell("recieved") == "received"
    assert spell("parcle's") == "parcel's"
    assert spell("parcel") == "parcel"


@pytest.mark.parametrize("text", ["{a: b, c: b}", "{b: a, a: c}", "{a: B}"])
def test_a_form_that_leads_two_ways_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spellings.yaml"
    file.write_text(f"spellings: {text}\n", encoding="utf-8")
    with pytest.raises(PromptFileError, match=re.escape("spellings.yaml")):
        load_spellings(file)
