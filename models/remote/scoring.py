"""Reverse likelihood from a server: how well a candidate's text predicts the sentence, in its model.

vLLM tells how likely each token of a prompt is (`echo` with `logprobs` and `max_tokens` 0 of
/v1/completions, vllm/entrypoints/openai/completion/protocol.py). Where that can't be read, the
meaning is unknown, which is beneath any bar.
"""

import logging
import math
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from drafting.errors import RemoteError
from drafting.prompt import Template, one_line
from models.remote.client import Client, UnusableError
from models.remote.messages import disarm

log = logging.getLogger(__name__)

UNKNOWN = -math.inf


class _Tokens(BaseModel):
    tokens: list[str]
    token_logprobs: list[float | None]


class _Choice(BaseModel):
    index: int
    logprobs: _Tokens


class _Reply(BaseModel):
    choices: list[_Choice]


class ServerScorer:
    """Asks the server how likely sentences are after what may replace them."""

    def __init__(self, client: Client, model: str, template: Template) -> None:
        self._client = client
        self._model = model
        self._template = template
        # What stands between text and sentence: found again among the tokens, it is where to begin.
        self._mark = disarm(template.reverse.partition("{text}")[2])

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the mean log-probability (nats) of each sentence; `UNKNOWN` where it isn't told."""
        try:
            return self.measure(pairs)
        except (UnusableError, RemoteError) as error:
            log.warning("The server didn't say what %d texts mean: %s.", len(pairs), error)
            return [UNKNOWN] * len(pairs)

    def measure(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return what `__call__` does.

        Raises:
            UnusableError: the server doesn't tell how likely the tokens of a prompt are.
            RemoteError: it can't be asked.

        """
        # The end of the line stands for the end token that the local engine counts.
        prompts = [
            disarm(self._template.ask_reverse(text) + one_line(sentence)) + "\n"
            for sentence, text in pairs
        ]
        body = {"model": self._model, "prompt": prompts, "temperature": 0.0}
        body |= {"max_tokens": 0, "echo": True, "logprobs": 1}
        reply = self._client.post("/completions", body)
        try:
            choices = sorted(_Reply.model_validate(reply).choices, key=lambda choice: choice.index)
        except (ValidationError, RecursionError):
            raise UnusableError("it tells no likelihoods of a prompt's tokens") from None
        if [choice.index for choice in choices] != list(range(len(pairs))):
            raise UnusableError("it answers to other prompts than were sent")
        return [self._read(choice.logprobs) for choice in choices]

    def _read(self, told: _Tokens) -> float:
        """Return the mean over the tokens behind the mark.

        Not by the offsets that the server gives: where it puts a token before the prompt, they are
        counted from there.
        """
        if len(told.tokens) != len(told.token_logprobs):
            return UNKNOWN
        begin = "".join(told.tokens).rfind(self._mark)
        if begin < 0:
            return UNKNOWN
        at, values = 0, []
        for token, value in zip(told.tokens, told.token_logprobs, strict=True):
            at += len(token)
            # One that holds the mark's last blank and the first word belongs to the sentence.
            if at > begin + len(self._mark):
                values.append(value)
        known = [value for value in values if value is not None and -1e5 < value <= 0.0]
        return math.fsum(known) / len(known) if known and len(known) == len(values) else UNKNOWN
