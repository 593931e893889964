"""The batch from the command line: resumed, restarted, refused, killed; with the real model, too."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drafting.batch import commands
from drafting.commands import drafting
from drafting.facts import find_facts
from tests.drafts import real_drafts, rows
from tests.scripted import ScriptedEngine

CURT = "Per our policy, claim {{ticket.id}} is denied. You failed to send the form. Send it now!!"
KIND = "Thank you for writing, and I'm glad it works now."


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the batch use a scripted engine; the list counts its loads."""
    loads: list[int] = []

    def load(_: object) -> ScriptedEngine:
        loads.append(1)
        return ScriptedEngine()

    monkeypatch.setattr(commands, "load", load)
    return loads


def write_csv(path: Path, texts: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "body", "owner"])
        writer.writerows([n, text, "ann"] for n, text in enumerate(texts, 1))
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(drafting, ["batch", *map(str, arguments)])


def test_replies_go_beside_and_all_else_stays(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT, KIND]), tmp_path / "out.csv"
    ended = run(source, "-o", target)
    assert ended.exit_code == 0, ended.output
    curt, kind = read_csv(target)
    assert list(curt) == ["id", "body", "body_reply", "owner"]
    assert (curt["body"], curt["owner"]) == (CURT, "ann")
    assert "{{ticket.id}}" in curt["body_reply"]
    assert "policy" not in curt["body_reply"]
    assert kind["body_reply"] == ""
    assert "1 rewritten, 1 kept" in ended.output
    assert (tmp_path / "out.csv.review.html").exists()


def test_in_place(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT, KIND]), tmp_path / "out.csv"
    assert run("--in-place-field", source, "-o", target).exit_code == 0
    curt, kind = read_csv(target)
    assert list(curt) == ["id", "body", "owner"]
    assert "policy" not in curt["body"]
    assert kind["body"] == KIND


def test_a_run_goes_on_where_it_was(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT] * 5), tmp_path / "out.csv"
    run(source, "-o", target)
    first = target.read_bytes()
    journal = tmp_path / "out.csv.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]) + lines[3][:20])
    target.unlink()
    ended = run(source, "-o", target)
    assert "2 of 5 are done already" in ended.output
    assert target.read_bytes() == first
    assert len(scripted) == 2
    # All is done: the model isn't even loaded.
    assert run(source, "-o", target).exit_code == 0
    assert len(scripted) == 2


def test_other_settings_ask_for_a_restart(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT]), tmp_path / "out.csv"
    run(source, "-o", target)
    ended = run(source, "-o", target, "--seed", 1)
    assert ended.exit_code == 2
    assert "--restart" in ended.output
    assert run(source, "-o", target, "--seed", 1, "--restart").exit_code == 0
    write_csv(source, [CURT, CURT])
    assert "input_sha256" in run(source, "-o", target, "--seed", 1).output


