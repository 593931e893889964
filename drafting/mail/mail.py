"""A draft mail in, the same mail with a kinder text out.

One rewrite of the richer text, HTML where both are there, so that its structure holds; the other
text then gets the same changes, found by their sentences. All bytes outside of what is rewritten
stay. Knows nothing of who rewrites.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from drafting.application import Edit, apply_edits
from drafting.candidate import Op
from drafting.errors import DraftingError, TooLargeError
from drafting.mail.bodies import Body, HtmlBody, PlainBody, cut_message
from drafting.mail.choosing import (
    Texts,
    choose_texts,
    refuse_delivered,
    refuse_sealed,
    refuse_signed,
    require_mail,
)
from drafting.mail.content import Replacement, read_content
from drafting.mail.parts import Part, read_parts
from drafting.mail.transfer import find_break
from drafting.reasons import load_reasons
from drafting.result import Applied, Change, Note
from drafting.rewriter import MOST_CHARACTERS, Request, read_request

MOST_BYTES = 20_000_000
"""Of one mail with its attachments: about what most mail servers take."""
MOST_TEXT = 2_000_000
"""Bytes of one text with all that it quotes."""

_MARKUP = re.compile(r"[*_]|\s*(?:<(?:https?:|mailto:)[^<>\s]*>|\[(?:https?|cid|image):?[^\]]*\])")
"""What mail programs write into the plain text for bold, links and images."""


@dataclass(frozen=True)
class MailDraft:
    """A mail whose text can be rewritten."""

    data: bytes
    bodies: tuple[Body, ...]
    """Its texts, the richer one first."""

    @property
    def draft(self) -> str:
        """The text to rewrite, in the format of the richer body."""
        return self.bodies[0].draft

    @cached_property
    def customer_message(self) -> str | None:
        """What the quoted mail says."""
        said = (body.customer_message for body in self.bodies)
        return next((cut_message(message) for message in said if message), None)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the person should know before anything is rewritten."""
        said = [body.customer_message or "" for body in self.bodies]
        longest = max(map(len, said), default=0)
        return (_note("message_cut"),) if longest > MOST_CHARACTERS else ()

    def request(
        self, customer_message: str | None = None, candidates: int = 4, seed: int = 0
    ) -> Request:
        """Return what the rewriter is asked."""
        message = customer_message if customer_message and customer_message.strip() else None
        return Request(
            self.draft,
            message or self.customer_message,
            candidates,
            seed,
            format=self.bodies[0].format,
        )


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail with its new text, and what the person should know of it."""

    data: bytes
    notes: tuple[Note, ...]


def read_mail(data: bytes, *, only_read: bool = False) -> MailDraft:
    """Read a draft mail; where it is only read and not written, it may be a delivered one.

    Raises:
        NotMailError: it has no header of a mail.
        SealedMailError: it is signed or encrypted, by a person or as it was delivered.
        MailTextMissingError: it has no text.
        BrokenMailError: its text can't be decoded.
        TooLargeError: it, or its text, has too many bytes.

    """
    if len(data) > MOST_BYTES:
        raise TooLargeError(
            f"The mail has {len(data):,} bytes, and one may have {MOST_BYTES:,}. "
            "Please send it without its attachments."
        )
    whole = read_parts(data)
    require_mail(data, whole)
    refuse_sealed(whole)
    if not only_read:
        refuse_delivered(whole)
    bodies = tuple(_read_bodies(data, choose_texts(whole), whole))
    if any(body.is_sealed for body in bodies):
        raise refuse_signed()
    return MailDraft(data, bodies)


def _read_bodies(data: bytes, texts: Texts, whole: Part) -> Iterator[Body]:
    for part, kind in ((texts.html, HtmlBody), (texts.plain, PlainBody)):
        if part is None:
            continue
        if part.body[1] - part.body[0] > MOST_TEXT:
            raise TooLargeError(
                f"The text of this mail has more than {MOST_TEXT:,} bytes. "
                "Please leave out some of what it quotes."
            )
        yield kind(part, read_content(data, part, whole=whole))


def write_mail(mail: MailDraft, result: Applied) -> WrittenMail:
    """Return the mail with the changes of a result in all its texts.

    `result` is of the mail's own request, whole or with some of its changes applied.
    """
    if not result.changes:
        return WrittenMail(mail.data, ())
    first, *others = mail.bodies
    splices, kept = first.find_splices(result)
    made = [(first.part, first.content.replace(splices))]
    notes = [] if kept else [_note("formatting_simplified")]
    for body in others:
        request = Request(body.draft, mail.customer_message, format=body.format)
        applied, missed = carry_over(result.changes, request, mail.request())
        if missed:
            notes.append(_note("other_text_kept"))
        if applied is not None and applied.changes:
            splices, _ = body.find_splices(applied)
            made.append((body.part, body.content.replace(splices)))
    return WrittenMail(_put_in(mail.data, made), tuple(notes))


def carry_over(
    changes: Sequence[Change], request: Request, origin: Request
) -> tuple[Applied | None, int]:
    """Return another text with the same changes, and how many of them found no place in it.

    A sentence is found by its words; of equal ones, the first goes with the first.
    """
    try:
        there = _number_sentences(request)
        here = {place: key for key, place in _number_sentences(origin).items()}
    except DraftingError:
        return None, len(changes)
    edits: list[Edit] = []
    for change in changes:
        place = change.id if change.op is Op.INSERT else there.get(here.get(change.id, ("", 0)))
        if place is not None:
            edits.append(Edit(place, change.op, change.label, change.after))
    return apply_edits(request, edits), len(changes) - len(edits)


def _number_sentences(request: Request) -> dict[tuple[str, int], str]:
    """Return the slot of each sentence by its words and how many like it came before."""
    seen: Counter[str] = Counter()
    slots = {}
    for sentence in read_request(request).draft.sentences:
        words = "".join(_MARKUP.sub("", sentence.text).split())
        slots[words, seen[words]] = f"s{sentence.index}"
        seen[words] += 1
    return slots


def _put_in(data: bytes, made: Sequence[tuple[Part, Replacement]]) -> bytes:
    """Return the mail with some parts replaced."""
    pieces, done = [], 0
    for part, new in sorted(made, key=lambda each: each[0].head):
        pieces.append(data[done : part.head[0]])
        pieces.append(data[slice(*part.head)] if new.head is None else new.head)
        between = data[part.head[1] : part.body[0]]
        # Where the blank line was missing, a new field would make the text a part of the header.
        pieces.append(between or (find_break(data) if new.head else b""))
        pieces.append(new.body)
        done = part.body[1]
    return b"".join([*pieces, data[done:]])


def _note(code: str) -> Note:
    return Note(code=code, message=getattr(load_reasons().notes, code))
