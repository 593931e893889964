"""Where the benchmarks keep what they make: all of it under build/, which git ignores."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build" / "bench"
"""Virtual environments of the rivals, their logs and all results."""
