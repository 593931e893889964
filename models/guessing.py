"""Guess what a row will write next from what it has before its eyes: the sentence, other fillings.

A rewrite copies much of its sentence, and the candidates of a slot meet again where they have
parted. So what followed the row's last tokens there will often follow here too (Saxena, "Prompt
lookup decoding", 2023). Knows tokens only.
"""

from collections.abc import Sequence

from models.jobs import Row

LONGEST = 3
"""The last so many tokens are sought first, then fewer."""


class Copying:
    """Guesses for the rows of a batch, that it reads no more than `tokens` tokens in a step."""

    def __init__(self, tokens: int, most: int) -> None:
        """Take how many tokens a step may have, and how many a row may guess."""
        self._tokens = tokens
        self._most = most

    def __call__(self, rows: Sequence[Row]) -> list[list[int]]:
        """Return a guess for each row, empty where nothing is known."""
        most = min(self._most, (self._tokens - len(rows)) // max(len(rows), 1))
        if most <= 0:
            return [[] for _ in rows]
        texts: dict[int, list[list[int]]] = {}
        for row in rows:
            mine = texts.setdefault(id(row.job), [row.job.header])
            mine.append(row.tokens)
        for row in rows:
            texts[id(row.job)] += [over.tokens for over in row.job.over]
        everything = [text for some in texts.values() for text in some[1:]]
        return [guess(row.tokens, [*texts[id(row.job)], *everything], most) for row in rows]


def guess(tokens: Sequence[int], texts: Sequence[Sequence[int]], most: int) -> list[int]:
    """Return what followed the last tokens where they stood before, `most` tokens at most."""
    for length in range(min(LONGEST, len(tokens)), 0, -1):
        wanted = list(tokens[-length:])
        for text in texts:
            for end in range(length, len(text)):
                if text[end - length : end] == wanted:
                    return list(text[end : end + most])
    return []
