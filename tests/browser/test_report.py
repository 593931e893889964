"""The review report, opened from disk: what a person finds, ticks and saves is what is written."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, expect

from drafting.batch.apply import apply_file
from drafting.batch.files import open_input
from drafting.batch.report import write_report
from drafting.batch.review import Review, read_review
from drafting.result import Format
from tests.browser.report import READ, Report
from tests.browser.test_looks import WIDTHS, find_serious
from tests.drafts import rows
from tests.reviewed import HOSTILE, TEXTS, read_output, review_batch

OpenReport = Callable[..., Report]


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return review_batch(tmp_path)


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    """Open the report of a review; in the end, nothing may have gone wrong in it."""
    opened: list[Report] = []

    def open_one(review: Review) -> Report:
        path = tmp_path / "report.html"
        write_report(path, review)
        opened.append(Report(path, browser))
        return opened[-1]

    yield open_one
    for report in opened:
        report.context.close()
    assert [wrong for report in opened for wrong in report.wrong] == []


def test_the_head_counts(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    expect(report.find("h1")).to_have_text("Review of macros.csv")
    totals = report.find("#totals div").all_inner_texts()
    counted = dict(total.split("\n") for total in totals)
    changes = sum(len(item.result.changes) for item in review.items if item.result)
    assert counted == {
        "items": "5", "rewritten": "3", "kept": "1", "failed": "1", "changes": str(changes),
    }  # fmt: skip
    labels = [
        change.label
        for item in review.items
        if item.result
        for change in item.result.changes
        if change.label
    ]
    for label in set(labels):
        chip = report.find(f"[data-label={label}] b")
        expect(chip).to_have_text(str(labels.count(label)))


def test_what_needs_a_look_comes_first(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    assert report.shown == [5, 2, 1, 4, 3]
    report.page.get_by_label("Order").select_option(label="The input's order")
    assert report.shown == [1, 2, 3, 4, 5]


def test_search_and_filters_narrow_down_together(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.press("/")
    report.page.keyboard.type("ORDER 7731")
    expect(report.find("#shown")).to_have_text("1 of 5 items")
    assert report.shown == [2]
    report.chip("Kept")
    expect(report.find("#empty")).to_be_visible()
    report.chip("Show everything")
    assert len(report.shown) == 5
    report.chip("deletion")
    assert report.shown == [1]
    report.chip("deletion")
    report.chip("Needs a look")
    assert report.shown == [5, 2]
    report.find("#search").fill("macro 5")
    expect(report.find("#shown")).to_have_text("1 of 5 items")


def test_every_letter_is_its_draft_and_its_reply(tmp_path: Path, open_report: OpenReport) -> None:
    review = review_batch(tmp_path, [*TEXTS, *(row.draft() for row in rows()[:80])])
    report = open_report(review)
    report.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    results = {item.number: item.result for item in review.items if item.result}
    letters: dict[str, dict[str, Any]] = report.page.evaluate(READ)
    assert len(letters) > 40
    for number, letter in letters.items():
        result = results[int(number)]
        assert "".join(letter["draft"].split()) == "".join(result.draft_text.split())
        assert letter["reply"].split() == result.reply_text.split()
        assert letter["facts"] == len(result.facts)


def test_why_waits_until_it_is_asked_for(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    why = report.find("#item-1 .aside .why").first
    expect(why).to_be_hidden()
    report.find("#item-1 .letter .change").first.hover()
    expect(why).to_be_visible()
    report.find("h1").hover()
    expect(why).to_be_hidden()
    report.find("#item-1 [data-accept]").first.focus()
    expect(why).to_be_visible()


def test_what_is_saved_is_what_is_written(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.tick(1, False)
    report.tick(2, True)
    accepted = report.find("#item-4 [data-accept]")
    for box in accepted.all()[1:]:
        box.uncheck()
    expect(report.find("#item-4 .write")).to_contain_text("Write 1 of ")
    saved = report.save_review()
    assert saved.name == "macros-kind.csv.review.json"
    expect(report.find("#saved code")).to_have_text(
        "python -m drafting batch apply macros-kind.csv.review.json"
    )
    read = read_review(saved)
    untouched = {"ticked": False, "accepted": None}
    assert [item.model_copy(update=untouched) for item in read.items] == [
        item.model_copy(update=untouched) for item in review.items
    ]
    assert apply_file(saved, open_input).written == 2
    replies = read_output(review)
    assert [key for key, reply in replies.items() if reply] == ["2", "4"]
    noted, page = review.items[1].result, review.items[3].result
    assert noted
    assert page
    assert replies["2"] == noted.reply
    assert page.changes[0].after in replies["4"]
    assert all(change.before in replies["4"] for change in page.changes[2:])


def test_an_untouched_review_is_saved_as_it_was(review: Review, open_report: OpenReport) -> None:
    assert read_review(open_report(review).save_review()) == review


def test_all_that_are_shown_are_ticked_at_once(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.chip("Needs a look")
    report.page.get_by_role("button", name="Tick all shown", exact=True).click()
    expect(report.find("#ticked")).to_have_text("3 ticked, not saved")
    report.chip("All 5")
    report.page.get_by_role("button", name="Untick all shown").click()
    expect(report.find("#ticked")).to_have_text("0 ticked, not saved")
    assert not any(item.ticked for item in read_review(report.save_review()).items)
    expect(report.find("#ticked")).to_have_text("0 ticked")


def test_an_item_without_changes_left_is_not_ticked(
    review: Review, open_report: OpenReport
) -> None:
    report = open_report(review)
    boxes = report.find("#item-2 [data-accept]")
    report.tick(2, True)
    for box in boxes.all():
        box.uncheck()
    expect(report.find("#tick-2")).not_to_be_checked()
    report.tick(2, True)
    for box in boxes.all():
        expect(box).to_be_checked()


def test_keys_go_through_the_items(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.press("j", "j")
    expect(report.find("#item-2")).to_be_focused()
    report.press("x")
    expect(report.find("#tick-2")).to_be_checked()
    report.press("j", "k", "k", "k")
    expect(report.find("#item-5")).to_be_focused()
    report.press("/")
    report.page.keyboard.type("jxk")
    expect(report.find("#search")).to_have_value("jxk")
    report.find("#search").fill("")
    report.find("#keys").uncheck()
    report.find("#item-1").focus()
    report.press("j")
    expect(report.find("#item-1")).to_be_focused()


def test_progress_counts_what_was_looked_at(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    for _ in TEXTS:
        report.press("j")
    expect(report.find("#progress-words")).to_have_text("5 of 5 looked at")


def test_decisions_outlive_the_tab(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.tick(2, True)
    report.find("#item-1 [data-accept]").first.uncheck()
    asked: list[str] = []

    def hear(dialog: Dialog) -> None:
        asked.append(dialog.type)

    report.page.on("dialog", hear)
    report.page.wait_for_timeout(300)
    again = report.context.new_page()
    again.goto(report.path.as_uri())
    expect(again.locator("#tick-2")).to_be_checked()
    expect(again.locator("#item-1 [data-accept]").first).not_to_be_checked()
    expect(again.locator("#ticked")).to_have_text("3 ticked, not saved")
    report.page.close(run_before_unload=True)
    again.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    # The desk has taken the question for a fault.
    report.wrong.clear()


def test_leaving_is_free_once_saved(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.tick(2, True)
    report.save_review()
    report.page.reload()
    expect(report.find("#tick-2")).to_be_checked()
    expect(report.find("#ticked")).to_have_text("3 ticked")


def test_hostile_texts_are_shown_as_they_are(tmp_path: Path, open_report: OpenReport) -> None:
    report = open_report(review_batch(tmp_path, [HOSTILE], Format.TEXT))
    expect(report.find("#item-1")).to_contain_text("</script><script>document.title='broken'")
    expect(report.find("#item-1")).to_contain_text("<img src=x")
    assert report.page.title() == "Review of macros.csv"
    assert report.find("script").count() == 2
    assert report.find(".items img").count() == 0


def test_a_batch_of_nothing_can_be_looked_at(review: Review, open_report: OpenReport) -> None:
    report = open_report(review.model_copy(update={"items": []}))
    expect(report.find("#shown")).to_have_text("0 items")
    report.press("j", "x", "k")
    assert read_review(report.save_review()).items == []


def test_it_looks_right_everywhere(review: Review, open_report: OpenReport) -> None:
    report = open_report(review)
    report.find("#item-1 [data-accept]").first.uncheck()
    report.find("#item-3 summary").click()
    report.save_review()
    for width in WIDTHS:
        report.page.set_viewport_size({"width": width, "height": 900})
        assert report.overflow <= 0, f"wider than {width} pixels"
        for scheme in ("dark", "light"):
            report.page.emulate_media(color_scheme=scheme)
            assert find_serious(report) == [], (width, scheme)


def test_paper_gets_every_letter(review: Review, open_report: OpenReport) -> None:
    report = open_report(review.model_copy(update={"items": multiply(review, 60)}))
    report.page.emulate_media(media="print")
    report.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert report.find(".end").count() == 300
    expect(report.find("#bar")).to_be_hidden()


def test_thousands_of_items_stay_usable(review: Review, open_report: OpenReport) -> None:
    report = open_report(review.model_copy(update={"items": multiply(review, 400)}))
    expect(report.find("#shown")).to_have_text("2,000 items")
    assert report.find(".item").count() < 500
    assert report.find(".letter ins").count() < 1000
    report.page.get_by_label("Order").select_option(label="The input's order")
    report.find("#search").fill("macro 4")
    expect(report.find("#shown")).to_have_text("400 of 2,000 items")
    report.page.get_by_role("button", name="Untick all shown").click()
    saved = json.loads(report.save_review().read_text("utf-8"))
    assert sum(item["ticked"] for item in saved["items"]) == 400


def multiply(review: Review, times: int) -> list[object]:
    """Return the items of a review over and over, each with a number of its own."""
    every = enumerate(review.items * times, 1)
    return [item.model_copy(update={"number": n, "key": str(n)}) for n, item in every]
