"""The rewriter: drafts in, results out.

One path takes a list; one mail is a list of one. Puts the steps together (read, fill, choose,
assemble) and knows none of them inside.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drafting.assembly import assemble, make_change
from drafting.candidate import Op
from drafting.choice import Choice, Chooser
from drafting.engine import Ask, Engine, Filled
from drafting.errors import DraftTooLongError, EmptyDraftError, MessageTooLongError
from drafting.reading import Reading, read_draft
from drafting.result import Change, Result

MOST_CHARACTERS = 20_000
MOST_SENTENCES = 120
MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Request:
    """One draft to rewrite."""

    draft: str
    customer_message: str | None = None
    candidates: int = 4
    """Wordings for each slot, 1 to 8."""
    seed: int = 0


OnSlot = Callable[[int, str, Change | None], None]
"""Called with the number of the request, each slot's id as soon as it is finished, and its change.

None stands for a slot that is kept. The change's place in the reply isn't known yet (`reply_span`
is empty), and it can still be left out of the result where it repeats another. What the call raises
ends the work and reaches the caller.
"""


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
        started = time.perf_counter()
        readings = [read_request(request) for request in requests]
        choices = self._choose(requests, readings, on_slot)
        took = round((time.perf_counter() - started) * 1000)
        return [
            assemble(reading, chosen, self.engine, took)
            for reading, chosen in zip(readings, choices, strict=True)
        ]

    def _choose(
        self,
        requests: Sequence[Request],
        readings: Sequence[Reading],
        on_slot: OnSlot | None,
    ) -> list[dict[str, Choice]]:
        """Fill and choose for all drafts that have something to change."""
        choices: list[dict[str, Choice]] = [{} for _ in readings]
        active = [number for number, reading in enumerate(readings) if reading.open_slots]
        engine = self.engine
        choosers = {
            n: Chooser(readings[n], engine.score, engine.bar, requests[n].seed) for n in active
        }

        def decide(ask: int, slot_id: str, written: tuple[Filled, ...]) -> None:
            number = active[ask]
            slot = next(s for s in readings[number].slots if s.id == slot_id)
            choice = choosers[number].choose(slot, written)
            choices[number][slot_id] = choice
            if on_slot:
                kept = choice.candidate.op is Op.KEEP
                change = None if kept else make_change(readings[number], slot, choice)
                on_slot(number, slot_id, change)

        asks = [make_ask(requests[n], readings[n]) for n in active]
        if asks:
            engine.fill(asks, decide)
        return choices


def read_request(request: Request) -> Reading:
    """Read a request's draft and hold it against the limits.

    Raises:
        EmptyDraftError: the draft has no sentence.
        DraftTooLongError: it has too many characters or sentences.
        MessageTooLongError: the customer's message has too many characters.

    """
    if len(request.draft) > MOST_CHARACTERS:
        raise DraftTooLongError(
            f"The draft has {len(request.draft):,} characters, and one request may hold "
            f"{MOST_CHARACTERS:,}. Please send it in parts."
        )
    if len(request.customer_message or "") > MOST_CHARACTERS:
        raise MessageTooLongError(
            f"The customer's message has {len(request.customer_message or ''):,} characters, and "
            f"one request may hold {MOST_CHARACTERS:,}. Please send the part that matters."
        )
    reading = read_draft(request.draft, request.customer_message)
    count = len(reading.draft.sentences)
    if not count:
        raise EmptyDraftError("There is no sentence in this draft yet. Please write one first.")
    if count > MOST_SENTENCES:
        raise DraftTooLongError(
            f"The draft has {count} sentences, and one request may hold {MOST_SENTENCES}. "
            "Please send it in parts."
        )
    return reading


def make_ask(request: Request, reading: Reading) -> Ask:
    """Return what the engine is asked: every slot that the reading leaves open."""
    return Ask(reading.mail, reading.open_slots, request.candidates, request.seed)
