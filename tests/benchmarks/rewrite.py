"""Time our rewrite beside others that write the whole reply: python -m tests.benchmarks.rewrite.

All contenders are asked in turn, several times over, so that whatever else the machine does hits
each. The others write as many tokens as our reply has, on the same weights. Quote the ratios: the
seconds are this machine's.
"""

import statistics
from dataclasses import dataclass, field
from typing import Any

import click

from tests.benchmarks.contenders import Contender, DroppedError, open_contenders
from tests.benchmarks.counting import floor_seconds
from tests.benchmarks.goals import judge_rewrite, show_goals
from tests.benchmarks.machine import measure, peak_rates
from tests.benchmarks.mails import SIZES, Mail, take_mails
from tests.benchmarks.report import keep, show_rewrite

CANDIDATES = (1, 4)
SYSTEM = (
    "Rewrite this reply of a support team so that it is kind. Keep every fact and every decision."
)
FIRST_NUMBER = 100
"""Texts are numbered on from it: alike in each run, and new to the contenders in each repeat."""
FACTS = ("version", "dtype", "features")
WHOLE = ("generate", "openvino", "llamacpp")
"""Contenders that write a whole reply."""


@dataclass
class Timing:
    """What one contender took for one mail, over the repeats."""

    seconds: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """Until the first change, or the first token."""
    tokens: int = 0


Timings = dict[str, dict[str, Timing]]
"""By mail, then by contender; ours goes by `ours 1` and `ours 4`."""


class Run:
    """One interleaved run over some mails."""

    def __init__(self, contenders: dict[str, Contender], mails: list[Mail], number: int) -> None:
        self._contenders = contenders
        self._mails = mails
        self._number = number
        self._prompts: dict[str, list[int]] = {}
        self._lengths: dict[str, int] = {}
        self.timings: Timings = {mail.name: {} for mail in mails}
        self.counts: dict[str, dict[str, Any]] = {mail.name: {} for mail in mails}

    def prepare(self) -> None:
        """Learn how long the replies are; this warms all up."""
        ours = self._contenders["ours"]
        for mail in self._mails:
            mail = mail.numbered(self._number)
            for candidates in CANDIDATES:
                asked = {"draft": mail.draft, "customer": mail.customer, "candidates": candidates}
                self._lengths[mail.name] = ours.ask(**asked)["tokens"]
        for name in WHOLE:
            self._write_whole(self._mails[0], name)
        self.timings = {mail.name: {} for mail in self._mails}

    def count(self) -> None:
        """Count what our rewrites ask of the machine; last, since counting takes memory itself."""
        for mail in self._mails:
            new = mail.numbered(FIRST_NUMBER - 1)
            for candidates in CANDIDATES:
                asked = {"draft": new.draft, "customer": new.customer, "candidates": candidates}
                found = self._contenders["ours"].ask(count=asked)
                self.counts[mail.name][f"ours {candidates}"] = found

    def repeat(self) -> None:
        """Ask every contender for every mail, once."""
        self._number += 1
        for mail in self._mails:
            for candidates in CANDIDATES:
                self._rewrite(mail, candidates)
            for name in WHOLE:
                self._write_whole(mail, name)

    def _rewrite(self, mail: Mail, candidates: int) -> None:
        mail = mail.numbered(self._number * len(CANDIDATES) + candidates)
        answer = self._contenders["ours"].ask(
            draft=mail.draft, customer=mail.customer, candidates=candidates
        )
        self._note(mail, f"ours {candidates}", answer)

    def _write_whole(self, mail: Mail, name: str) -> None:
        contender = self._contenders.get(name)
        if contender is None or contender.reason:
            return
        numbered = mail.numbered(self._number)
        asked = f"The customer wrote: {numbered.customer}\n\nThe reply:\n{numbered.draft}"
        prompt = self._contenders["ours"].ask(prompt=[SYSTEM, asked])["ids"]
        try:
            answer = contender.ask(prompt=prompt, tokens=self._lengths[mail.name])
        except DroppedError:
            return
        self._note(mail, name, answer)

    def _note(self, mail: Mail, name: str, answer: dict[str, Any]) -> None:
        timing = self.timings[mail.name].setdefault(name, Timing())
        timing.seconds.append(answer["seconds"])
        timing.first.append(answer["first_seconds"])
        timing.tokens = answer["tokens"]


def summarise(run: Run, mails: list[Mail], machine: dict[str, Any]) -> dict[str, Any]:
    """Return medians and their spread by mail and contender, with the floors of our own passes."""
    rates, bandwidth = peak_rates(machine), machine["bandwidth"]
    found: dict[str, Any] = {}
    for mail in mails:
        timed: dict[str, dict[str, Any]] = {
            name: {
                "seconds": statistics.median(timing.seconds),
                "least": min(timing.seconds),
                "most": max(timing.seconds),
                "first": statistics.median(timing.first),
                "tokens": timing.tokens,
            }
            for name, timing in run.timings[mail.name].items()
        }
        for name, count in run.counts[mail.name].items():
            products = count["products"]
            timed[name] |= {
                "steps": count["steps"],
                "weight_bytes": sum(nbytes for nbytes, _, _ in products),
                "operations": sum(made for _, made, _ in products),
                "floor": floor_seconds(products, bandwidth, rates),
            }
        found[mail.name] = {"size": mail.size, "contenders": timed}
    return found


def measure_rewrites(repeats: int, sizes: tuple[int, ...] = SIZES, each: int = 3) -> dict[str, Any]:
    """Measure all contenders; return the results of mails, contenders and machine."""
    machine = measure()
    contenders = open_contenders()
    try:
        if contenders["ours"].reason:
            raise SystemExit(f"Our own engine can't be measured: {contenders['ours'].reason}")
        mails = [mail for size in sizes for mail in take_mails(size)[:each]]
        run = Run(contenders, mails, FIRST_NUMBER)
        run.prepare()
        for _ in range(repeats):
            run.repeat()
        described = describe(contenders)
        run.count()
        return {
            "repeats": repeats,
            "machine": machine,
            "mails": summarise(run, mails, machine),
            "contenders": described,
        }
    finally:
        for contender in contenders.values():
            contender.stop()


def describe(contenders: dict[str, Contender]) -> dict[str, Any]:
    """Return what is to be known of each contender besides its times."""
    return {
        name: {
            "reason": contender.reason,
            "start_seconds": contender.start_seconds,
            "peak_mb": contender.peak_mb,
            **{key: contender.facts[key] for key in FACTS if key in contender.facts},
        }
        for name, contender in contenders.items()
    }


@click.command()
@click.option("--repeats", default=5, show_default=True)
@click.option("--quick", is_flag=True, help="One mail of each size, twice.")
def bench(repeats: int, quick: bool) -> None:
    """Print medians, ratios and goals, keep them beside the other results, and draw them."""
    from tests.benchmarks.plots import draw_rewrite

    results = measure_rewrites(2, each=1) if quick else measure_rewrites(repeats)
    keep("rewrite", results)
    click.echo(show_rewrite(results))
    if not quick:
        click.echo(f"Drawn: {draw_rewrite(results)}")
    click.echo(show_goals(judge_rewrite(results)))


if __name__ == "__main__":
    bench()
