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

    def plain(self, text: str) -> list[int]:
        """Return the ids of a text in which nothing is a control token."""
        ids = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        return list(ids["input_ids"])

    def prompt(self, system: str, content: str) -> list[int]:
        """Return the ids of the shared prompt, up to where the model's answer begins."""
        if not self.tokenizer.chat_template:
            return self.plain(f"{system}\n\n{content}\n\n")
        head, tail = self._frame(system)
        return [*self._control(head), *self.plain(content), *self._control(tail)]

    def decode(self, ids: list[int]) -> str:
        """Return the text of ids that `plain` or the model made."""
        return str(self.tokenizer.decode(ids, skip_special_tokens=True))

    def _frame(self, system: str) -> tuple[str, str]:
        """Render the chat template around the content."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": CONTENT}]
        frame = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        head, _, tail = str(frame).partition(CONTENT)
        return head, tail

    def _control(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])
