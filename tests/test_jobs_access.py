"""Whose batches are whose, what a page elsewhere can't send, and what is never told."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.batching import BATCHES, batching, make_csv, send, send_good, wait_until
from tests.serving import CURT, serving
from tests.test_access import KEY, OTHER, csrf_of, sign_in
from tests.test_canary import CANARY, logged
from web.jobs.service import jobs_of

__all__ = ["logged"]

MINE = {"X-API-Key": KEY}
THEIRS = {"X-API-Key": OTHER}


@pytest.fixture(scope="module")
def keyed() -> Iterator[Flask]:
    with batching(api_keys=f"{KEY},{OTHER}") as app:
        yield app


def test_every_address_asks_for_a_key(keyed: Flask) -> None:
    client = keyed.test_client()
    for path in ("", "/x", "/x/result", "/x/report", "/x/review"):
        assert client.get(BATCHES + path).status_code == 401
    assert client.delete(f"{BATCHES}/x").status_code == 401
    assert send(client, make_csv([CURT])).status_code == 401


def test_another_key_sees_nothing_of_a_batch(keyed: Flask) -> None:
    client = keyed.test_client()
    address = send_good(client, [CURT], headers=MINE)
    for path in ("", "/result", "/report", "/review"):
        answer = client.get(address + path, headers=THEIRS)
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_batch")  # type: ignore[index]
    assert client.delete(address, headers=THEIRS).status_code == 404
    assert client.get(BATCHES, headers=THEIRS).json == []
    assert client.get(address, headers=MINE).status_code == 200


def test_a_person_who_signed_in_sees_the_batches_of_that_key(keyed: Flask) -> None:
    address = send_good(keyed.test_client(), [CURT], headers=MINE)
    client = keyed.test_client()
    sign_in(client)
    assert client.get(address).status_code == 200
    assert send(client, make_csv([CURT])).status_code == 403
    assert client.delete(address).status_code == 403
    token = {"X-CSRFToken": csrf_of(client)}
    assert send(client, make_csv([CURT]), headers=token).status_code == 202
    assert client.delete(address, headers=token).status_code in {200, 204}


def test_a_form_of_another_sites_page_is_refused_without_keys() -> None:
    with serving() as app:
        client = app.test_client()
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert send(client, make_csv([CURT]), headers=headers).status_code == 403
        assert send(client, make_csv([CURT])).status_code == 202


def test_a_batch_counts_as_one_draft() -> None:
    with serving(rewrite_limit="2 per minute") as app:
        client = app.test_client()
        for _ in range(2):
            assert send(client, make_csv([CURT] * 9)).status_code == 202
        answer = send(client, make_csv([CURT]))
        assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")  # type: ignore[index]


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/evil.csv", "/etc/evil.csv", "..\\evil.csv", "..csv", ".csv"]
)
def test_a_files_name_leads_nowhere(name: str) -> None:
    with serving() as app:
        answer = send(app.test_client(), make_csv([CURT]), name)
        store = jobs_of(app).store
        names = {path.name for path in store.folder.rglob("*") if path.is_file()}
        if answer.status_code == 202:
            assert names == {"input.csv", "job.json"}
            assert answer.json
            assert not {"/", "\\"} & set(answer.json["name"])
        else:
            assert (answer.json["code"], names) == ("unknown_kind", set())  # type: ignore[index]


@pytest.mark.parametrize("batch", ["..", "../x", "%2e%2e", "a" * 22, "x", "a/../b", "\x00" * 22])
def test_an_id_that_is_none_is_no_path(batch: str) -> None:
    with serving() as app:
        client = app.test_client()
        for path in ("", "/result"):
            assert client.get(f"{BATCHES}/{batch}{path}").status_code in {308, 404}


def test_what_is_sent_shows_up_in_no_log_metric_or_error(logged: io.StringIO) -> None:
    with batching() as app:
        client = app.test_client()
        texts = [f"You failed to send {CANARY}!!", f"{CANARY} " * 4000]
        batch = wait_until(client, send_good(client, texts, name=f"{CANARY}.csv"))
        assert batch["counts"] == {"rewritten": 1, "failed": 1}
        told = [
            send(client, CANARY.encode(), f"{CANARY}.{CANARY}"),
            send(client, CANARY.encode(), f"{CANARY}.xlsx"),
            send(client, f"{CANARY},{CANARY}\n1,2\n".encode(), f"{CANARY}.csv"),
            send(client, f"[{CANARY}".encode(), f"{CANARY}.json"),
            send(client, f"a: [{CANARY}".encode(), f"{CANARY}.yaml"),
            send(client, make_csv(texts), field=CANARY),
            send(client, make_csv(texts), format=CANARY),
            send(client, make_csv(texts), **{CANARY: CANARY}),
            client.post(BATCHES, json=[{"draft": [CANARY]}]),
            client.post(BATCHES, json=[{CANARY: CANARY}]),
            client.get(f"{BATCHES}/{CANARY}"),
        ]
        for answer in told:
            assert answer.content_type == "application/problem+json"
            assert CANARY not in answer.text.lower()
        assert CANARY not in client.get("/metrics").text.lower()
    assert CANARY not in logged.getvalue().lower()
