"""Text to token ids, so that nothing in a mail can pass for a control token.

Only the frame of the chat template is read with its control tokens; what people wrote goes through
`split_special_tokens`, under which `<|im_end|>` is nothing but characters.
"""

from transformers import PreTrainedTokenizerBase

CONTENT = "DRAFTINGCONTENT"
"""Stands in the chat template where the content goes; found again in the rendered frame."""


class Encoder:
    """Encodes prompts for one tokenizer, with its chat template where it has one."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokenizer = tokenizer
        self.end = int(tokenizer.eos_token_id)
        self._control = frozenset(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
        """Tokens that no text of a person may become."""

    def plain(self, text: str) -> list[int]:
        """Return the ids of a text in which nothing is a control token."""
        ids = self._encode(text)
        if not self._control.isdisjoint(ids):
            # sentencepiece finds its control pieces even so: take their names apart.
            for name in self.tokenizer.all_special_tokens:
                text = text.replace(name, f"{name[:1]} {name[1:]}")
            ids = [i for i in self._encode(text) if i not in self._control]
        return ids

    def prompt(self, system: str, content: str) -> list[int]:
        """Return the ids of the shared prompt, up to where the model's answer begins."""
        if not self.tokenizer.chat_template:
            return self.plain(f"{system}\n\n{content}\n\n")
        head, tail = self._frame(system)
        return [*self._read_control(head), *self.plain(content), *self._read_control(tail)]

    def _frame(self, system: str) -> tuple[str, str]:
        """Render the chat template around the content."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": CONTENT}]
        frame = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        head, _, tail = str(frame).partition(CONTENT)
        return head, tail

    def _encode(self, text: str) -> list[int]:
        ids = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return list(ids["input_ids"])

    def _read_control(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])
