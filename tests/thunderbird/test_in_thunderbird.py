"""The add-on in a real Thunderbird, from the press of its button to the draft that is saved."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from drafting.markup.page import read_html
from tests.serving import listening
from tests.thunderbird import mails
from tests.thunderbird.composing import Agent

MAIL = b"""\
From - Sun Nov 29 09:12:00 2026
From: Ada Adeyemi <ada@mail.example>
To: sam@northgate.example
Subject: My claim FR-118-402
Date: Sun, 29 Nov 2026 09:12:00 +0000
Message-ID: <one@mail.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hello,

why did you refuse my claim FR-118-402? I need that money.

Ada Adeyemi
"""
DRAFT = (
    "Dear Ms Adeyemi,",
    "Your claim FR-118-402 has been denied. You failed to send the receipt for $129.",
    "Send the form D-2 **within 14 days**!!",
)
BELOW = (
    "On 11/29/26 09:12, Ada Adeyemi wrote: Hello, why did you refuse my claim FR-118-402? I need that money. "
    "Ada Adeyemi -- Sam Okoro Northgate Support"
)


@pytest.fixture
def at_work(agent: Agent, served: str) -> Iterator[Agent]:
    """The agent, with the real server in the options."""
    choose(agent, served)
    yield agent
    agent.leave()


def choose(agent: Agent, address: str, key: str = "") -> None:
    """Choose a server on the options page, as a person would."""
    agent.leave()
    agent.answer(agent.get_mail(MAIL), plain=True)
    agent.press_button()
    agent.open_options()
    assert agent.fill_options(".primary", address=address, key=key) == "Saved."
    agent.close_options()
    agent.leave()


def reply_of(address: str, undone: str) -> str:
    """What the server says the reply to the mail is, with one change undone."""
    source = {
        "draft": "\n\n".join(DRAFT).replace("**", ""),
        "customer_message": "Hello,\n\nwhy did you refuse my claim FR-118-402? I need that money.\n\nAda Adeyemi",
    }
    result = httpx.post(f"{address}/api/v1/rewrite", json=source, timeout=900).json()
    accepted = [change["id"] for change in result["changes"] if change["id"] != undone]
    chosen = {**source, "changes": result["changes"], "accepted": accepted}
    reply: str = httpx.post(f"{address}/api/v1/apply", json=chosen).json()["reply_text"]
    return reply


def read_saved(saved: EmailMessage) -> tuple[str, str]:
    """Return the text of a saved draft: what was typed, and all below it."""
    part = saved.get_body(("html", "plain"))
    assert part
    content = part.get_content()
    text = read_html(content).text if part.get_content_subtype() == "html" else content
    typed, mark, rest = text.partition("On 11/29/26")
    return typed, mark + rest


@pytest.mark.parametrize("plain", [False, True], ids=["html", "plain"])
def test_from_the_button_to_the_saved_draft(
    at_work: Agent, served: str, tmp_path: Path, plain: bool
) -> None:
    receipt = tmp_path / "receipt.txt"
    receipt.write_text("$129")
    at_work.answer(at_work.get_mail(MAIL), plain=plain)
    at_work.type(*(line.replace("**", "") if plain else line for line in DRAFT))
    at_work.attach(receipt)
    before, kept = at_work.body, at_work.kept
    assert len(kept) == 3
    at_work.press_button()
    seen = at_work.wait_for_reply()
    assert not seen["trouble"]
    assert {"opening", "s1", "s2", "s3"} <= seen["changes"].keys()
    at_work.click('#row-s1 [data-focus="undo"]')
    at_work.click('#row-s2 [data-focus="accept"]')
    assert at_work.shown["changes"]["s1"].endswith("undone")
    assert at_work.shown["changes"]["s2"].endswith("accepted")
    at_work.put()
    assert at_work.kept == kept

    saved = at_work.save()
    typed, rest = read_saved(saved)
    assert typed.split() == reply_of(served, undone="s1").split()
    assert "has been denied" in typed
    assert "Please send the form D-2 within 14 days." in typed.replace("\u00a0", " ")
    assert " ".join(rest.replace(">", "").split()) == BELOW
    assert saved["Subject"] == "Re: My claim FR-118-402"
    assert [part.get_filename() for part in saved.iter_attachments()] == ["receipt.txt"]
    if not plain:
        assert "<b>within 14 days</b>" in at_work.body

    at_work.undo()
    at_work.wait(lambda: at_work.body == before, "the undo of all that was put in")


@pytest.mark.parametrize("kind", mails.ALL)
def test_mails_of_all_kinds(at_work: Agent, kind: str) -> None:
    at_work.answer(at_work.get_mail(MAIL))
    at_work.fill(mails.ALL[kind])
    before, kept = at_work.body, at_work.kept
    at_work.press_button()
    seen = at_work.wait_for_reply()
    assert not seen["trouble"]
    at_work.put()
    assert at_work.body != before
    assert at_work.kept == kept
    # What stands apart, as on both sides of a quote, is a step of its own.
    for _ in seen["changes"]:
        if at_work.body != before:
            at_work.undo()
    at_work.wait(lambda: at_work.body == before, "the undo of all that was put in")


def test_the_popup_comes_back_with_what_was_done(at_work: Agent) -> None:
    at_work.answer(at_work.get_mail(MAIL))
    at_work.type(*DRAFT)
    at_work.press_shortcut()
    at_work.wait_for_reply()
    at_work.click('#row-s2 [data-focus="undo"]')
    at_work.wait(lambda: at_work.shown["changes"]["s2"].endswith("undone"), "the undone change")
    at_work.close_popup()
    at_work.press_button()
    assert at_work.wait_for_reply()["changes"]["s2"].endswith("undone")


def test_nothing_leaves_for_another_server(at_work: Agent) -> None:
    at_work.answer(at_work.get_mail(MAIL))
    at_work.type(*DRAFT)
    at_work.press_button()
    at_work.wait_for_reply()
    with listening() as (other, _):
        told = at_work.ask(
            "return fetch(arguments[0]).then(() => 'it went out', (error) => error.name)",
            f"{other}/healthz",
        )
    assert told == "TypeError"


def test_an_empty_draft(at_work: Agent) -> None:
    at_work.answer(at_work.get_mail(MAIL))
    at_work.press_button()
    assert at_work.wait_for_reply()["trouble"].startswith("There is no draft yet.")


def test_another_host_is_reached_only_if_the_person_allows_it(agent: Agent) -> None:
    address = "http://drafting.example:5000"
    ask_for_reply(agent, *DRAFT)
    agent.open_options()
    assert "may not reach" in agent.save_options(address, "secondary")
    agent.close_options()
    assert f"may not reach {address} yet" in ask_for_reply(agent, *DRAFT)["trouble"]
    agent.open_options()
    assert agent.save_options(address, "primary") == "Saved."
    agent.close_options()
    assert "There is no server at" in ask_for_reply(agent, *DRAFT)["trouble"]
    agent.leave()


def test_what_the_server_says_no_to(agent: Agent) -> None:
    key = "a-key-of-more-than-twenty-letters"
    with listening(api_keys=key, rewrite_limit="2 per hour") as (address, _):
        ask_for_reply(agent, *DRAFT)
        agent.open_options()
        assert "asks for a key" in agent.fill_options("#test", address=address, key="")
        assert "doesn't know your key" in agent.fill_options("#test", key=key + "x")
        assert "isn't an address" in agent.fill_options("#test", address="nowhere at all")
        assert "model is ready" in agent.fill_options("#test", address=address, key=key)
        assert agent.fill_options(".primary") == "Saved."
        agent.close_options()
        assert "one request may hold" in ask_for_reply(agent, "It is late. " * 2_000)["trouble"]
        assert not ask_for_reply(agent, *DRAFT)["trouble"]
        assert "more than the 2 per" in ask_for_reply(agent, "Send it!!")["trouble"]
        agent.hang_up()
    assert "There is no server at" in ask_for_reply(agent, *DRAFT)["trouble"]
    agent.leave()


def ask_for_reply(agent: Agent, *draft: str) -> dict[str, Any]:
    """Write a fresh reply and press the button."""
    agent.leave()
    agent.answer(agent.get_mail(MAIL))
    agent.type(*draft)
    agent.press_button()
    return agent.wait_for_reply()
