"""A draft as the program has read it before anything is written: parts, findings, slots, language.

Knows nothing of models.
"""

import re
from dataclasses import dataclass

from drafting.draft import Draft, parse
from drafting.errors import UnknownSlotError
from drafting.findings import Finding, find_findings
from drafting.markup.page import Page
from drafting.prompt import Mail, make_mail
from drafting.script import CLOSING, OPENING
from drafting.slots import Slot, make_slots
from drafting.verification.deletion import sounds_kind
from drafting.verification.language import guess_language

ENGLISH = "en"
_WARM = re.compile(r"\b(?:please|of course|lovely)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a draft and the message that it answers."""

    draft: Draft
    customer_message: str | None
    findings: tuple[Finding, ...]
    slots: tuple[Slot, ...]
    language: str | None
    """ISO 639-1 code, None where the text is too short to tell."""
    page: Page | None = None
    """The HTML that the draft is the text of; None where it came as text."""

    @property
    def is_english(self) -> bool:
        """Whether the draft may be in the language that the model was trained on."""
        return self.language in {None, ENGLISH}

    @property
    def is_kind(self) -> bool:
        """Whether the rules find nothing to change."""
        return not self.findings

    @property
    def lacks_opening(self) -> bool:
        """Whether the draft acknowledges nothing though it should."""
        return self._has("missing_acknowledgement")

    @property
    def lacks_closing(self) -> bool:
        """Whether the draft ends without a next step or an open door."""
        return self._has("missing_next_step")

    @property
    def open_slots(self) -> tuple[Slot, ...]:
        """The slots that are to be filled: none where the draft is kind or not in English."""
        if self.is_kind or not self.is_english:
            return ()
        wanted = {OPENING: self.lacks_opening, CLOSING: self.lacks_closing}
        return tuple(slot for slot in self.slots if wanted.get(slot.id, True))

    @property
    def heard_slots(self) -> tuple[Slot, ...]:
        """The sentences of a draft in which the rules find nothing, and may have missed something.

        None where it has a kind word: of 59 such drafts the twelve that were unkind had none, but for one
        ("you were happy").
        """
        if not self.is_kind or not self.is_english or self._has_kind_word:
            return ()
        return tuple(slot for slot in self.slots if slot.sentence)

    @property
    def _has_kind_word(self) -> bool:
        texts = [sentence.text for sentence in self.draft.sentences]
        return any(sounds_kind(text) or _WARM.search(text) for text in texts)

    def find_in(self, slot: Slot) -> tuple[Finding, ...]:
        """Return the findings of a slot's sentence."""
        number = slot.sentence.index if slot.sentence else -1
        return tuple(finding for finding in self.findings if finding.sentence == number)

    def find_around(self, slot: Slot) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the sentences before a slot's own and those behind it, in order."""
        at = slot.sentence.index if slot.sentence else 0
        others = [(s.index, s.text) for s in self.draft.sentences if s.index != at]
        return (
            tuple(text for number, text in others if number < at),
            tuple(text for number, text in others if number > at),
        )

    def find_slot(self, slot_id: str) -> Slot:
        """Return the slot of that id.

        Raises:
            UnknownSlotError: the draft has none.

        """
        for slot in self.slots:
            if slot.id == slot_id:
                return slot
        raise UnknownSlotError(
            f"This draft has no such slot. Its slots are {OPENING}, s1 to s{len(self.slots) - 2} "
            f"and {CLOSING}."
        )

    @property
    def body(self) -> str:
        """The sentences of the draft, paragraph by paragraph, without greeting and sign-off."""
        return "\n\n".join(" ".join(paragraph) for paragraph in self._paragraphs())

    @property
    def mail(self) -> Mail:
        """The mail as the model reads it."""
        span = self.draft.greeting
        greeting = self.draft.text[slice(*span)] if span else None
        return make_mail(self.customer_message, greeting, self._paragraphs())

    def _has(self, rule: str) -> bool:
        return any(finding.rule == rule for finding in self.findings)

    def _paragraphs(self) -> list[list[str]]:
        paragraphs: dict[int, list[str]] = {}
        for sentence in self.draft.sentences:
            paragraphs.setdefault(sentence.paragraph, []).append(sentence.text)
        return list(paragraphs.values())


def read_draft(text: str, customer_message: str | None = None) -> Reading:
    """Read a draft; the quoted history counts as the customer's message when none is given."""
    return _read(parse(text), customer_message)


def read_page(page: Page, customer_message: str | None = None) -> Reading:
    """Read a draft that is a page; the texts of its links are facts."""
    return _read(parse(page.text, page.hints), customer_message, page)


def _read(draft: Draft, customer_message: str | None, page: Page | None = None) -> Reading:
    given = customer_message if customer_message and customer_message.strip() else None
    message = given or draft.customer_message
    body = " ".join(sentence.text for sentence in draft.sentences)
    return Reading(
        draft=draft,
        customer_message=message,
        findings=find_findings(draft, message),
        slots=make_slots(draft, message, page.facts if page else ()),
        language=guess_language(body),
        page=page,
    )
