"""The processes that are timed, and the one way in which they are asked.

Each loads its model once and waits; only the one that is asked works, so all can be measured in turn.
One that can't be started, dies or falls silent is out of the run, with its reason.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from models.store import find_gguf
from tests.benchmarks.installing import find_python
from tests.benchmarks.places import BUILD, ROOT

RIVALS = ROOT / "tests" / "benchmarks" / "rivals"
PATIENCE = 300.0
"""Seconds that one answer may take."""
NAMES = {
    "ours": "ours",
    "generate": "plain generate()",
    "openvino": "OpenVINO GenAI",
    "llamacpp": "llama.cpp",
}
"""The contenders, as tables and plots call them."""


class DroppedError(Exception):
    """A contender is out of the run; the text says why."""


@dataclass
class Contender:
    """One process that answers commands, or the reason why there is none."""

    name: str
    command: list[str]
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    start_seconds: float = 0.0
    """From the start of the process until its model stands."""
    peak_mb: float = 0.0
    threads: int | None = None
    """Threads that torch uses; as many as there are cores if not told."""
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the process and wait until its model stands; on failure, `reason` is set."""
        BUILD.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        variables = {"TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": str(ROOT)}
        if self.threads:
            variables["OMP_NUM_THREADS"] = str(self.threads)
        try:
            with (BUILD / f"{self.name}.log").open("wb") as log:
                self._process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=ROOT,
                    env=os.environ | variables,
                )
            self.facts = self._read()
        except OSError as error:
            self.drop(error.strerror or type(error).__name__)
        except DroppedError as dropped:
            self.drop(str(dropped))
        self.start_seconds = time.perf_counter() - began

    def ask(self, **command: Any) -> dict[str, Any]:
        """Return the answer to a command.

        Raises:
            DroppedError: there is none; the contender is out of the run from now on.

        """
        if self.reason or self._process is None:
            raise DroppedError(self.reason)
        try:
            assert self._process.stdin, "it was opened as a pipe"
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
            return self._read()
        except (OSError, DroppedError) as error:
            self.drop(str(error))
            raise DroppedError(self.reason) from error

    def drop(self, reason: str) -> None:
        """Take it out of the run."""
        self.reason = reason
        self.stop()

    def stop(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        # Leaving it closes its pipes and waits for its end.
        with suppress(OSError), self._process:
            pass
        self._process = None

    def _read(self) -> dict[str, Any]:
        assert self._process, "it was started"
        assert self._process.stdout, "it was opened as a pipe"
        line = _read_line(self._process.stdout)
        if not line:
            raise DroppedError(self._tell_end())
        answer: dict[str, Any] = json.loads(line)
        self.peak_mb = max(self.peak_mb, answer.get("peak_mb", 0.0))
        if "error" in answer:
            raise DroppedError(answer["error"])
        return answer

    def _tell_end(self) -> str:
        """Say how a process ended that answers no more."""
        assert self._process, "it was started"
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return f"no answer within {PATIENCE:.0f} seconds"
        how = f"signal {-code}" if code < 0 else f"status {code}"
        return f"its process ended ({how}); see {self.name}.log beside the results"


def open_contenders(
    names: Sequence[str] = tuple(NAMES), threads: int | None = None
) -> dict[str, Contender]:
    """Start the contenders one after the other; those that can't be are there with a reason."""
    here, gguf = [sys.executable, "-m"], str(find_gguf())
    commands = {
        "ours": [*here, "tests.benchmarks.rivals.ours_script"],
        "generate": [*here, "tests.benchmarks.rivals.generate_script"],
        "openvino": [str(RIVALS / "openvino_genai_script.py"), gguf],
        "llamacpp": [str(RIVALS / "llama_cpp_script.py"), gguf],
    }
    contenders = {}
    for name in names:
        contender = contenders[name] = Contender(name, commands[name], threads=threads)
        if name in ("openvino", "llamacpp"):
            python, why = find_python(name)
            if python is None:
                contender.reason = why
                continue
            contender.command = [str(python), *contender.command]
        contender.start()
    return contenders


@contextmanager
def opened(name: str, threads: int | None = None) -> Iterator[Contender]:
    """Yield one of our own contenders, started.

    Raises:
        DroppedError: it can't be.

    """
    contender = open_contenders([name], threads)[name]
    try:
        if contender.reason:
            raise DroppedError(contender.reason)
        yield contender
    finally:
        contender.stop()


def _read_line(pipe: IO[bytes]) -> bytes:
    """Read one line, or nothing where the pipe is closed or `PATIENCE` is over."""
    line, end = b"", time.monotonic() + PATIENCE
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
        part = os.read(pipe.fileno(), 1 << 16) if ready else b""
        if not part:
            return b""
        line += part
    return line
