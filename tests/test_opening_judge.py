"""The judge of openings: what it goes by, what it says, and how it comes out of marks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Candidate, Op, Source
from drafting.engine import Ask, Filled, Fit
from drafting.errors import AdapterError
from drafting.labels import Label
from drafting.reading import read_draft
from drafting.settings import load_settings
from models.opening_judge import (
    FILE,
    OpeningCounts,
    OpeningEvidence,
    OpeningJudge,
    describe_opening,
    load_opening_judge,
)
from models.scoring import Likelihood
from models.training.evaluation.cases import make_plain_cases
from models.training.judging import MarkedOpening, load_openings, load_plain_mails
from models.training.openings import collect, count_openings, tell
from models.training.rows import load_rows
from models.weights import SHIPPED_ADAPTER, load_local_engine
from tests.tiny import random_engine

LIKELY = Likelihood(9, -0.4, -2.0, -1.1, -0.2, -1.5, 0.9)
EVIDENCE = OpeningEvidence(
    text="Waiting two weeks for a refund is frustrating.",
    message="I sent it back two weeks ago and still no refund!!",
    draft="Send the slip number or wait.",
    written=False,
    likelihood=LIKELY,
    keep=-2.5,
)
NOTHING = OpeningCounts()
COUNTS = count_openings([row for row in load_rows() if not row.held_out][:200])
MESSAGE = "My parcel should have come on Monday and I'm still waiting for it!"
DRAFT = "You have not bothered to fill in the form. Send it to $5 Street."
texts = st.text(max_size=60)


def insert(text: str, source: Source = Source.PHRASEBOOK) -> Candidate:
    return Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text, source)


@settings(deadline=None)
@given(texts, texts, texts, st.booleans(), st.floats(-99, 0))
def test_whatever_was_written_has_features(
    text: str, message: str, draft: str, written: bool, keep: float
) -> None:
    evidence = OpeningEvidence(text, message, draft, written, LIKELY, keep)
    features = describe_opening(evidence, COUNTS)
    assert features.shape == describe_opening(EVIDENCE, NOTHING).shape
    assert np.isfinite(features).all()


def test_features_tell_whose_words_an_opening_uses() -> None:
    own = describe_opening(EVIDENCE, NOTHING)
    other = describe_opening(replace(EVIDENCE, message="The bike is blue!!"), NOTHING)
    assert (own != other).sum() > 3
    assert (own != describe_opening(EVIDENCE, COUNTS)).any()
    assert (own != describe_opening(replace(EVIDENCE, written=True), NOTHING)).sum() == 1


def test_worked_openings_are_counted_word_by_word() -> None:
    rows = [row for row in load_rows() if row.opening()][:1]
    opening = rows[0].opening()
    assert opening
    assert opening.text
    counts = count_openings(rows * 2)
    assert set(counts.words.values()) == {2}
    assert len(counts.frames) == 1
    first = opening.text.split()[0].lower()
    assert counts.joined[f"^ {first}"] == 2


def test_the_engine_weighs_openings_behind_their_mail() -> None:
    engine = random_engine("babbling")
    reading = read_draft(DRAFT, MESSAGE)
    candidates = [insert("Waiting for a parcel is tiring."), insert("That is sad.", Source.MODEL)]
    assert not engine.judges_openings
    assert engine.judge_openings(reading.mail, reading.slots[0], candidates) == [Fit(0, 0)] * 2
    found = engine.gather_openings(reading.mail, reading.slots[0], candidates)
    assert [each.text for each in found] == [candidate.text for candidate in candidates]
    assert [each.written for each in found] == [False, True]
    assert all(each.likelihood.mean < 0 and each.keep < 0 for each in found)
    assert found[0].keep == found[1].keep
    # Alone or beside others, behind another mail or the same: what is measured is one thing.
    (alone,) = engine.gather_openings(reading.mail, reading.slots[0], candidates[:1])
    assert alone.likelihood.mean == pytest.approx(found[0].likelihood.mean, abs=1e-4)
    other = read_draft("The parcel is late.", "Where is my bike?")
    (elsewhere,) = engine.gather_openings(other.mail, other.slots[0], candidates[:1])
    assert elsewhere.likelihood.mean != pytest.approx(alone.likelihood.mean, abs=1e-4)


def test_slots_of_which_nothing_is_wanted_are_told_at_once() -> None:
    engine = random_engine("babbling")
    reading = read_draft(DRAFT, MESSAGE)
    idle = Ask(reading.mail, reading.slots[:1], fewer={"opening": 0})
    both = Ask(reading.mail, reading.slots[:2], 1, fewer={"opening": 0})
    heard: list[tuple[int, str]] = []
    waiting = [idle, both, idle]

    def note(number: int, slot_id: str, _: tuple[Filled, ...]) -> None:
        heard.append((number, slot_id))

    fillings = engine.fill([idle, both], note, more=lambda _: [waiting.pop()] if waiting else [])
    assert fillings[0] == {"opening": ()}
    assert fillings[1]["opening"] == ()
    assert fillings[1]["s1"]
    # Those that join are all told of, though two of them have nothing to write.
    assert sorted(heard) == [
        *((0, "opening"), (1, "opening"), (1, "s1"), (2, "opening")),
        *((3, "opening"), (3, "s1"), (4, "opening")),
    ]


def test_marks_become_evidence() -> None:
    plain = list(load_plain_mails())[:3]
    marks = [
        MarkedOpening(mail=plain[0].id, opening="That is annoying.", mark="good"),
        MarkedOpening(mail=plain[1].id, opening="That is sad.", mark="grave", written=True),
        MarkedOpening(mail="nowhere", opening="That is sad.", mark="grave"),
    ]
    found = list(collect(random_engine("babbling"), make_plain_cases(plain), marks))
    told = {mark.mail: evidence for mark, evidence in found}
    assert told.keys() == {mail.id for mail in plain[:2] if mail.customer_message}
    for mail in plain[:2]:
        if mail.id in told:
            assert told[mail.id].message == mail.customer_message


def test_it_tells_the_best_of_each_mail(capsys: pytest.CaptureFixture[str]) -> None:
    odds, good = np.array([2.0, 0.3, -2.0, 0.6]), np.array([True, False, False, True])
    marks = ["good", "generic", "situation", "good"]
    tell("Some", odds, good, ["a", "a", "b", "c"], marks)
    printed = capsys.readouterr().out
    assert "Some: 4 openings, 2 such; AUC 1.000" in printed
    assert "bar  0.50:   2 of 3 mails, {'good': 2}" in printed


def test_a_broken_file_is_told_and_none_is_none(tmp_path: Path) -> None:
    assert load_opening_judge(tmp_path) is None
    (tmp_path / FILE).write_text(json.dumps({"start": "high"}))
    with pytest.raises(AdapterError, match=r"openings\.json can't be read"):
        load_opening_judge(tmp_path)


def test_the_shipped_one_tells_a_fitting_opening_from_one_of_another_mail() -> None:
    """Of marked openings: those that readers let stand have the better odds by far."""
    engine = load_local_engine(load_settings())
    assert engine.judges_openings
    judge = load_opening_judge(SHIPPED_ADAPTER)
    assert isinstance(judge, OpeningJudge)
    held_out = {mail.id: mail for mail in load_plain_mails() if mail.held_out}
    marks = [mark for mark in load_openings() if mark.mail in held_out][::7]
    cases = make_plain_cases(list(held_out.values()))
    odds: dict[bool, list[float]] = {True: [], False: []}
    for mark, evidence in collect(engine, cases, marks):
        odds[mark.mark == "good"].append(judge.weigh(evidence).good)
    assert min(len(odds[True]), len(odds[False])) > 20
    assert np.mean(odds[True]) > np.mean(odds[False]) + 0.7
