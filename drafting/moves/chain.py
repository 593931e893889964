"""Runs the moves over one sentence and gives the results as candidates, best first.

All moves that apply are chained in the order of the file; leaving one of them out gives the other
wordings. It does not judge: whether a candidate is used is decided with those of the model.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from drafting.candidate import Candidate, Op, Source
from drafting.facts import Fact
from drafting.labels import Label
from drafting.moves.index import SignIndex
from drafting.moves.move import Move
from drafting.moves.shelf import stock_moves
from drafting.moves.shelter import Sheltered, shelter

MOST_RESULTS = 4
LONGEST = 1000
"""In characters; what is longer is hardly one sentence, and the patterns are for one."""
MOST_PASSES = 4
"""One move can make room for an earlier one; more rounds than this would be a cycle."""
TIDY = 3
SHOUT = re.compile(r"\b[A-Z']{2,}(?: [A-Z']{2,}){2,}|\b[A-Z']{4,}\b.*\b[A-Z']{4,}\b")
"""What is still shouted after the tidying holds a word that may be a name: better left alone."""
FOREIGN = re.compile(
    r"\b(?:der|die|das|und|nicht|bitte|ist|sie|wir|ihre?|mit|für|le|la|les|des|et|vous|nous|votre"
    r"|est|pour|que|el|los|las|para|por|su|het|een|niet|uw|voor|och|inte|att|il|di|che|non|della)\b"
)
ENGLISH = re.compile(r"\b(?:the|to|and|of|you|your|for|we|our|please|not|with|it|this|an?)\b")
STRENGTH = (
    Label.ACKNOWLEDGEMENT,
    Label.BENEFIT_OF_THE_DOUBT,
    Label.EXPLANATION,
    Label.NEXT_STEPS,
)


@dataclass(frozen=True, slots=True)
class MoveResult:
    """A candidate, the ids of the moves that made it, and why each of them is kinder."""

    candidate: Candidate
    moves: tuple[str, ...]
    why: tuple[str, ...]


def apply_moves(
    sentence: str, facts: Sequence[Fact], moves: Sequence[Move] | None = None
) -> tuple[MoveResult, ...]:
    """What the moves make of one sentence: at most four results, best first, none if none applies.

    `facts` are those of the sentence, in order, with spans counted from its start.
    """
    sheltered = shelter(sentence, facts)
    if sheltered is None or not _is_for_moves(sheltered.body):
        return ()
    results: dict[str | None, MoveResult] = {}
    index = _index_stock() if moves is None else SignIndex(moves)
    for body, used in _variants(sheltered, index):
        result = _result(sheltered, body, used)
        if result and result.candidate.text != sentence:
            results.setdefault(result.candidate.text, result)
    return tuple(results.values())[:MOST_RESULTS]


def explain_moves(sentence: str, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Why the best result is kinder, one plain sentence for each move in it."""
    results = apply_moves(sentence, facts)
    return results[0].why if results else ()


@cache
def _index_stock() -> SignIndex:
    return SignIndex(stock_moves())


def _is_for_moves(body: str) -> bool:
    """Whether this is one sentence, and not surely in another language."""
    if not 0 < len(body) <= LONGEST:
        return False
    lowered = body.lower()
    return len(set(FOREIGN.findall(lowered))) < 2 or ENGLISH.search(lowered) is not None


def _variants(sheltered: Sheltered, index: SignIndex) -> Iterator[tuple[str, tuple[Move, ...]]]:
    """The full chain first, then the chains that leave out one move that does more than tidy."""
    body, used = _chain(sheltered, index)
    if not used:
        return
    yield body, used
    if used[-1].deletes or len(used) == 1:
        return
    weakest_first = sorted(used, key=_weight, reverse=True)
    for left_out in weakest_first:
        if left_out.rank != TIDY:
            body, fewer = _chain(sheltered, index, left_out)
            if any(move.rank != TIDY for move in fewer):
                yield body, fewer


def _chain(
    sheltered: Sheltered, index: SignIndex, left_out: Move | None = None
) -> tuple[str, tuple[Move, ...]]:
    body, used = sheltered.body, dict[str, Move]()
    for _ in range(MOST_PASSES):
        before = body
        numbers = iter(index.find(body.lower()))
        while (number := next(numbers, None)) is not None:
            move = index.moves[number]
            if move is left_out or not move.fits(body, sheltered.tail):
                continue
            if move.deletes:
                if not sheltered.facts and move.pattern.search(body):
                    return body, (move,)
                continue
            after = move.change(body)
            if after != body:
                body = after
                used[move.id] = move
                numbers = iter([n for n in index.find(body.lower()) if n > number])
        if body == before:
            break
    return body, tuple(used.values())


def _result(sheltered: Sheltered, body: str, used: tuple[Move, ...]) -> MoveResult | None:
    ids, why = tuple(move.id for move in used), tuple(move.why for move in used)
    if used[-1].deletes:
        return MoveResult(Candidate(Op.DELETE, source=Source.MOVE), ids, why)
    text = None if SHOUT.search(body) else sheltered.rebuild(body)
    if not text:
        return None
    label = min(used, key=_weight).label
    return MoveResult(Candidate(Op.REWRITE, label, text, Source.MOVE), ids, why)


def _weight(move: Move) -> tuple[int, int]:
    return move.rank, STRENGTH.index(move.label)
