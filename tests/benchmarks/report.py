"""Keep results under build/bench/results, and show those of the rewrites as tables."""

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.benchmarks.contenders import NAMES
from tests.benchmarks.places import BUILD

RESULTS = BUILD / "results"
ROWS = ("ours 1", "ours 4", "generate", "openvino", "llamacpp")
BASE = "generate"


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results beside the others, over older ones."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def kept(name: str) -> dict[str, Any] | None:
    """Return results that were kept, if there are any."""
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def call(row: str) -> str:
    """Return what tables call a row."""
    name, _, candidates = row.partition(" ")
    return NAMES[name] + (
        f", {candidates} candidate{'s' * (candidates != '1')}" if candidates else ""
    )


def sizes_of(results: dict[str, Any]) -> list[int]:
    """Return the sizes of the measured mails."""
    return sorted({mail["size"] for mail in results["mails"].values()})


def over_mails(
    results: dict[str, Any], size: int, value: Callable[[dict[str, Any]], float]
) -> list[float]:
    """Return a value for each mail of a size, given what its contenders took.

    Mails that lack a contender are left out, and those for which no model was needed where the
    value is in terms of what it must do.
    """
    found = []
    for mail in results["mails"].values():
        if mail["size"] == size:
            try:
                found.append(value(mail["contenders"]))
            except (KeyError, ZeroDivisionError):
                continue
    return found


def ratios(results: dict[str, Any], size: int, row: str, to: str = BASE) -> list[float]:
    """Return, for each mail of a size, how many times as fast as `to` a contender is."""
    return over_mails(results, size, lambda took: took[to]["seconds"] / took[row]["seconds"])


def first_shares(results: dict[str, Any], size: int, row: str) -> list[float]:
    """Return, for each mail of a size, the share of the whole time until the first change."""
    return over_mails(results, size, lambda took: took[row]["first"] / took[row]["seconds"])


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(values: Sequence[float], form: str = "{:.1f}") -> str:
    """Return a median with the least and most beside it; a dash for nothing."""
    if not values:
        return "-"
    middle, *ends = (form.format(v) for v in (statistics.median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({ends[0]}–{ends[1]})"


def show_rewrite(results: dict[str, Any]) -> str:
    """Return the tables: ratios for the README, then this machine's seconds and floors."""
    parts = [
        "Times as fast as plain generate() of the whole reply (median over mails, least and most):",
        _show_ratios(results),
        "Seconds on this machine (median of the medians, least and most of all repeats):",
        _show_seconds(results),
        "Floors of our own passes:",
        _show_floors(results),
        _show_machine(results["machine"]),
    ]
    for name, facts in results["contenders"].items():
        if facts["reason"]:
            parts.append(f"{NAMES[name]}: {facts['reason']}")
    return "\n\n".join(parts)


def _show_ratios(results: dict[str, Any]) -> str:
    sizes = sizes_of(results)
    rows = []
    for row in ROWS:
        facts = results["contenders"][row.split()[0]]
        firsts = [share for size in sizes for share in first_shares(results, size, row)]
        cells = [spread(ratios(results, size, row)) for size in sizes]
        cells += [
            spread(firsts, "{:.2f}"),
            f"{facts['peak_mb']:.0f}",
            f"{facts['start_seconds']:.1f}",
        ]
        rows.append([call(row), *cells])
    header = ["", *(f"{size} sentences" for size in sizes)]
    header += ["first change or token, share of the time", "peak memory (MB)", "start to ready (s)"]
    return table(header, rows)


def _show_seconds(results: dict[str, Any]) -> str:
    sizes = sizes_of(results)
    rows = [
        [
            call(row),
            *(_seconds(results, size, row) for size in sizes),
            *(spread(_taken(results, size, row, "first"), "{:.2f}") for size in sizes),
            spread(_speeds(results, row), "{:.0f}"),
        ]
        for row in ROWS
    ]
    header = ["", *(f"done, {size} sentences" for size in sizes)]
    header += [*(f"first, {size} sentences" for size in sizes), "reply's tokens a second"]
    return table(header, rows)


def _seconds(results: dict[str, Any], size: int, row: str) -> str:
    """Return the median over mails of a contender's medians, and the ends of all repeats."""
    middle, least, most = (_taken(results, size, row, key) for key in ("seconds", "least", "most"))
    if not middle:
        return "-"
    return f"{statistics.median(middle):.2f} ({min(least):.2f}–{max(most):.2f})"


def _taken(results: dict[str, Any], size: int, row: str, key: str) -> list[float]:
    return over_mails(results, size, lambda took: took[row][key])


def _speeds(results: dict[str, Any], row: str) -> list[float]:
    """Return the tokens a second of a contender, for each mail."""
    return [
        speed
        for size in sizes_of(results)
        for speed in over_mails(
            results, size, lambda took: took[row]["tokens"] / took[row]["seconds"]
        )
    ]


def _show_floors(results: dict[str, Any]) -> str:
    rows = []
    for size in sizes_of(results):
        for row in ("ours 1", "ours 4"):

            def value(
                key: Callable[[dict[str, Any]], float],
                form: str = "{:.2f}",
                size: int = size,
                row: str = row,
            ) -> str:
                return spread(over_mails(results, size, lambda took: key(took[row])), form)

            rows.append(
                [
                    f"{size} sentences, {row.split()[1]}",
                    value(lambda took: took["steps"], "{:.0f}"),
                    value(lambda took: took["weight_bytes"] / 1e9),
                    value(lambda took: took["operations"] / 1e9, "{:.0f}"),
                    value(lambda took: took["floor"]["weights"]),
                    value(lambda took: took["floor"]["operations"]),
                    value(lambda took: took["floor"]["whole"]),
                    value(lambda took: took["seconds"] / took["floor"]["whole"], "{:.1f}"),
                ]
            )
    header = ["mail, candidates", "steps", "weights read (GB)", "operations (10⁹)"]
    return table([*header, "reading (s)", "multiplying (s)", "floor (s)", "times the floor"], rows)


def _show_machine(machine: dict[str, Any]) -> str:
    lines = [f"Memory: {machine['bandwidth'] / 1e9:.1f} GB/s read by {machine['threads']} threads."]
    for dtype, rates in machine["rates"].items():
        by_rows = ", ".join(f"{rows} rows {rate / 1e9:.0f}" for rows, rate in rates.items())
        lines.append(f"Products in {dtype}, billions of operations a second: {by_rows}.")
    return "\n".join(lines)
