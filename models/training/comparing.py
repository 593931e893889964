"""Compare ways of training: each for a few steps over the same mails, by its loss on held-out ones.

    python -m models.training.comparing --steps 60

Tells what moves the loss, for little time; it doesn't tell how good the rewrites are that come of it.
Rewrites alone are trained on, not the reverse direction. Losses are nats for each slot, so that ways of
asking and answering with more or fewer tokens compare.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import torch
from transformers import PreTrainedTokenizerBase, set_seed

from drafting.candidate import Candidate
from drafting.facts import find_facts
from drafting.findings import find_in_sentence
from drafting.prompt import Mail, Template, load_templates, one_line
from drafting.settings import load_settings
from models.encoding import Encoder
from models.training.attention import attend_by_document
from models.training.packing import Document, encode_row, make_packs
from models.training.recipe import DEFAULT, TEMPLATE, Recipe
from models.training.rows import Row, load_rows, split_rows
from models.training.supervised import measure_loss
from models.training.train import TARGETS, add_lora, fit, make_supervised, settle_dtype
from models.transformers_loading import load_base
from models.weights import choose_device

log = logging.getLogger(__name__)

Load = Callable[[torch.dtype], tuple[Any, PreTrainedTokenizerBase]]
"""Loads the base anew, in a precision."""


class NoDraft(Template):
    """Asks without the draft: a slot sees the customer's message and its own sentence."""

    def ask(self, mail: Mail) -> str:
        """Return the part of the prompt that all slots share."""
        return f"Customer: {mail.customer_message or self.no_customer}"


class WithFindings(Template):
    """Names what was found in a sentence, and its facts, behind it."""

    def ask_sentence(self, sentence: str) -> str:
        """Return the header of a sentence's slot."""
        found = ", ".join(dict.fromkeys(each.rule for each in find_in_sentence(sentence)))
        facts = ", ".join(fact.text for fact in find_facts(sentence))
        return f"{super().ask_sentence(sentence)}Found: {found or '-'}. Facts: {facts or '-'}.\n"


class TextFirst(Template):
    """Lets the label follow the text."""

    def answer(self, candidate: Candidate) -> str:
        """Write a candidate as the model would write it."""
        if candidate.label is None or candidate.text is None:
            return super().answer(candidate)
        return f"{one_line(candidate.text)} ({self.words.of(candidate.label)})"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of training; but for what it names, it is the recipe of `make train`."""

    name: str
    recipe: Recipe = DEFAULT
    template: type[Template] = Template
    change: Callable[[Row], Row] | None = None
    """What is left out of each mail."""
    whole: bool = False
    """All weights are trained, and none is added."""


def drop_customer(row: Row) -> Row:
    """Return a mail without the customer's message."""
    return row.model_copy(update={"customer_message": None})


