"""A mail is filled in the same way alone and beside other mails: rows of a batch share no state.

In float64, where the order in which a batch adds up is too small to turn a choice.
"""

from functools import cache

import pytest

from drafting.draft import parse
from drafting.engine import Ask, Filled, Fillings
from drafting.prompt import load_templates, make_mail
from drafting.slots import make_slots
from models.engine import LocalEngine
from models.transformers_loading import open_model
from tests.drafts import rows
from tests.tiny import bpe_tokenizer, causal_model, seq2seq_model, unigram_tokenizer

FAMILIES = ("causal", "seq2seq")


@cache
def precise_engine(family: str) -> LocalEngine:
    """Return an engine over a random model that computes in float64."""
    causal = family == "causal"
    model = causal_model() if causal else seq2seq_model()
    tokenizer = bpe_tokenizer() if causal else unigram_tokenizer()
    template = load_templates()["trained"]
    return LocalEngine(open_model(model.double()), tokenizer, template, family, rewrite_tokens=40)


def ask(draft: str, message: str | None = None, *, seed: int = 3, candidates: int = 8) -> Ask:
    reading = parse(draft)
    paragraphs = [[sentence.text for sentence in reading.sentences]]
    mail = make_mail(message, "Hello,", paragraphs)
    return Ask(mail, make_slots(reading, message), candidates, seed)


MAIL = ask(
    "You failed to sign form 7. The fee of $40 stays. It is final.",
    "Why do I pay $40 again?",
    # With others, the random sequence-to-sequence model finishes hardly anything.
    seed=12,
)
SHORT = ask("No.", seed=9, candidates=1)
LONG = ask(" ".join(row.draft() for row in rows()[:2]), "I have waited for three weeks.", seed=1)


def texts(fillings: Fillings) -> dict[str, list[tuple[str, str | None]]]:
    return {
        slot: [(filled.candidate.op.value, filled.candidate.text) for filled in written]
        for slot, written in fillings.items()
    }


def figures(fillings: Fillings) -> list[float]:
    written: list[Filled] = [filled for slot in sorted(fillings) for filled in fillings[slot]]
    return [figure for filled in written for figure in (filled.log_probability, filled.share)]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mail_is_filled_as_if_it_were_alone(family: str) -> None:
    engine = precise_engine(family)
    (alone,) = engine.fill([MAIL])
    assert len(texts(alone)["opening"]) + len(texts(alone)["closing"]) > 1, "something to compare"
    for batch in ([SHORT, MAIL], [MAIL, LONG], [SHORT, MAIL, LONG, MAIL]):
        filled = engine.fill(batch)
        for beside in (filled[n] for n, one in enumerate(batch) if one is MAIL):
            assert texts(beside) == texts(alone)
            assert figures(beside) == pytest.approx(figures(alone), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_slot_is_filled_as_if_it_were_alone(family: str) -> None:
    engine = precise_engine(family)
    (whole,) = engine.fill([MAIL])
    for slot in MAIL.slots:
        (alone,) = engine.fill([Ask(MAIL.mail, (slot,), MAIL.candidates, MAIL.seed)])
        assert texts(alone) == {slot.id: texts(whole)[slot.id]}
