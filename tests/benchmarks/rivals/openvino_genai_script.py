"""OpenVINO GenAI, reading our GGUF file as it is: python openvino_genai_script.py FILE."""

import sys
import time

import numpy as np
import openvino as ov  # type: ignore[import-not-found]
import openvino_genai as genai  # type: ignore[import-not-found]
from protocol import Answer, Command, cores, serve  # type: ignore[import-not-found]


def load() -> tuple[Answer, object]:
    """Load the pipeline on all cores."""
    pipe = genai.LLMPipeline(sys.argv[1], "CPU", INFERENCE_NUM_THREADS=cores())

    def write(command: Command) -> Answer:
        ids = np.array([command["prompt"]], dtype=np.int64)
        count = command["tokens"]
        config = genai.GenerationConfig(
            max_new_tokens=count, min_new_tokens=count, ignore_eos=True, do_sample=False
        )
        inputs = genai.TokenizedInputs(ov.Tensor(ids), ov.Tensor(np.ones_like(ids)))
        started = time.perf_counter()
        result = pipe.generate(inputs, config)
        seconds = time.perf_counter() - started
        return {
            "seconds": seconds,
            "first_seconds": result.perf_metrics.get_ttft().mean / 1000,
            "tokens": len(result.tokens[0]),
        }

    return {"version": genai.__version__}, write


if __name__ == "__main__":
    serve(load)
