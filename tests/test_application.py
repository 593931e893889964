"""Applying a chosen part of the changes, some edited by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.application import Edit, apply_edits
from drafting.candidate import Op
from drafting.errors import UnfitChangeError, UnknownSlotError
from drafting.labels import Label
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine

DRAFT = """Dear Ms Adeyemi,

Your claim FR-118-402 has been denied. You failed to send the receipt for $129. Send the form D-2!!

Kind regards,
Claims Team
"""
REQUEST = Request(DRAFT)


def rewritten() -> Result:
    return Rewriter(ScriptedEngine()).rewrite([REQUEST])[0]


def edits_of(result: Result) -> list[Edit]:
    return [Edit(c.id, c.op, c.label, c.after) for c in result.changes]


def test_all_give_the_result_and_none_the_draft() -> None:
    result = rewritten()
    assert len(result.changes) > 2
    applied = apply_edits(REQUEST, edits_of(result))
    assert applied.reply == result.reply
    assert [c.reply_span for c in applied.changes] == [c.reply_span for c in result.changes]
    assert applied.facts == result.facts
    assert applied.summary == result.summary
    assert apply_edits(REQUEST, edits_of(result), []).reply == DRAFT


@given(st.sets(st.sampled_from([c.id for c in rewritten().changes])))
def test_any_part_stands_in_the_reply_and_no_other(accepted: set[str]) -> None:
    result = rewritten()
    applied = apply_edits(REQUEST, edits_of(result), accepted)
    assert {change.id for change in applied.changes} == accepted
    for change in applied.changes:
        assert applied.reply_text[slice(*change.reply_span)] == change.after
        assert applied.draft_text[slice(*change.draft_span)] == change.before
    assert applied.missing_facts == []


def test_a_hand_edit_is_taken_as_it_is_and_lost_facts_are_told() -> None:
    edit = Edit("s2", Op.REWRITE, Label.EXPLANATION, "We still need the receipt.")
    applied = apply_edits(REQUEST, [edit])
    assert "denied. We still need the receipt. Send" in applied.reply
    assert [(fact.text, DRAFT[slice(*fact.draft_span)]) for fact in applied.missing_facts] == [
        ("$129", "$129")
    ]


def test_facts_in_another_order_are_not_lost() -> None:
    request = Request("Send form D-2 and $129 now!!")
    edit = Edit("s1", Op.REWRITE, Label.NEXT_STEPS, "Please send $129 and form D-2 now.")
    assert apply_edits(request, [edit]).missing_facts == []


def test_an_amount_with_a_digit_more_is_another_one() -> None:
    edit = Edit("s2", Op.REWRITE, Label.EXPLANATION, "We need the receipt for $1290.")
    lost = apply_edits(REQUEST, [edit]).missing_facts
    assert [fact.text for fact in lost] == ["$129"]


def test_what_is_curt_in_a_hand_edit_is_found() -> None:
    edit = Edit("s1", Op.REWRITE, Label.EXPLANATION, "Per our policy, claim FR-118-402 is denied.")
    found = apply_edits(REQUEST, [edit]).findings.reply
    assert "policy_shield" in {finding.rule for finding in found}


def test_a_sentence_edited_down_to_nothing_goes() -> None:
    applied = apply_edits(REQUEST, [Edit("s3", Op.REWRITE, Label.NEXT_STEPS, " \n ")])
    assert [change.op for change in applied.changes] == [Op.DELETE]
    assert "form D-2" not in applied.reply
    assert [fact.text for fact in applied.missing_facts] == ["form D-2"]


def test_an_opening_edited_down_to_nothing_is_not_there() -> None:
    applied = apply_edits(REQUEST, [Edit("opening", Op.INSERT, Label.ACKNOWLEDGEMENT, "")])
    assert applied.reply == DRAFT
    assert applied.changes == []


def test_line_breaks_of_a_hand_edit_stay_inside_the_sentence() -> None:
    applied = apply_edits(REQUEST, [Edit("s3", Op.REWRITE, Label.NEXT_STEPS, "Please\nsend D-2.")])
    assert "Please send D-2." in applied.reply


@pytest.mark.parametrize(
    ("edits", "accepted", "error"),
    [
        ([Edit("s9", Op.DELETE)], None, UnknownSlotError),
        ([Edit("s1", Op.INSERT, after="x")], None, UnfitChangeError),
        ([Edit("opening", Op.REWRITE, after="x")], None, UnfitChangeError),
        ([Edit("s1", Op.KEEP)], None, UnfitChangeError),
        ([Edit("s1", Op.DELETE), Edit("s1", Op.DELETE)], None, UnfitChangeError),
        ([Edit("s1", Op.DELETE)], ["s2"], UnfitChangeError),
    ],
)
def test_what_does_not_fit_is_refused(
    edits: list[Edit], accepted: list[str] | None, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        apply_edits(REQUEST, edits, accepted)
    assert "Ms Adeyemi" not in str(raised.value)
