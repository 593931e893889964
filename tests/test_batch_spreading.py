"""No opening twice in a batch as long as there are other wordings; everything else stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from drafting.batch.files import open_input
from drafting.batch.item import Item, Outcome
from drafting.batch.outputs import pair_up, write_outputs
from drafting.batch.review import ReviewHead, read_review
from drafting.batch.run import BatchRun, Options
from drafting.batch.spreading import Spread
from drafting.result import Format, Result
from drafting.script import OPENING
from tests.scripted import ScriptedEngine

MESSAGE = "My parcel with the birthday present never arrived and nobody calls me back."
DRAFT = "Hi Ann,\n\nYou failed to give us the flat number. Your claim is denied.\n\nTom"
HTML = "<p>Hi Ann,</p><p>You failed to give us the <b>flat number</b>. Your claim is denied.</p>"


def rewrite(*items: Item) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    BatchRun(ScriptedEngine(), Options(), lambda each: found.update({each.key: each})).run(items)
    return found


def make_items(count: int, text: str = DRAFT, form: Format = Format.TEXT) -> list[Item]:
    return [
        Item(f"row-{number}", number, text, form, customer_message=MESSAGE)
        for number in range(1, count + 1)
    ]


def result_of(outcome: Outcome) -> Result:
    assert outcome.result
    return outcome.result


def opening_of(outcome: Outcome) -> str:
    return next(each.after for each in result_of(outcome).changes if each.id == OPENING)


@pytest.mark.parametrize(("text", "form"), [(DRAFT, Format.TEXT), (HTML, Format.HTML)])
def test_the_second_takes_another_of_its_wordings(text: str, form: Format) -> None:
    items = make_items(3, text, form)
    outcomes = rewrite(*items)
    assert len({opening_of(outcome) for outcome in outcomes.values()}) == 1
    spread = [outcome for _, outcome in pair_up(items, outcomes)]
    assert len({opening_of(outcome) for outcome in spread}) == 3
    assert spread[0] == outcomes["row-1"]
    for outcome, before in zip(spread[1:], list(outcomes.values())[1:], strict=True):
        result, old = result_of(outcome), result_of(before)
        opening = opening_of(outcome)
        assert opening in result.reply_text
        assert opening_of(before) not in result.reply_text
        assert result.reply_text.replace(opening, opening_of(before)) == old.reply_text
        first, known = result.changes[0], old.changes[0]
        assert sorted([first.after, *first.alternatives]) == sorted(
            [known.after, *known.alternatives]
        )
        assert (first.why, first.label) == (known.why, known.label)
        assert [c.after for c in result.changes[1:]] == [c.after for c in old.changes[1:]]
        start, end = first.reply_span
        assert result.reply_text[start:end] == opening
        assert (result.notes, result.model, result.took_ms) == (old.notes, old.model, old.took_ms)


def test_where_no_wording_is_left_the_first_one_stays() -> None:
    items = make_items(8)
    outcomes = rewrite(*items)
    wordings = 1 + len(result_of(outcomes["row-1"]).changes[0].alternatives)
    assert wordings < 8
    openings = [opening_of(outcome) for _, outcome in pair_up(items, outcomes)]
    assert len(set(openings[:wordings])) == wordings
    assert set(openings[wordings:]) == {openings[0]}


def test_only_the_order_of_the_input_counts() -> None:
    items = make_items(3)
    outcomes = rewrite(*items)
    turned = {key: outcomes[key] for key in reversed(outcomes)}
    assert dict(Spread(items, outcomes)) == dict(Spread(items, turned))
    assert dict(Spread(items, {})) == {}


def test_a_result_of_another_text_stays_as_it_is() -> None:
    """The review tells that when it is applied; writing the batch must not fail of it."""
    items = make_items(2)
    outcomes = rewrite(*items)
    changed = [items[0], replace(items[1], text="Hi Ann,\n\nSend it.")]
    assert dict(Spread(changed, outcomes))["row-2"] == outcomes["row-2"]


def test_the_files_of_a_batch_have_it(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f'id,body\n1,"{DRAFT}"\n2,"{DRAFT}"\n', encoding="utf-8")
    opened = open_input(source)
    outcomes = rewrite(*opened.items)
    head = ReviewHead(
        input=str(source), input_sha256="0" * 64, output=str(target), field=opened.field
    )
    files = write_outputs(opened, pair_up(opened.items, outcomes), head, target)
    items = read_review(files.review).items
    openings = {item.result.changes[0].after for item in items if item.result}
    assert len(openings) == 2
    written = target.read_text(encoding="utf-8")
    assert all(opening in written for opening in openings)