VARIANTS = (
    Variant("as it is (rank 32, rate 6e-4, blocks 8 to 29)"),
    Variant("rank 8", replace(DEFAULT, rank=8)),
    Variant("rank 128", replace(DEFAULT, rank=128)),
    Variant("rate 2e-4", replace(DEFAULT, learning_rate=2e-4)),
    Variant("rate 1.5e-3", replace(DEFAULT, learning_rate=1.5e-3)),
    Variant("all blocks", replace(DEFAULT, first_layer=0)),
    Variant("all weights, rate 5e-5", replace(DEFAULT, learning_rate=5e-5), whole=True),
    Variant("all weights, rate 2e-4", replace(DEFAULT, learning_rate=2e-4), whole=True),
    Variant("without the customer's message", change=drop_customer),
    Variant("without the draft around the sentence", template=NoDraft),
    Variant("with findings and facts of the sentence", template=WithFindings),
    Variant("label behind the text", template=TextFirst),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a way of training."""

    name: str
    loss: float
    """Nats for each held-out slot."""
    seconds: float
    """Of training."""
    more: dict[str, float] = field(default_factory=dict)
    """Other losses, by what was done to the weights."""


def compare(
    variant: Variant,
    load: Load,
    rows: Sequence[Row],
    held_out: Sequence[Row],
    steps: int,
    out: Path,
) -> Outcome:
    """Train one way and measure it; what it leaves under `out` may be thrown away."""
    recipe = replace(variant.recipe, dtype=settle_dtype(variant.recipe.dtype))
    base, tokenizer = load(torch.float32 if variant.whole else getattr(torch, recipe.dtype))
    attend_by_document(base)
    encoder = Encoder(tokenizer)
    template = variant.template(**load_templates()[TEMPLATE].model_dump())
    documents = list(_encode(rows, variant, template, encoder))
    wanted = list(_encode(held_out, variant, template, encoder))
    packs = make_packs(documents, recipe.pack_tokens, recipe.seed)
    before = {name: value.clone() for name, value in base.state_dict().items() if variant.whole}
    set_seed(recipe.seed)
    model = base if variant.whole else add_lora(base, recipe)
    started = time.perf_counter()
    trainer = make_supervised(model, packs, recipe, out, steps)
    trainer.args = trainer.args.set_save(strategy="no")
    fit(trainer)
    seconds = time.perf_counter() - started
    loss, more = _measure(model, wanted), {}
    if variant.whole:
        narrow(model, before, DEFAULT.rank)
        more[f"as an adapter of rank {DEFAULT.rank}"] = _measure(model, wanted)
    return Outcome(variant.name, loss, seconds, more)


def _encode(
    rows: Sequence[Row], variant: Variant, template: Template, encoder: Encoder
) -> Iterator[Document]:
    for row in rows:
        changed = variant.change(row) if variant.change else row
        yield next(encode_row(changed, template, encoder))


def _measure(model: Any, documents: list[Document]) -> float:
    """Return the mean loss of a slot in nats."""
    slots = sum(len(set(document.blocks)) - 1 for document in documents)
    tokens = sum(sum(document.weights) for document in documents)
    return measure_loss(model, documents) * tokens / slots


def narrow(model: Any, before: dict[str, torch.Tensor], rank: int) -> None:
    """Leave of what trained weights have changed what an adapter of a rank can hold.

    The nearest change of that rank in least squares is the truncated singular value decomposition
    (Eckart and Young, 1936). Weights that an adapter doesn't reach go back to what they were.
    """
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.rsplit(".", 2)[-2] not in TARGETS:
                value.copy_(before[name])
                continue
            left, sizes, right = torch.linalg.svd(
                (value - before[name]).float(), full_matrices=False
            )
            change = left[:, :rank] * sizes[:rank] @ right[:rank]
            value.copy_(before[name] + change.to(value.dtype))


def show(outcomes: Sequence[Outcome]) -> str:
    """Return a table, each loss beside the first one's."""
    first = outcomes[0].loss
    lines = ["| way | nats a slot | against the first | seconds |", "| --- | --- | --- | --- |"]
    for outcome in outcomes:
        losses = {outcome.name: outcome.loss}
        losses |= {f"{outcome.name}, {done}": loss for done, loss in outcome.more.items()}
        lines += [
            f"| {name} | {loss:.2f} | {loss / first - 1:+.1%} | {outcome.seconds:.0f} |"
            for name, loss in losses.items()
        ]
    return "\n".join(lines)


@click.command()
@click.option("--steps", default=60, show_default=True)
@click.option("--measured", default=4, show_default=True, help="One held-out mail in so many.")
@click.option("--only", default="", help="Ways whose name holds this, and the first one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs/comparing"))
def main(steps: int, measured: int, only: str, out: Path) -> None:
    """Train every way and print how they compare."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    device = choose_device("auto")

    def load(dtype: torch.dtype) -> tuple[Any, PreTrainedTokenizerBase]:
        return load_base("", device, dtype, load_settings().cache)

    rows, held_out = split_rows(load_rows())
    outcomes: list[Outcome] = []
    out.mkdir(parents=True, exist_ok=True)
    for number, variant in enumerate(VARIANTS):
        if number and only not in variant.name:
            continue
        folder = out / str(number)
        outcomes.append(compare(variant, load, rows, held_out[::measured], steps, folder))
        log.info("%s", outcomes[-1])
        kept = [[each.name, each.loss, each.seconds, each.more] for each in outcomes]
        (out / "outcomes.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    click.echo(show(outcomes))


if __name__ == "__main__":
    main()
