"""The changes of a page, put into the HTML source that the page was read from.

Only characters between tags are replaced; no tag is touched, so styles, ids and all that the clean
page leaves out stay. What replaces words stands where the first of them stood, and never slips into
a link. A change that has no sure place in the source isn't made, and the caller is told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from drafting.candidate import Op
from drafting.mail.seen import Element, Seen, align, look
from drafting.mail.splices import Splice, order
from drafting.markup.items import escape
from drafting.markup.page import Page
from drafting.result import Applied, Change
from drafting.script import OPENING
from drafting.words import TOKEN

_REMOVABLE = frozenset({"p", "div", "li", "dt", "dd"})
_TAG = re.compile(r"<[^>]*>")
_LINE_BREAK = re.compile(r"\s*<br\s*/?>", re.IGNORECASE)
_SPACE = re.compile(r"(?:\s|&nbsp;)*")
_LOOK_BACK = 300
_LINE_START = re.compile(r"(?:<br\s*/?>|<(?:p|div|li|td|body)\b[^>]*>)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence: its text, and the numbers of its seen characters."""

    text: str
    spaced: bool
    """Whether white space is before it."""
    first: int = -1
    last: int = -1


class Rewording:
    """The splices of a source."""

    def __init__(self, source: str, page: Page, applied: Applied) -> None:
        self._source = source
        self._page = page
        self._applied = applied
        self._seen: Seen = look(source)
        self._numbers = align(page, self._seen)
        self._anchors: list[int] = []
        """Where something is inserted."""

    def find(self) -> list[Splice] | None:
        """Return splices for all changes; None where one of them has no sure place."""
        changes = self._applied.changes
        splices: list[Splice] = []
        try:
            for change in [each for each in changes if each.op is Op.INSERT]:
                splices.append(self._insert(change))
            self._anchors = [each.start for each in splices]
            for change in [each for each in changes if each.op is not Op.INSERT]:
                splices += self._delete(change) if change.op is Op.DELETE else self._rewrite(change)
        except KeyError:
            return None
        done = 0
        for each in order(splices):
            if each.start < done:
                return None
            done = each.end
        return splices

    def _insert(self, change: Change) -> Splice:
        return self._open(change) if change.id == OPENING else self._close(change)

    def _number_after(self, place: int) -> int:
        """Return the number of the first seen character from a place of the text on."""
        return self._numbers[
            next(n for n in range(place, len(self._page.text) + 1) if self._ink(n))
        ]

    def _number_before(self, place: int) -> int:
        return self._numbers[next(n for n in range(place - 1, -2, -1) if self._ink(n))]

    def _ink(self, place: int) -> bool:
        """Whether a place is worth asking for; those outside of the text end the search."""
        if not 0 <= place < len(self._page.text):
            raise KeyError(place)
        return place in self._numbers

    def _open(self, change: Change) -> Splice:
        """Put an opening before the first sentence, or before the list that it is an item of."""
        number = self._number_after(change.draft_span[0])
        text = escape(change.after)
        if outer := self._seen.find_list(number):
            return Splice(outer.start, outer.start, f"<p>{text}</p>")
        place = self._before(number)
        end = change.reply_span[1]
        apart = self._applied.reply_text[end : end + 1] == "\n"
        return Splice(place, place, f"{text}{'<br><br>' if apart else ' '}")

    def _close(self, change: Change) -> Splice:
        """Put a closing behind the last sentence, or behind the list that it is an item of."""
        number = self._number_before(change.draft_span[0])
        text = escape(change.after)
        outer = self._seen.find_list(number)
        if outer and outer.end >= 0:
            return Splice(outer.end, outer.end, f"<p>{text}</p>")
        place = self._behind(number)
        low = change.reply_span[0]
        apart = self._applied.reply_text[max(low - 1, 0) : low] == "\n"
        return Splice(place, place, f"{'<br><br>' if apart else ' '}{text}")

    def _before(self, number: int) -> int:
        """Return where something goes that is to stand before a character: outside of its link."""
        link = self._seen.find_link(number)
        return link.start if link else self._seen.starts[number]

    def _behind(self, number: int) -> int:
        """Return where something goes that is to stand behind a character: outside of its link."""
        link = self._seen.find_link(number)
        return link.end if link and link.end >= 0 else self._seen.ends[number]

    def _delete(self, change: Change) -> list[Splice]:
        """Take a sentence out, with the line or block that held nothing else."""
        first = self._number_after(change.draft_span[0])
        last = self._number_before(change.draft_span[1])
        for element in self._seen.climb(first):
            held = any(element.start < place < element.end for place in self._anchors)
            if not held and self._holds_only(element, first, last):
                return [Splice(element.start, element.end, "")]
        start, end = self._seen.starts[first], self._seen.ends[last]
        rest = _LINE_BREAK.match(self._source, end)
        if rest and _LINE_START.search(self._source[max(start - _LOOK_BACK, 0) : start]):
            return [*self._blank(start, end), Splice(*rest.span(), "")]
        space = _SPACE.match(self._source, end)
        return list(self._blank(start, space.end() if space else end))

    def _holds_only(self, element: Element, first: int, last: int) -> bool:
        """Whether an element holds these characters and nothing else that is seen."""
        if element.name not in _REMOVABLE:
            return False
        inner, close = element.inner, element.close
        if close < 0 or not inner <= self._seen.starts[first] or self._seen.ends[last] > close:
            return False
        starts = self._seen.starts
        alone_before = first == 0 or starts[first - 1] < inner
        alone_after = last + 1 == len(starts) or starts[last + 1] >= close
        return alone_before and alone_after and "<img" not in self._source[inner:close].lower()

    def _blank(self, start: int, end: int) -> Iterator[Splice]:
        """Yield splices that take out all between the tags of a stretch."""
        at = start
        for tag in [*_TAG.finditer(self._source, start, end), None]:
            stop = tag.start() if tag else end
            if stop > at:
                yield Splice(at, stop, "")
            at = tag.end() if tag else end

    def _rewrite(self, change: Change) -> Iterator[Splice]:
        old = list(self._read_words(change))
        new = _split_words(change.after)
        matcher = SequenceMatcher(
            None, [w.text for w in old], [w.text for w in new], autojunk=False
        )
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag == "equal":
                yield from self._space(old[a:b], new[c:d])
            else:
                yield from self._exchange(old, new, (a, b), (c, d))

    def _space(self, old: list[_Word], new: list[_Word]) -> Iterator[Splice]:
        """Yield what gives words that stay the white space that they have now."""
        for before, word, after in zip(old, old[1:], new[1:], strict=False):
            yield from self._gap(before, word, spaced=after.spaced)

    def _gap(self, before: _Word, word: _Word, *, spaced: bool) -> Iterator[Splice]:
        if spaced and not word.spaced:
            place = self._before(word.first)
            yield Splice(place, place, " ")
        elif word.spaced and not spaced:
            yield from self._blank(self._seen.ends[before.last], self._seen.starts[word.first])

    def _exchange(
        self, old: list[_Word], new: list[_Word], gone: tuple[int, int], come: tuple[int, int]
    ) -> Iterator[Splice]:
        """Yield what puts new words in the place of old ones, up to the next word that stays."""
        (a, b), (c, d) = gone, come
        before = old[a - 1] if a else None
        after = old[b] if b < len(old) else None
        tail = bool(after and d < len(new) and new[d].spaced)
        lead = bool(before and (new[c].spaced if c < d else after and tail))
        text = "".join(" " * (word.spaced and n > 0) + word.text for n, word in enumerate(new[c:d]))
        start = self._behind(before.last) if before else self._before(old[0].first)
        stop = self._seen.starts[after.first] if after else self._seen.ends[old[-1].last]
        place = self._seen.starts[old[a].first] if a < b else start
        yield from self._blank(start, place)
        added = f"{' ' * lead}{escape(text)}{' ' * (tail and c < d)}"
        yield Splice(place, place, added)
        yield from self._blank(place, stop)

    def _read_words(self, change: Change) -> Iterator[_Word]:
        """Yield the words of a change's sentence; an image in it is passed over."""
        start = change.draft_span[0]
        at, spaced = start, False
        for text in TOKEN.findall(change.before):
            if not text.isspace():
                numbers = [
                    self._numbers[n] for n in range(at, at + len(text)) if n in self._numbers
                ]
                if len(numbers) < len(text):
                    raise KeyError(at)
                yield _Word(text, spaced, numbers[0], numbers[-1])
            spaced = text.isspace()
            at += len(text)


def _split_words(text: str) -> list[_Word]:
    words, spaced = [], False
    for token in TOKEN.findall(text):
        if not token.isspace():
            words.append(_Word(token, spaced))
        spaced = token.isspace()
    return words
