"""The texts of one slot as the messages of a chat.

The local engine puts a slot's header where the answer begins, which a chat request can't: here it
ends the question, behind the part that all slots of a mail share and a server remembers.
"""

import re

from drafting.prompt import Mail, Template
from drafting.slots import Slot

MARKER = re.compile(r"<[^\s<>]+>|\[[A-Z_/]+\]")
"""What may be a control token of some model: `<|im_end|>`, `</s>`, `[INST]`.

A server reads such text as the token itself, so it is taken apart in all that people wrote. The
grammar puts a fact that looks like one back to the letter.
"""


def make_messages(template: Template, mail: Mail, slot: Slot) -> list[dict[str, str]]:
    """Return what is asked for one slot."""
    content = f"{template.ask(mail)}\n{template.ask_slot(slot)}".rstrip()
    return [
        {"role": "system", "content": template.system},
        {"role": "user", "content": disarm(content)},
    ]


def disarm(text: str) -> str:
    """Return a text in which nothing is a control token."""
    return MARKER.sub(lambda marker: f"{marker.group()[0]} {marker.group()[1:]}", text)
