"""llguidance behind two small classes: compile a grammar, and say which tokens may come next.

A grammar that is refused or breaks on the way is an error, never free text. Knows nothing of slots.
"""

import re
from collections import OrderedDict
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

KEPT = 8
"""Grammars that are kept, 1 MB each: sentences without facts share one."""
USES = 200
"""Slots for which a kept grammar serves. Copies share what its lexer has learnt: until it has learnt
anything, a row's questions take ten times as long. But in the end it would come to its limits."""

PLACE = re.compile(r"(?:at )?(\d+\(\d+\)):")
"""Line and column, with which an error of the engine's grammar reader starts."""
KINDS = (
    *("too many expressions", "too many states", "too big", "doesn't satisfy the grammar"),
    *("invalid regex", "unknown name", "unknown special token", "lexer error", "Expected"),
)
"""What the engine says that is worth passing on."""
DEAD_END = "NoExtension"
"""How the engine's error starts where a vocabulary has no token for what must follow."""


class Constraints:
    """Compiles grammars for one tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self._tokenizer = tokenizer
        self._pieces: Pieces | None = None
        try:
            backend: Any = tokenizer
            self._tokens: Any = llguidance.hf.from_tokenizer(backend, n_vocab=vocabulary)
        except ValueError:
            # It can't read the decoder of sentencepiece's unigram models (T5): give it the pieces.
            self._pieces = Pieces(tokenizer, vocabulary)
            wrapped = llguidance.TokenizerWrapper(self._pieces)
            self._tokens = llguidance.LLTokenizer(wrapped, n_vocab=vocabulary)
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        """A matcher at the start of each grammar, which nobody moves on, and how often it served."""

    def read(self, ids: list[int]) -> str:
        """Return the text of ids that a constraint let through, to the letter."""
        if self._pieces:
            return b"".join(self._pieces.tokens[index] for index in ids).decode()
        return str(self._tokenizer.decode(ids, clean_up_tokenization_spaces=False))

    def compile(self, grammar: str) -> "Constraint":
        """Return a fresh constraint at the start of a grammar.

        Raises:
            GrammarError: the grammar is refused.

        """
        matcher, uses = self._kept.pop(grammar, (None, USES))
        if uses >= USES:
            matcher, uses = self._start(grammar), 0
        self._kept[grammar] = matcher, uses + 1
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return Constraint(matcher.deep_copy(), self.vocabulary)

    def _start(self, grammar: str) -> Any:
        matcher = llguidance.LLMatcher(self._tokens, grammar, limits=LIMITS, log_level=0)
        if matcher.is_error():
            raise explain_refusal(matcher)
        return matcher


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
        if self._matcher.is_error() and self._matcher.get_error().startswith(DEAD_END):
            return np.zeros(self._vocabulary, dtype=bool)
        self._check()
        return np.unpackbits(mask, bitorder="little")[: self._vocabulary].astype(bool)

    def permits(self, token: int) -> bool:
        """Tell whether one token may come next; a thousandth of the cost of `allowed`.

        Where the grammar forces a text, `allowed` names its usual spelling in tokens alone; this
        lets any spelling through.
        """
        return bool(self._matcher.validate_tokens([token]))

    def advance(self, token: int) -> None:
        """Take a token that `allowed` allows.

        Raises:
            GrammarError: it isn't allowed.

        """
        if not self._matcher.consume_token(token):
            raise GrammarError(f"A token was refused: {_reason(self._matcher)}")
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
            raise GrammarError(f"The grammar's engine gave up: {_reason(self._matcher)}")


def explain_refusal(matcher: Any) -> GrammarError:
    """Return the error for a matcher whose grammar was refused."""
    return GrammarError(f"A slot's grammar was refused: {_reason(matcher)}")


def _reason(matcher: Any) -> str:
    """Return the kind of the engine's error and its place.

    Nothing else of the engine's own message, which quotes the grammar and with it the mail.
    """
    said = str(matcher.get_error())
    kind = next((kind for kind in KINDS if kind in said), "of an unknown kind")
    place = PLACE.match(said)
    return f"{kind}, at {place.group(1)}" if place else kind


class Pieces:
    """A sentencepiece vocabulary as bytes, in the form that llguidance asks for."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        self.eos_token_id = tokenizer.eos_token_id
        self.bos_token_id = tokenizer.bos_token_id
        names = [str(tokenizer.convert_ids_to_tokens(n)) for n in range(len(tokenizer))]
        # A model's matrix may be wider than its vocabulary; nothing stands in those places.
        names += [f"<none{n}>" for n in range(len(names), vocabulary)]
        special = {*tokenizer.all_special_ids, *range(len(tokenizer), vocabulary)}
        self.special_token_ids = sorted(special)
        self.tokens = [
            b"\xff" + name.encode() if index in special else piece_bytes(name)
            for index, name in enumerate(names)
        ]
        self._index = {
            piece: index for index, piece in enumerate(self.tokens) if index not in special
        }
        self._longest = max(map(len, self._index))

    def __call__(self, text: bytes | str) -> list[int]:
        """Return pieces that make up a text exactly, the longest first.

        Not the tokenizer's own encoding, which puts a space before any text: llguidance takes what
        this gives for the tokens that a grammar forces.
        """
        left = text.encode() if isinstance(text, str) else text
        ids: list[int] = []
        while left:
            size = next(
                (n for n in range(min(len(left), self._longest), 0, -1) if left[:n] in self._index),
                0,
            )
            if not size:
                return ids
            ids.append(self._index[left[:size]])
            left = left[size:]
        return ids


BYTE = re.compile(r"<0x([0-9A-F]{2})>")
SPACE = "\u2581"
"""sentencepiece's mark for a space."""


def piece_bytes(name: str) -> bytes:
    """Return the bytes that a sentencepiece piece stands for."""
    match = BYTE.fullmatch(name)
    return bytes([int(match.group(1), 16)]) if match else name.replace(SPACE, " ").encode()
