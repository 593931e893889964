"""The report is one page that asks nothing of anybody, and no text can break out of its data."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.batch import report
from drafting.batch.report import SCRIPTS, STYLES, escape_json, stream_report, write_report
from drafting.batch.review import Review
from drafting.result import Format
from tests.reviewed import HOSTILE, read_data, review_batch

FOLDER = Path(report.__file__).parent
WEB = Path(__file__).resolve().parent.parent / "web" / "static"


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return review_batch(tmp_path)


@pytest.fixture
def page(review: Review, tmp_path: Path) -> str:
    write_report(tmp_path / "report.html", review)
    return (tmp_path / "report.html").read_text("utf-8")


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_data_is_the_review(page: str, review: Review) -> None:
    data = read_data(page)
    assert Review.model_validate(data["review"]) == review
    assert re.fullmatch(r"[0-9a-f]{16}", data["id"])


def test_the_same_review_has_the_same_id_and_another_has_another(
    review: Review, tmp_path: Path
) -> None:
    ids = []
    for number, items in enumerate([review.items, review.items, review.items[1:]]):
        stream_report(tmp_path / f"{number}.html", review, items)
        ids.append(read_data((tmp_path / f"{number}.html").read_text("utf-8"))["id"])
    assert ids[0] == ids[1] != ids[2]


def test_hostile_texts_stay_data(tmp_path: Path) -> None:
    review = review_batch(tmp_path, [HOSTILE], Format.TEXT)
    write_report(tmp_path / "r.html", review)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert read_data(page)["review"]["items"][0]["result"]["draft_text"] == HOSTILE
    tags = [tag for tag, _ in Elements(page).found]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert page.count("<!--") == 0
    assert "\u2028" not in page


def test_a_hostile_file_name_stays_a_name(review: Review, tmp_path: Path) -> None:
    name = 'a"><script>$data${style}.csv'
    stream_report(tmp_path / "r.html", review.model_copy(update={"output": name}), [])
    found = Elements((tmp_path / "r.html").read_text("utf-8")).found
    assert [tag for tag, _ in found].count("script") == 2
    assert (
        next(attrs for tag, attrs in found if tag == "body")["data-file"] == f"{name}.review.json"
    )


@given(st.text())
def test_escaping_changes_no_text(text: str) -> None:
    escaped = escape_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(escaped) == text
    assert not set(escaped) & set("<>&\u2028\u2029")


def test_the_policy_lets_in_what_stands_in_the_page(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, inside in (("style", "<style>"), ("script", '<script type="module">')):
        (text,) = re.findall(f"{inside}(.*?)</{tag}>", page, re.DOTALL)
        known = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{known}'" in policy


def test_nothing_is_fetched_and_nothing_is_read_as_markup(page: str) -> None:
    for _, attrs in Elements(page).found:
        assert "src" not in attrs
        assert (attrs.get("href") or "#").startswith("#")
        assert not [name for name in attrs if name.startswith("on")]
    script = "".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(", script
    )
    style = "".join((FOLDER / name).read_text("utf-8") for name in STYLES)
    assert not re.search(r"url\(|@import", style)


def test_every_file_of_the_page_is_in_it() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in {".css", ".js"}}
    assert files == {*STYLES, *SCRIPTS}


@pytest.mark.parametrize(
    ("ours", "theirs"), [("tokens.css", "css/tokens.css"), ("icons.svg", "icons.svg")]
)
def test_the_report_looks_like_the_page(ours: str, theirs: str) -> None:
    """The domain may not read the web's files, so it has copies: please copy them again."""
    assert (FOLDER / ours).read_bytes() == (WEB / theirs).read_bytes()
