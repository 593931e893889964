"""A review is written and read as it is, and what is ticked in it is written, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drafting.batch.apply import apply_file, apply_review, hash_input
from drafting.batch.files import open_input
from drafting.batch.item import OutcomeState
from drafting.batch.review import (
    MOST_EXCERPT,
    Review,
    ReviewHead,
    ReviewItem,
    make_review,
    name_review,
    read_review,
    write_review,
)
from drafting.errors import (
    BrokenReviewError,
    DraftingError,
    InputChangedError,
    InputMissingError,
    OutputError,
)
from tests.reviewed import CURT, HTML, KIND, TEXTS, TOO_LONG, read_output, review_batch, rewrite


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return review_batch(tmp_path)


def save(review: Review, folder: Path) -> Path:
    path = folder / name_review(Path(review.output))
    write_review(path, review, review.items)
    return path


def decide(review: Review, **decisions: dict[str, Any]) -> Review:
    """Return a review with other decisions: `item_1={"ticked": True}`."""
    items = [
        item.model_copy(update=decisions.get(f"item_{item.number}", {})) for item in review.items
    ]
    return review.model_copy(update={"items": items})


def test_what_asks_for_a_look_is_not_ticked(review: Review) -> None:
    seen = {item.number: (item.state.value, item.ticked) for item in review.items}
    assert seen == {
        1: ("rewritten", True),
        2: ("rewritten", False),
        3: ("kept", False),
        4: ("rewritten", True),
        5: ("failed", False),
    }
    noted = review.items[1].result
    assert noted
    assert noted.notes


def test_a_text_without_a_result_is_shown_by_its_beginning(review: Review) -> None:
    assert review.items[4].excerpt == TOO_LONG[:MOST_EXCERPT]
    assert not any(item.excerpt for item in review.items[:4])


def test_a_review_is_read_as_it_was_written(review: Review, tmp_path: Path) -> None:
    path = save(review, tmp_path)
    assert path.name == "macros-kind.csv.review.json"
    assert read_review(path) == review
    assert len(path.read_text("utf-8").splitlines()) >= len(TEXTS) + 2


def test_only_what_is_ticked_is_written(review: Review, tmp_path: Path) -> None:
    changed = decide(review, item_1={"ticked": False}, item_2={"ticked": True})
    applied = apply_file(save(changed, tmp_path), open_input)
    written = {item.key for item in changed.items if item.ticked}
    assert (applied.written, applied.left) == (len(written), len(TEXTS) - len(written))
    assert applied.output == Path(review.output)
    replies = read_output(review)
    for item in changed.items:
        assert replies[item.key] == (item.result.reply if item.ticked and item.result else "")


def test_a_part_of_the_changes_can_be_applied(review: Review, tmp_path: Path) -> None:
    result = review.items[0].result
    assert result
    kept = next(change for change in result.changes if change.before.startswith("You failed"))
    changed = decide(review, item_1={"accepted": [kept.id]})
    apply_file(save(changed, tmp_path), open_input)
    assert read_output(review)["1"] == CURT.replace(kept.before, kept.after)


def test_a_part_of_the_changes_of_a_page_can_be_applied(review: Review, tmp_path: Path) -> None:
    result = review.items[3].result
    assert result
    kept = next(change for change in result.changes if change.before == "Request denied.")
    apply_file(save(decide(review, item_4={"accepted": [kept.id]}), tmp_path), open_input)
    reply = read_output(review)["4"]
    assert f"<p>{kept.after}</p>" in reply
    assert "You failed to attach" in reply
    assert "<ul><li>" in reply


def test_all_changes_one_by_one_are_the_whole_reply(review: Review) -> None:
    one_by_one = {
        f"item_{item.number}": {
            "ticked": True,
            "accepted": [change.id for change in item.result.changes],
        }
        for item in review.items
        if item.result and item.result.changes
    }
    replies = apply_review(decide(review, **one_by_one), open_input).replies
    whole = {item.key: item.result.reply for item in review.items if item.result}
    assert replies == {key: whole[key] for key in replies}
    assert len(replies) == len(one_by_one)


def test_an_item_with_no_change_left_keeps_its_text(review: Review) -> None:
    assert "1" not in apply_review(decide(review, item_1={"accepted": []}), open_input).replies


def test_nothing_is_written_where_the_input_has_changed(review: Review, tmp_path: Path) -> None:
    path = save(review, tmp_path)
    source = Path(review.input)
    source.write_text(source.read_text("utf-8").replace("$129", "$130"), "utf-8")
    with pytest.raises(InputChangedError, match="has changed since"):
        apply_file(path, open_input)
    source.unlink()
    with pytest.raises(InputMissingError, match="isn't there any more"):
        apply_file(path, open_input)
    assert not Path(review.output).exists()


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        ({"ticked": True, "key": "99"}, InputChangedError),
        ({"ticked": True, "text_sha256": "0" * 64}, InputChangedError),
        ({"accepted": ["s99"]}, BrokenReviewError),
        ({"ticked": True, "result": None}, BrokenReviewError),
    ],
)
def test_what_fits_no_text_is_refused(
    review: Review, decision: dict[str, Any], error: type[DraftingError]
) -> None:
    with pytest.raises(error, match=r"[Ii]tem 1") as caught:
        apply_review(decide(review, item_1=decision), open_input)
    assert "Adeyemi" not in str(caught.value)


@pytest.mark.parametrize("number", [3, 5])
def test_a_tick_without_a_reply_is_refused(review: Review, number: int) -> None:
    with pytest.raises(BrokenReviewError, match=f"Item {number} is ticked and has no reply"):
        apply_review(decide(review, **{f"item_{number}": {"ticked": True}}), open_input)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text[:-9], "isn't a review"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "look at version"),
        (lambda text: text.replace('"ticked":true', '"ticked":"Adeyemi"', 1), "items.0.ticked"),
        (lambda text: text.replace('"name":', '"nick":', 1), "items.0.nick"),
        (lambda _: "", "isn't a review"),
    ],
)
def test_a_broken_review_says_where(
    review: Review, tmp_path: Path, spoil: Callable[[str], str], words: str
) -> None:
    path = save(review, tmp_path)
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    with pytest.raises(BrokenReviewError, match=words) as caught:
        read_review(path)
    assert "Adeyemi" not in str(caught.value)


def test_a_review_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenReviewError, match="can't be read"):
        read_review(tmp_path / "none.review.json")


def test_a_review_is_written_whole_or_not_at_all(review: Review, tmp_path: Path) -> None:
    path = save(review, tmp_path)
    before = path.read_bytes()

    def break_off() -> Any:
        yield review.items[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_review(path, review, break_off())
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "macros-kind.csv.review.json",
        "macros.csv",
    ]
    with pytest.raises(OutputError):
        write_review(tmp_path / "nowhere" / "x.review.json", review, [])


def test_the_hash_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "macros"
    (folder / "refunds").mkdir(parents=True)
    (folder / "refunds" / "late.html").write_text(HTML, "utf-8")
    (folder / "parcel.txt").write_text(KIND, "utf-8")
    first = hash_input(folder)
    (folder / ".DS_Store").write_bytes(b"\0")
    assert hash_input(folder) == first
    (folder / "parcel.txt").rename(folder / "parcels.txt")
    second = hash_input(folder)
    (folder / "parcels.txt").write_text(CURT, "utf-8")
    assert len({first, second, hash_input(folder)}) == 3


def test_states_are_kept_as_words(review: Review) -> None:
    again = ReviewItem.model_validate_json(review.items[0].model_dump_json())
    assert again.state is OutcomeState.REWRITTEN


@pytest.mark.parametrize("asked", [None, "comment_value"])
def test_an_export_is_opened_as_it_was_asked_for(tmp_path: Path, asked: str | None) -> None:
    """What an export's texts stand in ("value") isn't what `--field` would have to say."""
    source = tmp_path / "macros.json"
    action = {"field": "comment_value", "value": CURT}
    body = {"macros": [{"id": 1, "title": "Late", "actions": [action]}]}
    if asked:
        body = {"macros": [{"id": 1, "title": "Late", asked: CURT}]}
    source.write_text(json.dumps(body), "utf-8")
    opened = open_input(source, field=asked)
    head = ReviewHead(
        input=str(source),
        input_sha256=hash_input(source),
        output=str(tmp_path / "kind.json"),
        field=opened.field,
        asked_field=asked,
        in_place=True,
    )
    review = make_review(head, rewrite(opened.items))
    assert apply_file(save(review, tmp_path), open_input).written == 1
    result = review.items[0].result
    assert result
    assert json.dumps(result.reply)[1:-1] in (tmp_path / "kind.json").read_text("utf-8")
