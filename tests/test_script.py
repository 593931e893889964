"""Applying none of a script gives the draft, applying all gives the reply, and every span is right."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import SentenceKind, parse
from drafting.labels import Label
from drafting.script import EditScript, slot_id
from tests.drafts import any_drafts

DELETE = Candidate(Op.DELETE)


def rewrite(text: str) -> Candidate:
    return Candidate(Op.REWRITE, Label.EXPLANATION, text)


def insert(text: str) -> Candidate:
    return Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)


@st.composite
def scripts(draw: st.DrawFn) -> EditScript:
    draft = parse(draw(any_drafts()))
    fillings = {}
    for sentence in draft.sentences:
        choices = [KEEP, rewrite(f"New text of {sentence.index}.")]
        if sentence.kind is SentenceKind.PROSE:
            choices.append(DELETE)
        fillings[slot_id(sentence)] = draw(st.sampled_from(choices))
    if draft.sentences and draw(st.booleans()):
        fillings["opening"] = insert("This is hard.")
    if draft.sentences and draw(st.booleans()):
        fillings["closing"] = insert("Please just ask.")
    return EditScript(draft, fillings)


@given(scripts())
def test_applying_nothing_gives_the_draft_byte_for_byte(script: EditScript) -> None:
    assert script.reply(()) == script.draft.text


@given(scripts())
def test_spans_of_pieces_are_right(script: EditScript) -> None:
    reply = script.reply()
    for piece in script.apply():
        assert reply[slice(*piece.reply_span)] == piece.text
    assert "".join(piece.text for piece in script.apply()) == reply


@given(scripts())
def test_all_that_is_outside_of_sentences_survives(script: EditScript) -> None:
    draft, at = script.draft, 0
    reply, found = script.reply(), 0
    for sentence in (*draft.sentences, None):
        gap = draft.text[at : sentence.span[0]] if sentence else draft.text[at:]
        # Word by word: an opening may stand between a greeting and the marker of a list item.
        for word in gap.split():
            found = reply.index(word, found) + len(word)
        at = sentence.span[1] if sentence else at


@given(scripts(), st.data())
def test_every_change_stands_alone(script: EditScript, data: st.DataObject) -> None:
    accepted = data.draw(st.sets(st.sampled_from(script.changes or ("none",))))
    reply = script.reply(accepted)
    for sentence in script.draft.sentences:
        name = slot_id(sentence)
        filling = script.filling(name)
        if name not in accepted or filling.op is Op.KEEP:
            assert sentence.text in reply
        elif filling.text:
            assert filling.text in reply
    assert ("This is hard." in reply) == ("opening" in accepted) or "hard" in script.draft.text


DRAFT = "Dear X,\n\nOne is bad. Two is bad. Three is bad.\n\nFour is bad.\n\nKind regards,\nSam"


@pytest.mark.parametrize(
    ("fillings", "reply"),
    [
        ({"s1": DELETE}, "Dear X,\n\nTwo is bad. Three is bad.\n\nFour is bad."),
        ({"s2": DELETE}, "Dear X,\n\nOne is bad. Three is bad.\n\nFour is bad."),
        ({"s3": DELETE}, "Dear X,\n\nOne is bad. Two is bad.\n\nFour is bad."),
        ({"s4": DELETE}, "Dear X,\n\nOne is bad. Two is bad. Three is bad."),
        ({"s2": DELETE, "s3": DELETE}, "Dear X,\n\nOne is bad.\n\nFour is bad."),
        ({"s1": DELETE, "s2": DELETE, "s3": DELETE}, "Dear X,\n\nFour is bad."),
        (
            {"s1": DELETE, "opening": insert("Open.")},
            "Dear X,\n\nOpen. Two is bad. Three is bad.\n\nFour is bad.",
        ),
        (
            {"s4": DELETE, "closing": insert("Close.")},
            "Dear X,\n\nOne is bad. Two is bad. Three is bad.\n\nClose.",
        ),
    ],
)
def test_a_deleted_sentence_takes_one_gap_with_it(
    fillings: dict[str, Candidate], reply: str
) -> None:
    assert EditScript(parse(DRAFT), fillings).reply() == f"{reply}\n\nKind regards,\nSam"


def test_opening_goes_before_the_marker_of_a_list_item() -> None:
    draft = parse("Hi Ann,\n\n- Send the form.\n- Send the photo.\n")
    reply = EditScript(draft, {"opening": insert("This is hard.")}).reply()
    assert reply == "Hi Ann,\n\nThis is hard.\n\n- Send the form.\n- Send the photo.\n"


def test_closing_stands_apart_from_a_fragment_without_a_full_stop() -> None:
    reply = EditScript(parse("no refund for that"), {"closing": insert("Please just ask.")}).reply()
    assert reply == "no refund for that\n\nPlease just ask."


def test_windows_line_ends_are_used_where_the_draft_has_them() -> None:
    draft = parse("Hi Ann,\r\n\r\nOne is bad.\r\n\r\nTwo is bad.\r\n")
    reply = EditScript(draft, {"closing": insert("Close.")}).reply()
    assert reply == "Hi Ann,\r\n\r\nOne is bad.\r\n\r\nTwo is bad.\r\n\r\nClose.\r\n"


def test_changes_are_named_in_reading_order() -> None:
    script = EditScript(
        parse(DRAFT), {"closing": insert("C."), "s3": DELETE, "opening": insert("O."), "s1": KEEP}
    )
    assert script.changes == ("opening", "s3", "closing")
    subsets = [set(c) for n in range(4) for c in combinations(script.changes, n)]
    assert len({script.reply(subset) for subset in subsets}) == len(subsets)
