"""What is laid before a reader: what the choice would look at, and nothing that was read before."""

from drafting.candidate import KEEP, Candidate, Op
from drafting.labels import Label
from models.training.evaluation.cases import Case, Kind
from models.training.proposing import MOST, propose
from tests.scripted import ScriptedEngine

BLAME = "You have not bothered to fill in the form."
"""Curt, and no move knows it."""
CIVIL = "The office is open on Friday."
GOOD = "The form isn't filled in yet."


def rewrite(text: str) -> Candidate:
    return Candidate(Op.REWRITE, Label.BENEFIT_OF_THE_DOUBT, text)


def texts(script: dict[str, list[Candidate]], draft: str = BLAME, **more: float) -> list[str]:
    engine = ScriptedEngine(script, **more)  # type: ignore[arg-type]
    case = Case(Kind.HELD_OUT, "m-1", draft, None, "shop")
    return [one["text"] for one in propose(engine, [case], 4, 0, frozenset())]


def test_only_what_the_choice_would_look_at_is_laid_before_a_reader() -> None:
    written = [rewrite(BLAME), rewrite("The form is filled in."), rewrite(GOOD), KEEP]
    assert texts({"s1": written}) == [GOOD]


def test_a_mail_comes_with_all_that_a_reader_needs() -> None:
    engine = ScriptedEngine({"s1": [rewrite(GOOD)]})
    case = Case(Kind.HELD_OUT, "m-1", f"{BLAME} {CIVIL}", "Where is it?", "shop")
    (one,) = propose(engine, [case], 4, 0, frozenset())
    assert (one["mail"], one["slot"], one["sentence"]) == ("m-1", "s1", BLAME)
    assert (one["draft"], one["customer_message"]) == (case.draft, case.customer_message)
    assert one["likeliest"]


def test_what_was_marked_is_not_read_twice() -> None:
    engine = ScriptedEngine({"s1": [rewrite(GOOD)]})
    case = Case(Kind.HELD_OUT, "m-1", BLAME, None, "shop")
    assert list(propose(engine, [case], 4, 0, frozenset({("m-1", "s1", GOOD)}))) == []


def test_a_sentence_without_a_finding_counts_where_the_model_would_change_it() -> None:
    better = "The office will be open on Friday."
    draft = f"{BLAME} {CIVIL}"
    unsure, sure = [KEEP, rewrite(better)], [KEEP, rewrite(better)]
    assert texts({"s2": sure}, draft, share=0.9) == []
    assert set(texts({"s2": unsure}, draft, share=0.1)) <= {better}


def test_of_many_wordings_a_few_are_enough() -> None:
    wordings = [
        "The form isn't filled in yet.",
        "The form hasn't been filled in yet.",
        "The form is not filled in yet.",
        "We don't have the form filled in yet.",
    ]
    assert 1 < len(texts({"s1": [rewrite(text) for text in wordings]})) <= MOST
