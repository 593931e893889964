"""Openings by occasion: each entry is found where its words stand together, and nowhere else."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op
from drafting.draft import parse
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.phrases import fit_openings
from drafting.phrases.occasions import (
    OPENINGS,
    THING,
    Book,
    Occasion,
    Side,
    find_occasions,
    load_occasions,
    open_occasions,
)
from drafting.rewriter import Request, Rewriter
from drafting.situations import even_out, read
from drafting.verification import Context, verify_candidate
from drafting.wording import find_avoided
from tests.scripted import ScriptedEngine

BOOK = load_occasions()
occasions = pytest.mark.parametrize("occasion", BOOK.occasions, ids=lambda occasion: occasion.id)
REFUSAL = "We can't do that."


def write(folder: Path, text: str) -> Path:
    (folder / "some.yaml").write_text(text, encoding="utf-8")
    return folder


@occasions
def test_an_occasion_is_found_in_its_examples_alone(occasion: Occasion) -> None:
    alone = Book((occasion,))
    for example in occasion.finds:
        assert alone.find(even_out(example), occasion.side), example
    for example in occasion.leaves:
        assert not alone.find(even_out(example), occasion.side), example


@occasions
def test_what_is_said_passes_the_checks_of_any_opening(occasion: Occasion) -> None:
    example = occasion.finds[0]
    is_draft = occasion.side is Side.DRAFT
    context = Context(None, example if is_draft else REFUSAL, None if is_draft else example)
    things = occasion.thing.split("|") if occasion.thing else [""]
    for text in occasion.texts:
        for thing in things:
            filled = text.replace(THING, thing.strip())
            candidate = Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, filled)
            failed = {failure.code for failure in verify_candidate(candidate, context)}
            assert failed <= {"situation_unknown", "unknown_word"}, filled
            assert not find_avoided(filled), filled


@occasions
def test_what_is_said_is_plain_and_owns_nothing_up(occasion: Occasion) -> None:
    for text in occasion.texts:
        assert text[0].isupper()
        assert not re.search(
            r"\b(?:sorry|apolog\w+|unfortunately|inconvenience|policy)\b", text, re.I
        )


def test_the_example_of_the_readme_works(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (OPENINGS / "README.md").read_text("utf-8"), re.S)
    (occasion,) = load_occasions(write(tmp_path, example.replace("    side: draft", "#"))).occasions
    alone = Book((occasion,))
    assert all(alone.find(even_out(text), Side.MESSAGE) for text in occasion.finds)
    assert not any(alone.find(even_out(text), Side.MESSAGE) for text in occasion.leaves)


def test_there_are_many_and_no_two_say_the_same() -> None:
    texts = [text for occasion in BOOK.occasions for text in occasion.texts]
    assert len(texts) > 3_000
    assert len(set(texts)) == len(texts)


def test_all_groups_must_stand_in_one_sentence_or_in_two_that_follow_each_other() -> None:
    occasion = Occasion(
        id="charged",
        when=("charge* | took the money", "cancel*"),
        texts=("That is annoying.",),
        finds=("-",),
    )
    book = Book((occasion,))
    for text, apart in (
        ("I cancelled and you charged me.", 0),
        ("I cancelled. You took the money.", 1),
        ("Hello. I cancelled in May. You charged me again. Bye.", 1),
    ):
        (found,) = book.find(even_out(text), Side.MESSAGE)
        assert found.apart == apart
    for text in (
        "I cancelled. That was in May. You charged me.",
        "I cancelled and you took, the money.",
        "You charged me.",
        "",
    ):
        assert not book.find(even_out(text), Side.MESSAGE)
    assert not book.find(even_out("I cancelled and you charged me."), Side.DRAFT)


def test_the_thing_is_said_as_the_customer_names_it() -> None:
    occasion = Occasion(
        id="late",
        when=("late",),
        thing="sofa bed | sofa | parcel",
        texts=("Waiting for your {thing} is annoying.",),
        finds=("-",),
    )
    (found,) = Book((occasion,)).find(even_out("My SOFA BED is late!"), Side.MESSAGE)
    assert found.thing == "sofa bed"


def test_a_message_of_hardship_gets_heavy_openings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = read(REFUSAL, "You charged me after I cancelled, and I've lost my job.")
    light = Occasion(id="light", when=("charge*",), texts=("Annoying.",), finds=("-",))
    heavy = light.model_copy(update={"id": "heavy", "heavy": True})
    for hardship, wanted in (("lost my job", ["heavy"]), (None, ["light", "heavy"])):
        book = Book((light, heavy), hardship)
        monkeypatch.setattr("drafting.phrases.occasions.load_occasions", lambda book=book: book)
        assert [one.occasion.id for one in find_occasions(mail)] == wanted


def test_what_rests_on_the_customers_word_is_left_out_where_the_draft_disputes_it() -> None:
    message = "I cancelled in March and you charged me again in April."
    said = "We will look at the charge of April."
    disputed = "Our records show that you did not cancel."
    claims = {one.occasion.id for one in find_occasions(read(said, message)) if one.occasion.claims}
    assert claims
    texts = {t for o in BOOK.occasions if o.id in claims for t in o.texts}
    openings = fit_openings(parse(disputed), message, 0)
    assert not texts & {candidate.text for candidate in openings}


def test_the_draft_is_asked_only_where_there_is_no_message() -> None:
    draft = "Your claim was refused."
    assert {one.occasion.side for one in find_occasions(read(draft, None))} == {Side.DRAFT}
    assert not find_occasions(read(draft, "Hello there."))


def test_a_rewrite_opens_with_the_occasion() -> None:
    message = "It says it was delivered but there is nothing here."
    result = Rewriter(ScriptedEngine()).rewrite([Request("No refund is possible.", message)])[0]
    texts = [candidate.text for candidate in open_occasions(read(REFUSAL, message), "-")]
    assert result.changes[0].id == "opening"
    assert result.changes[0].after in texts


def test_other_mails_of_one_occasion_are_opened_with_other_words() -> None:
    message = "My parcel hasn't arrived and I've waited in for it all day."
    texts = {
        fit_openings(parse(f"The claim of {day} May was refused."), message, 0)[0].text
        for day in range(1, 20)
    }
    assert len(texts) > 1


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_mail_can_be_read(draft: str, message: str) -> None:
    reading = read(draft, message)
    found = find_occasions(reading)
    assert found == find_occasions(reading)
    for one in found:
        text = reading.message if one.occasion.side is Side.MESSAGE else reading.draft
        assert one.thing in text


@settings(deadline=None)
@given(st.sampled_from(BOOK.occasions), st.text(alphabet="abc de.,", max_size=40))
def test_what_stands_before_takes_no_occasion_away(occasion: Occasion, before: str) -> None:
    alone = Book((occasion.model_copy(update={"unless": None}),))
    example = f"{before}. {occasion.finds[0]}"
    assert alone.find(even_out(example), occasion.side)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{id: a, when: [late], texts: [Fine], finds: [late]}", "one or two sentences"),
        ("{id: a, when: [late], texts: ['It cost 3.'], finds: [late]}", "no digit"),
        ("{id: a, when: [late], texts: ['Your {thing} is late.'], finds: [late]}", "needs `thing`"),
        ("{id: a, when: ['Late | '], texts: [Fine.], finds: [late]}", "lower-case words"),
        ("{id: a, when: [], texts: [Fine.], finds: [late]}", "when"),
        ("{id: a, when: [late], whan: [late], texts: [Fine.], finds: [late]}", "whan"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, told: str) -> None:
    folder = write(tmp_path, f"occasions: [{entry}]\n")
    with pytest.raises(PromptFileError, match=re.escape(told)) as caught:
        load_occasions(folder)
    assert "some.yaml" in str(caught.value)


def test_twins_and_torn_files_are_named(tmp_path: Path) -> None:
    entry = "{id: a, when: [late], texts: [Fine.], finds: [late]}"
    with pytest.raises(PromptFileError, match="'a' stands there twice"):
        load_occasions(write(tmp_path / "", f"occasions: [{entry}, {entry}]\n"))
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(PromptFileError, match="not YAML"):
        load_occasions(write(other, "occasions: [\n"))
