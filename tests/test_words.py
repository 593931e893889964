"""The word-level difference: joined again it gives both texts, and whole words stand in it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.words import diff_words

TEXTS = st.text(alphabet="ab é'’-.,\n\t{}$12 ", max_size=40)


@given(TEXTS, TEXTS)
def test_runs_joined_give_both_texts(before: str, after: str) -> None:
    runs = diff_words(before, after)
    assert "".join(text for mark, text in runs if mark != "+") == before
    assert "".join(text for mark, text in runs if mark != "-") == after


@given(TEXTS, TEXTS)
def test_no_run_is_empty_and_equal_runs_are_not_split(before: str, after: str) -> None:
    runs = diff_words(before, after)
    assert all(text for _, text in runs)
    assert all(mark in {"=", "-", "+"} for mark, _ in runs)
    assert not any(a == b == "=" for (a, _), (b, _) in pairwise(runs))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert diff_words(text, text) == ([("=", text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "New.", [("+", "New.")]),
        ("Gone.", "", [("-", "Gone.")]),
        ("Send the form.", "Please send the form.", [("-", "Send"), ("+", "Please send")]),
        ("It is 40.", "It is 50.", [("=", "It is "), ("-", "40"), ("+", "50"), ("=", ".")]),
    ],
)
def test_whole_words_are_taken_out_and_put_in(
    before: str, after: str, runs: list[tuple[str, str]]
) -> None:
    assert diff_words(before, after)[: len(runs)] == runs


def test_a_word_that_stands_often_is_still_matched() -> None:
    """The junk heuristic of difflib would drop it and show the whole text as changed."""
    before = "the parcel " * 150
    assert diff_words(before, f"{before}today") == [("=", before), ("+", "today")]


def test_a_phrase_is_struck_out_as_one() -> None:
    before, after = "You failed to send the form.", "We haven't received the form yet."
    assert diff_words(before, after)[:3] == [
        ("-", "You failed to send"),
        ("+", "We haven't received"),
        ("=", " the form"),
    ]
