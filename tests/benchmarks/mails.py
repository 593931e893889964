"""The drafts that are measured: curt ones of 2, 5 and 12 sentences, each with what the customer wrote.

Written by hand in the shape of real support mail: some sentences are fine, some cold, blaming or
full of policy, and some are such that no move of prompts/moves has an answer to them. `{n}` is
a number that changes with each repeat, so that nobody profits from having seen the text before.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.benchmarks.places import HERE

SIZES = (2, 5, 12)


@dataclass(frozen=True, slots=True)
class Mail:
    """A curt draft and the message that it answers."""

    name: str
    size: int
    """Sentences of the draft, greeting and sign-off not counted."""
    customer: str
    draft: str

    def numbered(self, number: int) -> "Mail":
        """Return the same mail with another case number."""
        n = str(number % 9000 + 1000)
        customer, draft = self.customer.replace("{n}", n), self.draft.replace("{n}", n)
        return Mail(self.name, self.size, customer, draft)


@cache
def load_mails() -> tuple[Mail, ...]:
    """Return all drafts, short ones first."""
    mails = [
        Mail(entry["name"], entry["size"], entry["customer"], _lay_out(entry["draft"]))
        for entry in _read()
    ]
    return tuple(sorted(mails, key=lambda mail: mail.size))


def take_mails(size: int) -> list[Mail]:
    """Return the drafts of a size."""
    return [mail for mail in load_mails() if mail.size == size]


def make_mail(sentences: int) -> Mail:
    """Return a draft of so many sentences, put together from the others without repeating one."""
    customer = take_mails(12)[0].customer
    lines = [line for entry in reversed(_read()) for line in _body(entry["draft"])][:sentences]
    paragraphs = [" ".join(lines[start : start + 4]) for start in range(0, len(lines), 4)]
    draft = "\n\n".join(["Dear Ms Okafor,", *paragraphs, "Kind regards,\nSupport\n"])
    return Mail(f"{sentences} sentences", sentences, customer, draft)


def _lay_out(draft: str) -> str:
    """Return a draft as it is sent: the lines of a paragraph in one, those of the sign-off apart."""
    greeting, *body, sign_off = draft.strip().split("\n\n")
    return "\n\n".join([greeting, *(part.replace("\n", " ") for part in body), sign_off]) + "\n"


def _body(draft: str) -> list[str]:
    """Return the sentences of a draft."""
    return [line for part in draft.strip().split("\n\n")[1:-1] for line in part.splitlines()]


@cache
def _read() -> tuple[Any, ...]:
    return tuple(yaml.safe_load((HERE / "mails.yaml").read_text(encoding="utf-8")))
