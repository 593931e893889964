"""A Thunderbird of its own, on a screen of its own, with one account that no server stands behind."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.browser.served import find_port
from tests.thunderbird.marionette import Marionette

PATIENCE = 300.0
"""Seconds that one step may take: machines of tests are busy."""
SIGNATURE = "Sam Okoro\nNorthgate Support"
PREFERENCES: dict[str, str | int | bool] = {
    "mail.accountmanager.accounts": "account1,account2",
    "mail.accountmanager.defaultaccount": "account1",
    "mail.accountmanager.localfoldersserver": "server2",
    "mail.account.account1.server": "server1",
    "mail.account.account1.identities": "id1",
    "mail.account.account2.server": "server2",
    "mail.server.server1.type": "pop3",
    "mail.server.server1.name": "Support",
    "mail.server.server1.hostname": "127.0.0.1",
    "mail.server.server1.userName": "sam",
    "mail.server.server1.login_at_startup": False,
    "mail.server.server1.check_new_mail": False,
    "mail.server.server2.type": "none",
    "mail.server.server2.name": "Local Folders",
    "mail.server.server2.hostname": "Local Folders",
    "mail.server.server2.userName": "nobody",
    "mail.smtpservers": "smtp1",
    "mail.smtp.defaultserver": "smtp1",
    "mail.smtpserver.smtp1.hostname": "127.0.0.1",
    "mail.identity.id1.smtpServer": "smtp1",
    "mail.identity.id1.fullName": "Sam Okoro",
    "mail.identity.id1.useremail": "sam@northgate.example",
    "mail.identity.id1.valid": True,
    "mail.identity.id1.htmlSigText": SIGNATURE,
    "mail.identity.id1.htmlSigFormat": False,
    "mail.identity.id1.reply_on_top": 1,
    "mail.identity.id1.sig_bottom": True,
    "mail.identity.id1.draft_folder": "mailbox://nobody@Local%20Folders/Drafts",
    "mail.identity.id1.drafts_folder_picker_mode": "0",
    # Nothing that would stand in front of the windows, or look for the internet.
    "app.donation.eoy.version.viewed": 999,
    "app.update.auto": False,
    "browser.cache.disk.enable": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "mail.inappnotifications.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mail.spellcheck.inline": False,
    "mail.ui-rdf.version": 9999,
    # Windows count as focused though no window manager focuses them, and popups stay open.
    "focusmanager.testmode": True,
    "ui.popup.disable_autohide": True,
    "mailnews.auto_config.fetchFromExchange.enabled": False,
    "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


def is_installed() -> bool:
    """Whether there are a Thunderbird and a screen for it."""
    return bool(shutil.which("thunderbird") and shutil.which("Xvfb"))


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """Yield the name of a screen that nobody looks at; its picture lies in the folder."""
    ready, told = os.pipe()
    arguments = ["-displayfd", str(told), "-screen", "0", "1280x960x24", "-nolisten", "tcp"]
    process = subprocess.Popen(
        ["Xvfb", *arguments, "-fbdir", str(folder)],
        pass_fds=(told,),
        stderr=subprocess.DEVNULL,
    )
    os.close(told)
    try:
        with os.fdopen(ready) as number:
            yield f":{number.readline().strip()}"
    finally:
        end(process)


@contextmanager
def running(folder: Path, **preferences: str | int | bool) -> Iterator[Marionette]:
    """Yield the remote control of a Thunderbird whose profile lies in the folder."""
    port = find_port()
    profile, screens = folder / "profile", folder / "screen"
    profile.mkdir()
    screens.mkdir()
    write_preferences(profile, {**PREFERENCES, "marionette.port": port, **preferences})
    with screen(screens) as display, (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            ["thunderbird", "--profile", profile, "--no-remote", "--marionette", "--remote-allow-system-access"],
            env={**os.environ, "DISPLAY": display, "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            with closing(connect(process, port)) as control:
                yield control
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program, by force where it doesn't want to."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def connect(process: subprocess.Popen[bytes], port: int) -> Marionette:
    """Return the remote control as soon as Thunderbird lets it in."""
    end = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "Thunderbird has stopped"
        try:
            return Marionette(port, PATIENCE)
        except OSError:
            assert time.monotonic() < end, "Thunderbird took too long to start"
            time.sleep(0.25)


def write_preferences(profile: Path, values: dict[str, str | int | bool]) -> None:
    """Write them where Thunderbird reads them at its start."""
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in values.items()]
    (profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
