"""Packing: trained as it is decoded. A packed mail costs what its slots cost run alone."""

from copy import deepcopy
from itertools import accumulate, groupby, pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import KEEP
from drafting.prompt import load_templates
from models.encoding import Encoder
from models.training.attention import TOGETHER, attend_by_document, join_short
from models.training.packing import PROMPT, Document, encode_row, make_packs
from models.training.rows import Row
from models.training.supervised import collate, sum_loss
from tests.drafts import rows
from tests.tiny import bpe_tokenizer, causal_model

TEMPLATE = load_templates()["trained"]
ENCODER = Encoder(bpe_tokenizer())
MODEL = causal_model()


def some_rows(count: int) -> list[Row]:
    """Return short worked rewrites, with inserts, rewrites and deletions among them."""
    ops = ("insert", "rewrite", "delete")
    found = [r for r in rows() if {"rewrite"} < {s.op for s in r.script} and len(r.draft()) < 260]
    found.sort(key=lambda row: -len({s.op for s in row.script} & set(ops)))
    return found[:count]


ROWS = some_rows(6)


def documents() -> list[Document]:
    return [document for row in ROWS for document in encode_row(row, TEMPLATE, ENCODER)]


def runs(document: Document) -> list[tuple[int, list[int]]]:
    """Return the document's blocks as number and places."""
    numbered = enumerate(document.blocks)
    return [(n, [p for p, _ in group]) for n, group in groupby(numbered, key=lambda each: each[1])]


def loss_alone(given: list[int], wanted: list[int]) -> tuple[float, int]:
    """Return the summed loss of wanted ids after given ones, in a plain forward pass."""
    ids = torch.tensor([given + wanted])
    with torch.inference_mode():
        logits = MODEL(input_ids=ids).logits[0, len(given) - 1 : -1]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(wanted), reduction="sum")
    return float(loss), len(wanted)


def parts_alone(row: Row) -> list[tuple[list[int], list[int]]]:
    """Return what each slot of a mail is asked and answers, written out by hand."""
    prompt = ENCODER.prompt(TEMPLATE.system, TEMPLATE.ask(row.mail()))
    opening, ending = row.opening(), row.ending()
    slots = [(TEMPLATE.opening, opening.candidate() if opening else KEEP)]
    slots += [
        (TEMPLATE.ask_sentence(row.sentences[step.source - 1]), step.candidate())
        for step in row.script
        if step.source
    ]
    slots.append((TEMPLATE.closing, ending.candidate() if ending else KEEP))
    return [
        (
            prompt + ENCODER.plain(header),
            [*ENCODER.plain(TEMPLATE.answer(filling)), ENCODER.end],
        )
        for header, filling in slots
    ]


def packed_loss(packed: list[Document], size: int = 10**9, seed: int = 0) -> tuple[float, float]:
    total, count = 0.0, 0.0
    for pack in make_packs(packed, size, seed):
        inputs = collate([pack])
        with torch.inference_mode():
            loss, targets = sum_loss(MODEL, inputs)
        total, count = total + float(loss), count + targets
    return total, count


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.id))
def test_loss_of_a_packed_mail_is_that_of_its_slots_alone(row: Row) -> None:
    forward, *_ = encode_row(row, TEMPLATE, ENCODER)
    alone = [loss_alone(given, wanted) for given, wanted in parts_alone(row)]
    loss, count = packed_loss([forward])
    assert count == sum(n for _, n in alone)
    assert loss / count == pytest.approx(sum(each for each, _ in alone) / count, abs=1e-4)


def test_loss_of_the_reverse_direction_is_that_of_a_sentence_after_its_rewrite() -> None:
    for row in ROWS:
        _, *reverse = encode_row(row, TEMPLATE, ENCODER)
        rewrites = [s for s in row.script if s.op == "rewrite"]
        assert len(reverse) == len(rewrites)
        for document, step in zip(reverse, rewrites, strict=True):
            assert step.source
            assert step.text
            given = ENCODER.plain(TEMPLATE.ask_reverse(step.text))
            wanted = [*ENCODER.plain(row.sentences[step.source - 1]), ENCODER.end]
            loss, count = packed_loss([document])
            assert count == len(wanted)
            assert loss == pytest.approx(loss_alone(given, wanted)[0])


@pytest.mark.parametrize("size", [1, 3000, 10**9])
def test_loss_does_not_depend_on_what_shares_a_pack(size: int) -> None:
    some = documents()[:7]
    alone = [packed_loss([document]) for document in some]
    loss, count = packed_loss(some, size, seed=size % 97)
    assert count == sum(n for _, n in alone)
    assert loss / count == pytest.approx(sum(each for each, _ in alone) / count, abs=1e-5)


