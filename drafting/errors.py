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
    │   ├── NotTextError
    │   ├── UnsupportedLanguageError
    │   ├── BrokenJsonError
    │   ├── WrongTypeError
    │   ├── WrongFieldsError
    │   ├── TooLargeError
    │   ├── TooManyItemsError
    │   ├── MailError         a mail can't be rewritten
    │   │   ├── NotMailError
    │   │   ├── SealedMailError
    │   │   ├── MailTextMissingError
    │   │   └── BrokenMailError
    │   ├── BatchMissingError
    │   └── BatchUnfinishedError
    ├── AccessError           whoever asks may not
    │   ├── KeyMissingError
    │   ├── KeyWrongError
    │   ├── ForeignPageError
    │   ├── TooManyRequestsError
    │   └── TooManyBatchesError
    ├── ServiceError          the service can't do it now
    │   ├── OverloadedError
    │   ├── NotReadyError
    │   ├── StoppingError
    │   ├── TooSlowError
    │   ├── CancelledError
    │   └── NoRoomError
    ├── ModelError            the model can't be had
    │   ├── ModelMissingError
    │   ├── ModelBrokenError
    │   ├── AdapterError
    │   ├── RemoteError       the server that the model runs on can't be used
    │   │   ├── RemoteAwayError
    │   │   └── RemoteRefusedError
    │   └── ClusterError
    ├── GrammarError          a slot's grammar was refused by the constraint engine
    └── BatchError            a file of a batch can't be read or written
        ├── InputMissingError
        ├── UnknownKindError
        ├── BrokenFileError
        ├── EmptyInputError
        ├── FieldError
        ├── UnfitReplyError
        ├── SameFileError
        ├── OutputError
        ├── BrokenReviewError
        ├── InputChangedError
        └── JournalError
            ├── JournalBusyError
            └── JournalMismatchError

No message ever holds the customer's or the agent's text.
"""


class DraftingError(Exception):
    """Root of all errors that the program raises on purpose."""

    code = "drafting_error"
    status = 500
    retry_after: int | None = None
    """Seconds after which it may go better; None where waiting alone doesn't help."""


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


class UnsupportedLanguageError(InputError):
    """The draft is in a language that the model wasn't trained on."""

    code = "unsupported_language"


class BrokenJsonError(InputError):
    """The body isn't JSON."""

    code = "broken_json"
    status = 400


class WrongTypeError(InputError):
    """The body is of a type that this address doesn't take."""

    code = "wrong_type"
    status = 415


