"""Guesses make steps fewer and change nothing of what is written."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.causal import CausalRunner
from models.decoding import decode
from models.guessing import Copying, guess
from models.jobs import Job, Row
from models.transformers_network import TransformersNetwork
from tests.jobs import make_job
from tests.test_decoding import END, Counted
from tests.tiny import bpe_tokenizer, causal_model

NETWORK = TransformersNetwork(causal_model().double())
PROMPT = list(range(10, 40))
WORD = "start: /[a-z]{9}/"
SPELT = 'start: "abcabcabcabc"'


def write(
    grammar: str, candidates: int, guesses: object = None, slots: int = 3
) -> tuple[list[list[list[int]]], int]:
    """Return what each candidate of each slot has written, and the passes that it took."""
    runner = Counted(CausalRunner(NETWORK, [PROMPT]))
    header = bpe_tokenizer().encode("cabca", add_special_tokens=False)
    jobs = [
        make_job(0, [*header, n], grammar, slot=f"s{n}", seed=n, candidates=candidates)
        for n in range(slots)
    ]
    written: dict[str, list[list[int]]] = {}

    def finish(job: Job, rows: list[Row]) -> None:
        written[job.slot] = [row.tokens for row in rows]

    decode(runner, jobs, END, finish, guess=guesses)  # type: ignore[arg-type]
    return [written[slot] for slot in sorted(written)], len(runner.rows)


class Prophet:
    """Guesses what will be written, as far as it knows, with errors where it is told to."""

    def __init__(self, written: list[list[list[int]]], wrong: int) -> None:
        self._written = written
        self._wrong = wrong

    def __call__(self, rows: Sequence[Row]) -> list[list[int]]:
        return [self._guess(row) for row in rows]

    def _guess(self, row: Row) -> list[int]:
        number, at = row.draws[-1][0], len(row.tokens)
        known = self._written[int(row.job.slot[1:])][number][at : at + 3]
        return [5 if (at + n) % self._wrong == 0 else token for n, token in enumerate(known)]


@pytest.mark.parametrize("wrong", [2, 3, 99])
def test_the_same_is_written_with_right_guesses_and_wrong_ones(wrong: int) -> None:
    alone, passes = write(WORD, 4)
    assert len({tuple(tokens) for slot in alone for tokens in slot}) > 8
    guessed, fewer = write(WORD, 4, Prophet(alone, wrong))
    assert guessed == alone
    assert fewer < passes
    copied, _ = write(WORD, 4, Copying(64, 4))
    assert copied == alone


def test_what_the_sentence_has_is_written_in_fewer_passes() -> None:
    alone, passes = write(SPELT, 1, slots=1)
    copied, fewer = write(SPELT, 1, Copying(16, 3), slots=1)
    assert copied == alone
    assert fewer <= passes / 2 + 2


def test_a_guess_is_what_followed_the_longest_stretch_that_is_known() -> None:
    texts = [[1, 2, 3, 4, 5], [9, 3, 7, 7]]
    assert guess([2, 3], texts, 2) == [4, 5]
    assert guess([9, 3], texts, 5) == [7, 7]
    assert guess([8, 3], texts, 1) == [4]
    assert guess([5], texts, 3) == []
    assert guess([6], texts, 3) == guess([], texts, 3) == []


@given(
    st.lists(st.integers(0, 3), max_size=9),
    st.lists(st.lists(st.integers(0, 3), max_size=9), max_size=3),
    st.integers(1, 5),
)
def test_a_guess_stands_somewhere_behind_the_last_token(
    tokens: list[int], texts: list[list[int]], most: int
) -> None:
    found = guess(tokens, texts, most)
    assert len(found) <= most
    if found:
        wanted = [tokens[-1], *found]
        assert any(
            text[at : at + len(wanted)] == wanted for text in texts for at in range(len(text))
        )


def test_a_full_step_guesses_nothing() -> None:
    rows = [Row(make_job(0, [1, 2, 3]), make_job(0, []).constraint, [], tokens=[1])] * 9
    assert Copying(16, 3)(rows) == [[]] * 9
    assert Copying(18, 3)(rows) == [[2]] * 9
