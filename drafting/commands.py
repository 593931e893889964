"""The command line: `rewrite`, `check`, `serve`, `settings` and `key`.

Reads files, writes to the terminal, turns errors into one kind line. Does not know how a draft is
rewritten.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from tqdm import tqdm

from drafting import __version__
from drafting.assembly import place_findings
from drafting.batch.commands import batch
from drafting.batch.files.storing import overwrite
from drafting.errors import DraftingError
from drafting.result import Change, FindingPlace, Result
from drafting.rewriter import MOST_CANDIDATES, Request, Rewriter, read_request
from drafting.settings import describe_settings, load_settings
from drafting.sources import KINDS, read_source, read_text

LABEL_COLOURS = {
    "acknowledgement": "magenta",
    "benefit_of_the_doubt": "blue",
    "next_steps": "green",
    "explanation": "yellow",
}
WORD_STYLES: dict[str, dict[str, Any]] = {
    "=": {},
    "-": {"fg": "red", "strikethrough": True},
    "+": {"fg": "green"},
}

InputFile = click.File("rb")
format_option = click.option(
    "--format",
    "kind",
    type=click.Choice(KINDS),
    default=KINDS[0],
    show_default=True,
    help="What the draft is written in; eml is a mail with all its parts.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def drafting() -> None:
    """Turn curt or policy-heavy replies into empathetic ones, with every fact intact."""


@drafting.command()
@click.argument("file", type=InputFile, default="-")
@click.option("--customer", type=InputFile, help="What the customer wrote.")
@click.option(
    "--candidates",
    type=click.IntRange(1, MOST_CANDIDATES),
    default=4,
    show_default=True,
    help="Wordings tried for each sentence.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@format_option
@click.option("--in-place", is_flag=True, help="Write the reply into FILE, whole or not at all.")
@click.option("--json", "as_json", is_flag=True, help="Print the result object as JSON.")
def rewrite(
    file: IO[bytes],
    customer: IO[bytes] | None,
    candidates: int,
    seed: int,
    kind: str,
    in_place: bool,
    as_json: bool,
) -> None:
    """Rewrite the draft in FILE (or standard input, -) and show what was changed.

    Of a mail (eml), the mail with its new text is printed and nothing else. Notes on what was left
    alone go to standard error then, and with --in-place.
    """
    # Standard input has another name, or none, than a file.
    if in_place and getattr(file, "name", "-") in {"-", "<stdin>", 0}:
        raise click.UsageError("--in-place needs a FILE to write into.")
    with _kind_errors():
        message = read_text(customer.read()) if customer else None
        source = read_source(file.read(), kind)
        result, data = source.finish(_rewrite(source.request(message, candidates, seed)))
        if in_place and result.changes:
            overwrite(data, Path(file.name))
    if as_json:
        click.echo(result.model_dump_json(indent=2))
    elif source.is_mail and not in_place:
        click.echo(data, nl=False)
        _show_notes(result, err=True)
    else:
        _show(result, with_reply=not in_place)


@drafting.command()
@click.argument("file", type=InputFile, default="-")
@format_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(file: IO[bytes], kind: str, as_json: bool) -> None:
    """Say what is curt, blaming or policy-heavy in FILE; exit status 1 where something is."""
    with _kind_errors():
        reading = read_request(read_source(file.read(), kind, only_read=True).request())
    findings = place_findings(reading.findings)
    if as_json:
        click.echo("[" + ",\n ".join(f.model_dump_json() for f in findings) + "]")
    else:
        for finding in findings:
            _show_finding(reading.draft.text, finding)
    sys.exit(1 if findings else 0)


drafting.add_command(batch)


@drafting.command()
@click.option(
    "--insecure",
    is_flag=True,
    help="Serve other machines without keys. Only for a network that is closed itself.",
)
def serve(insecure: bool) -> None:
    """Serve the page and the API; see the settings for address, keys and limits."""
    with _kind_errors():
        settings = load_settings()
        # Flask, torch and the rest are loaded only by those who serve.
        from web.serve import serve as serve_web

        serve_web(settings, insecure=insecure)


@drafting.command()
def settings() -> None:
    """Print all settings with their values and meanings; secrets stay unsaid."""
    with _kind_errors():
        described = describe_settings(load_settings())
    for name, value, meaning in described:
        click.secho(name, bold=True, nl=False)
        click.echo(f"={value}")
        click.echo(f"    {meaning}")


@drafting.command()
@click.argument("name", default="")
def key(name: str) -> None:
    """Make an API key: print it, and the line for the file of DRAFTING_API_KEYS."""
    from web.security.keys import make_key, write_line

    new = make_key()
    click.echo(f"key (give it to whoever uses it; it isn't kept here): {new}", err=True)
    click.echo(write_line(new, name))


def _rewrite(request: Request) -> Result:
    """Load the model and rewrite, with progress on standard error while it works."""
    # None where nothing is to be filled, and the model only reads the draft, if at all.
    total = len(read_request(request).open_slots) or None
    settings = load_settings()
    # Loading torch takes seconds: only those who rewrite wait for it, once all else is right.
    from models.loading import load_engine

    engine = load_engine(settings)
    with tqdm(total=total, desc="Rewriting", unit="slot", leave=False, disable=None) as progress:

        def count(_: int, slot_id: str, _change: Change | None) -> None:
            progress.set_postfix_str(slot_id)
            progress.update()

        return Rewriter(engine).rewrite([request], count)[0]


@contextmanager
def _kind_errors() -> Iterator[None]:
    """Turn an error of ours into one line and exit status 2."""
    try:
        yield
    except DraftingError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _show(result: Result, *, with_reply: bool) -> None:
    """Print the reply, then the changes; colours only on a terminal."""
    if with_reply:
        click.echo(result.reply.rstrip("\n"))
        click.echo()
    counts = Counter(_name(change) for change in result.changes)
    named = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.secho(f"-- Changes: {named or 'none'}", bold=True)
    for change in result.changes:
        _show_change(change)
    _show_notes(result, err=not with_reply)
    if result.facts:
        click.echo(f"Facts kept: {len(result.facts)} of {len(result.facts)}.")


def _show_notes(result: Result, *, err: bool) -> None:
    """Print what was left alone and why; on standard error where the reply goes elsewhere."""
    for note in result.notes:
        place = f" (sentence {note.sentence})" if note.sentence else ""
        click.echo(f"note{place}: {note.message}", err=err)


def _name(change: Change) -> str:
    """Return what a change is for, or that it takes a sentence out."""
    return (change.label or change.op).value.replace("_", " ")


def _show_change(change: Change) -> None:
    colour = LABEL_COLOURS.get(change.label or "")
    click.secho(f"\n{change.id} {_name(change)}", fg=colour, nl=False)
    click.echo(f": {change.why}")
    styled = "".join(click.style(text, **WORD_STYLES[mark]) for mark, text in change.words)
    if sys.stdout.isatty():
        click.echo(f"  {styled}")
        return
    if change.before:
        click.echo(f"  - {change.before}")
    if change.after:
        click.echo(f"  + {change.after}")


def _show_finding(text: str, finding: FindingPlace) -> None:
    line = text.count("\n", 0, finding.span[0]) + 1
    quoted = f" {finding.text!r}" if finding.text else ""
    click.secho(f"line {line}: {finding.rule}{quoted}", fg=LABEL_COLOURS[finding.label.value])
    click.echo(f"  {finding.advice}")
