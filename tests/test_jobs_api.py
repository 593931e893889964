"""A file or a list of drafts goes in, and comes back rewritten, with its review and report."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from drafting.application import Edit, apply_edits
from drafting.batch.review import Review
from drafting.candidate import Op
from drafting.labels import Label
from drafting.rewriter import Request, Rewriter
from tests.batching import BATCHES, KIND, batching, make_csv, send, send_good, wait_until
from tests.scripted import ScriptedEngine
from tests.serving import CURT

GERMAN = "Leider können wir Ihnen den Betrag nicht erstatten, da die Frist abgelaufen ist."


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with batching() as app:
        yield app.test_client()


def test_a_file_comes_back_with_the_replies_that_the_rewriter_gives(client: FlaskClient) -> None:
    answer = send(client, make_csv([CURT, KIND, "", GERMAN]), candidates="2", seed="7")
    assert answer.status_code == 202
    assert answer.json
    assert answer.headers["Location"] == f"{BATCHES}/{answer.json['id']}"
    assert answer.json["name"] == "macros.csv"
    batch = wait_until(client, answer.headers["Location"])
    assert batch["done"] == batch["total"]
    assert batch["counts"]["rewritten"] == 1
    assert batch["finished"] >= batch["created"]
    given = client.get(batch["result"], buffered=True)
    assert "filename=macros-replies.csv" in given.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(given.text)))
    expected = Rewriter(ScriptedEngine()).rewrite([Request(CURT, None, 2, 7)])[0].reply
    assert [row["body_reply"] for row in rows] == [expected, "", "", ""]
    assert [row["body"] for row in rows] == [CURT, KIND, "", GERMAN]
    assert {row["other"] for row in rows} == {"x"}


def test_a_row_that_cannot_be_read_counts_as_failed(client: FlaskClient) -> None:
    lines = json.dumps({"body": CURT}) + "\n{torn\n"
    address = send(client, lines.encode(), "macros.jsonl").headers["Location"]
    batch = wait_until(client, address)
    assert batch["counts"] == {"rewritten": 1, "failed": 1}
    assert batch["done"] == batch["total"] == 2


def test_replies_may_take_the_texts_places(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT], in_place="true", field="body"))
    (row,) = csv.DictReader(io.StringIO(client.get(batch["result"], buffered=True).text))
    assert "body_reply" not in row
    assert row["body"] != CURT


def test_a_list_of_drafts_comes_back_with_a_reply_to_each(client: FlaskClient) -> None:
    drafts = [{"draft": CURT, "candidates": 2, "seed": 7}, {"draft": KIND}, {"draft": " "}]
    answer = client.post(BATCHES, json=drafts)
    assert answer.status_code == 202
    batch = wait_until(client, answer.headers["Location"])
    assert batch["counts"] == {"rewritten": 1, "kept": 1, "skipped": 1}
    result = client.get(batch["result"], buffered=True).json
    expected = Rewriter(ScriptedEngine()).rewrite([Request(CURT, None, 2, 7)])[0].reply
    assert result
    assert [each["reply"] for each in result] == [expected, None, None]
    assert [{k: v for k, v in each.items() if k != "reply"} for each in result] == drafts


def test_the_review_is_one_that_can_be_applied_elsewhere(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT, KIND]))
    review = Review.model_validate_json(client.get(batch["review"], buffered=True).text)
    assert (review.input, review.output) == ("macros.csv", "macros-replies.csv")
    assert [item.ticked for item in review.items] == [True, False]


def test_the_report_opens_under_a_policy_that_lets_its_own_script_run(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT]))
    report = client.get(batch["report"], buffered=True)
    assert report.content_type.startswith("text/html")
    assert "attachment" not in report.headers.get("Content-Disposition", "")
    policy = report.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in report.text


def test_a_file_is_there_only_once_it_is_written() -> None:
    with batching() as app:
        client = app.test_client()
        app.extensions["drafting_jobs"].stop()
        address = send_good(client, [CURT])
        for part in ("result", "report", "review"):
            answer = client.get(f"{address}/{part}")
            assert (answer.status_code, answer.json["code"]) == (409, "batch_unfinished")  # type: ignore[index]


def test_batches_are_listed_the_newest_first() -> None:
    with batching() as app:
        client = app.test_client()
        addresses = [send_good(client, [CURT]) for _ in range(3)]
        listed = client.get(BATCHES).json
        assert listed
        assert [f"{BATCHES}/{batch['id']}" for batch in listed] == addresses[::-1]


@pytest.mark.parametrize(
    ("data", "name", "fields", "code"),
    [
        (b"", "empty.csv", {}, "empty_input"),
        (b"hello", "tool.exe", {}, "unknown_kind"),
        (b"hello", "noname", {}, "unknown_kind"),
        (b"not a workbook", "book.xlsx", {}, "broken_file"),
        (make_csv([CURT]), "a.csv", {"field": "nothing"}, "wrong_field"),
        (make_csv([CURT]), "a.csv", {"candidates": "99"}, "wrong_fields"),
        (make_csv([CURT]), "a.csv", {"format": "pdf"}, "wrong_fields"),
        (make_csv([CURT]), "a.csv", {"colour": "red"}, "wrong_fields"),
    ],
)
def test_what_cannot_be_taken_is_told_at_once_and_nothing_stays(
    client: FlaskClient, data: bytes, name: str, fields: dict[str, str], code: str
) -> None:
    before = client.get(BATCHES).json
    answer = send(client, data, name, **fields)
    assert answer.json
    assert answer.json["code"] == code
    assert 400 <= answer.status_code < 500
    assert client.get(BATCHES).json == before


def test_a_wrong_draft_of_a_list_is_named(client: FlaskClient) -> None:
    answer = client.post(BATCHES, json=[{"draft": CURT}, {"draft": CURT, "candidates": 99}])
    assert answer.json
    assert answer.json["errors"][0]["field"] == "1.candidates"
    for body in ([], {}, {"draft": CURT}):
        answer = client.post(BATCHES, json=body)
        assert (answer.status_code, answer.json["code"]) == (400, "broken_json")  # type: ignore[index]
    assert client.post(BATCHES, data="x", content_type="text/plain").status_code == 415


def test_more_texts_than_one_batch_may_have_are_refused(client: FlaskClient) -> None:
    data = make_csv(["Hi."] * 10_001)
    answer = send(client, data)
    assert (answer.status_code, answer.json["code"]) == (413, "too_many_items")  # type: ignore[index]
    answer = client.post(BATCHES, json=[{"draft": "Hi."}] * 10_001)
    assert (answer.status_code, answer.json["code"]) == (413, "too_many_items")  # type: ignore[index]


def test_a_file_may_be_larger_than_other_requests_but_not_huge(client: FlaskClient) -> None:
    padding = "x" * 6_000_000
    answer = send(client, json.dumps([{"body": CURT, "note": padding}]).encode(), "a.json")
    assert answer.status_code == 202
    answer = send(client, b"x" * 21_000_000, "a.csv")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")  # type: ignore[index]
    assert client.post("/api/v1/rewrite", json={"draft": padding}).status_code == 413


def apply(client: FlaskClient, batch: dict[str, Any], review: Any) -> TestResponse:
    return client.post(f"{BATCHES}/{batch['id']}/apply", json=review, buffered=True)


def test_only_what_was_ticked_is_written(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT, CURT, CURT], seed="7"))
    review = client.get(batch["review"], buffered=True).json
    assert review
    first, second, third = review["items"]
    first["ticked"], second["ticked"], third["ticked"] = False, True, True
    second["accepted"] = [second["result"]["changes"][0]["id"]]
    # Each of the three has an opening of its own.
    openings = {item["result"]["changes"][0]["after"] for item in review["items"]}
    assert len(openings) == 3
    written = third["result"]["reply"]
    third["result"]["reply"] = "Somebody else's words."
    given = apply(client, batch, review)
    assert "filename=macros-reviewed.csv" in given.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(given.text)))
    whole = Rewriter(ScriptedEngine()).rewrite([Request(CURT, None, 4, 7)])[0]
    assert first["result"]["reply"] == whole.reply
    edits = [
        Edit(each["id"], Op(each["op"]), Label(each["label"]), each["after"])
        for each in second["result"]["changes"]
    ]
    part = apply_edits(Request(CURT), edits, second["accepted"]).reply
    assert part not in {second["result"]["reply"], CURT}
    assert [row["body_reply"] for row in rows] == ["", part, written]
    assert [row["body"] for row in rows] == [CURT] * 3


def test_decisions_alone_are_enough_of_a_review(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT, KIND]))
    review = client.get(batch["review"], buffered=True).json
    assert review
    ticked = [{"key": review["items"][0]["key"], "ticked": True}]
    given = apply(client, batch, {"input_sha256": review["input_sha256"], "items": ticked})
    assert [bool(row["body_reply"]) for row in csv.DictReader(io.StringIO(given.text))] == [
        True,
        False,
    ]


def test_a_list_of_drafts_is_reviewed_likewise(client: FlaskClient) -> None:
    address = client.post(BATCHES, json=[{"draft": CURT}, {"draft": CURT}]).headers["Location"]
    batch = wait_until(client, address)
    review = client.get(batch["review"], buffered=True).json
    assert review
    review["items"][0]["ticked"] = False
    given = apply(client, batch, review).json
    assert given
    assert [bool(each["reply"]) for each in given] == [False, True]


def test_a_review_that_is_none_of_this_batch_is_refused(client: FlaskClient) -> None:
    batch = wait_until(client, send_good(client, [CURT]))
    other = wait_until(client, send_good(client, [CURT, CURT]))
    good = client.get(batch["review"], buffered=True).json
    assert good
    unknown = {**good, "items": [{"key": "no such", "ticked": True}]}
    unfit = {**good, "items": [{**good["items"][0], "accepted": ["s9"]}]}
    for wrong in ({}, [], client.get(other["review"], buffered=True).json, unknown, unfit):
        answer = apply(client, batch, wrong)
        assert answer.status_code == 422
        assert answer.json
        assert answer.json["code"] == "broken_review"
    assert apply(client, batch, good).status_code == 200


def test_only_the_first_texts_and_those_with_findings(client: FlaskClient) -> None:
    texts = [KIND, CURT, CURT, CURT]
    batch = wait_until(client, send_good(client, texts, limit="3", only_findings="true"))
    assert (batch["total"], batch["done"]) == (3, 3)
    assert batch["counts"] == {"skipped": 1, "rewritten": 2}
    rows = list(csv.DictReader(io.StringIO(client.get(batch["result"], buffered=True).text)))
    assert [bool(row["body_reply"]) for row in rows] == [False, True, True, False]


def test_the_metrics_tell_of_batches() -> None:
    with batching() as app:
        client = app.test_client()
        wait_until(client, send_good(client, [CURT, KIND, CURT]))
        lines = client.get("/metrics").text.splitlines()
    assert 'drafting_batch_jobs{state="done"} 1.0' in lines
    assert 'drafting_batch_jobs{state="running"} 0.0' in lines
    assert 'drafting_batch_texts_total{state="rewritten"} 2.0' in lines
    assert 'drafting_batch_texts_total{state="kept"} 1.0' in lines
