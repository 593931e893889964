"""Token jobs by hand, for tests below the engine."""

from models.constraint import Constraint, Constraints
from models.jobs import Job
from tests.tiny import bpe_tokenizer

CONSTRAINTS = Constraints(bpe_tokenizer(), len(bpe_tokenizer()))
ANYTHING = r"start: /[a-z .]*/"


def compile_grammar(grammar: str) -> Constraint:
    """Return a constraint of the tiny byte-level tokenizer."""
    return CONSTRAINTS.compile(grammar)


def make_job(
    ask: int,
    header: list[int],
    grammar: str = ANYTHING,
    *,
    slot: str = "s1",
    limit: int = 20,
    seed: int = 0,
    candidates: int = 1,
) -> Job:
    """Return a job whose tokens are given."""
    return Job(ask, slot, header, compile_grammar(grammar), limit, seed, candidates)
