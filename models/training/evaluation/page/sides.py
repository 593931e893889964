"""Mails side by side: the draft, a person's reply and ours, with every change labelled."""

from collections.abc import Iterator, Mapping, Sequence

from drafting.result import Change
from models.training.evaluation.columns import COPIED, PERSON
from models.training.evaluation.counting import Measured
from models.training.evaluation.outcome import Outcome
from models.training.evaluation.page.markup import Html, join, tag

MOST = 8


def choose_lost(outcome: Outcome, most: int = MOST) -> list[int]:
    """Return the mails that lost most chrF against the draft as it was, the worst first."""
    copied = outcome.columns[COPIED]
    lost = {
        at: mail.counts["chrf"] - copied[at].counts["chrf"] for at, mail in enumerate(outcome.ours)
    }
    return sorted((at for at in lost if lost[at] < 0), key=lambda at: lost[at])[:most]


def choose_farthest(outcome: Outcome, most: int = MOST) -> list[int]:
    """Return the mails with the least SARI, the worst first."""
    order = sorted(range(len(outcome.ours)), key=lambda at: outcome.ours[at].counts["sari"])
    return order[:most]


def show_mails(outcome: Outcome, chosen: Sequence[int]) -> Iterator[Html]:
    """Yield the chosen mails of a set."""
    for at in chosen:
        row = {name: mails[at] for name, mails in outcome.columns.items()}
        yield show_mail(row, outcome.judged)


def show_mail(columns: Mapping[str, Measured], judged: str) -> Html:
    """Return one mail side by side."""
    ours, case = columns[judged], columns[judged].case
    names = [judged, PERSON] if PERSON in columns else [judged]
    parts = [_show_side("draft", case.draft, ())]
    parts += [
        _show_side(name, mail.reply, mail.record.changes)
        for name in reversed(names)
        for mail in [columns[name]]
    ]
    scores = [
        f"{name} {ours.counts[key]:.1f}"
        for name, key in (("chrF", "chrf"), ("SARI", "sari"))
        if key in ours.counts
    ]
    head = tag("h4", case.id, tag("span", " · ".join([case.group, *scores]), class_="soft"))
    return tag(
        "article",
        head,
        _show_message(case.customer_message),
        tag("div", *parts, class_="sides"),
        class_="mail",
    )


def _show_message(message: str | None) -> Html:
    if not message:
        return Html("")
    return tag("details", tag("summary", "The customer wrote"), tag("p", message, class_="letter"))


def _show_side(name: str, text: str, changes: Sequence[Change]) -> Html:
    return tag(
        "div",
        tag("h5", name),
        tag("p", *mark_changes(text, changes), class_="letter"),
        class_="side",
    )


def mark_changes(text: str, changes: Sequence[Change]) -> Iterator[Html]:
    """Yield a reply with its changes marked and named; its text is otherwise as it is."""
    at = 0
    for change in sorted(changes, key=lambda change: change.reply_span):
        start, end = change.reply_span
        yield join(text[at:start])
        label = change.label.value if change.label else "delete"
        name = tag("small", label.replace("_", " "))
        if start == end:
            yield tag("del", change.before, " ", name, class_=label)
        else:
            yield tag("mark", text[start:end], " ", name, class_=label, title=change.before or None)
        at = end
    yield join(text[at:])
