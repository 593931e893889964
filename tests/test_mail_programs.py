"""The README's recipes for mutt, neomutt, aerc and Emacs: real programs, driven by key presses."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.readme import block
from tests.terminal import PATIENCE, Terminal, open_terminal

ROOT = Path(__file__).resolve().parent.parent
OWN = "Hello Ann,\n\nPer our policy, refunds end after 30 days – “sorry”. Send the form D-2!!\n\n"
QUOTED = "On Tue, 3 Mar 2026 at 10:12, Ann wrote:\n> Per our policy? Send it now!!\n\n"
SIGNATURE = "-- \nSäm, per our policy\n"
KINDER = "Refunds end after 30 days – “sorry”. Please send the form D-2."
MAIL = (
    "From: Ann <ann@mail.example>\nTo: sam@b.example\nSubject: Your refund\n"
    "Date: Tue, 3 Mar 2026 10:12:00 +0000\nMessage-ID: <a@mail.example>\n\nPer our policy? Send it now!!\n"
)


@dataclass(frozen=True)
class Desk:
    """A home with the wrapper on its path, an editor that adds the draft, a sendmail that keeps it."""

    home: Path
    terminal: Terminal
    environment: dict[str, str]

    @property
    def sent(self) -> Path:
        return self.home / "sent"

    def script(self, name: str, text: str) -> Path:
        path = self.home / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, command: str) -> None:
        self.terminal.start(command, self.environment)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    if not shutil.which("tmux"):
        pytest.skip("tmux isn't installed")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "drafting-editor").symlink_to(ROOT / "web" / "clients" / "drafting-editor")
    environment = {
        "HOME": str(tmp_path),
        **{
            f"XDG_{kind}_HOME": f"{tmp_path}/.{kind.lower()}"
            for kind in ("CONFIG", "DATA", "CACHE")
        },
        "TMPDIR": str(tmp_path),
        "PATH": f"{folder}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "KINDER_COMMAND": f"{sys.executable} -m tests.scripted_command",
        "KINDER_EDITOR": str(folder / "write-draft"),
    }
    with open_terminal(tmp_path) as terminal:
        desk = Desk(tmp_path, terminal, environment)
        text = desk.write("text", OWN + QUOTED + SIGNATURE)
        desk.script("write-draft", f'cat {text} >>"$1"')
        desk.script("sendmail", f"cat >{desk.sent}.part && mv {desk.sent}.part {desk.sent}")
        yield desk


def need(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"{program} isn't installed")


def read_sent(data: bytes) -> str:
    """Return the text of what was sent."""
    mail = message_from_bytes(data, policy=policy.default)
    assert mail["Subject"] in ("Your refund", "Re: Your refund")
    assert "ann@mail.example" in mail["To"]
    assert isinstance(mail, EmailMessage)
    text = mail.get_body(("plain",))
    assert text
    return str(text.get_content()).replace("\r\n", "\n")


def reach_compose(terminal: Terminal) -> None:
    """Press Enter where mutt asks for the recipient and subject that it has, up to its menu."""
    end = time.monotonic() + PATIENCE
    asked = ""
    while "y:Send" not in (seen := terminal.screen()):
        assert time.monotonic() < end, seen
        lines = [line for line in seen.split("\n") if line.startswith(("To:", "Subject:"))]
        if lines and lines[0] != asked:
            terminal.press("Enter")
            asked = lines[0]
        time.sleep(0.2)


@pytest.mark.parametrize("headers", ["set edit_headers", "unset edit_headers"])
@pytest.mark.parametrize("recipe", ["set editor", "macro compose"])
@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_sends_the_kinder_draft(desk: Desk, program: str, recipe: str, headers: str) -> None:
    need(program)
    (line,) = (line for line in block("muttrc", "macro").splitlines() if line.startswith(recipe))
    config = desk.write(
        "muttrc",
        f'set editor="write-draft"\n{line}\nset sendmail="{desk.home}/bin/sendmail"\n{headers}\n'
        f'set from="sam@b.example"\nunset record\nset autoedit\nunset signature\nset folder="{desk.home}"\n'
        f'set spoolfile=/dev/null\nset tmpdir="{desk.home}"\nset sendmail_wait=0\nset header_cache=""\n'
        "set charset=utf-8\nset wait_key=no\n",
    )
    desk.start(f"{program} -n -F {config} -s 'Your refund' ann@mail.example")
    reach_compose(desk.terminal)
    if recipe == "macro compose":
        desk.terminal.press("K")
    text = read_sent(desk.terminal.press_until(desk.sent, "y", seen="y:Send"))
    assert KINDER in text
    assert text.endswith(QUOTED + SIGNATURE)


def test_aerc_sends_a_kinder_reply(desk: Desk) -> None:
    need("aerc")
    for name in ("cur", "new", "tmp"):
        (desk.home / "mail" / "INBOX" / name).mkdir(parents=True)
    desk.write("mail/INBOX/new/1", MAIL)
    # A reply on top of what aerc quotes.
    top = desk.write("top", OWN)
    rest = desk.home / "rest"
    desk.script("write-draft", f'cp "$1" {rest} && cat {top} {rest} >"$1"')
    accounts = desk.write(
        ".config/aerc/accounts.conf",
        f"[desk]\nsource = maildir://{desk.home}/mail\nfrom = Sam <sam@b.example>\ndefault = INBOX\n"
        f"outgoing = {desk.home}/bin/sendmail\n",
    )
    accounts.chmod(0o600)
    desk.write(".config/aerc/aerc.conf", block("ini", "aerc"))
    desk.start("aerc")
    desk.terminal.wait_for("Your refund")
    desk.terminal.press(":reply -q", "Enter")
    desk.terminal.wait_for("Send this email?")
    text = read_sent(desk.terminal.press_until(desk.sent, "y", seen="Send this email?"))
    assert KINDER in text
    assert text.endswith(rest.read_text(encoding="utf-8"))
    assert "> Per our policy? Send it now!!" in text


FILE = '<#part type="text/plain" filename="{}" disposition=attachment>\n<#/part>\n'


def write_desk(desk: Desk) -> tuple[Path, Path]:
    """Write the README's recipe, and what opens a draft in message-mode."""
    recipe = desk.write("recipe.el", block("elisp", "kinder-draft"))
    attached = FILE.format(desk.write("terms.txt", "Per our policy!!"))
    body = (OWN + QUOTED + SIGNATURE + attached).replace('"', '\\"')
    opening = desk.write(
        "desk.el",
        f'''(setq user-mail-address "sam@b.example" sendmail-program "{desk.home}/bin/sendmail"
            message-send-mail-function 'message-send-mail-with-sendmail message-signature nil
            inhibit-startup-screen t)
        (message-mail "ann@mail.example" "Your refund")
        (message-goto-body) (insert "{body}") (goto-char (point-min)) (message "At the desk")''',
    )
    return recipe, opening


