"""The editor wrapper for mail programs, and neomutt with it, driven by real key presses."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.mails.corpus import corpus

ROOT = Path(__file__).resolve().parent.parent
WRAPPER = ROOT / "web" / "clients" / "drafting-editor"
PATIENCE = 300
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


def test_a_filter(calling: dict[str, str], tmp_path: Path) -> None:
    done = call(calling, "-f", stdin=BODY.encode())
    assert KINDER in done.stdout.decode()
    assert not list(tmp_path.iterdir()), "nothing is left behind"


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


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[str]:
    """A tmux of its own."""
    if not (shutil.which("tmux") and shutil.which("neomutt")):
        pytest.skip("neomutt and tmux aren't installed")
    socket = str(tmp_path / "tmux")
    yield socket
    subprocess.run(["tmux", "-S", socket, "kill-server"], check=False, capture_output=True)


def tmux(socket: str, *arguments: str) -> str:
    done = subprocess.run(
        ["tmux", "-S", socket, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def reach_compose(socket: str) -> None:
    """Press Enter where neomutt asks for the recipient and subject that it has, up to its menu."""
    end = time.monotonic() + PATIENCE
    asked = ""
    while "y:Send" not in (seen := tmux(socket, "capture-pane", "-p")):
        assert time.monotonic() < end, seen
        prompt = next(
            (line for line in seen.split("\n") if line.startswith(("To:", "Subject:"))), ""
        )
        if prompt and prompt != asked:
            tmux(socket, "send-keys", "Enter")
            asked = prompt
        time.sleep(0.2)


@pytest.mark.parametrize("headers", ["set edit_headers", "unset edit_headers"])
def test_neomutt_sends_the_kinder_draft(
    calling: dict[str, str], tmp_path: Path, terminal: str, headers: str
) -> None:
    sent, addition, editor, sendmail = (
        tmp_path / n for n in ("sent", "text", "editor", "sendmail")
    )
    addition.write_text(BODY)
    editor.write_text(f'#!/bin/sh\ncat {addition} >>"$1"\n')
    sendmail.write_text(f"#!/bin/sh\ncat >{sent}.part && mv {sent}.part {sent}\n")
    for program in (editor, sendmail):
        program.chmod(0o755)
    config = tmp_path / "muttrc"
    config.write_text(
        f'set editor="sh {WRAPPER}"\nset sendmail="{sendmail}"\n{headers}\nset from="sam@b.example"\n'
        f'unset record\nset autoedit\nunset signature\nset folder="{tmp_path}"\nset spoolfile=/dev/null\n'
        f'set tmpdir="{tmp_path}"\nset sendmail_wait=0\nset header_cache=""\n'
    )
    names = ("PYTHONPATH", "KINDER_COMMAND", "TMPDIR", "PATH")
    environment = [part for name in names for part in ("-e", f"{name}={calling[name]}")]
    environment += ["-e", f"KINDER_EDITOR={editor}", "-e", f"HOME={tmp_path}"]
    command = f"neomutt -n -F {config} -s 'Your refund' ann@mail.example"
    tmux(terminal, "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", *environment, command)  # fmt: skip
    reach_compose(terminal)
    tmux(terminal, "send-keys", "y")
    end = time.monotonic() + PATIENCE
    while not sent.exists():
        assert time.monotonic() < end, tmux(terminal, "capture-pane", "-p")
        time.sleep(0.2)
    mail = message_from_bytes(sent.read_bytes(), policy=policy.default)
    assert (mail["Subject"], mail["To"]) == ("Your refund", "ann@mail.example")
    assert KINDER in mail.get_content()
    assert mail.get_content().endswith("-- \nSam\n")


def test_a_mail_of_another_client_goes_through_the_wrapper(
    calling: dict[str, str], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.eml"
    draft.write_bytes(corpus()["emacs_en"])
    assert call(calling, "-n", draft).returncode == 0
    after = draft.read_bytes()
    assert after != corpus()["emacs_en"]
    assert after.partition(b"\n\n")[0] == corpus()["emacs_en"].partition(b"\n\n")[0]
