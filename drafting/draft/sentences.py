"""Where sentences end inside running text.

nupunkt knows English abbreviations; the rules here know what it does not: merge tags, links and
other atoms, curt lower-case writing, a missing space after a full stop, and the abbreviations of
offices and other languages. Nothing is known of lines, lists or mails.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from nupunkt import sent_spans

from drafting.draft.atoms import is_cut, overlapping
from drafting.draft.endings import Ending, Verdict, judge
from drafting.draft.lines import trim
from drafting.facts import Span

_END = re.compile(r"(?:[.!?…؟]+|[。！？]+)[\"'”’»›)\]}*_]*")
_PAIRED = re.compile(
    r"\([^()]{1,300}\)|\[[^\[\]]{1,300}\]|“[^“”]{1,300}”|„[^„“”]{1,300}[“”]|«[^«»]{1,300}»"
    r"|(?<![\w\"])\"(?=\S)[^\"]{1,300}\"(?!\w)|(?<!\w)‘[^‘’]{1,200}’(?!\w)"
)
_TRAILING = re.compile(
    r"(?:\s*(?:[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|[:;]-?[()DP](?!\w))[\ufe0f\u200d]*)+"
)
"""Emoji and emoticons behind a full stop belong to the sentence that it ends."""

_WORD = re.compile(r"\w")
_SLICE = 2_000
"""nupunkt's time grows with the square of some inputs: it gets this many characters at a time."""


def split_sentences(text: str, flow: Span, atoms: Sequence[Span]) -> tuple[Span, ...]:
    """Split the running text at `flow` into sentences; spans in order, without white space around.

    No sentence ends inside of an atom. A flow without a word has no sentence.
    """
    piece = text[flow[0] : flow[1]]
    shut = [(start - flow[0], end - flow[0]) for start, end in overlapping(atoms, flow)]
    cuts = list(_find_cuts(piece, shut))
    parts = [trim(piece, span) for span in zip([0, *cuts], [*cuts, len(piece)], strict=True)]
    return tuple((start + flow[0], end + flow[0]) for start, end in _join_wordless(piece, parts))


def _find_cuts(piece: str, atoms: Sequence[Span]) -> Iterator[int]:
    """Places between two sentences, in order."""
    ends = list(_END.finditer(piece))
    if not ends:
        return
    learned = _ask_punkt(piece)
    pairs = [found.span() for found in _PAIRED.finditer(piece)]
    done = 0
    for end in ends:
        if end.start() < done or is_cut(atoms, end.end()) or is_cut(pairs, end.end()):
            continue
        verdict = judge(Ending.read(piece, end, atoms))
        if verdict is Verdict.END or (verdict is Verdict.ASK and _is_near(learned, end)):
            trailing = _TRAILING.match(piece, end.end())
            done = trailing.end() if trailing else end.end()
            if done < len(piece):
                yield done


def _ask_punkt(piece: str) -> list[int]:
    """Where nupunkt starts sentences, in order; it sees one slice of the text after the other."""
    starts: list[int] = []
    offset = 0
    while offset < len(piece):
        stop = piece.rfind(" ", offset + 1, offset + _SLICE) if len(piece) > offset + _SLICE else -1
        stop = stop if stop > 0 else min(offset + _SLICE, len(piece))
        starts += [offset + start for start, _ in sent_spans(piece[offset:stop])[1:]]
        offset = stop
    return starts


def _is_near(starts: Sequence[int], end: re.Match[str]) -> bool:
    place = bisect_left(starts, end.start() + 1)
    return place < len(starts) and starts[place] <= end.end() + 1


def _join_wordless(piece: str, parts: Sequence[Span]) -> list[Span]:
    """Give parts without a word to the sentence before, or to the next where none is before."""
    joined: list[Span] = []
    lead: int | None = None
    for start, end in parts:
        if start == end:
            continue
        if _WORD.search(piece, start, end):
            joined.append((start if lead is None else lead, end))
            lead = None
        elif joined:
            joined[-1] = joined[-1][0], end
        else:
            lead = start if lead is None else lead
    return joined