def test_attention_by_document_has_the_loss_and_gradients_of_attention_under_the_mask() -> None:
    (pack,) = make_packs(documents()[:9], 10**9, 3)
    inputs = collate([pack])
    assert len(set(inputs["runs"].tolist())) > 1
    assert MODEL.config.num_key_value_heads < MODEL.config.num_attention_heads
    by_document = deepcopy(MODEL)
    attend_by_document(by_document)
    outcomes = []
    for model in (deepcopy(MODEL), by_document):
        loss, _ = sum_loss(model, inputs)
        loss.backward()
        outcomes.append((loss, {name: p.grad for name, p in model.named_parameters()}))
    (loss, grads), (own_loss, own_grads) = outcomes
    assert float(own_loss.detach()) == pytest.approx(float(loss.detach()), rel=1e-5)
    for name, grad in grads.items():
        torch.testing.assert_close(own_grads[name], grad, rtol=1e-3, atol=1e-4, msg=name)


@given(st.lists(st.integers(1, 400), max_size=30))
def test_only_short_neighbours_attend_together(lengths: list[int]) -> None:
    runs = list(join_short(lengths))
    ends = list(accumulate(lengths))
    assert set(accumulate(runs)) <= set(ends)
    assert sum(runs) == sum(lengths)
    assert all(run <= TOGETHER or run in lengths for run in runs)
    assert all(first + second > TOGETHER for first, second in pairwise(runs)), "or they fit"


def test_slots_see_the_prompt_and_themselves_and_nothing_after() -> None:
    (pack,) = make_packs(documents()[:3], 10**9, 1)
    mask = pack.mask()[0, 0].numpy()
    blocks, numbers = pack.blocks.numpy(), pack.documents.numpy()
    size = len(blocks)
    sees = np.zeros((size, size), dtype=bool)
    for reader in range(size):
        for read in range(reader + 1):
            together = numbers[reader] == numbers[read]
            sees[reader, read] = together and blocks[read] in (PROMPT, blocks[reader])
    np.testing.assert_array_equal(mask, sees)


def test_positions_start_again_after_the_prompt() -> None:
    for row in ROWS:
        forward, *_ = encode_row(row, TEMPLATE, ENCODER)
        (_, prompt), *slots = runs(forward)
        assert [forward.positions[p] for p in prompt] == list(range(len(prompt)))
        for _, places in slots:
            positions = [forward.positions[p] for p in places]
            assert positions == list(range(len(prompt), len(prompt) + len(places)))


def test_blocks_are_prompt_opening_sentences_closing() -> None:
    for row in ROWS:
        forward, *_ = encode_row(row, TEMPLATE, ENCODER)
        assert [number for number, _ in runs(forward)] == list(range(len(row.sentences) + 3))


def test_reverse_documents_see_neither_draft_nor_customer() -> None:
    for row in ROWS:
        _, *reverse = encode_row(row, TEMPLATE, ENCODER)
        for document in reverse:
            assert set(document.blocks) == {PROMPT}
            text = str(bpe_tokenizer().decode(document.ids))
            assert text.startswith("Kind: ")
            assert row.mail().draft not in text
            assert (row.customer_message or "\0") not in text


def test_only_fillings_are_targets_each_the_token_that_comes_next() -> None:
    for row in ROWS:
        document = next(encode_row(row, TEMPLATE, ENCODER))
        (_, prompt), *slots = runs(document)
        assert {document.targets[p] for p in prompt} == {-100}
        for (_, places), (_, wanted) in zip(slots, parts_alone(row), strict=True):
            targets = [(p, document.targets[p]) for p in places if document.targets[p] != -100]
            assert [target for _, target in targets] == wanted
            assert all(document.ids[p + 1] == target for p, target in targets)


def test_packs_hold_every_document_once_and_keep_to_their_size() -> None:
    some = documents()
    packs = make_packs(some, 3000, 3)
    assert sum(len(pack.ids) for pack in packs) == sum(map(len, some))
    assert sum(int(pack.documents.max()) + 1 for pack in packs) == len(some)
    assert all(len(p.ids) <= 3000 or int(p.documents.max()) == 0 for p in packs)
    assert make_packs([], 10, 0) == []


def test_the_same_seed_gives_the_same_packs() -> None:
    some = documents()
    first, again, other = (
        [pack.ids.tolist() for pack in make_packs(some, 3000, seed)] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
