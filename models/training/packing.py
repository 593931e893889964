"""Worked rewrites as token sequences, trained as they are decoded.

Each mail is one document: its prompt, then one block for each slot (header, filling, end token). A
block sees the prompt and itself, not the other blocks, and its positions start again after the
prompt. The reverse direction (the sentence behind a rewrite) is a document of its own, since it must
not see the draft. Several documents share a sequence under one block attention mask.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import torch

from drafting.candidate import KEEP, Candidate
from drafting.prompt import Template, one_line
from models.encoding import Encoder
from models.training.rows import Row

PROMPT = 0
"""The block number of a document's prompt; slots count from 1."""
BLOCKS = 10_000
"""More than a document has blocks."""
Part = tuple[list[int], float]
"""Token ids, and the weight of each in the loss; 0 for what is given."""


@dataclass(slots=True)
class Document:
    """Parallel lists over the tokens of one document."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    """The next token where the model must predict it, -100 elsewhere."""
    weights: list[float] = field(default_factory=list)
    """What each target counts in the loss, 0 where there is none; below 0, what isn't to be learnt."""
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Blocks of which the first is to become likelier than the second."""

    def __len__(self) -> int:
        return len(self.ids)

    def add_block(self, block: int, parts: Sequence[Part], start: int) -> None:
        """Append a block's parts; those with a weight are to be predicted."""
        ids = [i for part, _ in parts for i in part]
        weights = [weight for part, weight in parts for _ in part]
        targets = [i if weight else -100 for i, weight in zip(ids, weights, strict=True)]
        self.ids += ids
        self.targets += [*targets[1:], -100]
        self.weights += [*weights[1:], 0.0]
        self.positions += range(start, start + len(ids))
        self.blocks += [block] * len(ids)


def encode_row(row: Row, template: Template, encoder: Encoder) -> Iterator[Document]:
    """Yield a mail's document, then one for each of its rewrites in the reverse direction."""
    document = Document()
    prompt = encoder.prompt(template.system, template.ask(row.mail()))
    document.add_block(PROMPT, [(prompt, 0.0)], 0)
    for block, (header, filling) in enumerate(_slots(row, template), PROMPT + 1):
        answer = [*encoder.plain(template.answer(filling)), encoder.end]
        document.add_block(block, [(encoder.plain(header), 0.0), (answer, 1.0)], len(prompt))
    yield document
    for before, after in _rewrites(row):
        yield encode_reverse(before, after, template, encoder)


def encode_reverse(
    before: str, after: str, template: Template, encoder: Encoder, *, as_one: bool = False
) -> Document:
    """Return the document of a sentence behind its rewrite; each token weighs one, or all as one."""
    asked = encoder.plain(template.ask_reverse(after))
    wanted = [*encoder.plain(one_line(before)), encoder.end]
    document = Document()
    weight = 1.0 / len(wanted) if as_one else 1.0
    document.add_block(PROMPT, [(asked, 0.0), (wanted, weight)], 0)
    return document


def _slots(row: Row, template: Template) -> Iterator[tuple[str, Candidate]]:
    """Yield header and filling of each slot: opening, sentences, closing."""
    opening, ending = row.opening(), row.ending()
    yield template.opening, opening.candidate() if opening else KEEP
    for step in row.script:
        if step.source is not None:
            header = template.ask_sentence(row.sentences[step.source - 1])
            yield header, step.candidate()
    yield template.closing, ending.candidate() if ending else KEEP


def _rewrites(row: Row) -> Iterator[tuple[str, str]]:
    for step in row.script:
        if step.op == "rewrite" and step.source is not None and step.text:
            yield row.sentences[step.source - 1], step.text


@dataclass(frozen=True, slots=True)
class Pack:
    """Documents laid end to end; all tensors but one are int64 of shape (tokens,)."""

    ids: torch.Tensor
    positions: torch.Tensor
    documents: torch.Tensor
    blocks: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    """float32, the others' shape."""
    pairs: torch.Tensor
    """Units of which the first is to become likelier than the second: (pairs, 2)."""

    @property
    def units(self) -> torch.Tensor:
        """A number for each token's block that no other document's block has."""
        return self.documents * BLOCKS + self.blocks

    def lengths(self) -> list[int]:
        """Return how many tokens each document has."""
        counts: list[int] = torch.unique_consecutive(self.documents, return_counts=True)[1].tolist()
        return counts

    def mask(self) -> torch.Tensor:
        """Return who sees whom: bool, (1, 1, tokens, tokens), True where row sees column."""
        order = torch.arange(len(self.ids))
        causal = order[:, None] >= order[None, :]
        together = self.documents[:, None] == self.documents[None, :]
        own = self.blocks[:, None] == self.blocks[None, :]
        prompt = (self.blocks == PROMPT)[None, :]
        return (causal & together & (own | prompt))[None, None]


def make_packs(documents: Iterable[Document], size: int, seed: int) -> list[Pack]:
    """Shuffle documents and lay them into packs of about `size` tokens."""
    shuffled = list(documents)
    random.Random(seed).shuffle(shuffled)
    packs: list[Pack] = []
    current: list[Document] = []
    for document in shuffled:
        if current and sum(map(len, current)) + len(document) > size:
            packs.append(_pack(current))
            current = []
        current.append(document)
    return [*packs, _pack(current)] if current else packs


def _pack(documents: list[Document]) -> Pack:
    numbers = [n for n, document in enumerate(documents) for _ in document.ids]
    return Pack(
        ids=torch.tensor([i for d in documents for i in d.ids]),
        positions=torch.tensor([i for d in documents for i in d.positions]),
        documents=torch.tensor(numbers),
        blocks=torch.tensor([i for d in documents for i in d.blocks]),
        targets=torch.tensor([i for d in documents for i in d.targets]),
        weights=torch.tensor([w for d in documents for w in d.weights]),
        pairs=torch.tensor(
            [[n * BLOCKS + b for b in pair] for n, d in enumerate(documents) for pair in d.pairs],
            dtype=torch.int64,
        ).reshape(-1, 2),
    )
