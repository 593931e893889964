"""Hold a finished text against the grammar that it was to follow, byte by byte.

The server's tokenizer isn't known here and needn't be: over single bytes, a grammar has the same
texts as over any tokens. Knows nothing of slots or servers.
"""

from functools import cache
from typing import Any

import llguidance

from models.constraint import LIMITS, explain_refusal

END = 256


class Bytes:
    """A vocabulary of the 256 bytes and an end, in the form that llguidance asks for."""

    eos_token_id = END
    bos_token_id = None
    special_token_ids = (END,)
    tokens = (*(bytes([value]) for value in range(256)), b"\xff<end>")

    def __call__(self, text: bytes | str) -> list[int]:
        """Return the bytes of a text."""
        return list(text.encode() if isinstance(text, str) else text)


@cache
def _make_tokens() -> Any:
    return llguidance.LLTokenizer(llguidance.TokenizerWrapper(Bytes()), n_vocab=END + 1)


class Checker:
    """Tells which texts one grammar allows.

    Raises:
        GrammarError: the grammar is refused.

    """

    def __init__(self, grammar: str) -> None:
        self._start = llguidance.LLMatcher(_make_tokens(), grammar, limits=LIMITS, log_level=0)
        if self._start.is_error():
            raise explain_refusal(self._start)

    def accepts(self, text: str) -> bool:
        """Tell whether a text, whole, is one that the grammar allows."""
        matcher = self._follow(text)
        return matcher is not None and bool(matcher.is_accepting())

    def begins(self, text: str) -> bool:
        """Tell whether a text is the beginning of one that the grammar allows."""
        return self._follow(text) is not None

    def _follow(self, text: str) -> Any:
        try:
            given = list(text.encode())
        except UnicodeEncodeError:
            # Half of a pair of surrogates, which JSON can hold, is no text.
            return None
        matcher = self._start.deep_copy()
        # Where the engine runs out of its limits, too, the text isn't shown to be allowed.
        followed = not given or matcher.consume_tokens(given)
        return matcher if followed and not matcher.is_error() else None
