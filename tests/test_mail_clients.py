"""The editor wrapper for mail programs; with the programs themselves, see test_mail_programs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mails.corpus import corpus

ROOT = Path(__file__).resolve().parent.parent
WRAPPER = ROOT / "web" / "clients" / "drafting-editor"
BODY = "Hello Ann,\n\nPer our policy, refunds end after 30 days. Send the form D-2!!\n\n-- \nSam\n"
KINDER = "Refunds end after 30 days. Please send the form D-2."


@pytest.fixture
def calling(tmp_path: Path) -> dict[str, str]:
    """The environment in which the wrapper calls the scripted command line."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KINDER_COMMAND": f"{sys.executable} -m tests.scripted_command",
        "TMPDIR": str(tmp_path),
    }


def call(
    calling: dict[str, str], *arguments: str | Path, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", str(WRAPPER), *map(str, arguments)], env=calling, input=stdin, capture_output=True, check=False
    )  # fmt: skip


def test_a_body_alone_is_taken_as_text(calling: dict[str, str], tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    draft.write_text(BODY)
    assert call(calling, "-n", draft).returncode == 0
    assert KINDER in draft.read_text()
    assert draft.read_text().endswith("\n\n-- \nSam\n")


def test_a_draft_with_header_fields_keeps_them(calling: dict[str, str], tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    head = "From: Sam <s@b.example>\nTo: ann@mail.example\nSubject: Re: refund\nFcc: =sent\n\n"
    draft.write_text(head + BODY)
    assert call(calling, "-n", draft).returncode == 0
    assert draft.read_text().startswith(head)
    assert KINDER in draft.read_text()


@pytest.mark.parametrize(
    "first",
    ["Delivered-To: a", "DKIM-Signature: v=1;\n b=x", "ARC-Seal: i=1", "X-Gm: 1", "Resent-To: a"],
)
def test_a_delivered_mail_is_never_taken_for_a_text(
    calling: dict[str, str], tmp_path: Path, first: str
) -> None:
    """Of one in base64, or signed, a rewrite as text would leave nothing that can be read."""
    draft = tmp_path / "draft.eml"
    draft.write_text(f"{first}\nSubject: Send it now!!\nARC-Seal: i=1\n\n{BODY}")
    before = draft.read_bytes()
    done = call(calling, "-n", draft)
    assert done.returncode == 2
    assert b"ARC-Seal" in done.stderr or b"DKIM-Signature" in done.stderr
    assert draft.read_bytes() == before


@pytest.mark.parametrize(
    "first", ["Note: send it!!", "From now on, send it!!", "Follow-up: send it!!"]
)
def test_a_text_is_never_taken_for_a_mail(
    calling: dict[str, str], tmp_path: Path, first: str
) -> None:
    draft = tmp_path / "draft"
    draft.write_text(f"{first}\n\nSend the form D-2!!\n")
    assert call(calling, "-n", draft).returncode == 0
    assert "Please send the form D-2." in draft.read_text()


def test_a_filter(calling: dict[str, str], tmp_path: Path) -> None:
    done = call(calling, "-f", stdin=BODY.encode())
    assert KINDER in done.stdout.decode()
    assert not list(tmp_path.iterdir()), "nothing is left behind"


KIND = "Thank you for telling us, and I'm glad that it works now.\n"
NOTE = "note: This draft is already kind."


def test_a_filter_tells_notes_apart_from_the_draft(calling: dict[str, str]) -> None:
    done = call(calling, "-f", stdin=KIND.encode())
    assert done.stdout.decode() == KIND
    assert NOTE in done.stderr.decode()


@pytest.mark.parametrize("body", [KIND.encode(), b"\xff is no text\n"])
def test_who_takes_both_outputs_for_the_draft_gets_the_draft_alone(
    calling: dict[str, str], body: bytes
) -> None:
    """As vim does with `!`: a note or an error would be sent to the customer."""
    apart = call(calling, "-f", stdin=body)
    assert apart.stderr
    together = subprocess.run(
        ["sh", str(WRAPPER), "-f"],
        env=calling, input=body, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
    )  # fmt: skip
    assert together.stdout == apart.stdout


def test_the_editor_comes_first(calling: dict[str, str], tmp_path: Path) -> None:
    draft, written = tmp_path / "draft", tmp_path / "written"
    written.write_text(BODY)
    assert call(calling | {"KINDER_EDITOR": f"cp {written}"}, draft).returncode == 0
    assert KINDER in draft.read_text()


@pytest.mark.parametrize("command", ["false", "no-such-program-here"])
def test_a_draft_stays_where_the_program_fails(
    calling: dict[str, str], tmp_path: Path, command: str
) -> None:
    draft = tmp_path / "draft"
    draft.write_text(BODY)
    broken = calling | {"KINDER_COMMAND": command, "KINDER_EDITOR": "true"}
    assert call(broken, draft).returncode == 0, "the mail program goes on"
    assert call(broken, "-n", draft).returncode != 0
    assert call(broken, "-f", stdin=BODY.encode()).stdout.decode() == BODY
    assert draft.read_text() == BODY


def test_an_editor_that_fails_is_told(calling: dict[str, str], tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    draft.write_text(BODY)
    assert call(calling | {"KINDER_EDITOR": "false"}, draft).returncode == 1
    assert draft.read_text() == BODY


def test_how_it_is_called(calling: dict[str, str]) -> None:
    for arguments in ((), ("-x",), ("-n",), ("a", "b")):
        done = call(calling, *arguments)
        assert done.returncode == 2
        assert b"usage" in done.stderr


def test_a_mail_of_another_client_goes_through_the_wrapper(
    calling: dict[str, str], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.eml"
    draft.write_bytes(corpus()["emacs_en"])
    assert call(calling, "-n", draft).returncode == 0
    after = draft.read_bytes()
    assert after != corpus()["emacs_en"]
    assert after.partition(b"\n\n")[0] == corpus()["emacs_en"].partition(b"\n\n")[0]
