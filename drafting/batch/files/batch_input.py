"""The input of a batch, whatever its format: items in, replies out.

Knows no format.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from drafting.batch.files.encoding import Encoding
from drafting.batch.files.splicing import Edit, splice
from drafting.batch.files.storing import store
from drafting.batch.item import Item
from drafting.errors import OutputError, UnfitReplyError

_KINDS = (
    {".csv"}, {".tsv", ".tab"}, {".json"}, {".jsonl", ".ndjson"}, {".yaml", ".yml"},
    {".xlsx", ".xlsm", ".ods", ".xls"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be read; the others go on, and it stays in the output as it is."""

    key: str
    number: int
    """Counted together with the items."""
    code: str
    message: str
    """What is wrong and what to do, without the text."""


class BatchInput(ABC):
    """Items of one input, and the way to write replies where they came from."""

    items: Sequence[Item]
    problems: Sequence[Problem]
    field: str
    """The column or key that holds the texts; "" where there is none."""
    notes: Sequence[str] = ()
    """What the person should know before the output is used."""

    def write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        """Write the input with replies by key; all else stays as it is.

        In place a reply takes the text's place; else it stands in a new column or key right after
        it. Items without a reply keep their text.

        Raises:
            UnfitReplyError: some replies can't be written; it names their keys.
            SameFileError: the target is the input.
            OutputError: the target can't be written; what was there is as it was.

        """
        known = {item.key for item in self.items}
        if unknown := [key for key in replies if key not in known]:
            raise UnfitReplyError("Some replies belong to no item of this input.", unknown)
        self._write(replies, target, in_place=in_place)

    @abstractmethod
    def _write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None: ...


class TextInput(BatchInput):
    """An input that is one text file: replies are spliced in, every other byte is copied."""

    source: Path
    text: str
    encoding: Encoding

    @abstractmethod
    def _edits(self, replies: Mapping[str, str], *, in_place: bool) -> list[Edit]: ...

    def _write(self, replies: Mapping[str, str], target: Path, *, in_place: bool) -> None:
        _refuse_other_kind(target, self.source)
        edits = self._edits(replies, in_place=in_place)
        text = splice(self.text, edits)
        try:
            data = self.encoding.encode(text)
        except UnicodeEncodeError:
            raise self._unfit(replies) from None
        store(data, target, self.source)

    def _unfit(self, replies: Mapping[str, str]) -> UnfitReplyError:
        keys = [key for key, reply in replies.items() if not self.encoding.has(reply)]
        return UnfitReplyError(
            f"{len(keys)} replies have characters that the file's encoding "
            f"({self.encoding.codec}) doesn't have. Please save the input as UTF-8.",
            keys,
        )


def _refuse_other_kind(target: Path, source: Path) -> None:
    """Refuse a name that says that the output is something else than the input."""
    kinds = [kind for kind in _KINDS if source.suffix.lower() not in kind]
    if any(target.suffix.lower() in kind for kind in kinds):
        raise OutputError(
            f"{source.name} is written back in its own format. "
            f"Please give the output the ending {source.suffix}."
        )
