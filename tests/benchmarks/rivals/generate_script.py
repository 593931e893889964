"""Plain `generate()` of transformers on the default model's weights, in the precision that we use."""

import time
from collections.abc import Callable
from typing import Any

import torch
import transformers
from transformers import AutoModelForCausalLM
from transformers.generation.streamers import BaseStreamer

from drafting.settings import load_settings
from models.store import prepare_default_model
from models.weights import choose_device, choose_dtype
from tests.benchmarks.rivals.protocol import Answer, Command, serve


class Clock(BaseStreamer):
    """Notes when the first token is there."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.puts: list[float] = []

    def put(self, value: torch.Tensor) -> None:
        """Take the prompt, then each token."""
        if len(self.puts) < 2:
            self.puts.append(time.perf_counter() - self.started)

    def end(self) -> None:
        """Take the end."""


def load() -> tuple[Answer, Callable[[Command], Answer]]:
    """Load the model as transformers loads it."""
    settings = load_settings()
    device = choose_device(settings.device)
    source, dtype = prepare_default_model(settings.cache), choose_dtype(device)
    family: Any = AutoModelForCausalLM
    model = family.from_pretrained(source, dtype=dtype).to(device).eval()

    def write(command: Command) -> Answer:
        ids = torch.tensor([command["prompt"]], device=device)
        count, clock = command["tokens"], Clock()
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            min_new_tokens=count,
            max_new_tokens=count,
            do_sample=False,
            streamer=clock,
        )
        seconds = time.perf_counter() - clock.started
        tokens = made.shape[1] - ids.shape[1]
        return {"seconds": seconds, "first_seconds": clock.puts[1], "tokens": tokens}

    return {"version": transformers.__version__, "dtype": str(dtype)}, write


if __name__ == "__main__":
    serve(load)
