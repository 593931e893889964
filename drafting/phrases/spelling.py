"""How customers write words, put right word by word (`prompts/spellings.yaml`).

It knows single words and nothing around them: a wrong form that is a word of its own is in no list.
"""

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from drafting.prompt import PROMPTS, read_entry, read_mapping
from drafting.situations import Entry

SPELLINGS = PROMPTS / "spellings.yaml"


class _File(Entry):
    spellings: dict[str, str]
    """Wrong forms with white space between them, by the right one."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        wrong = [form for forms in self.spellings.values() for form in forms.split()]
        for form in wrong:
            if wrong.count(form) > 1 or form in self.spellings or form != form.lower():
                raise ValueError(f"{form!r} stands there twice, or as a right form, or in capitals")
        return self


@cache
def load_spellings(path: Path = SPELLINGS) -> dict[str, str]:
    """Return the right form of each wrong one, all in small letters.

    Raises:
        PromptFileError: the file is wrong; the message says where.

    """
    file = read_entry(_File, read_mapping(path), path.name)
    return {wrong: right for right, forms in file.spellings.items() for wrong in forms.split()}


def spell(word: str) -> str:
    """Return a word in small letters as it is spelt, with its "'s" where it has one."""
    known, bare = load_spellings(), word.removesuffix("'s")
    if word in known:
        return known[word]
    return known.get(bare, bare) + word[len(bare) :]
