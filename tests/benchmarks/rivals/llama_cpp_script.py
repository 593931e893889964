"""llama.cpp through llama-cpp-python, reading our GGUF file as it is: python llama_cpp_script.py FILE."""

import sys
import time
from collections.abc import Callable

import llama_cpp  # type: ignore[import-not-found]
from protocol import Answer, Command, cores, serve  # type: ignore[import-not-found]

CONTEXT = 2048


def load() -> tuple[Answer, Callable[[Command], Answer]]:
    """Load the model on all cores."""
    llama = llama_cpp.Llama(
        sys.argv[1], n_ctx=CONTEXT, n_threads=cores(), n_threads_batch=cores(), verbose=False
    )

    def write(command: Command) -> Answer:
        # Nothing is taken over from the prompt before, as with the others.
        llama.reset()
        started = time.perf_counter()
        first, made = 0.0, 0
        # Greedy, and past the end token until the length is reached.
        for _ in llama.generate(command["prompt"], temp=0.0, repeat_penalty=1.0):
            made += 1
            first = first or time.perf_counter() - started
            if made == command["tokens"]:
                break
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "first_seconds": first, "tokens": made}

    features = llama_cpp.llama_print_system_info().decode()
    return {"version": llama_cpp.__version__, "features": features}, write


if __name__ == "__main__":
    serve(load)
