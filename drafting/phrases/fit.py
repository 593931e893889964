"""Which phrases fit a draft, in a settled order that differs from draft to draft."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from drafting.candidate import Candidate, Op, Source
from drafting.draft import Draft
from drafting.phrases.book import THING, Need, Phrase, Slot, load_phrases
from drafting.phrases.drawing import draw
from drafting.phrases.echo import echo_openings
from drafting.phrases.occasions import open_occasions
from drafting.situations import (
    Mark,
    Reading,
    Weight,
    even_out,
    find,
    find_marks,
    find_situations,
    load_situations,
    read,
    speaks,
)

_OUR_MISTAKE = "our_mistake"
_MOST_ECHOES = 3
_MOST_OCCASIONS = 4
_OF_THE_THING = frozenset({Need.NAMED_TWICE, Need.NAMED_ALONE})
"""What a phrase needs of its thing, which depends on the phrase."""

_Rank = tuple[bool, int, bool, bool]
"""Whether it comes last, place of the situation, whether no fault is owned, whether the phrase is
only its group's."""


class _Things:
    """Where the things of the phrasebook stand in a mail: each is sought once, for all phrases."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._starts: dict[str, tuple[int | None, int | None]] = {}

    def find(self, name: str) -> tuple[int | None, int | None]:
        """Return where draft and message first speak of a thing, None where one doesn't."""
        if name not in self._starts:
            patterns = load_phrases().things[name].patterns
            texts = self._reading.draft, self._reading.message
            self._starts[name] = find(patterns, texts[0]), find(patterns, texts[1])
        return self._starts[name]


@dataclass(frozen=True, slots=True)
class _Case:
    """All that decides what fits one draft."""

    reading: Reading
    things: _Things
    situations: tuple[str, ...]
    marks: frozenset[Mark]
    needs: frozenset[Need]
    draft: str
    """As written: what is evened out is alike for all the mails of one template."""
    message: str
    """As written, empty for none."""

    @property
    def weights(self) -> frozenset[Weight]:
        """How heavy its situations are."""
        known = load_situations().situations
        return frozenset(s.weight for s in known if s.id in self.situations)


def fit_openings(draft: Draft, customer_message: str | None, seed: int) -> tuple[Candidate, ...]:
    """Openings for the draft, most specific first; none where it is kind, neutral or unclear.

    Without a `customer_message` the one quoted in the draft counts. The same draft and seed give
    the same order; another draft gives another, so that replies differ. What gives back the
    customer's own words goes first, then what is said of their occasion, but behind a mistake of
    ours, which is owned up to before all. Of a mail without a message the situations tell more than
    single words do: readers who knew of neither liked theirs better.
    """
    case = _look_at(draft, customer_message)
    told = replace(case, situations=_find_told(case))
    fitting, close = _fit(Slot.OPENING, told, seed), _speak_closely(case, seed)
    behind = Weight.OWNED in case.weights or not case.message
    return (*fitting, *close) if behind else (*close, *fitting)


def _speak_closely(case: _Case, seed: int) -> tuple[Candidate, ...]:
    """Return openings for the very words of the mail, where nothing heavier is to be spoken of."""
    unfit = {Mark.KIND_FIRST, Mark.KIND, Mark.CONTINUES, Mark.IMPROPER}
    heavy = {Weight.SILENT, Weight.GRAVE, Weight.QUIET}
    if case.marks & unfit or case.weights & heavy:
        return ()
    disputed = Mark.DISPUTE in case.marks
    echoes = echo_openings(case.message, case.draft, seed, disputed=disputed)
    key = f"{seed}|{case.draft}|{case.reading.message}"
    occasions = open_occasions(case.reading, key, disputed=disputed)
    return (*islice(echoes, _MOST_ECHOES), *islice(occasions, _MOST_OCCASIONS))


def weighs_heavily(draft: Draft, customer_message: str | None) -> bool:
    """Whether something grave, or a fault of ours, is to be spoken of before all else."""
    heavy = {Weight.SILENT, Weight.GRAVE, Weight.QUIET, Weight.OWNED}
    return bool(_look_at(draft, customer_message).weights & heavy)


def knows_occasion(draft: Draft, customer_message: str | None) -> bool:
    """Whether there is an opening for the very words of the customer's message."""
    case = _look_at(draft, customer_message)
    return bool(case.message) and bool(_speak_closely(case, seed=0))


def fit_closings(draft: Draft, customer_message: str | None, seed: int) -> tuple[Candidate, ...]:
    """Closings for a draft that takes answers and has no next step; ordered like the openings."""
    case = _look_at(draft, customer_message)
    if case.marks & {Mark.NO_REPLY, Mark.NEXT_STEP}:
        return ()
    return _fit(Slot.CLOSING, case, seed)


def fit_sentence(sentence_text: str) -> tuple[Candidate, ...]:
    """Whole sentences to put in place of a stock one; none unless it says exactly that."""
    even = even_out(sentence_text).rstrip(".!?: ")
    return tuple(
        Candidate(Op.REWRITE, phrase.label, phrase.text, Source.PHRASEBOOK)
        for phrase in load_phrases().phrases
        if phrase.slot is Slot.SENTENCE
        and any(re.fullmatch(pattern, even) for pattern in phrase.replaces)
        and phrase.text != sentence_text.strip()
    )


