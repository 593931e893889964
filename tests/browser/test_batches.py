"""A person sends a file, watches it, opens its report, downloads the replies; cancels another."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.batching import FREE, make_csv
from tests.browser.conftest import OpenDesk
from tests.browser.gated import GatedEngine
from tests.serving import CURT, listening
from web.jobs.service import jobs_of

TEXTS = [f"You failed to send form {n}. Send it now!!" for n in range(12)]


@pytest.fixture
def gate() -> GatedEngine:
    engine = GatedEngine()
    engine.is_open = False
    return engine


@pytest.fixture
def address(gate: GatedEngine) -> Iterator[str]:
    with listening(gate, **FREE) as (address, app):
        jobs_of(app).start()
        yield address
        gate.is_open = True
        jobs_of(app).stop()


def send(page: Page, tmp_path: Path, data: bytes = make_csv(TEXTS)) -> None:
    file = tmp_path / "macros.csv"
    file.write_bytes(data)
    page.get_by_label("Your file", exact=True).set_input_files(file)
    page.get_by_role("button", name="Rewrite the file").click()


def test_a_file_is_sent_watched_reviewed_and_downloaded(
    address: str, gate: GatedEngine, open_desk: OpenDesk, tmp_path: Path
) -> None:
    page = open_desk(address).page
    page.get_by_role("link", name="Whole files of canned responses").click()
    send(page, tmp_path)
    expect(page.locator(".said")).to_have_text("0 of 12 texts done")
    for _ in range(9):
        gate.steps.release()
    expect(page.locator(".said")).not_to_contain_text("0 of 12")
    assert Axe().run(page).violations_count == 0
    gate.is_open = True
    expect(page.locator(".said")).to_have_text("Done: 12 rewritten")
    expect(page.get_by_role("status")).to_have_text("macros.csv: Done: 12 rewritten")
    assert Axe().run(page).violations_count == 0
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the report").click()
    errors: list[str] = []
    opened.value.on("pageerror", lambda error: errors.append(str(error)))
    expect(opened.value.locator("body")).to_contain_text("form 7")
    assert errors == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the replies").click()
    assert download.value.suggested_filename == "macros-replies.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["body"] for row in rows] == TEXTS
    assert all(row["body_reply"] for row in rows)


def test_only_what_was_ticked_comes_back(
    address: str, gate: GatedEngine, open_desk: OpenDesk, tmp_path: Path
) -> None:
    gate.is_open = True
    page = open_desk(address).page
    page.goto("/batches")
    send(page, tmp_path)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the report").click()
    report = opened.value
    report.get_by_role("button", name="Untick all shown").click()
    report.get_by_role("searchbox").fill("form 7")
    expect(report.locator(".item")).to_have_count(1)
    report.get_by_role("button", name="Tick all shown", exact=True).click()
    with report.expect_download() as saved:
        report.get_by_role("button", name="Save the review").click()
    expect(report.locator("#saved")).to_contain_text("Write only what you ticked")
    review = tmp_path / saved.value.suggested_filename
    saved.value.save_as(review)
    page.get_by_text("Write only what you ticked").click()
    page.get_by_label("Saved review").set_input_files(review)
    assert Axe().run(page).violations_count == 0
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the ticked replies").click()
    assert download.value.suggested_filename == "macros-reviewed.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["body"] for row in rows if row["body_reply"]] == [TEXTS[7]]
    page.get_by_label("Saved review").set_input_files(tmp_path / "macros.csv")
    page.get_by_role("button", name="Download the ticked replies").click()
    expect(page.get_by_role("alert")).to_contain_text("isn't a review")


def test_a_running_file_is_cancelled_and_deleted(
    address: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    page = open_desk(address).page
    page.goto("/batches")
    send(page, tmp_path)
    page.get_by_role("button", name="Cancel macros.csv").click()
    expect(page.locator(".said")).to_have_text("Cancelled")
    page.get_by_role("button", name="Delete macros.csv").click()
    expect(page.locator("#batches li")).to_have_count(0)


def test_what_is_wrong_with_a_file_is_told(
    address: str, open_desk: OpenDesk, tmp_path: Path
) -> None:
    page = open_desk(address).page
    page.goto("/batches")
    send(page, tmp_path, b"colour,size\r\nred,9\r\n")
    expect(page.get_by_role("alert")).to_contain_text("which column or key")


def test_it_works_without_javascript(
    address: str, gate: GatedEngine, open_desk: OpenDesk, tmp_path: Path
) -> None:
    gate.is_open = True
    page = open_desk(address, java_script_enabled=False).page
    page.goto("/batches")
    send(page, tmp_path, make_csv([CURT]))
    for _ in range(50):
        if page.get_by_text("Done: 1 rewritten").count():
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(page.get_by_role("link", name="Download the replies")).to_be_visible()
