"""What becomes of a batch: cancelled, deleted, expired, out of room, behind the interactive drafts."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from drafting.errors import NoRoomError, NotReadyError
from tests.batching import BATCHES, FREE, batching, jobs_of, make_csv, send, send_good, wait_until
from tests.browser.gated import GatedEngine
from tests.serving import CURT, make_settings, serving, until
from web.jobs.queue import JobQueue
from web.jobs.store import MOST_JOBS


def close(engine: GatedEngine) -> GatedEngine:
    engine.is_open = False
    return engine


def folders(app: Flask) -> list[Path]:
    return list(jobs_of(app).store.folder.iterdir())


def test_a_running_batch_is_cancelled_and_then_deleted() -> None:
    engine = close(GatedEngine())
    with batching(engine) as app:
        client = app.test_client()
        address = send_good(client, [CURT] * 30)
        wait_until(client, address, "running")
        answer = client.delete(address)
        assert (answer.status_code, answer.json["state"]) == (200, "cancelled")  # type: ignore[index]
        worker = app.extensions["drafting_worker"]
        until(lambda: not worker._queue)
        engine.is_open = True
        assert client.post("/api/v1/rewrite", json={"draft": CURT}).status_code == 200
        assert client.get(address).json["state"] == "cancelled"  # type: ignore[index]
        assert client.get(f"{address}/result").status_code == 409
        assert client.delete(address).status_code == 204
        assert client.get(address).status_code == 404
        until(lambda: not folders(app))


def test_a_waiting_batch_is_never_begun_once_it_is_cancelled() -> None:
    engine = GatedEngine()
    with serving(engine, **FREE) as app:
        client = app.test_client()
        address = send_good(client, [CURT])
        assert client.delete(address).json["state"] == "cancelled"  # type: ignore[index]
        jobs_of(app).start()
        other = send_good(client, [CURT])
        wait_until(client, other)
        jobs_of(app).stop()
        assert client.get(address).json["done"] == 0  # type: ignore[index]


def test_progress_is_told_and_interactive_drafts_go_first() -> None:
    engine = close(GatedEngine())
    with batching(engine) as app:
        client = app.test_client()
        address = send_good(client, [f"You failed to send form {n}." for n in range(40)])
        wait_until(client, address, "running")
        answers: list[int] = []

        def ask() -> None:
            other = app.test_client()
            answers.append(other.post("/api/v1/rewrite", json={"draft": CURT}).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        while asking.is_alive():
            engine.steps.release()
            time.sleep(0.005)
        batch = client.get(address).json
        assert batch
        assert answers == [200]
        assert batch["state"] == "running"
        assert batch["done"] < batch["total"] == 40
        engine.is_open = True
        assert wait_until(client, address)["done"] == 40


def test_finished_batches_expire() -> None:
    with batching(expiry=0.00005) as app:
        client = app.test_client()
        address = send_good(client, [CURT])
        until(lambda: client.get(address).status_code == 404)
        assert client.get(BATCHES).json == []
        jobs_of(app).store.expire()
        assert folders(app) == []


def test_what_a_stop_in_an_upload_has_left_is_deleted_and_what_cannot_be_read_is_not() -> None:
    with serving() as app:
        store = jobs_of(app).store
        for name, kept in (("a" * 22, False), ("b" * 22, True)):
            (store.folder / name).mkdir(parents=True)
            if kept:
                (store.folder / name / "job.json").write_text("torn")
            os.utime(store.folder / name, (0, 0))
        store.expire()
        assert [folder.name for folder in folders(app)] == ["b" * 22]
        (store.folder / ("b" * 22) / "job.json").unlink()
        os.utime(store.folder / ("b" * 22), (0, 0))
        store.expire()
        assert folders(app) == []


def test_one_may_have_so_many_batches_and_deleting_one_makes_room() -> None:
    with serving() as app:
        client = app.test_client()
        addresses = [send_good(client, [CURT]) for _ in range(MOST_JOBS)]
        answer = send(client, make_csv([CURT]))
        assert (answer.status_code, answer.json["code"]) == (429, "too_many_batches")  # type: ignore[index]
        for _ in ("cancel", "delete"):
            client.delete(addresses[0])
        assert send(client, make_csv([CURT])).status_code == 202


def test_a_place_that_cannot_be_written_to_is_told_kindly(tmp_path: Path) -> None:
    taken = tmp_path / "data"
    taken.write_text("a file, where a folder should be")
    with serving(data=taken) as app:
        answer = send(app.test_client(), make_csv([CURT]))
        assert (answer.status_code, answer.json["code"]) == (507, "no_room")  # type: ignore[index]
        assert str(tmp_path) not in answer.text
    with pytest.raises(NoRoomError):
        jobs_of(app).start()


def test_a_journal_that_cannot_be_written_ends_a_batch_with_a_kind_error() -> None:
    with serving(**FREE) as app:
        client = app.test_client()
        address = send_good(client, [CURT])
        (folder,) = folders(app)
        (folder / "output.csv.journal").mkdir()
        jobs_of(app).start()
        batch = wait_until(client, address, "failed")
        jobs_of(app).stop()
    assert batch["code"] == "no_room"
    assert "disk" in batch["message"]


def test_a_model_that_has_become_another_one_begins_anew() -> None:
    with serving(**FREE) as app:
        client = app.test_client()
        address = send_good(client, [CURT])
        (folder,) = folders(app)
        (folder / "output.csv.journal").write_text('{"version": 1, "model": "another"}\n')
        jobs_of(app).start()
        assert wait_until(client, address)["counts"] == {"rewritten": 1}
        jobs_of(app).stop()


def test_a_redis_that_is_away_is_told_kindly(tmp_path: Path) -> None:
    nothing: Callable[[], None] = lambda: None  # noqa: E731
    queue = JobQueue(tmp_path, "redis://127.0.0.1:1/0", lambda _: None, nothing)
    with pytest.raises(NotReadyError):
        queue.put("x")


def test_the_default_folder_is_one_of_the_persons_own() -> None:
    assert make_settings().data.name == "drafting"
