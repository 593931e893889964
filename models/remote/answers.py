"""Read what a server answers to a chat request: texts, and how likely it found them.

Takes nothing for granted. Knows nothing of grammars; whoever uses a text must hold it against its
own first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from models.remote.client import UnusableError

LEAST = -1e4
"""vLLM writes -9999 for what is impossible, since JSON has no infinity."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not checked yet."""

    text: str
    log_probability: float
    """Mean over its tokens, in nats; minus infinity where the server doesn't tell.

    Servers tell it as it was before the grammar took other tokens away, so it is at most what the
    local engine would have said; but for the first token, which is weighed as `share` is.
    """
    share: float
    """Probability of the first token among those that may begin an answer; 1 where it isn't told."""


class _Likelihood(BaseModel):
    token: str
    logprob: float


class _Token(_Likelihood):
    top_logprobs: list[_Likelihood] = []


class _Tokens(BaseModel):
    content: list[_Token] | None = None


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    logprobs: _Tokens | None = None


class _Reply(BaseModel):
    choices: list[_Choice]


def read_answers(reply: object, words: Sequence[str]) -> list[Answer]:
    """Return the answers of a reply; `words` are those that one may begin with.

    Raises:
        UnusableError: the reply isn't one to a chat request.

    """
    try:
        choices = _Reply.model_validate(reply).choices
    except (ValidationError, RecursionError):
        raise UnusableError("it isn't an answer to a chat request") from None
    return [_read(choice, words) for choice in choices]


def _read(choice: _Choice, words: Sequence[str]) -> Answer:
    text = (choice.message.content or "").strip()
    tokens = (choice.logprobs and choice.logprobs.content) or []
    told = [token.logprob for token in tokens]
    if not told or not all(LEAST <= value <= 0.0 for value in told):
        return Answer(text, -math.inf, 1.0)
    share = _weigh(tokens[0], words)
    mean = (math.log(share) + math.fsum(told[1:])) / len(told)
    return Answer(text, mean, share)


def _weigh(first: _Token, words: Sequence[str]) -> float:
    """Return the share of the first token among those that may begin an answer."""
    told = {first.token: first.logprob}
    for other in first.top_logprobs:
        if _may_begin(other.token, words) and other.logprob <= 0.0:
            told.setdefault(other.token, other.logprob)
    mass = math.fsum(math.exp(value) for value in told.values())
    # Beneath what a float can hold, nothing is known of it.
    return max(math.exp(first.logprob) / mass, 1e-9) if mass else 1e-9


def _may_begin(token: str, words: Sequence[str]) -> bool:
    piece = token.lstrip()
    return bool(piece) and any(
        word.startswith(piece) or piece.startswith(f"{word}:") for word in words
    )