def test_emacs_sends_the_kinder_draft(desk: Desk) -> None:
    need("emacs")
    recipe, opening = write_desk(desk)
    desk.start(f"emacs -nw -Q -l {recipe} -l {opening}")
    desk.terminal.wait_for("At the desk")
    desk.terminal.press("C-c", "k")
    desk.terminal.wait_for("Please send the form D-2.")
    data = desk.terminal.press_until(desk.sent, "C-c", "C-c", seen="Your refund")
    text = read_sent(data)
    assert KINDER in text
    assert text.endswith(QUOTED + SIGNATURE)
    assert b"Per our policy!!" in data, "what is attached is sent as it is"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("fails", [False, True])
def test_an_emacs_draft_holds_the_reply_and_nothing_else(
    desk: Desk, fails: bool, locale: str
) -> None:
    """Neither notes nor errors come into it, and what is no text of the mail stays."""
    need("emacs")
    recipe, opening = write_desk(desk)
    environment = desk.environment | {"LC_ALL": locale}
    command = "exit 2" if fails else f'exec {environment["KINDER_COMMAND"]} "$@"'
    environment["KINDER_COMMAND"] = str(desk.script("tells", f"echo note: No. >&2; {command}"))
    saving = (
        "\n(kinder-draft) (setq coding-system-for-write 'utf-8)"
        f'(write-region nil nil "{desk.home}/saved")'
    )
    opening.write_text(opening.read_text(encoding="utf-8") + saving, encoding="utf-8")
    subprocess.run(
        ["emacs", "--batch", "-Q", "-l", recipe, "-l", opening],
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    saved = (desk.home / "saved").read_text(encoding="utf-8")
    own = OWN if fails else OWN.partition("Per")[0] + KINDER + "\n\n"
    rest = QUOTED + SIGNATURE + FILE.format(desk.home / "terms.txt")
    assert saved.partition("--text follows this line--\n")[2] == own + rest
