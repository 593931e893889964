"""Finds the moves of which a sentence holds a sign, without asking each of them.

There are thousands of signs and few of them in any sentence. Each is kept under three of its letters
(the three that the fewest other signs have), so that only those are looked for whose letters are there: the
trigram index of Cox, "Regular expression matching with a trigram index" (2012), the other way round. It
knows signs alone: whether a move applies, and in what order, is for `chain` to say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from drafting.moves.move import Move
from drafting.moves.signs import SHORTEST


class SignIndex:
    """Some moves with their signs; a move goes by its number among them."""

    def __init__(self, moves: Sequence[Move]) -> None:
        self.moves = moves
        by_sign: dict[str, list[int]] = defaultdict(list)
        for number, move in enumerate(moves):
            for sign in move.printed.signs:
                by_sign[sign].append(number)
        common = Counter(part for sign in by_sign for part in _split(sign))
        self._signs: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for sign, numbers in by_sign.items():
            rarest = min(_split(sign), key=lambda part: (common[part], part))
            self._signs[rarest].append((sign, numbers))
        self._always = [n for n, move in enumerate(moves) if not move.printed.signs]

    def find(self, lowered: str) -> list[int]:
        """Return the moves that may have anything to say about a body in small letters, in order."""
        found = set(self._always)
        for part in set(_split(lowered)):
            for sign, numbers in self._signs.get(part, ()):
                if sign in lowered:
                    found.update(numbers)
        return sorted(found)


def _split(text: str) -> Iterator[str]:
    """Yield each few letters of a text that stand side by side."""
    return (text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1))
