"""The README's examples, for tests that run them as they stand there."""

import re
from pathlib import Path

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def block(language: str, holding: str) -> str:
    """Return the README's code block of a language that holds some text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    (found,) = [text for text in blocks if holding in text]
    return str(found)
