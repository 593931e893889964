"""The one error tree: each class with a stable code and the HTTP status that the web edge uses.

    DraftingError
    ├── SettingError          a setting is wrong; the text says what to write instead
    ├── PromptFileError       an entry of prompts/*.yaml is wrong
    ├── InputError            what was sent can't be rewritten
    │   ├── EmptyDraftError
    │   ├── DraftTooLongError
    │   ├── MessageTooLongError
    │   ├── UnknownSlotError
    │   ├── UnfitChangeError
    │   └── NotTextError
    ├── ModelError            the model can't be had
    │   ├── ModelMissingError
    │   ├── ModelBrokenError
    │   └── AdapterError
    └── GrammarError          a slot's grammar was refused by the constraint engine

No message ever holds the customer's or the agent's text.
"""


class DraftingError(Exception):
    """Root of all errors that the program raises on purpose."""

    code = "drafting_error"
    status = 500


class SettingError(DraftingError):
    """A setting has a value that can't be used."""

    code = "wrong_setting"


class PromptFileError(DraftingError):
    """A file of prompts/ doesn't say what it must."""

    code = "wrong_prompt_file"


class InputError(DraftingError):
    """The request can't be rewritten as it is."""

    code = "wrong_input"
    status = 422


class EmptyDraftError(InputError):
    """There is no sentence to look at."""

    code = "empty_draft"


class DraftTooLongError(InputError):
    """The draft has more characters or sentences than one request may hold."""

    code = "draft_too_long"
    status = 413


class MessageTooLongError(InputError):
    """The customer's message has more characters than one request may hold."""

    code = "message_too_long"
    status = 413


class UnknownSlotError(InputError):
    """A change or a wish names a slot that the draft doesn't have."""

    code = "unknown_slot"


class UnfitChangeError(InputError):
    """A change that is to be applied doesn't fit its slot or the other changes."""

    code = "unfit_change"


class NotTextError(InputError):
    """The bytes are not text in a known encoding."""

    code = "not_text"
    status = 415


class ModelError(DraftingError):
    """The model can't be loaded or used."""

    code = "model_error"
    status = 503


class ModelMissingError(ModelError):
    """The named model isn't there."""

    code = "model_missing"


class ModelBrokenError(ModelError):
    """The model's files are there and can't be read."""

    code = "model_broken"


class AdapterError(ModelError):
    """The adapter doesn't fit the model or can't be read."""

    code = "adapter_error"


class GrammarError(DraftingError):
    """The constraint engine refused a grammar or stopped in it; nothing goes through unchecked."""

    code = "grammar_error"
