"""Openings that give the customer's own words back: who is who, and what is left unsaid."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import PromptFileError
from drafting.phrases.echo import ECHOES, echo_openings, load_echoes, turn
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine

CURT = "Per our policy, refunds take 30 days. You must wait."


def openings(message: str, *, disputed: bool = False) -> list[str]:
    return [c.text or "" for c in echo_openings(message, CURT, 0, disputed=disputed)]


def reply(message: str, draft: str = CURT) -> str:
    (result,) = Rewriter(ScriptedEngine()).rewrite([Request(draft, message)])
    return result.reply


@pytest.mark.parametrize(
    ("message", "clause"),
    [
        (
            "I have been waiting for my refund for 3 weeks now and nobody answers.",
            "for three weeks",
        ),
        ("Hi. I can't log into my account since yesterday.", "you can't log into your account"),
        (
            "We’ve been without hot water since Saturday!",
            "you've been without hot water since Saturday",
        ),
        ("I still haven't received my order #4471.", "you still haven't received your order"),
        ("I contacted you four times, your app is broken", "you contacted us four times"),
        ("We are still waiting for you to send the plumber.", "waiting for us to send the plumber"),
        (
            "I'm worried that my deposit won't come back",
            "you're worried that your deposit won't come back",
        ),
        ("I sat by the gate for 2 hours.", "you sat by the gate for two hours"),
    ],
)
def test_gives_the_customers_words_back_in_the_second_person(message: str, clause: str) -> None:
    given_back = openings(message)
    assert given_back
    assert all(clause.lower() in text.lower() for text in given_back)
    assert clause.lower() in reply(message).lower()


@pytest.mark.parametrize(
    "message",
    [
        "Why have I been waiting for three weeks?",
        "You have been keeping me waiting for three weeks.",
        "I've been waiting for my literally useless refund.",
        "I've been WAITING for my refund since May.",
        "I've been waiting for it since May.",
        "I've been waitng for my rfund since May.",
        "I had to laugh at the bill.",
        "My brother is lost for words.",
        "I've been waiting for 21",
        "",
    ],
)
def test_leaves_what_is_heated_unclear_or_about_others(message: str) -> None:
    assert not openings(message)


def test_an_insult_gets_no_words_back() -> None:
    assert "waiting" not in reply("I've been waiting for three weeks, you idiots.")


def test_says_nothing_that_the_draft_may_see_differently() -> None:
    message = "I sent the form three times."
    assert openings(message)
    assert not openings(message, disputed=True)
    assert "three times" not in reply(message, "We have no record of any form. Send it now.")


def test_a_mistake_of_ours_and_a_death_go_first() -> None:
    late = "I've been waiting for my refund since May."
    assert reply(late).startswith("You've been waiting")
    owned = reply(late, "We made a mistake and sent it to the wrong account. You must wait.")
    assert not owned.startswith("You've been waiting")
    grave = reply("My mother died in May. I've been waiting for her papers since June.")
    assert "waiting" not in grave


def test_the_same_texts_and_seed_give_the_same_frames_and_others_differ() -> None:
    message = "I've been waiting for my refund since May."
    first = [c.text for c in echo_openings(message, CURT, 1)]
    assert first
    assert first == [c.text for c in echo_openings(message, CURT, 1)]
    drafts = (f"{CURT} Case {n}." for n in range(20))
    assert len({next(echo_openings(message, draft, 1)).text for draft in drafts}) > 1


@given(st.text(max_size=200))
def test_any_message_is_read(message: str) -> None:
    for text in openings(message):
        assert text.endswith(".")
        assert not re.search(r"\b(?:i'm|my|me|we|us)\b", text.lower().replace("from us", ""))


@given(st.sampled_from(["I", "we"]), st.sampled_from(["my key", "our house", "me", "myself"]))
def test_nobody_of_the_first_person_is_left(who: str, what: str) -> None:
    assert not re.search(r"\b(?:i|we|me|my|our|myself)\b", turn(f"{who} lost {what}").lower())


def test_an_example_that_comes_out_otherwise_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "echoes.yaml"
    wrong.write_text(ECHOES.read_text(encoding="utf-8").replace("you rang three times", "I rang"))
    with pytest.raises(PromptFileError, match="again"):
        load_echoes(wrong)
