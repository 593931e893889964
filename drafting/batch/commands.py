"""The command line of the batch: rewrite a file of canned responses, apply a review.

Puts reading, rewriting, journal and report together. Exit status: 0 all done, 1 some items failed,
2 nothing done.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from drafting.batch.apply import apply_file, hash_input
from drafting.batch.files import BatchInput, open_input
from drafting.batch.item import Item, Outcome, OutcomeState
from drafting.batch.journal import Journal
from drafting.batch.machines import Machines
from drafting.batch.outputs import Outputs, count_states, describe_run, pair_up, write_outputs
from drafting.batch.review import ReviewHead
from drafting.batch.run import BatchRun, Options, RecordingError
from drafting.batch.selection import find_reasons, pass_over
from drafting.engine import Engine
from drafting.errors import DraftingError
from drafting.result import Format
from drafting.rewriter import MOST_CANDIDATES
from drafting.settings import Settings, load_settings

PROBLEMS_SHOWN = 20


class DefaultGroup(click.Group):
    """A group whose first argument may be a file: `batch IN` is `batch run IN`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name, or `run`."""
        if args and args[0] not in self.commands:
            args = ["run", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options of `run` that stand before the file as its own, too."""
        if args and args[0].startswith("-") and args[0] not in {"-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultGroup)
def batch() -> None:
    """Rewrite all canned responses of a file or folder: `batch IN -o OUT`.

    Takes CSV, TSV, JSONL, JSON, YAML, XLSX, ODS, and folders of text and HTML files.
    """


@batch.command("run")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the replies go.")
@click.option("--field", help="Column or key that holds the texts; found by name if not given.")
@click.option(
    "--format",
    "text_format",
    type=click.Choice([form.value for form in Format]),
    help="What the texts are written in; guessed for each if not given.",
)
@click.option("--in-place-field", "in_place", is_flag=True, help="Replies replace the texts.")
@click.option("--candidates", type=click.IntRange(1, MOST_CANDIDATES), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Rewrite only so many, the first ones.")
@click.option("--only-findings", is_flag=True, help="Leave those without a finding alone.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Who works: this machine, or workers of a Ray cluster.",
)
@click.option("--address", help="Of a Ray cluster; one of its own on this machine if not given.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes, each with a model. By default as many as pay on this machine; one of Ray.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be rewritten and why; no model.")
@click.option(
    "--resume/--restart", default=True, help="Go on where a run was stopped (default), or anew."
)
def run(
    source: Path,
    output: Path | None,
    field: str | None,
    text_format: str | None,
    in_place: bool,
    candidates: int,
    seed: int,
    limit: int | None,
    only_findings: bool,
    engine: str,
    address: str | None,
    workers: int | None,
    dry_run: bool,
    resume: bool,
) -> None:
    """Rewrite the canned responses of SOURCE."""
    with kind_errors():
        if address is not None and engine != "ray":
            raise click.UsageError("--address is for --engine ray.")
        opened = open_input(
            source, field=field, format=Format(text_format) if text_format else None
        )
        items = opened.items[:limit]
        if dry_run:
            show_plan(items)
            return
        if output is None:
            raise click.UsageError("Please say where the replies go: -o OUT.")
        settings = load_settings()
        head = ReviewHead(
            input=str(source.resolve()),
            input_sha256=hash_input(source),
            output=str(output.resolve()),
            asked_field=field,
            field=opened.field,
            format=Format(text_format) if text_format else None,
            in_place=in_place,
            settings={
                "candidates": candidates,
                "seed": seed,
                "limit": limit,
                "only_findings": only_findings,
                "model": settings.remote_model if settings.engine == "openai" else settings.model,
                "adapter": settings.adapter,
            },
        )
        options = Options(candidates, seed, settings.rows)
        machines = Machines(workers, ray=engine == "ray", address=address)
        failed = rewrite_all(opened, items, head, options, settings, machines, resume=resume)
    sys.exit(1 if failed else 0)


@batch.command("apply")
@click.argument("review", type=click.Path(path_type=Path))
def apply(review: Path) -> None:
    """Write the output that a REVIEW names, with the ticked replies and no others."""
    with kind_errors():
        applied = apply_file(review, open_input)
    click.echo(
        f"{applied.output}: {applied.written} replies written, {applied.left} left as they are."
    )


def rewrite_all(
    opened: BatchInput,
    items: Sequence[Item],
    head: ReviewHead,
    options: Options,
    settings: Settings,
    machines: Machines,
    *,
    resume: bool,
) -> int:
    """Rewrite what the journal doesn't have yet, then write all files; return how many failed."""
    output = Path(head.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with Journal(Outputs(output).journal, describe_run(head)).open(restart=not resume) as journal:
        waiting = [item for item in items if item.key not in journal.outcomes]
        if len(waiting) < len(items):
            click.echo(f"{len(items) - len(waiting)} of {len(items)} are done already.", err=True)
        if head.settings["only_findings"]:
            waiting = pass_over(waiting, journal.append)
        if waiting:
            machines = machines.settle(settings, len(waiting))
            work_through(waiting, journal, options, settings, machines)
        return write_files(opened, items, head, journal)


def work_through(
    items: Sequence[Item],
    journal: Journal,
    options: Options,
    settings: Settings,
    machines: Machines,
) -> None:
    """Rewrite items with progress on standard error."""
    engine = load(settings) if machines.is_this_process else None
    with tqdm(total=len(items), desc="Rewriting", unit="text", disable=None) as progress:

        def record(outcome: Outcome) -> None:
            journal.append(outcome)
            progress.update()

        try:
            if engine:
                BatchRun(engine, options, record).run(items)
            else:
                machines.rewrite(settings, items, options, record)
        except RecordingError as error:
            raise error.__cause__ or error from None


def load(settings: Settings) -> Engine:
    """Load the model, once there is something for it to do."""
    from models.loading import load_engine

    return load_engine(settings)


def write_files(
    opened: BatchInput, items: Sequence[Item], head: ReviewHead, journal: Journal
) -> int:
    """Write output, review and report, and say what became of the items."""
    done = pair_up(items, journal.outcomes)
    files = write_outputs(opened, done, head, Path(head.output))
    wrong: list[tuple[int, str | None]] = [(p.number, p.message) for p in opened.problems]
    for item, outcome in done:
        message = files.unfit.get(item.key)
        if outcome.state is OutcomeState.FAILED or message:
            wrong.append((item.number, message or outcome.message))
    counts = count_states(opened, done, files)
    told = [f"{counts[state]} {state.value}" for state in OutcomeState if counts[state]]
    click.echo(f"{', '.join(told)}.")
    for number, message in wrong[:PROBLEMS_SHOWN]:
        click.echo(f"row {number}: {message}", err=True)
    if len(wrong) > PROBLEMS_SHOWN:
        click.echo(f"and {len(wrong) - PROBLEMS_SHOWN} more; the report has them all.", err=True)
    for note in opened.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"Replies: {files.output}\nReport to review: {files.report}")
    return len(wrong)


def show_plan(items: Sequence[Item]) -> None:
    """Say of each item whether it would be rewritten, and why."""
    wanted = 0
    for item in items:
        reasons = find_reasons(item)
        name = f" {item.name}" if item.name else ""
        if reasons is None:
            click.echo(f"row {item.number}{name}: can't be rewritten")
        elif reasons:
            wanted += 1
            click.echo(f"row {item.number}{name}: {', '.join(reasons)}")
    click.echo(f"{wanted} of {len(items)} have something that could be kinder.")


@contextmanager
def kind_errors() -> Iterator[Any]:
    """Turn an error of ours into one line and exit status 2."""
    try:
        yield
    except DraftingError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(
            f"{error.filename or 'A file'} can't be written ({error.strerror}). What is done so "
            "far is kept in the journal; please make room or choose another place.",
            err=True,
        )
        sys.exit(2)
