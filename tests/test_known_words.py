"""No word gets through that neither the mail nor our own texts know."""

import pytest

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.verification import Context, verify_candidate
from drafting.verification.known_words import VOCABULARY, check_known_words
from models.training.rows import load_rows, split_rows
from models.training.vocabulary import collect

DRAFT = "Our hotel policy means that a no show is charged. Redelivery by manurator costs extra."
CONTEXT = Context("Our hotel policy means that a no show is charged.", DRAFT, "I was ill.")


@pytest.mark.parametrize(
    "text",
    [
        "Our hotel policybooks show that a no show means full charges.",
        "We're not able to move this forward at this timestraight.",
        "Our policydoesn't allow phone support.",
        "A hundredyearsold piano is a long time to wait for.",
    ],
)
def test_glued_and_invented_words_fail(text: str) -> None:
    assert check_known_words(text, CONTEXT)
    failures = verify_candidate(Candidate(Op.REWRITE, Label.EXPLANATION, text), CONTEXT)
    assert "unknown_word" in {failure.code for failure in failures}


@pytest.mark.parametrize(
    "text",
    [
        "At our hotel, a no show is charged.",
        "The manurator brings it again, and that costs extra.",
        "I’m sorry that you were ill, and I can see why you’re disappointed.",
    ],
)
def test_words_of_the_mail_and_plain_ones_pass(text: str) -> None:
    assert check_known_words(text, CONTEXT) is None


def test_the_vocabulary_is_that_of_the_worked_rewrites() -> None:
    assert VOCABULARY.read_text(encoding="utf-8") == collect(split_rows(load_rows())[0])
