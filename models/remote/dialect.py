"""How a request says which grammar the answer must follow, in the dialect of each server.

Read in the servers' own sources:

- vLLM takes `structured_outputs: {"grammar": ...}` (vllm/sampling_params.py,
  `StructuredOutputsParams`); before 0.12 it took `guided_grammar` (docs/features/
  structured_outputs.md). Its guidance backend hands the text to llguidance as Lark
  (v1/structured_output/backend_guidance.py), with llguidance's own limits, and ends an answer where
  those are reached.
- llama.cpp's server takes `grammar`, and hands one that starts with `%llguidance` to llguidance
  where it was built with LLAMA_LLGUIDANCE (common/sampling.cpp, docs/llguidance.md). Where
  llguidance gives up, the rest is written without any grammar (common/llguidance.cpp). It writes
  several answers to one request only where it has as many slots free, so each is asked for alone.

Knows nothing of mails, connections or answers.
"""

from enum import StrEnum
from typing import Any

from models.sampling import NUCLEUS, TEMPERATURE

Body = dict[str, Any]

TOP = 20
"""Likeliest first tokens that are asked for: as many as vLLM gives by default (--max-logprobs)."""
LARK_FOLLOWS = "%llguidance {}\n"


class Dialect(StrEnum):
    """Whose fields a request has."""

    VLLM = "vllm"
    VLLM_GUIDED = "vllm-guided"
    LLAMACPP = "llamacpp"

    def constrain(self, grammar: str) -> Body:
        """Return the fields that hold an answer to a grammar."""
        match self:
            case Dialect.VLLM:
                return {"structured_outputs": {"grammar": grammar}}
            case Dialect.VLLM_GUIDED:
                return {"guided_grammar": grammar}
            case Dialect.LLAMACPP:
                return {"grammar": LARK_FOLLOWS + grammar}

    @property
    def scores(self) -> bool:
        """Whether the server tells how likely a given text is (`echo` with `logprobs`).

        llama.cpp's server tells it of what it writes alone (its issue 27174).
        """
        return self is not Dialect.LLAMACPP

    def write(self, shared: Body, seeds: list[int]) -> list[Body]:
        """Return the requests for one answer more than there are seeds.

        The first takes the likeliest tokens, the others are sampled as the local engine does it.
        """
        likeliest = {"n": 1, "temperature": 0.0, "logprobs": True, "top_logprobs": TOP}
        # Only the likeliest answer's first word is weighed against other words.
        sampled = {
            "temperature": TEMPERATURE,
            "top_p": NUCLEUS,
            "logprobs": True,
            "top_logprobs": 1,
        }
        bodies = [shared | likeliest]
        if self is Dialect.LLAMACPP:
            bodies += [shared | sampled | {"n": 1, "seed": seed} for seed in seeds]
        elif seeds:
            bodies.append(shared | sampled | {"n": len(seeds), "seed": seeds[0]})
        return bodies
