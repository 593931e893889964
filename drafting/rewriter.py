"""The rewriter: drafts in, results out.

One path takes a list; one mail is a list of one. Puts the steps together (read, fill, choose,
assemble) and knows none of them inside.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from drafting.assembly import NOTHING, assemble, fall_back, make_change
from drafting.candidate import Candidate, Op
from drafting.choice import MOST_ALTERNATIVES, Choice, Chooser
from drafting.draft import Draft
from drafting.engine import Ask, Engine, Filled, Fit
from drafting.errors import DraftTooLongError, EmptyDraftError, MessageTooLongError
from drafting.markup.page import read_html
from drafting.reading import Reading, read_draft, read_page
from drafting.result import Change, Format, Result
from drafting.slots import Place, Slot

MOST_CHARACTERS = 20_000
MOST_SOURCE = 200_000
"""Of HTML, tags and all; its text is held against `MOST_CHARACTERS`."""
MOST_SENTENCES = 120
MOST_CANDIDATES = 8
_BLOCK = re.compile(r"\{%|\{\{\s*[#/^]|\*\|IF")
"""What opens a part of a template that is sent to some and not to others."""


@dataclass(frozen=True, slots=True)
class Request:
    """One draft to rewrite."""

    draft: str
    customer_message: str | None = None
    candidates: int = 4
    """Wordings wanted for each slot, 1 to 8; the model writes as many as moves and phrases lack."""
    seed: int = 0
    format: Format = Format.TEXT


@dataclass(frozen=True, slots=True)
class SlotWish:
    """New wordings wanted for one slot, other ones than those that were seen."""

    slot: str
    seen: frozenset[str] = frozenset()


OnSlot = Callable[[int, str, Change | None], None]
"""Called with the number of the request, each slot's id as soon as it is finished, and its change.

None stands for a slot that is kept. The change's place in the reply isn't known yet (`reply_span`
is empty), and it can still be left out of the result where it repeats another. What the call raises
ends the work and reaches the caller.
"""


class Work:
    """One request under way: what was read of it, what is chosen so far, what is still open."""

    def __init__(self, request: Request, engine: Engine, wish: SlotWish | None = None) -> None:
        """Read the request; with a wish, one slot alone is worked on.

        Raises:
            InputError: it can't be rewritten as it is; see `read_request`.

        """
        self.reading = read_request(request)
        self._listens = wish is None and self.reading.is_kind
        """Whether nothing is changed, and a person is only told what the model wouldn't keep."""
        if wish:
            self._slots: tuple[Slot, ...] = (self.reading.find_slot(wish.slot),)
        elif self._listens:
            self._slots = self.reading.heard_slots if engine.bar.doubt else ()
        else:
            self._slots = self.reading.open_slots
        self._request = request
        self._engine = engine
        seen = wish.seen if wish else frozenset()
        self._chooser = Chooser(
            self.reading,
            engine.weigh,
            engine.bar,
            request.seed,
            seen,
            self._judge_openings if engine.judges_openings else None,
            engine.judge_deletions if engine.bar.judges_deletions else None,
        )
        self._choices: dict[str, Choice] = {}
        self._asked: set[str] = set()
        self._started = time.perf_counter()
        self._foretold = self._foretell()
        self.settled = tuple(slot.id for slot in self._slots if self._is_settled(slot))
        """Ids of the slots that the model isn't asked for: there are wordings enough, or it has none."""
        self._choices |= {slot_id: self._foretold.get(slot_id, NOTHING) for slot_id in self.settled}

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots that are worked on, in reading order."""
        return self._slots

    @property
    def waiting(self) -> tuple[Slot, ...]:
        """The slots that nothing was chosen for yet, in reading order."""
        return tuple(slot for slot in self._slots if slot.id not in self._choices)

    @property
    def unasked(self) -> tuple[Slot, ...]:
        """The waiting slots that the engine was not asked for yet."""
        return tuple(slot for slot in self.waiting if slot.id not in self._asked)

    @property
    def rows(self) -> int:
        """Fillings that are wanted of each slot at most."""
        return 1 if self._listens else self._request.candidates

    def ask(self, most: int | None = None) -> Ask:
        """Return what the engine is to fill next: the unasked slots, or the first `most` of them."""
        slots = self.unasked[:most]
        self._asked.update(slot.id for slot in slots)
        calm = frozenset(s.id for s in slots if s.sentence and not self.reading.find_in(s))
        wanted = self._request.candidates
        if self._listens:
            return Ask(self.reading.mail, slots, self.rows, self._request.seed, calm)
        fewer = {
            slot.id: max(1, wanted - _count_wordings(self._foretold[slot.id]))
            for slot in slots
            if slot.id in self._foretold
        }
        if not self._engine.bar.has_inserts:
            # Only to be judged: nothing is to be written.
            fewer |= {slot.id: 0 for slot in slots if slot.place is not Place.SENTENCE}
        return Ask(self.reading.mail, slots, wanted, self._request.seed, calm, fewer)

    def ask_again(self) -> None:
        """Let all waiting slots be asked for again, after the engine has failed."""
        self._asked.clear()

    def foretell(self) -> Iterator[tuple[str, Change]]:
        """Yield the slots whose change hangs on nothing that the model writes, and the change.

        Those that aren't settled can come with more wordings in the end.
        """
        for slot in self._slots:
            if slot.id in self._foretold:
                yield slot.id, make_change(self.reading, slot, self._foretold[slot.id])

    def tell_settled(self) -> Iterator[tuple[str, Change | None]]:
        """Yield the settled slots and their change; None where one is kept."""
        told = dict(self.foretell())
        for slot_id in self.settled:
            yield slot_id, told.get(slot_id)

    def decide(self, slot_id: str, written: tuple[Filled, ...]) -> Change | None:
        """Choose for a slot among what the engine wrote and what else there is; None keeps it."""
        slot = self.reading.find_slot(slot_id)
        choose = self._chooser.listen if self._listens else self._chooser.choose
        choice = self._fold(choose(slot, written))
        self._choices[slot_id] = choice
        return None if choice.candidate.op is Op.KEEP else make_change(self.reading, slot, choice)

    def _judge_openings(self, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        return self._engine.judge_openings(self.reading.mail, slot, candidates)

    def _foretell(self) -> dict[str, Choice]:
        if self._listens:
            return {}
        choices = {slot.id: self._chooser.foretell(slot) for slot in self._slots}
        folded = {slot_id: self._fold(choice) for slot_id, choice in choices.items() if choice}
        # An opening that repeats what is certain of the rest would give way to another in the end.
        return fall_back(self.reading, folded)

    def _is_settled(self, slot: Slot) -> bool:
        """Tell whether the model has nothing to add to a slot.

        Either it has as many wordings as were wanted, the best of them for certain, or none of the
        model's could be taken.
        """
        if self._chooser.is_judged(slot) and self._chooser.has_sure(slot):
            return False
        if slot.place is not Place.SENTENCE and not self._engine.bar.has_inserts:
            return True
        wanted = min(self._request.candidates, 1 + MOST_ALTERNATIVES)
        choice = self._foretold.get(slot.id)
        return choice is not None and _count_wordings(choice) >= wanted

    def _fold(self, choice: Choice) -> Choice:
        return choice.fold() if self.reading.page else choice

    def result(self) -> Result:
        """Return what has come of it; a slot still waiting counts as kept."""
        took = round((time.perf_counter() - self._started) * 1000)
        return assemble(self.reading, self._choices, self._engine, took)


def _count_wordings(choice: Choice) -> int:
    return 1 + len(choice.alternatives)


class Rewriter:
    """Rewrites drafts with one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def rewrite(self, requests: Sequence[Request], on_slot: OnSlot | None = None) -> list[Result]:
        """Rewrite each draft.

        Raises:
            EmptyDraftError: a draft has no sentence.
            DraftTooLongError: a draft has more characters or sentences than one request may hold.
            MessageTooLongError: a customer's message has more characters than that.
            GrammarError: a slot's grammar was refused.

        """
        works = [Work(request, self.engine) for request in requests]
        if on_slot:
            for number, work in enumerate(works):
                for slot_id, change in work.tell_settled():
                    on_slot(number, slot_id, change)
        active = [(number, work) for number, work in enumerate(works) if work.waiting]

        def decide(ask: int, slot_id: str, written: tuple[Filled, ...]) -> None:
            number, work = active[ask]
            change = work.decide(slot_id, written)
            if on_slot:
                on_slot(number, slot_id, change)

        if active:
            self.engine.fill([work.ask() for _, work in active], decide)
        return [work.result() for work in works]


