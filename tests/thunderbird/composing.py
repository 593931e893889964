"""What an agent does in Thunderbird: get a mail, answer it, use the add-on, save the draft.

All of it through the running program; the one thing read beside it is the folder of drafts on disk.
"""

import mailbox
import time
from collections.abc import Callable
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, TypeVar

from tests.thunderbird.marionette import Marionette, WrongAnswerError
from tests.thunderbird.running import PATIENCE

Found = TypeVar("Found")
ADDON = "drafting@drafting.example"
PRELUDE = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const composers = () => [...Services.wm.getEnumerator("msgcompose")];
const composer = () => composers().at(-1);
const editorBody = () => composer()?.GetCurrentEditor()?.document?.body;
const button = () => composer().document.querySelector('[data-extensionid="ADDON"]');
const popup = () => composer()?.document.querySelector(".webextension-popup-browser");
const optionsPage = () => {
    const mail = Services.wm.getMostRecentWindow("mail:3pane");
    return [...mail.document.querySelectorAll("browser")].find(
        (browser) => browser.currentURI?.spec.endsWith("/options.html"));
};
const runIn = (browser, script, args) => browser.browsingContext.currentWindowGlobal
    .getActor("MarionetteCommands").executeScript(script, args, {});
const strike = (window, key, modifiers = []) => {
    const keys = Cc["@mozilla.org/text-input-processor;1"].createInstance(Ci.nsITextInputProcessor);
    keys.beginInputTransactionForTests(window);
    const event = (name) => new window.KeyboardEvent("", { key: name });
    for (const name of modifiers) keys.keydown(event(name));
    keys.keydown(event(key));
    keys.keyup(event(key));
    for (const name of modifiers.toReversed()) keys.keyup(event(name));
};
""".replace("ADDON", ADDON)


class Agent:
    """A person at Thunderbird."""

    def __init__(self, control: Marionette, profile: Path) -> None:
        self._control = control
        self._drafts = profile / "Mail" / "Local Folders" / "Drafts"

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in Thunderbird itself."""
        return self._control.run(PRELUDE + script, *arguments)

    def wait(self, look: Callable[[], Found | None], for_what: str) -> Found:
        """Look until there is something to see."""
        end = time.monotonic() + PATIENCE
        while not (found := look()):
            assert time.monotonic() < end, f"waited in vain for {for_what}"
            time.sleep(0.1)
        return found

    def install(self, addon: Path) -> None:
        self._control.call("Addon:Install", path=str(addon), temporary=True)

    def hang_up(self) -> None:
        """Close the connections that Thunderbird holds for later: a server waits for them to end."""
        self.run("Services.obs.notifyObservers(null, 'net:prune-all-connections')")
        # It happens in another thread, which tells nobody.
        time.sleep(1)

    # Mails

    def get_mail(self, source: bytes) -> str:
        """Put a customer's mail into a folder and return its address."""
        address: str = self.run(
            """
            const root = MailServices.accounts.localFoldersServer.rootFolder
                .QueryInterface(Ci.nsIMsgLocalMailFolder);
            const folder = (root.containsChildNamed("Customers")
                ? root.getChildNamed("Customers") : root.createLocalSubfolder("Customers"))
                .QueryInterface(Ci.nsIMsgLocalMailFolder);
            const header = folder.addMessage(args[0]);
            return header.folder.getUriForMsg(header);
            """,
            source.decode("ascii"),
        )
        return address

    def answer(self, address: str, *, plain: bool = False) -> None:
        """Open the window in which the mail is answered."""
        self.run(
            """
            const header = MailServices.messageServiceFromURI(args[0]).messageURIToMsgHdr(args[0]);
            const format = Ci.nsIMsgCompFormat[args[1] ? "PlainText" : "HTML"];
            MailServices.compose.OpenComposeWindow(null, header, args[0], Ci.nsIMsgCompType.Reply,
                format, MailServices.accounts.getIdentity("id1"), null, null);
            """,
            address,
            plain,
        )
        ready = (
            "return composer()?.gLoadingComplete && editorBody()?.textContent.includes('wrote:')"
        )
        self.wait(lambda: self.run(ready), "the compose window")
        self.wait(lambda: self.run("return Boolean(button())"), "the add-on's button")

    def type(self, *paragraphs: str) -> None:
        """Type paragraphs where the caret is; in HTML, **words** become bold."""
        self.run(
            """
            const editor = composer().GetCurrentEditor();
            editor.document.defaultView.focus();
            args[0].forEach((paragraph, number) => {
                const breaks = number ? (args[1] ? 2 : 1) : 0;
                for (let n = 0; n < breaks; n += 1) strike(composer().GetCurrentEditorElement().contentWindow, "Enter");
                paragraph.split("**").forEach((words, place) => {
                    if (place % 2) composer().goDoCommand("cmd_bold");
                    if (words) editor.insertText(words);
                    if (place % 2) composer().goDoCommand("cmd_bold");
                });
            });
            """,
            paragraphs,
            self.run("return !composer().gMsgCompose.composeHTML"),
        )

    def attach(self, file: Path) -> None:
        self.run(
            """
            const { FileUtils } = ChromeUtils.importESModule("resource://gre/modules/FileUtils.sys.mjs");
            const attachment = Cc["@mozilla.org/messengercompose/attachment;1"].createInstance(Ci.nsIMsgAttachment);
            const file = new FileUtils.File(args[0]);
            Object.assign(attachment, { url: Services.io.newFileURI(file).spec, name: file.leafName });
            await composer().AddAttachments([attachment]);
            """,
            str(file),
        )

    def fill(self, body: str) -> None:
        """Make this the mail's body, as if it had been there when the window was opened."""
        self.run(
            """
            const editor = composer().GetCurrentEditor();
            editor.document.body.innerHTML = args[0];
            editor.beginningOfDocument();
            editor.clearUndoRedo();
            """,
            body,
        )

    @property
    def body(self) -> str:
        """The HTML that the editor holds."""
        html: str = self.run("return editorBody().innerHTML")
        return html

    @property
    def kept(self) -> list[str]:
        """What must never change: the line above the quote, the quote, the signature."""
        parts: list[str] = self.run(
            """
            const chosen = ".moz-cite-prefix, blockquote[type=cite], body > span, .moz-signature";
            return [...editorBody().querySelectorAll(chosen)].map((part) => part.outerHTML);
            """
        )
        return parts

    def undo(self) -> None:
        """Press Ctrl+Z in the mail."""
        self.run(
            """
            composer().focus();
            composer().GetCurrentEditorElement().focus();
            strike(composer().GetCurrentEditorElement().contentWindow, "z", ["Control"]);
            """
        )

    def save(self) -> EmailMessage:
        """Save the draft and return it as it lies in the folder."""
        before = len(self._read_drafts())
        self.run("composer().SaveAsDraft()")
        drafts = self.wait(lambda: self._read_drafts()[before:], "the saved draft")
        self.wait(lambda: self.run("return !composer().gWindowLocked"), "the window after saving")
        return drafts[-1]

    def _read_drafts(self) -> list[EmailMessage]:
        if not self._drafts.exists():
            return []
        parser = BytesParser(policy=policy.default)
        box = mailbox.mbox(self._drafts, factory=None, create=False)
        try:
            return [parser.parsebytes(box.get_bytes(key)) for key in box.iterkeys()]
        finally:
            box.close()

    def leave(self) -> None:
        """Close all windows in which mails are written, without a question."""
        self.run(
            """
            for (const window of composers()) {
                window.gContentChanged = false;
                window.gMsgCompose.bodyModified = false;
                window.close();
            }
            """
        )
        self.wait(lambda: self.run("return !composers().length"), "closed windows")

    # The add-on

    def press_button(self) -> None:
        self.run(
            """
            const at = button();
            const options = { bubbles: true, cancelable: true, button: 0, view: composer() };
            at.dispatchEvent(new (composer().MouseEvent)("mousedown", options));
            """
        )
        self._wait_for_popup()

    def press_shortcut(self) -> None:
        self.run('composer().focus(); strike(composer(), "e", ["Control", "Shift"])')
        self._wait_for_popup()

    def _wait_for_popup(self) -> None:
        def is_there() -> bool:
            # Its browser starts with an empty page, which goes away under the question.
            with suppress(WrongAnswerError):
                return bool(self.ask("return document.querySelector('#ways') !== null"))
            return False

        self.wait(is_there, "the popup")

    def ask(self, script: str, *arguments: Any) -> Any:
        """Run a script in the popup."""
        return self.run("return runIn(popup(), args[0], args[1])", script, arguments)

    @property
    def shown(self) -> dict[str, Any]:
        """What the popup shows now."""
        seen: dict[str, Any] = self.ask(
            """
            const text = (selector) => document.querySelector(selector)?.innerText.trim() ?? "";
            const isSeen = (selector) => Boolean(document.querySelector(selector)?.getClientRects().length);
            return {
                done: isSeen("#ways"),
                trouble: isSeen("#trouble") ? text("#trouble p") : "",
                verdict: isSeen("#verdict") ? text("#verdict") : "",
                changes: Object.fromEntries([...document.querySelectorAll("[data-change]")].map((row) =>
                    [row.dataset.change, row.querySelector(".tag").innerText.trim()])),
                notes: [...document.querySelectorAll(".note-words")].map((note) => note.innerText.trim()),
                put: text("#put-words"),
                reply: text("#letter"),
            };
            """
        )
        return seen

    def wait_for_reply(self) -> dict[str, Any]:
        """Wait until the changes stand, or something is told instead."""
        return self.wait(
            lambda: next((seen for seen in [self.shown] if seen["done"] or seen["trouble"]), None),
            "the reply",
        )

    def click(self, selector: str) -> None:
        self.ask("document.querySelector(arguments[0]).click()", selector)

    def put(self) -> None:
        """Put the changes into the mail; the popup goes."""
        self.click("#put")
        self._wait_until_gone()

    def close_popup(self) -> None:
        self.ask("window.close()")
        self._wait_until_gone()

    def _wait_until_gone(self) -> None:
        self.wait(lambda: not self.run("return Boolean(popup())"), "the popup to go")

    # Its options

    def open_options(self) -> None:
        """Go to the options from the popup, which closes."""
        find = "[...document.querySelectorAll('.options')].find((each) => each.getClientRects().length)"
        self.wait(lambda: self.ask(f"return Boolean({find})"), "a way to the options")
        self.ask(f"{find}.click()")
        self.wait(lambda: self.run("return Boolean(optionsPage())"), "the options")
        self.wait(
            lambda: self.ask_options("return document.querySelector('#address').value"),
            "their values",
        )

    def ask_options(self, script: str, *arguments: Any) -> Any:
        """Run a script in the options page."""
        return self.run("return runIn(optionsPage(), args[0], args[1])", script, arguments)

    def fill_options(self, press: str, **values: str) -> str:
        """Fill in fields, press a button, and return what is told."""
        self.ask_options(
            """
            for (const [name, value] of Object.entries(arguments[0])) document.querySelector(`#${name}`).value = value;
            document.querySelector("#told").textContent = "";
            document.querySelector(arguments[1]).click();
            """,
            values,
            press,
        )
        look = "const told = document.querySelector('#told').textContent; return told.endsWith('…') ? '' : told"
        told: str = self.wait(lambda: self.ask_options(look), "a word on the options")
        return told

    def save_options(self, address: str, answer: str) -> str:
        """Save by the Enter key, answer what Thunderbird asks ("primary" or "secondary"), return what is told."""
        self.ask_options(
            """
            const field = document.querySelector("#address");
            document.querySelector("#told").textContent = "";
            field.value = arguments[0];
            field.focus();
            """,
            address,
        )
        self.run(
            """
            const window = Services.wm.getMostRecentWindow("mail:3pane");
            window.focus();
            optionsPage().focus();
            strike(window, "Enter");
            """
        )
        press = """
            const window = Services.wm.getMostRecentWindow("mail:3pane");
            const asking = window.document.querySelector("#addon-webext-permissions-notification");
            const press = asking?.querySelector(`.popup-notification-${args[0]}-button`);
            if (!press?.getClientRects().length) return false;
            press.click();
            return true;
            """
        self.wait(lambda: self.run(press, answer), "the question")
        told: str = self.wait(
            lambda: self.ask_options("return document.querySelector('#told').textContent"), "a word"
        )
        return told

    def close_options(self) -> None:
        self.run(
            """
            const tabs = Services.wm.getMostRecentWindow("mail:3pane").document.getElementById("tabmail");
            tabs.closeTab(tabs.tabInfo.find((tab) => tab.browser === optionsPage()));
            """
        )