def test_another_model_asks_for_a_restart(
    tmp_path: Path, scripted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT]), tmp_path / "out.csv"
    run(source, "-o", target)
    monkeypatch.setenv("DRAFTING_ENGINE", "openai")
    monkeypatch.setenv("DRAFTING_REMOTE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("DRAFTING_REMOTE_MODEL", "big")
    ended = run(source, "-o", target)
    assert ended.exit_code == 2
    assert "model" in ended.output


def test_a_bad_row_is_told_and_the_rest_goes_on(tmp_path: Path, scripted: list[int]) -> None:
    texts = [CURT, "a" * 20_001, CURT]
    source, target = write_csv(tmp_path / "in.csv", texts), tmp_path / "out.csv"
    ended = run(source, "-o", target)
    assert ended.exit_code == 1
    assert "row 2: The draft has 20,001 characters" in ended.output
    assert [bool(row["body_reply"]) for row in read_csv(target)] == [True, False, True]


def test_a_dry_run_says_why_and_writes_nothing(tmp_path: Path, scripted: list[int]) -> None:
    source = write_csv(tmp_path / "in.csv", [CURT, KIND])
    ended = run(source, "--dry-run")
    assert ended.exit_code == 0
    assert "row 1: blame, cold_refusal, command" in ended.output
    assert "1 of 2" in ended.output
    assert os.listdir(tmp_path) == ["in.csv"]
    assert not scripted


def test_only_findings_and_limit(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [KIND, CURT, CURT]), tmp_path / "out.csv"
    ended = run(source, "-o", target, "--only-findings", "--limit", 2)
    assert "1 rewritten, 1 skipped" in ended.output
    assert [bool(row["body_reply"]) for row in read_csv(target)] == [False, True, False]


def test_nothing_done_is_told_by_status_two(tmp_path: Path, scripted: list[int]) -> None:
    assert run(tmp_path / "nothing.csv", "-o", tmp_path / "out.csv").exit_code == 2
    source = write_csv(tmp_path / "in.csv", [CURT])
    assert run(source, "-o", source).exit_code == 2
    assert run(source).exit_code == 2
    assert "-o OUT" in run(source).output


def test_a_read_only_place_is_told(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [CURT])
    ended = run(source, "-o", "/proc/nothing/out.csv")
    assert ended.exit_code == 2
    assert "Traceback" not in ended.output


def test_only_what_is_ticked_is_applied(tmp_path: Path, scripted: list[int]) -> None:
    source, target = write_csv(tmp_path / "in.csv", [CURT, CURT]), tmp_path / "out.csv"
    run(source, "-o", target)
    both = read_csv(target)
    path = tmp_path / "out.csv.review.json"
    review = json.loads(path.read_text())
    review["items"][0]["ticked"], review["items"][1]["ticked"] = False, True
    path.write_text(json.dumps(review))
    ended = run("apply", path)
    assert ended.exit_code == 0, ended.output
    assert "1 replies written, 1 left" in ended.output
    assert [row["body_reply"] for row in read_csv(target)] == ["", both[1]["body_reply"]]


def child(source: Path, target: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.slow_batch", "batch", str(source), "-o", str(target)),
            *("--workers", "1"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_at_random_moments_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    texts = [row.draft() for row in rows()[:60]]
    source = write_csv(tmp_path / "in.csv", texts)
    calm, target = tmp_path / "calm.csv", tmp_path / "out.csv"
    assert child(source, calm).wait(120) == 0
    journal = tmp_path / "out.csv.journal"
    chance, kills, sizes = random.Random(7), 0, []
    while kills < 20:
        process = child(source, target)
        before = journal.stat().st_size if journal.exists() else 0
        # Most kills shall come while it writes: wait for its first line, then a while.
        end = time.monotonic() + 60
        while (
            process.poll() is None
            and time.monotonic() < end
            and not (journal.exists() and journal.stat().st_size > before)
        ):
            time.sleep(0.005)
        time.sleep(chance.random() * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        kills += 1
        sizes.append(journal.stat().st_size if journal.exists() else 0)
    assert len(set(sizes)) > 5
    assert child(source, target).wait(120) == 0
    assert target.read_bytes() == calm.read_bytes()
    keys = [json.loads(line)["key"] for line in journal.read_text().splitlines()[1:]]
    assert len(keys) == len(set(keys)) == len(texts)
    assert (tmp_path / "out.csv.review.json").exists()
    left = {name for name in os.listdir(tmp_path) if name.startswith("out.csv")}
    assert len(left) == 5, left


def test_real_drafts_with_the_real_model(tmp_path: Path) -> None:
    texts = sorted(real_drafts() or (row.draft() for row in rows()), key=len)[:3]
    source, target = write_csv(tmp_path / "in.csv", texts), tmp_path / "out.csv"
    ended = run(source, "-o", target, "--candidates", 1)
    assert ended.exit_code == 0, ended.output
    for text, row in zip(texts, read_csv(target), strict=True):
        assert row["body"] == text
        for fact in find_facts(text):
            assert not row["body_reply"] or fact.text in row["body_reply"]