class WrongFieldsError(InputError):
    """Fields of the body are unknown, missing or of the wrong kind."""

    code = "wrong_fields"

    def __init__(self, message: str, fields: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.fields = fields
        """(field, what is wrong with it), without the value that was sent."""


class TooLargeError(InputError):
    """The body has more bytes than one request may have."""

    code = "too_large"
    status = 413


class TooManyItemsError(InputError):
    """A list has more drafts than one request may hold."""

    code = "too_many_items"
    status = 413


class MailError(InputError):
    """The mail can't be rewritten as it is."""

    code = "wrong_mail"


class NotMailError(MailError):
    """What was sent has no header of a mail."""

    code = "not_mail"


class SealedMailError(MailError):
    """The mail is signed or encrypted: a new text would break it."""

    code = "sealed_mail"


class MailTextMissingError(MailError):
    """The mail has no text of its own."""

    code = "mail_without_text"


class BrokenMailError(MailError):
    """The text of the mail can't be decoded."""

    code = "broken_mail"


class BatchMissingError(InputError):
    """There is no such batch, it has expired, or it is somebody else's."""

    code = "unknown_batch"
    status = 404


class BatchUnfinishedError(InputError):
    """The batch has no such file (yet)."""

    code = "batch_unfinished"
    status = 409


class AccessError(DraftingError):
    """Whoever asks may not, or not so often."""

    code = "not_allowed"
    status = 403


class KeyMissingError(AccessError):
    """A key is needed and none was sent."""

    code = "key_missing"
    status = 401


class KeyWrongError(AccessError):
    """The key that was sent is none of ours."""

    code = "key_wrong"
    status = 401


class ForeignPageError(AccessError):
    """The request comes from another page than ours, or from one that has become too old."""

    code = "foreign_page"


class TooManyRequestsError(AccessError):
    """A key or address has asked too often."""

    code = "too_many_requests"
    status = 429
    retry_after: int | None = 60


class TooManyBatchesError(AccessError):
    """Whoever asks has as many batches here as one may have."""

    code = "too_many_batches"
    status = 429


class ServiceError(DraftingError):
    """The service can't do it now."""

    code = "service_error"
    status = 503
    retry_after: int | None = 5


class OverloadedError(ServiceError):
    """As many drafts are waiting as the queue may hold."""

    code = "overloaded"


class NotReadyError(ServiceError):
    """The model is still being loaded, or can't be."""

    code = "not_ready"


class StoppingError(ServiceError):
    """The server is going down; what waits is answered so."""

    code = "stopping"


class TooSlowError(ServiceError):
    """The draft wasn't finished in the time that one may take."""

    code = "too_slow"
    status = 504
    retry_after: int | None = None


class CancelledError(ServiceError):
    """Whoever asked has gone or doesn't want it any more."""

    code = "cancelled"
    status = 499
    retry_after: int | None = None


class NoRoomError(ServiceError):
    """The server's disk is full, or can't be written to."""

    code = "no_room"
    status = 507
    retry_after: int | None = None


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


class RemoteError(ModelError):
    """The server that the model runs on can't be used."""

    code = "remote_error"


class RemoteAwayError(RemoteError):
    """The model's server isn't there, is too busy or too slow."""

    code = "remote_away"
    retry_after: int | None = 30


class RemoteRefusedError(RemoteError):
    """The model's server doesn't let us in, or doesn't do what it must."""

    code = "remote_refused"


class ClusterError(ModelError):
    """The machines that are to share a batch can't be used, or their workers keep dying."""

    code = "cluster_error"


class GrammarError(DraftingError):
    """The constraint engine refused a grammar or stopped in it; nothing goes through unchecked."""

    code = "grammar_error"


class BatchError(DraftingError):
    """A batch can't go on with this input or this output."""

    code = "batch_error"
    status = 422


class InputMissingError(BatchError):
    """The input isn't there or may not be read."""

    code = "input_missing"


class UnknownKindError(BatchError):
    """The input is of a kind that a batch doesn't take."""

    code = "unknown_kind"


class BrokenFileError(BatchError):
    """The input isn't what its name says, or isn't text in a known encoding."""

    code = "broken_file"


class EmptyInputError(BatchError):
    """The input holds no text at all."""

    code = "empty_input"


class FieldError(BatchError):
    """The column or key of the texts isn't there, or more than one could be meant."""

    code = "wrong_field"


class UnfitReplyError(BatchError):
    """Replies can't be written where they belong: the file's encoding or format has no room."""

    code = "unfit_reply"

    def __init__(self, message: str, keys: list[str]) -> None:
        super().__init__(message)
        self.keys = keys
        """Of the replies; without them the rest can be written."""


class SameFileError(BatchError):
    """The output would overwrite the input."""

    code = "same_file"


class OutputError(BatchError):
    """The output can't be written; nothing of it is there."""

    code = "output_failed"


class BrokenReviewError(BatchError):
    """The file is no review, or says what doesn't fit its input."""

    code = "broken_review"


class InputChangedError(BatchError):
    """The input isn't what it was when it was rewritten."""

    code = "input_changed"
    status = 409


class JournalError(BatchError):
    """The journal of a batch can't be read or written."""

    code = "journal_error"


class JournalBusyError(JournalError):
    """Another run writes the journal."""

    code = "journal_busy"


class JournalMismatchError(JournalError):
    """The journal belongs to a run with other settings or another input."""

    code = "journal_mismatch"
