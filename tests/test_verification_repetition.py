"""One apology in a reply, and nothing said twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.verification import Written, find_repetitions


def new(text: str, insert: bool = False) -> Written:
    return Written(text, is_new=True, is_insert=insert)


def own(text: str) -> Written:
    return Written(text, is_new=False)


def test_the_second_new_apology_goes() -> None:
    reply = [
        new("I'm sorry that the box was empty.", insert=True),
        new("The lamp broke, and I'm sorry."),
    ]
    assert find_repetitions(reply) == (1,)


def test_a_new_apology_goes_where_the_agent_apologised() -> None:
    assert find_repetitions(
        [new("I'm sorry about the lamp.", insert=True), own("Sorry for the wait.")]
    ) == (0,)


def test_what_the_agent_wrote_twice_stays() -> None:
    assert find_repetitions([own("Sorry for the wait."), own("Sorry about the lamp.")]) == ()


def test_an_insert_that_says_what_a_sentence_says_goes() -> None:
    reply = [new("Your account has been locked.", insert=True), own("Your account is locked.")]
    assert find_repetitions(reply) == (0,)


def test_an_insert_goes_before_a_rewrite() -> None:
    reply = [
        new("Your refund request was closed.", insert=True),
        new("We've closed your refund request."),
    ]
    assert find_repetitions(reply) == (0,)


def test_different_sentences_stay() -> None:
    reply = [
        new("A locked account is worrying.", insert=True),
        own("You can unlock it with the code."),
        own("The fee is $4."),
    ]
    assert find_repetitions(reply) == ()


@given(st.lists(st.builds(Written, st.text(max_size=60), st.booleans(), st.booleans()), max_size=6))
@settings(max_examples=100)
def test_only_new_text_is_dropped(reply: list[Written]) -> None:
    dropped = find_repetitions(reply)
    assert list(dropped) == sorted(set(dropped))
    assert all(reply[index].is_new for index in dropped)
