"""Which parts of a mail are its text, and which mails are refused because they are sealed.

Knows kinds of parts and how they stand together (RFC 2046, RFC 2387); reads none of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.errors import MailTextMissingError, NotMailError, SealedMailError
from drafting.mail.parts import Part

_SIGNED = frozenset(
    {
        "multipart/signed",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
_ENCRYPTED = frozenset(
    {
        "multipart/encrypted",
        "application/pgp-encrypted",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    }
)
_SEALS = (
    "DKIM-Signature", "DomainKey-Signature", "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results",
)  # fmt: skip
"""Fields that servers put over a mail as they deliver it (RFC 6376, RFC 8617); a draft has none."""
_KNOWN_FIELDS = (
    "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Reply-To", "Sender",
    "In-Reply-To", "References", "Received", "Return-Path", "Delivered-To", "Newsgroups", "Fcc", "Resent-From",
    "X-Mailer", "User-Agent",
)  # fmt: skip
_HEADER_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?(?:>?From |[\x21-\x39\x3b-\x7e]+[ \t]*:)")


@dataclass(frozen=True, slots=True)
class Texts:
    """The parts that are the mail's text."""

    plain: Part | None = None
    html: Part | None = None


def require_mail(data: bytes, whole: Part) -> None:
    """Refuse what has no header of a mail.

    Raises:
        NotMailError: it has none.

    """
    known = any(name in whole.headers for name in _KNOWN_FIELDS)
    if not (_HEADER_FIRST.match(data) and known):
        raise NotMailError(
            "This isn't a mail: it doesn't begin with header fields such as `Subject:` and `To:` "
            "and an empty line below them. If it is only the text, please send it as text."
        )


def refuse_sealed(whole: Part) -> None:
    """Refuse what would break if a letter of it changed.

    Raises:
        SealedMailError: it is signed or encrypted.

    """
    kinds = {part.kind for part in whole.walk()}
    if kinds & _ENCRYPTED:
        raise SealedMailError(
            "This mail is encrypted, so its text can't be read here. "
            "Please rewrite the draft first and encrypt it then."
        )
    if kinds & _SIGNED:
        raise refuse_signed()


def refuse_signed() -> SealedMailError:
    """Return the error for a mail that is signed."""
    return SealedMailError(
        "This mail is signed or encrypted, and a new text would break that. "
        "Please rewrite the draft first and sign it then."
    )


def refuse_delivered(whole: Part) -> None:
    """Refuse a mail over which a server has put its seal; one that is attached doesn't count.

    Raises:
        SealedMailError: it is signed by a server.

    """
    found = [name for name in _SEALS if name in whole.headers]
    if found:
        raise SealedMailError(
            f"This mail was delivered already: a server signed it (`{found[0]}`), and a new text "
            "would break that. Please send the draft as it was before it was sent. If this is a "
            f"new draft made from an old mail, take out {_list_names(found)} first."
        )


def _list_names(names: Sequence[str]) -> str:
    *most, last = (f"`{name}`" for name in names)
    fields = f"the fields {', '.join(most)} and" if most else "the field"
    return f"{fields} {last}"


def choose_texts(whole: Part) -> Texts:
    """Return the parts that are the text.

    Raises:
        MailTextMissingError: there is none.

    """
    texts = _choose(whole)
    if texts == Texts():
        raise MailTextMissingError(
            "This mail has no text that could be rewritten: only attachments, or parts of a kind "
            "that isn't known here. Please write a text, or send it alone."
        )
    return texts


def _choose(part: Part) -> Texts:
    if not part.is_multipart:
        return _choose_leaf(part)
    if part.kind == "multipart/alternative":
        return _choose_alternatives(part)
    children = part.parts
    if part.kind == "multipart/related":
        children = (_find_root(part),) if children else ()
    found = (_choose(child) for child in children)
    return next((texts for texts in found if texts != Texts()), Texts())


def _choose_leaf(part: Part) -> Texts:
    if part.is_attached:
        return Texts()
    if part.kind == "text/plain":
        return Texts(plain=part)
    return Texts(html=part) if part.kind == "text/html" else Texts()


def _choose_alternatives(part: Part) -> Texts:
    """Return the first plain text and the first HTML among the alternatives."""
    found = [_choose(child) for child in part.parts]
    plain = next((texts.plain for texts in found if texts.plain), None)
    html = next((texts.html for texts in found if texts.html), None)
    return Texts(plain, html)


def _find_root(part: Part) -> Part:
    """Return the part of a multipart/related that the others belong to (RFC 2387, 3.2)."""
    start = part.parameter("start")
    named = (
        child
        for child in part.parts
        if start and str(child.headers.get("Content-ID", "")).strip().lower() == start
    )
    return next(named, part.parts[0])
