"""The command line: what it prints where, what it exits with, and that it does no work in vain."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tqdm import tqdm

from drafting import commands
from drafting.candidate import Candidate, Op
from drafting.commands import drafting
from drafting.errors import ModelMissingError
from drafting.labels import Label
from drafting.result import FindingPlace
from drafting.result import Result as Rewritten
from drafting.settings import Settings
from models import loading
from tests.scripted import ScriptedEngine
from web.security.keys import hash_key

ROOT = Path(__file__).resolve().parent.parent
CURT = "You have not bothered to fill in the form.\nPer our policy, refunds end after 30 days.\n"
KIND = "Your parcel is on its way. Just reply if you have any questions.\n"
BETTER = Candidate(Op.REWRITE, Label.BENEFIT_OF_THE_DOUBT, "The form isn't filled in yet.")
Run = Callable[..., Result]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    scripted = ScriptedEngine({"s1": [BETTER]})

    def load(_: Settings) -> ScriptedEngine:
        return scripted

    monkeypatch.setattr(loading, "load_engine", load)
    return scripted


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Settings) -> ScriptedEngine:
        raise AssertionError("a model was loaded in vain")

    monkeypatch.setattr(loading, "load_engine", load)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder."""
    runner = CliRunner()
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return runner.invoke(drafting, arguments, input=stdin, catch_exceptions=False)

    return invoke


@pytest.mark.usefixtures("engine")
def test_rewrite_prints_the_reply_and_then_the_changes(run: Run) -> None:
    Path("reply.txt").write_text(CURT, encoding="utf-8")
    done = run("rewrite", "reply.txt")
    assert done.exit_code == 0
    reply, _, rest = done.stdout.partition("\n\n-- Changes: ")
    assert "The form isn't filled in yet.\nRefunds end after 30 days." in reply
    assert "1 benefit of the doubt" in rest
    assert "1 explanation" in rest
    assert "s1 benefit of the doubt: Assumes good faith" in rest
    assert "  - Per our policy, refunds end after 30 days.\n  + Refunds end after 30 days." in rest
    assert "Facts kept: 1 of 1." in rest


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("arguments", [("rewrite", "-"), ("rewrite",)])
def test_rewrite_reads_standard_input(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, stdin=CURT)
    assert done.exit_code == 0
    assert "The form isn't filled in yet." in done.stdout


@pytest.mark.usefixtures("engine")
def test_json_is_the_result_object_and_nothing_else(run: Run) -> None:
    done = run("rewrite", "--json", stdin=CURT)
    result = Rewritten.model_validate_json(done.stdout)
    assert [change.id for change in result.changes if change.op is Op.REWRITE] == ["s1", "s2"]
    assert "Refunds end after 30 days." in result.reply
    assert set(json.loads(done.stdout)) == set(Rewritten.model_fields)


def test_options_reach_the_model(run: Run, engine: ScriptedEngine) -> None:
    Path("message.txt").write_text("Where is it?", encoding="utf-8")
    run("rewrite", "--customer", "message.txt", "--candidates", "2", "--seed", "9", stdin=CURT)
    (ask,) = engine.asked
    assert ask.mail.customer_message == "Where is it?"
    assert (ask.candidates, ask.seed) == (2, 9)


@pytest.mark.usefixtures("engine")
def test_a_kind_draft_is_printed_as_it_is(run: Run) -> None:
    done = run("rewrite", stdin=KIND)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{KIND}\n-- Changes: none\n")
    assert "note: This draft is already kind." in done.stdout


@pytest.mark.usefixtures("engine")
def test_a_note_says_which_sentence_it_is_about(run: Run) -> None:
    done = run("rewrite", stdin="The form is here. You have not bothered to fill in the form.")
    assert "note (sentence 2): No rewording" in done.stdout


@pytest.mark.usefixtures("engine")
def test_what_is_taken_out_is_counted_too(run: Run) -> None:
    done = run("rewrite", stdin="We apologise for any inconvenience. The fee is $5.")
    assert "-- Changes: 1 delete" in done.stdout
    assert "s1 delete: " in done.stdout


