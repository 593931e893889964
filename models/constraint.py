"""llguidance behind two small classes: compile a grammar, and say which tokens may come next.

A grammar that is refused or breaks on the way is an error, never free text. Knows nothing of slots.
"""

from typing import Any

import llguidance
import llguidance.hf
import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerBase

from drafting.errors import GrammarError

LIMITS = llguidance.LLParserLimits(
    initial_lexer_fuel=100_000_000,
    step_lexer_fuel=10_000_000,
    max_lexer_states=1_000_000,
)
"""The default limits give up on a long list of avoided phrases ("too many expressions")."""


class Constraints:
    """Compiles grammars for one tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        self._tokens: Any = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary)
        self.vocabulary = vocabulary

    def compile(self, grammar: str) -> "Constraint":
        """Return a fresh constraint at the start of a grammar.

        Raises:
            GrammarError: the grammar is refused.

        """
        matcher = llguidance.LLMatcher(self._tokens, grammar, limits=LIMITS, log_level=0)
        if matcher.is_error():
            raise GrammarError(f"A slot's grammar was refused: {_first_line(matcher)}")
        return Constraint(matcher, self.vocabulary)


class Constraint:
    """Where one filling stands in its grammar."""

    def __init__(self, matcher: Any, vocabulary: int) -> None:
        self._matcher = matcher
        self._vocabulary = vocabulary

    def copy(self) -> "Constraint":
        """Return a second constraint at the same place."""
        return Constraint(self._matcher.deep_copy(), self._vocabulary)

    def allowed(self) -> npt.NDArray[np.bool_]:
        """Return which tokens may come next: bool of shape (vocabulary,).

        None is allowed where the grammar can't go on with any token of this vocabulary.

        Raises:
            GrammarError: the engine ran out of its limits.

        """
        mask = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._check()
        return np.unpackbits(mask, bitorder="little")[: self._vocabulary].astype(bool)

    def permits(self, token: int) -> bool:
        """Tell whether one token may come next; a thousandth of the cost of `allowed`."""
        return bool(self._matcher.validate_tokens([token]))

    def advance(self, token: int) -> None:
        """Take a token that `allowed` allows.

        Raises:
            GrammarError: it isn't allowed.

        """
        if not self._matcher.consume_token(token):
            raise GrammarError(f"A token was refused: {_first_line(self._matcher)}")
        self._check()

    @property
    def complete(self) -> bool:
        """Whether the filling may end here."""
        return bool(self._matcher.is_accepting())

    @property
    def closed(self) -> bool:
        """Whether nothing but the end may follow."""
        return bool(self._matcher.is_stopped())

    def _check(self) -> None:
        if self._matcher.is_error():
            raise GrammarError(f"The grammar's engine gave up: {_first_line(self._matcher)}")


def _first_line(matcher: Any) -> str:
    """Return the kind of the engine's error: its first clause, which holds no text of the mail."""
    return str(matcher.get_error()).partition(":")[0].partition("\n")[0][:80]
