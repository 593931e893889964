"""Measure a model on held-out rewrites, traps and real replies (`make evaluate`).

    python -m models.training.evaluate --limit 40

The trained model stands beside the untrained one, no model, and baselines that it has to beat: the
draft copied, and one stock line of empathy put before it. The figures are printed and written as a
page, with what is behind them. What is measured, and how, stands in `models.training.evaluation`.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from drafting.batch.run import Options
from drafting.settings import load_settings
from models.training.evaluation.cases import (
    Case,
    find_twice,
    make_cases,
    make_trap_cases,
    read_real,
)
from models.training.evaluation.columns import digest_program, make_columns
from models.training.evaluation.outcome import find_outcomes
from models.training.evaluation.page import write_page
from models.training.evaluation.records import Store
from models.training.evaluation.table import write_tables
from models.training.evaluation.traps import TRAPS, read_traps
from models.training.rows import DATA, load_rows, load_second, split_rows

RESULTS = Path("runs/evaluation/results.jsonl")
File = click.Path(dir_okay=False, path_type=Path)
Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--limit", type=click.IntRange(min=0), default=0, help="Only so many of each set.")
@click.option("--candidates", type=click.IntRange(1, 8), default=4, show_default=True)
@click.option("--only-trained", is_flag=True, help="Leave the untrained model out.")
@click.option(
    "--out",
    type=File,
    default=RESULTS,
    show_default=True,
    help="Results, as JSON lines: a second run goes on with them. The page is written beside.",
)
@click.option("--real", type=File, help="Real replies to evaluate as well, as JSON lines.")
@click.option("--data", type=Folder, default=DATA, help="Folder of the worked rewrites.")
@click.option("--traps", type=click.Path(path_type=Path), default=TRAPS, help="Folder of traps.")
@click.option(
    "--second",
    is_flag=True,
    help="Only the held-out mails that a second person has worked out, with that in a column.",
)
@click.option(
    "--any-program",
    is_flag=True,
    help="Go on with results that another state of the program's code and wording has made.",
)
def evaluate(
    limit: int,
    candidates: int,
    only_trained: bool,
    out: Path,
    real: Path | None,
    data: Path,
    traps: Path,
    second: bool,
    any_program: bool,
) -> None:
    """Measure the model that the settings name, beside others that it has to beat."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    held_out = split_rows(load_rows(data))[1]
    again = load_second(held_out) if second else {}
    sets = [
        make_cases([row for row in held_out if row.id in again or not second]),
        make_trap_cases(read_traps(traps)),
        read_real(real) if real else [],
    ]
    options = Options(candidates=candidates)
    columns = make_columns(load_settings(), options, only_trained=only_trained, second=again)
    with Store(out, digest_program(), any_program=any_program) as store:
        outcomes = find_outcomes(_limit(sets, limit), columns, store)
    if not outcomes:
        raise click.ClickException("There is nothing to evaluate: no row of the data is held out.")
    click.echo("\n".join(write_tables(outcomes)))
    page = out.with_suffix(".html")
    write_page(page, outcomes)
    click.echo(f"The page: {page}")


def _limit(sets: Sequence[list[Case]], limit: int) -> list[list[Case]]:
    """Return the sets that hold cases, no more than `limit` of each."""
    for cases in sets:
        if twice := find_twice(cases):
            raise click.ClickException(f"These ids stand twice: {', '.join(sorted(twice))}")
    return [_spread(cases, limit or len(cases)) for cases in sets if cases]


def _spread(cases: list[Case], count: int) -> list[Case]:
    """Return so many cases from all over a set, since its files go by trade and source."""
    count = min(count, len(cases))
    return [cases[at * len(cases) // count] for at in range(count)]


if __name__ == "__main__":
    evaluate()
