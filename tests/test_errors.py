"""Every error has a code and a status of its own to go by, and the tree names each."""

from collections.abc import Iterator

import pytest

from drafting import errors
from drafting.errors import DraftingError


def tree(root: type[DraftingError] = DraftingError) -> Iterator[type[DraftingError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


OURS = [error for error in tree() if error.__module__ == errors.__name__]


def test_codes_are_set_by_each_class_and_unique() -> None:
    assert all("code" in vars(error) for error in OURS)
    codes = [error.code for error in OURS]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and code.isidentifier() for code in codes)


def test_codes_are_stable() -> None:
    """Clients and translations go by them: a change here is a breaking one."""
    assert {error.__name__: error.code for error in OURS} == {
        "DraftingError": "drafting_error",
        "SettingError": "wrong_setting",
        "PromptFileError": "wrong_prompt_file",
        "InputError": "wrong_input",
        "EmptyDraftError": "empty_draft",
        "DraftTooLongError": "draft_too_long",
        "MessageTooLongError": "message_too_long",
        "UnknownSlotError": "unknown_slot",
        "UnfitChangeError": "unfit_change",
        "UnsupportedLanguageError": "unsupported_language",
        "NotTextError": "not_text",
        "BrokenJsonError": "broken_json",
        "WrongTypeError": "wrong_type",
        "WrongFieldsError": "wrong_fields",
        "TooLargeError": "too_large",
        "TooManyItemsError": "too_many_items",
        "MailError": "wrong_mail",
        "NotMailError": "not_mail",
        "SealedMailError": "sealed_mail",
        "MailTextMissingError": "mail_without_text",
        "BrokenMailError": "broken_mail",
        "BatchMissingError": "unknown_batch",
        "BatchUnfinishedError": "batch_unfinished",
        "AccessError": "not_allowed",
        "KeyMissingError": "key_missing",
        "KeyWrongError": "key_wrong",
        "ForeignPageError": "foreign_page",
        "TooManyRequestsError": "too_many_requests",
        "TooManyBatchesError": "too_many_batches",
        "ServiceError": "service_error",
        "OverloadedError": "overloaded",
        "NotReadyError": "not_ready",
        "StoppingError": "stopping",
        "TooSlowError": "too_slow",
        "CancelledError": "cancelled",
        "NoRoomError": "no_room",
        "ModelError": "model_error",
        "ModelMissingError": "model_missing",
        "ModelBrokenError": "model_broken",
        "AdapterError": "adapter_error",
        "RemoteError": "remote_error",
        "RemoteAwayError": "remote_away",
        "RemoteRefusedError": "remote_refused",
        "ClusterError": "cluster_error",
        "GrammarError": "grammar_error",
        "BatchError": "batch_error",
        "InputMissingError": "input_missing",
        "UnknownKindError": "unknown_kind",
        "BrokenFileError": "broken_file",
        "EmptyInputError": "empty_input",
        "FieldError": "wrong_field",
        "UnfitReplyError": "unfit_reply",
        "SameFileError": "same_file",
        "OutputError": "output_failed",
        "BrokenReviewError": "broken_review",
        "InputChangedError": "input_changed",
        "JournalError": "journal_error",
        "JournalBusyError": "journal_busy",
        "JournalMismatchError": "journal_mismatch",
    }


@pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)
def test_status_says_whose_mistake_it_is(error: type[DraftingError]) -> None:
    theirs = issubclass(
        error,
        (errors.InputError, errors.AccessError, errors.CancelledError, errors.BatchError),
    )
    assert (400 <= error.status < 500) if theirs else (500 <= error.status < 600)


def test_the_tree_in_the_docstring_has_each_class_under_its_parent() -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = {
        name: depth
        for line in lines
        if (name := line.strip(" │├└─").split(" ")[0]).endswith("Error")
        for depth in [(line.index(name) - 4) // 4]
    }
    assert drawn == {error.__name__: len(error.mro()) - len(DraftingError.mro()) for error in OURS}
    order = [error.__name__ for error in OURS]
    assert list(drawn) == order
