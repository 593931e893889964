"""How the checks read a sentence: spellings, set phrases, stems."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import PromptFileError
from drafting.verification import lists
from drafting.verification.acts import find_acts
from drafting.verification.stems import stem
from drafting.verification.words import key, read


@pytest.mark.parametrize(
    "words",
    [
        "refund refunds refunded refunding refundable",
        "cancel cancels cancelled canceled cancellation",
        "pay paid payment remit",
        "send sent furnish submitted supply",
        "deliver delivery delivered",
        "verify verification verified check",
    ],
)
def test_forms_share_a_key(words: str) -> None:
    assert len({key(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("refund", "fund"), ("possible", "post"), ("bill", "ball"), ("late", "later")],
)
def test_other_words_have_another_key(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
@settings(max_examples=100)
def test_a_stem_is_never_empty(word: str) -> None:
    assert stem(word)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("I'm not able to do it.", " i am cannot do it . "),
        ("We can’t.", " we cannot . "),
        ("dont u see", " do not you see "),
        ("w/o it we wait", " otherwise we wait "),
        ("It costs $40.", " it costs § . "),
        ("Request denied.", " request not approved . "),
        ("an unpaid bill", " an not paid bill "),
        ("United we stand", " united we stand "),
        ("prior to Monday", " before § "),
    ],
)
def test_it_reads(text: str, joined: str) -> None:
    assert read(text).joined == joined


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_any_text_can_be_read(text: str) -> None:
    assert all(word.text for word in read(text).words)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("You missed it.", [("you", "miss")]),
        ("We told you that you can pay.", [("we", "tell"), ("you", "pay")]),
        ("The copy you sent is here.", [("you", "send")]),
        ("Please send us the form.", []),
        ("It was declined by you.", [("you", "approve")]),
        ("The bank returned the money.", [("they", "return")]),
        ("Our driver waited.", []),
        ("Customers must pay.", [("anyone", "pay")]),
    ],
)
def test_it_finds_who_does_what(text: str, acts: list[tuple[str, str]]) -> None:
    assert [(act.who, act.key) for act in find_acts(read(text))] == [
        (who, key(verb)) for who, verb in acts
    ]


def test_a_broken_list_file_is_refused(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lists.PATH.with_name("missing.yaml")
    monkeypatch.setattr(lists, "PATH", path)
    lists.load.cache_clear()
    try:
        with pytest.raises(PromptFileError):
            lists.load()
    finally:
        lists.load.cache_clear()


def test_no_synonym_stands_in_two_groups() -> None:
    seen: set[str] = set()
    for group in lists.load().forms.synonyms:
        assert not seen & set(group), seen & set(group)
        seen.update(group)