@pytest.mark.usefixtures("engine")
def test_progress_is_on_standard_error_and_counts_every_slot(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    bars: list[Any] = []

    def watch(**options: Any) -> Any:
        bars.append(tqdm(**{**options, "disable": False}))
        return bars[-1]

    monkeypatch.setattr(commands, "tqdm", watch)
    done = run("rewrite", "--json", stdin=f"{CURT}The form is here.")
    (bar,) = bars
    assert bar.n == bar.total >= 3
    assert "Rewriting" in done.stderr
    Rewritten.model_validate_json(done.stdout)


@pytest.mark.usefixtures("engine")
def test_where_nobody_watches_there_is_no_progress(run: Run) -> None:
    assert run("rewrite", stdin=CURT).stderr == ""


def test_check_finds_something_and_exits_with_1(run: Run) -> None:
    done = run("check", stdin=f"Hello,\n\n{CURT}")
    assert done.exit_code == 1
    assert "line 4: policy_shield 'Per our policy'\n  " in done.stdout


def test_check_finds_nothing_and_exits_with_0(run: Run) -> None:
    done = run("check", stdin=KIND)
    assert (done.exit_code, done.stdout) == (0, "")


@pytest.mark.parametrize("draft", [CURT, KIND])
def test_check_as_json_is_a_list_of_findings(run: Run, draft: str) -> None:
    done = run("check", "--json", stdin=draft)
    findings = [FindingPlace.model_validate(entry) for entry in json.loads(done.stdout)]
    assert bool(findings) == (done.exit_code == 1)
    assert all(draft[slice(*finding.span)] == finding.text for finding in findings)


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize("command", ["rewrite", "check"])
@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", "There is no sentence in this draft yet. Please write one first."),
        (b" \n\n", "There is no sentence in this draft yet. Please write one first."),
        (b"Gr\xfc\xdfe", "The input isn't UTF-8 text. Please save it as UTF-8 and try again."),
        (b"No. " * 200, "The draft has 200 sentences, and one request may hold 120."),
    ],
)
def test_what_cannot_be_rewritten_is_one_kind_line_and_exits_with_2(
    run: Run, command: str, stdin: bytes, message: str
) -> None:
    done = run(command, stdin=stdin)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize(
    "arguments",
    [
        ("rewrite", "missing.txt"),
        ("check", "missing.txt"),
        ("rewrite", "--customer", "missing.txt", "-"),
        ("rewrite", "--candidates", "0"),
        ("rewrite", "--candidates", "9"),
        ("rewrite", "--seed", "-1"),
        ("rewrite", "--nonsense"),
        ("nonsense",),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_what_is_wrong(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments, stdin=CURT)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr


@pytest.mark.usefixtures("no_engine")
def test_a_customers_message_that_is_not_text_is_told(run: Run) -> None:
    Path("message.txt").write_bytes(b"\xff\xfe\x00")
    done = run("rewrite", "--customer", "message.txt", stdin=CURT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "UTF-8" in done.stderr


@pytest.mark.usefixtures("no_engine")
def test_a_wrong_setting_is_told_before_a_model_is_loaded(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAFTING_DEVCE", "cpu")
    done = run("rewrite", stdin=CURT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Did you mean DRAFTING_DEVICE?" in done.stderr


def test_a_model_that_is_not_there_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: Settings) -> ScriptedEngine:
        raise ModelMissingError("The model 'x' can't be loaded.")

    monkeypatch.setattr(loading, "load_engine", load)
    done = run("rewrite", stdin=CURT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "The model 'x' can't be loaded.\n"


@pytest.mark.usefixtures("engine")
def test_a_byte_order_mark_is_not_part_of_the_draft(run: Run) -> None:
    done = run("rewrite", "--json", stdin=b"\xef\xbb\xbf" + KIND.encode())
    assert Rewritten.model_validate_json(done.stdout).reply == KIND


@pytest.mark.usefixtures("engine")
def test_line_ends_are_kept(run: Run) -> None:
    windows = KIND.replace(". ", ".\r\n\r\n").replace("\n", "\r\n").replace("\r\r", "\r")
    done = run("rewrite", "--json", stdin=windows.encode())
    assert Rewritten.model_validate_json(done.stdout).reply == windows


def start_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_help_works_from_a_shell() -> None:
    done = start_python("-m", "drafting", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: drafting [OPTIONS] COMMAND")
    assert {"rewrite", "check"} <= set(done.stdout.split())


def test_a_rewrite_says_nothing_on_the_side(tmp_path: Path) -> None:
    """With the real weights, whose libraries have bars and advice of their own to print."""
    (tmp_path / "reply.txt").write_text(CURT, encoding="utf-8")
    done = start_python("-m", "drafting", "rewrite", str(tmp_path / "reply.txt"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "-- Changes" in done.stdout


def test_neither_help_nor_check_waits_for_torch() -> None:
    code = (
        "import sys; from drafting.commands import drafting\n"
        "try: drafting(['check', 'LICENSE'])\n"
        "except SystemExit: pass\n"
        "loaded = {'torch', 'transformers', 'llguidance', 'models'} & set(sys.modules)\n"
        "sys.exit(9 if loaded else 0)"
    )
    assert start_python("-c", code).returncode == 0


def test_settings_are_printed_with_their_meaning_and_secrets_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DRAFTING_API_KEYS", "a-key-of-more-than-twenty-characters")
    monkeypatch.setenv("DRAFTING_PORT", "5050")
    shown = CliRunner().invoke(drafting, ["settings"])
    assert shown.exit_code == 0
    assert "DRAFTING_PORT=5050" in shown.output
    assert "DRAFTING_API_KEYS=(set)" in shown.output
    assert "a-key" not in shown.output
    for name, field in Settings.model_fields.items():
        assert f"DRAFTING_{name.upper()}=" in shown.output
        assert field.description
        assert field.description.split(".")[0] in shown.output


def test_a_key_is_made_and_only_its_hash_goes_to_the_file() -> None:
    made = CliRunner().invoke(drafting, ["key", "the desk"])
    key = made.stderr.split()[-1]
    assert made.stdout == f"sha256:{hash_key(key)}  the desk\n"
    assert len(key) > 40
