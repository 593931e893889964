"""Install the rivals, each into a virtual environment of its own: python -m tests.benchmarks.installing.

What can't be installed is noted with its reason and stops nothing.
"""

import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from tests.benchmarks.places import BUILD

LINES = 3
"""Lines of an installer's complaint that are kept as the reason."""


@dataclass(frozen=True, slots=True)
class Rival:
    """What pip installs for a rival."""

    name: str
    packages: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)


def rivals() -> list[Rival]:
    """Return the rivals as they are installed on this machine."""
    return [
        Rival("openvino", ("openvino-genai==2026.4.1.0",)),
        Rival(
            "llamacpp",
            ("llama-cpp-python==0.3.36",),
            {"CMAKE_ARGS": " ".join(choose_flags(read_cpu_flags()))},
        ),
    ]


def choose_flags(cpu: frozenset[str]) -> list[str]:
    """Return how llama.cpp is built for a CPU with such features.

    Its default build takes all that the compiler finds and was seen to crash on prompts of more
    than one token, so each feature is named, and AMX left out.
    """
    flags = ["-DGGML_NATIVE=OFF", "-DMTMD_BUILD=OFF", "-DLLAVA_BUILD=OFF"]
    flags += [f"-DGGML_AMX_{part}=OFF" for part in ("TILE", "INT8", "BF16")]
    wide = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= cpu
    if wide:
        names = {
            "AVX512": "avx512f",
            "AVX512_VBMI": "avx512vbmi",
            "AVX512_VNNI": "avx512_vnni",
            "AVX512_BF16": "avx512_bf16",
        }
        flags += [f"-DGGML_{name}=ON" for name, feature in names.items() if feature in cpu]
    return flags


def read_cpu_flags() -> frozenset[str]:
    """Return the CPU's features as Linux names them; none elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(
        next((line.split(":")[1] for line in lines if line.startswith("flags")), "").split()
    )


def find_python(name: str) -> tuple[Path | None, str]:
    """Return the Python of an installed rival, or None and why there is none."""
    python = BUILD / name / "bin" / "python"
    if _stamp(name).is_file() and python.exists():
        return python, ""
    failure = BUILD / f"{name}.failed"
    if failure.is_file():
        return None, failure.read_text(encoding="utf-8").strip()
    return None, "not installed; `make bench` installs it"


def install(rival: Rival) -> str:
    """Install a rival where it isn't yet; return why it can't be, or nothing."""
    stamp, failure = _stamp(rival.name), BUILD / f"{rival.name}.failed"
    wanted = "\n".join([*rival.packages, *rival.variables.values(), platform.python_version()])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return ""
    BUILD.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    failure.unlink(missing_ok=True)
    folder = BUILD / rival.name
    with (BUILD / f"{rival.name}.install.log").open("w+", encoding="utf-8") as log:
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *rival.packages],
        ):
            run = subprocess.run(
                command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | rival.variables
            )
            if run.returncode:
                log.seek(0)
                said = [line.strip() for line in log.read().splitlines() if line.strip()]
                reason = "can't be installed: " + " / ".join(said[-LINES:])
                failure.write_text(reason, encoding="utf-8")
                return reason
    stamp.write_text(wanted, encoding="utf-8")
    return ""


def _stamp(name: str) -> Path:
    return BUILD / f"{name}.installed"


@click.command()
def main() -> None:
    """Install all rivals; llama.cpp is compiled, which takes some minutes, once."""
    for rival in rivals():
        started = time.perf_counter()
        reason = install(rival)
        took = time.perf_counter() - started
        click.echo(f"{rival.name}: {reason or 'installed'} ({took:.0f} s)")


if __name__ == "__main__":
    main()
