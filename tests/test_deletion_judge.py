"""The judge of deletions: what it goes by, what it says, and how it comes out of marks."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Op
from drafting.engine import Ask, Deletion
from drafting.errors import AdapterError
from drafting.reading import read_draft
from drafting.settings import load_settings
from drafting.verification import Context, check_sting
from models.deletion_judge import (
    FILE,
    DeletionCounts,
    DeletionEvidence,
    describe_deletion,
    load_deletion_judge,
)
from models.judge import write_trained
from models.training.deletions import collect, count_deleted, tell
from models.training.evaluation.cases import make_plain_cases
from models.training.judging import MarkedDeletion, PlainMail, load_deletions, load_plain_mails
from models.training.rows import Row, load_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine
from tests.tiny import random_engine

STING = DeletionEvidence(
    sentence="We're not your archive.",
    before=("The file is gone.",),
    after=("Please ask your bank for a copy.",),
    message="Can you send me my old statements?",
    shares=(0.8, 0.1, 0.0, 0.06, 0.0, 0.04),
)
NOTHING = DeletionCounts()
COUNTS = count_deleted([row for row in load_rows() if not row.held_out][:300])
LIKELY = 0.4
FEWEST = 10
texts = st.text(max_size=60)
several = st.lists(texts, max_size=3).map(tuple)


@settings(deadline=None)
@given(texts, several, several, texts, st.floats(0, 1))
def test_whatever_stands_there_has_features(
    text: str, before: tuple[str, ...], after: tuple[str, ...], message: str, share: float
) -> None:
    shares = (share, 1 - share, 0.0, 0.0, 0.0, 0.0)
    evidence = DeletionEvidence(text, before, after, message, shares)
    features = describe_deletion(evidence, COUNTS)
    assert features.shape == describe_deletion(STING, NOTHING).shape
    assert np.isfinite(features).all()


def test_features_tell_what_stands_around_a_sentence() -> None:
    own = describe_deletion(STING, NOTHING)
    referring = replace(STING, after=("That's why we keep nothing.",))
    assert (own != describe_deletion(referring, NOTHING)).sum() > 1
    assert (
        own != describe_deletion(replace(STING, shares=(0.3, *STING.shares[1:])), NOTHING)
    ).sum() == 1
    assert (own != describe_deletion(STING, COUNTS)).any()


def row(*deleted: bool) -> Row:
    """Return a row of one sentence again and again, deleted or kept."""
    script = [
        {"op": "delete" if gone else "keep", "source": number}
        for number, gone in enumerate(deleted, 1)
    ]
    return Row.model_validate(
        {
            "id": "made-001",
            "domain": "retail",
            "customer_message": None,
            "greeting": None,
            "paragraphs": [["Read it again."] * len(deleted)],
            "closing": None,
            "script": script,
        }
    )


def test_worked_sentences_are_counted_by_what_became_of_them() -> None:
    counts = count_deleted([row(*[True] * 5, *[False] * 4), row(*[False] * 3)])
    assert counts.sentences == (5, 12)
    assert counts.words["again"] == (5, 12)
    assert counts.joined["read it"] == (5, 12)
    # What stands in few sentences tells nothing.
    assert count_deleted([row(True, False, True)]).words == {}


def test_a_word_of_deleted_sentences_raises_the_ratio() -> None:
    sneer = replace(STING, sentence="Read it again.")
    odds = [
        describe_deletion(sneer, count_deleted([row(*kinds)])).sum()
        for kinds in ((*[True] * 9, *[False] * 3), (*[True] * 3, *[False] * 9))
    ]
    assert odds[0] > odds[1]


def test_marks_are_found_again_where_they_stand() -> None:
    mail = PlainMail(
        id="plain-made-001",
        customer_message="Where is it?",
        draft="Dear Ann,\n\nNo. Read it again. It is on page 4.",
    )
    mark = MarkedDeletion(mail=mail.id, slot="s2", text="Read it again.", share=0.7, mark="go")
    others = [
        mark.model_copy(update={"text": "Read it."}),
        mark.model_copy(update={"mail": "nowhere"}),
    ]
    engine = random_engine("babbling")
    ((found, evidence),) = collect(engine, make_plain_cases([mail]), [mark, *others])
    assert found == mark
    # The shares are those of the engine, and not what was noted beside the mark.
    assert sum(evidence.shares) == pytest.approx(1)
    assert replace(evidence, shares=()) == DeletionEvidence(
        "Read it again.", ("No.",), ("It is on page 4.",), "Where is it?", ()
    )


def test_the_share_is_the_one_that_the_decoder_goes_by() -> None:
    engine = random_engine("babbling")
    reading = read_draft("Read it again. It is on page 4.", "Where is it?")
    slots = (reading.find_slot("s1"), reading.find_slot("s2"))
    shares = engine.measure_beginnings(Ask(reading.mail, slots))
    assert [sum(each) for each in shares] == pytest.approx([1, 1])
    # What holds a fact can't be deleted.
    assert shares[1][0] == 0
    (fillings,) = engine.fill([Ask(reading.mail, slots[:1], candidates=64)])
    told = {f.candidate.op: f.share for f in fillings["s1"]}
    assert told[Op.DELETE] == pytest.approx(shares[0][0], abs=1e-4)
    assert told[Op.KEEP] == pytest.approx(shares[0][1], abs=1e-4)


def test_it_tells_what_its_bars_let_go(capsys: pytest.CaptureFixture[str]) -> None:
    tell("Some", np.array([2.2, 0.7, -2.0, 1.1]), ["go", "needed", "hangs", "go"])
    printed = capsys.readouterr().out
    assert "Some: 4 sentences, 2 may go; AUC 1.000" in printed
    assert "bar  0.5:   3 go, {'go': 2, 'needed': 1}" in printed


def test_a_broken_file_is_told_and_none_is_none(tmp_path: Path) -> None:
    assert load_deletion_judge(tmp_path) is None
    (tmp_path / FILE).write_text(json.dumps({"start": "high"}))
    with pytest.raises(AdapterError, match=r"deletions\.json can't be read"):
        load_deletion_judge(tmp_path)


def test_what_is_written_is_what_was_read(tmp_path: Path) -> None:
    judge = load_deletion_judge(SHIPPED_ADAPTER)
    assert judge
    write_trained(tmp_path / FILE, judge)
    assert (tmp_path / FILE).read_bytes() == (SHIPPED_ADAPTER / FILE).read_bytes()


def test_an_engine_without_one_lets_nothing_go() -> None:
    reading = read_draft("Read it again. It is on page 4.")
    deletions = [Deletion(reading.find_slot("s1"), (), ("It is on page 4.",), "")]
    assert random_engine("babbling").judge_deletions(reading.mail, deletions) == [-math.inf]


def is_sting(text: str) -> bool:
    return check_sting(Context(text, text, None, ())) is None


def test_what_the_shipped_one_lets_go_readers_let_go() -> None:
    """At its bar, on mails that neither it nor its adapter has learnt from."""
    engine = load_local_engine(load_settings())
    held_out = [mail for mail in load_plain_mails() if mail.held_out]
    marks = [mark for mark in load_deletions() if mark.share >= LIKELY]
    found = list(collect(engine, make_plain_cases(held_out), marks))
    judge = load_deletion_judge(SHIPPED_ADAPTER)
    assert judge
    odds = [judge.weigh(evidence) for _, evidence in found]
    go = np.array([mark.mark == "go" for mark, _ in found])
    may_go = np.array([is_sting(mark.text) for mark, _ in found])
    gone = may_go & (np.array(odds) >= engine.bar.deletion)
    assert gone.sum() >= FEWEST
    assert go[gone].mean() >= 0.9
    assert np.mean(np.array(odds)[go]) > np.mean(np.array(odds)[~go]) + 0.5