def read_request(request: Request) -> Reading:
    """Read a request's draft and hold it against the limits.

    Raises:
        EmptyDraftError: the draft has no sentence.
        DraftTooLongError: it has too many characters or sentences.
        MessageTooLongError: the customer's message has too many characters.

    """
    if len(request.customer_message or "") > MOST_CHARACTERS:
        raise MessageTooLongError(
            f"The customer's message has {len(request.customer_message or ''):,} characters, and "
            f"one request may hold {MOST_CHARACTERS:,}. Please send the part that matters."
        )
    reading = _read(request)
    count = len(reading.draft.sentences)
    if not count:
        raise EmptyDraftError(_tell_what_there_is(reading.draft))
    if count > MOST_SENTENCES:
        raise DraftTooLongError(
            f"The draft has {count} sentences, and one request may hold {MOST_SENTENCES}. "
            "Please send it in parts."
        )
    return reading


def _tell_what_there_is(draft: Draft) -> str:
    """Say why there is nothing to rewrite, without telling what people wrote."""
    around = [span for span in (draft.greeting, draft.sign_off, draft.history) if span]
    rest = draft.text
    for start, end in sorted(around, reverse=True):
        rest = rest[:start] + rest[end:]
    if not draft.text.strip():
        return "There is no sentence in this draft yet. Please write one first."
    if not rest.strip():
        return (
            "There is no sentence in this draft yet, only a greeting, a sign-off or an earlier "
            "message. Please write one first."
        )
    if _BLOCK.search(rest):
        return (
            "All of this draft stands inside a conditional part of a template, and such a part is "
            "never changed. Please send the text inside it by itself."
        )
    return (
        "There is no sentence in this draft: what it holds was read as a heading, a placeholder, a "
        "quotation or code. Please write a sentence below it, or end the line with a full stop if it is one."
    )


def _read(request: Request) -> Reading:
    """Read the draft in its format; the limit counts what can be read of it."""
    is_html = request.format is Format.HTML
    _check_length(request.draft, MOST_SOURCE if is_html else MOST_CHARACTERS)
    if not is_html:
        return read_draft(request.draft, request.customer_message)
    page = read_html(request.draft)
    _check_length(page.text, MOST_CHARACTERS)
    return read_page(page, request.customer_message)


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise DraftTooLongError(
            f"The draft has {len(text):,} characters, and one request may hold {most:,}. "
            "Please send it in parts."
        )
