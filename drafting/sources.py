"""What the command line is given: a text, a page or a mail, and how its reply goes back into it."""

from typing import Protocol

from drafting.errors import NotTextError
from drafting.mail import MailDraft, read_mail, write_mail
from drafting.result import Format, Result
from drafting.rewriter import Request

MAIL = "eml"
KINDS = (*(kind.value for kind in Format), MAIL)
"""What a draft can be written in."""

_MARK = b"\xef\xbb\xbf"


class Source(Protocol):
    """Something with a draft in it."""

    is_mail: bool

    def request(
        self, customer_message: str | None = None, candidates: int = 4, seed: int = 0
    ) -> Request:
        """Return what the rewriter is asked."""
        ...

    def finish(self, result: Result) -> tuple[Result, bytes]:
        """Return the result with what is to be known besides, and the same thing with its reply."""
        ...


class TextSource:
    """A file that is the draft."""

    is_mail = False

    def __init__(self, data: bytes, kind: Format) -> None:
        self._text = read_text(data)
        self._mark = _MARK if data.startswith(_MARK) else b""
        self._kind = kind

    def request(
        self, customer_message: str | None = None, candidates: int = 4, seed: int = 0
    ) -> Request:
        """Return what the rewriter is asked."""
        return Request(self._text, customer_message, candidates, seed, self._kind)

    def finish(self, result: Result) -> tuple[Result, bytes]:
        """Return the result, and the reply as a file."""
        return result, self._mark + result.reply.encode()


class MailSource:
    """A mail with a draft in it."""

    is_mail = True

    def __init__(self, mail: MailDraft) -> None:
        self._mail = mail

    def request(
        self, customer_message: str | None = None, candidates: int = 4, seed: int = 0
    ) -> Request:
        """Return what the rewriter is asked."""
        return self._mail.request(customer_message, candidates, seed)

    def finish(self, result: Result) -> tuple[Result, bytes]:
        """Return the result with the notes on the mail, and the mail."""
        written = write_mail(self._mail, result)
        notes = [*self._mail.notes, *result.notes, *written.notes]
        return result.model_copy(update={"notes": notes}), written.data


def read_source(data: bytes, kind: str, *, only_read: bool = False) -> Source:
    """Return what some bytes of a kind (see `KINDS`) are; `only_read` where no reply is wanted.

    Raises:
        NotTextError: they should be text and aren't.
        MailError: they should be a mail that can be rewritten and aren't.

    """
    if kind == MAIL:
        return MailSource(read_mail(data, only_read=only_read))
    return TextSource(data, Format(kind))


def read_text(data: bytes) -> str:
    r"""Return a file's text, line ends as they are.

    Raises:
        NotTextError: it isn't UTF-8.

    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTextError(
            "The input isn't UTF-8 text. Please save it as UTF-8 and try again."
        ) from None
