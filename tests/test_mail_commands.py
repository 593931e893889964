"""Mails on the command line: printed, written in place, or refused with the file as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drafting.commands import drafting
from drafting.mail import read_mail, write_mail
from drafting.result import Result as Rewritten
from drafting.rewriter import Rewriter
from models import loading
from tests.mails.corpus import corpus
from tests.scripted import ScriptedEngine

MAIL = corpus()["gmail_en"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(loading, "load_engine", lambda _: ScriptedEngine())
    monkeypatch.chdir(tmp_path)
    Path("draft.eml").write_bytes(MAIL)

    def invoke(*arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(drafting, arguments, catch_exceptions=False, **more)

    return invoke


def kinder(data: bytes) -> bytes:
    mail = read_mail(data)
    return write_mail(mail, Rewriter(ScriptedEngine()).rewrite([mail.request()])[0]).data


def test_the_mail_is_printed_and_nothing_else(run: Run) -> None:
    done = run("rewrite", "--format", "eml", "draft.eml")
    assert (done.exit_code, done.stdout_bytes) == (0, kinder(MAIL))
    assert run("rewrite", "--format", "eml", input=MAIL).stdout_bytes == kinder(MAIL)
    assert Path("draft.eml").read_bytes() == MAIL


UNLIKE = (
    b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nPlease see the HTML.\n--b\n"
    b"Content-Type: text/html\n\n<p>Send the form!!</p>\n--b--\n"
)


def test_notes_go_to_standard_error_where_the_mail_goes_elsewhere(run: Run) -> None:
    Path("draft.eml").write_bytes(UNLIKE)
    told = json.loads(run("rewrite", "--format", "eml", "--json", "draft.eml").stdout)["notes"]
    assert "other_text_kept" in [note["code"] for note in told]
    printed = run("rewrite", "--format", "eml", "draft.eml")
    in_place = run("rewrite", "--format", "eml", "--in-place", "draft.eml")
    for note in told:
        assert note["message"] in printed.stderr
        assert note["message"] in in_place.stderr
        assert note["message"] not in in_place.stdout
    assert printed.stdout_bytes == kinder(UNLIKE) == Path("draft.eml").read_bytes()
    as_text = run("rewrite", input="Thank you for telling us, and I'm glad that it works now.")
    assert "note: This draft is already kind." in as_text.stdout
    assert as_text.stderr == ""


def test_a_delivered_mail_is_checked_but_not_rewritten(run: Run) -> None:
    delivered = b"DKIM-Signature: v=1; b=x\r\n" + MAIL
    Path("draft.eml").write_bytes(delivered)
    done = run("rewrite", "--format", "eml", "--in-place", "draft.eml")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "DKIM-Signature" in done.stderr
    assert Path("draft.eml").read_bytes() == delivered
    assert run("check", "--format", "eml", "draft.eml").exit_code == 1


def test_in_place(run: Run) -> None:
    Path("draft.eml").chmod(0o600)
    Path("link.eml").symlink_to("draft.eml")
    done = run("rewrite", "--format", "eml", "--in-place", "link.eml")
    assert done.exit_code == 0
    assert done.stdout.startswith("-- Changes: ")
    assert Path("draft.eml").read_bytes() == kinder(MAIL)
    assert Path("draft.eml").stat().st_mode & 0o777 == 0o600
    assert Path("link.eml").is_symlink()
    assert sorted(path.name for path in Path().iterdir()) == ["draft.eml", "link.eml"]


def test_text_in_place_keeps_its_mark_and_line_ends(run: Run) -> None:
    Path("draft.txt").write_bytes(b"\xef\xbb\xbfPer our policy, refunds end after 30 days.\r\n")
    assert run("rewrite", "--in-place", "draft.txt").exit_code == 0
    text = Path("draft.txt").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.endswith(b"efunds end after 30 days.\r\n")
    assert b"policy" not in text


def test_json_is_the_result(run: Run) -> None:
    done = run("rewrite", "--format", "eml", "--json", "--in-place", "draft.eml")
    assert Rewritten.model_validate_json(done.stdout).changes
    assert Path("draft.eml").read_bytes() == kinder(MAIL)


@pytest.mark.parametrize(
    "data",
    [
        b"Hello Ann,\n\nNo refund.\n",
        b"Content-Type: application/pkcs7-mime\n\nMIIB\n",
        b"Subject: x\n\n\n",
        b"",
    ],
)
@pytest.mark.parametrize("command", [("rewrite", "--in-place"), ("check",)])
def test_what_is_refused_stays_and_is_told_in_one_line(
    run: Run, command: tuple[str, ...], data: bytes
) -> None:
    Path("draft.eml").write_bytes(data)
    done = run(*command, "--format", "eml", "draft.eml")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert Path("draft.eml").read_bytes() == data


def test_in_place_needs_a_file(run: Run) -> None:
    done = run("rewrite", "--in-place", input="No.")
    assert done.exit_code == 2
    assert "needs a FILE" in done.stderr


def test_check_looks_at_the_draft_alone(run: Run) -> None:
    done = run("check", "--format", "eml", "--json", "draft.eml")
    assert done.exit_code == 1
    assert "policy_shield" in {finding["rule"] for finding in json.loads(done.stdout)}