def _look_at(draft: Draft, customer_message: str | None) -> _Case:
    body = "\n\n".join(sentence.text for sentence in draft.sentences)
    message = draft.customer_message if customer_message is None else customer_message
    reading = read(body, message)
    # A notice not to reply often stands below the signature, outside the sentences.
    marks = find_marks(reading) | (
        find_marks(read(_without_history(draft), None)) & {Mark.NO_REPLY}
    )
    situations = find_situations(body, message)
    return _Case(
        reading,
        _Things(reading),
        situations,
        marks,
        _meet_needs(reading, situations, marks),
        draft.text,
        message or "",
    )


def _find_told(case: _Case) -> tuple[str, ...]:
    """Return the situations that the customer's message speaks of, where there is one.

    What only the draft speaks of is mostly our matter (a fee, a warranty, a deadline), and to
    acknowledge it passes over theirs. A fault that the draft owns is said in any case, and where
    something is too heavy for other words, it stays so.
    """
    if not case.reading.message:
        return case.situations
    return tuple(
        situation.id
        for situation in load_situations().situations
        if situation.id in case.situations
        and (situation.weight is not Weight.PLAIN or situation.is_told(case.reading))
    )


def _without_history(draft: Draft) -> str:
    if draft.history is None:
        return draft.text
    start, end = draft.history
    return f"{draft.text[:start]}\n\n{draft.text[end:]}"


def _meet_needs(
    reading: Reading, situations: tuple[str, ...], marks: frozenset[Mark]
) -> frozenset[Need]:
    met = {
        Need.CUSTOMER_MESSAGE: bool(reading.message),
        Need.NO_CUSTOMER_MESSAGE: not reading.message,
        Need.ADMITS_FAULT: _OUR_MISTAKE in situations,
        Need.LETTER: Mark.LETTER in marks,
        Need.NO_APOLOGY: Mark.APOLOGY not in marks,
        Need.PROPER_MESSAGE: Mark.IMPROPER not in marks,
    }
    return _OF_THE_THING | {need for need, is_met in met.items() if is_met}


def _fit(slot: Slot, case: _Case, seed: int) -> tuple[Candidate, ...]:
    if case.marks & {Mark.KIND_FIRST, Mark.KIND}:
        return ()
    if slot is Slot.OPENING and Mark.CONTINUES in case.marks:
        return ()
    ranked: list[tuple[_Rank, str, Candidate]] = []
    for phrase in load_phrases().phrases:
        if phrase.slot is slot and _may_stand(phrase, case):
            for rank, text in islice(_fill(phrase, case), 1):
                candidate = Candidate(Op.INSERT, phrase.label, text, Source.PHRASEBOOK)
                ranked.append((rank, _shuffle(phrase, case, seed), candidate))
    return tuple(candidate for _, _, candidate in sorted(ranked, key=lambda entry: entry[:2]))


def _may_stand(phrase: Phrase, case: _Case) -> bool:
    return (
        phrase.needs <= case.needs
        and (not phrase.only_if or speaks(phrase.only_if, case.reading.draft))
        and not speaks(phrase.not_if, case.reading.draft)
        and not speaks(phrase.not_if_message, case.reading.message)
    )


def _fill(phrase: Phrase, case: _Case) -> Iterator[tuple[_Rank, str]]:
    """The phrase for each situation that it fits, strongest first, with its rank."""
    book = load_phrases()
    for place, situation in enumerate(case.situations):
        direct = situation in phrase.situations
        shared = any(situation in book.groups.get(name, ()) for name in phrase.situations)
        if not (direct or shared):
            continue
        thing = _name_thing(phrase, book.places[situation], case)
        if thing is not None:
            owns = Need.ADMITS_FAULT in phrase.needs
            rank = phrase.last, place, not owns, not direct
            yield rank, phrase.text.replace(THING, thing)


def _name_thing(phrase: Phrase, places: tuple[str, ...], case: _Case) -> str | None:
    """What the texts call the thing, or None; empty where the phrase asks for none.

    What both texts name comes first, then what the draft names earliest: mostly its subject.
    """
    if THING not in phrase.text:
        return ""
    least = 2 if Need.NAMED_TWICE in phrase.needs else 1
    named: list[tuple[int, int, int, str]] = []
    for place, name in enumerate(places):
        starts = case.things.find(name)
        times = sum(start is not None for start in starts)
        if times >= least:
            start = len(case.reading.draft) if starts[0] is None else starts[0]
            named.append((-times, start, place, load_phrases().things[name].noun))
    if not named or (Need.NAMED_ALONE in phrase.needs and len(named) > 1):
        return None
    return min(named)[3]


def _shuffle(phrase: Phrase, case: _Case, seed: int) -> str:
    """A key that decides among phrases of one rank."""
    return draw(f"{seed}|{phrase.id}|{case.draft}|{case.reading.message}")
