"""Text to token ids, so that nothing in a mail can pass for a control token.

Only the frame of the chat template is read with its control tokens; what people wrote goes through
`split_special_tokens`, under which `<|im_end|>` is nothing but characters.
"""

import re

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from drafting.errors import ModelBrokenError

CONTENT = "DRAFTINGCONTENT"
"""Stands in the chat template where the content goes; found again in the rendered frame."""
MARKER = re.compile(r"<[^\s<>]+>|\[[A-Z_/]+\]")
"""What an added token looks like that means something: `<think>`, `[INST]`."""


class Encoder:
    """Encodes prompts for one tokenizer, with its chat template where it has one.

    Raises:
        ModelBrokenError: the tokenizer has no token for the end of an answer.

    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        if tokenizer.eos_token_id is None:
            raise ModelBrokenError(
                "The model's tokenizer has no end token. "
                "Set eos_token in its tokenizer_config.json, or name another model."
            )
        self.tokenizer = tokenizer
        self.end = int(tokenizer.eos_token_id)
        names = _control_names(tokenizer)
        self._names = sorted(names.values(), key=len, reverse=True)
        self._control = frozenset(names) - {tokenizer.unk_token_id}
        """Tokens that no text of a person may become."""

    def plain(self, text: str) -> list[int]:
        """Return the ids of a text in which nothing is a control token."""
        ids = self._encode(text)
        if not self._control.isdisjoint(ids):
            # sentencepiece finds its control pieces even so, and markers that a tokenizer doesn't
            # declare special are never split: take their names apart.
            for name in self._names:
                text = text.replace(name, f"{name[:1]} {name[1:]}")
            ids = [i for i in self._encode(text) if i not in self._control]
        return ids

    def prompt(self, system: str, content: str) -> list[int]:
        """Return the ids of the shared prompt, up to where the model's answer begins."""
        if not self.tokenizer.chat_template:
            return self.plain(f"{system}\n\n{content}\n\n")
        head, tail = self._frame(system)
        return [*self._read_control(head), *self.plain(content), *self._read_control(tail)]

    def frame(self, system: str) -> list[int]:
        """Return the ids that each prompt with this system text begins with."""
        return self._read_control(self._frame(system)[0]) if self.tokenizer.chat_template else []

    def _frame(self, system: str) -> tuple[str, str]:
        """Render the chat template around the content."""
        asked = {"role": "user", "content": CONTENT}
        try:
            frame = self._render([{"role": "system", "content": system}, asked])
        except TemplateError:
            # Some templates (Gemma's, the first Mistral's) refuse the system role.
            frame = self._render([asked | {"content": f"{system}\n\n{CONTENT}"}])
        head, _, tail = frame.partition(CONTENT)
        return head, tail

    def _render(self, messages: list[dict[str, str]]) -> str:
        return str(
            self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        )

    def _encode(self, text: str) -> list[int]:
        ids = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return list(ids["input_ids"])

    def _read_control(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def _control_names(tokenizer: PreTrainedTokenizerBase) -> dict[int, str]:
    """Return all that a tokenizer has for control: special tokens and other added `<markers>`."""
    added = {
        index: token.content
        for index, token in tokenizer.added_tokens_decoder.items()
        if token.special or MARKER.fullmatch(token.content)
    }
    return added | dict(zip(tokenizer.all_special_ids, tokenizer.all_special_tokens, strict=True))
