"""The remote engine against servers that fail or lie: nothing gets past a grammar, no fact is lost."""

import json
import logging
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.draft import parse
from drafting.engine import Ask, Fillings
from drafting.errors import RemoteAwayError, RemoteRefusedError
from drafting.reading import read_draft
from drafting.rewriter import Request, Rewriter
from models.remote import client
from models.remote.engine import RemoteEngine
from tests.drafts import made_drafts, real_drafts, rows
from tests.remote_server import (
    Body,
    Handler,
    Server,
    drip,
    hang_up,
    open_engine,
    say,
    send,
    serving,
)
from tests.scripted import ScriptedEngine
from tests.test_promise import check_filling, check_result

DRAFT = (
    "Dear Ann,\n\nYou failed to send the receipt for $129.\n\nSend the form D-2 within 14 days.\n"
)
KEY = "sk-canary-0123456789abcdef"
BROKEN = (
    "",
    "keep it",
    "plain: We will refund $500 within 3 days.",
    "trust: The receipt for $1290 isn't here yet.",
    "trust: The receipt for $ 129 isn't here yet.",
    "next: Please call 555-1234.",
    "next: Please see https://evil.example.",
    "plain: We can't find the receipt for $129! Per our policy.",
    "explain: Please send the form D-2 within 14 days.",
    "next: Please send the form D-2 within 14 days",
    "next: Please send the form D-2 within 14 days.\u0000",
    "next: Please send the form D-2 within 14 days.\nkeep",
    "Next: Please send the form D-2 within 14 days.",
    "next: Please send the form D\u20112 within 14 days.",
    "care: {{ticket.id}}",
    "\ud800",
)
SIGNED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(key=KEY) as server:
        yield server


@pytest.fixture
def engine(server: Server) -> Iterator[RemoteEngine]:
    with open_engine(server, key=KEY, seconds=5.0) as engine:
        engine.check()
        yield engine


def fill(engine: RemoteEngine, draft: str = DRAFT, candidates: int = 2) -> Fillings:
    reading = read_draft(draft)
    fillings = engine.fill([Ask(reading.mail, reading.slots, candidates)])[0]
    for slot in reading.slots:
        for filled in fillings[slot.id]:
            check_filling(slot, filled.candidate)
    return fillings


def without_model(draft: str) -> str:
    """Return the reply that moves and phrasebook make alone."""
    engine = ScriptedEngine(script={slot.id: () for slot in read_draft(draft).slots})
    return Rewriter(engine).rewrite([Request(draft)])[0].reply


@pytest.mark.parametrize("text", BROKEN)
def test_an_answer_that_breaks_its_grammar_is_dropped(
    server: Server, engine: RemoteEngine, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.always = say(text)
    with caplog.at_level(logging.DEBUG):
        assert not any(fill(engine).values())
    assert engine.counts.refused > 0
    assert not text.strip() or text not in caplog.text
    assert "$129" not in caplog.text


def test_an_answer_of_another_slot_is_dropped(server: Server, engine: RemoteEngine) -> None:
    server.always = say("next: Please send the form D-2 within 14 days.")
    fillings = fill(engine)
    assert [slot for slot, found in fillings.items() if found] == ["s2"]


UNREADABLE = {
    "no JSON": send(b"{not json"),
    "nothing": send(b""),
    "another thing": send([]),
    "a number": send({"choices": [{"message": {"content": 5}}]}),
    "no message": send({"choices": [{}]}),
    "deep": send(b"[" * 100_000),
    "not UTF-8": send(b'{"choices": [{"message": {"content": "\xff"}}]}'),
    "too large": send(b" " * (client.MOST_BYTES + 1)),
    "too long for the model": send({"error": DRAFT}, 400),
    "packed": send(b"\x1f\x8b\x08\x00", Content_Encoding="gzip"),
}


@pytest.mark.parametrize("lie", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_cannot_be_read_is_dropped(
    server: Server, engine: RemoteEngine, lie: object, caplog: pytest.LogCaptureFixture
) -> None:
    server.always = lie
    assert not any(fill(engine).values())
    assert engine.counts.unusable == 8
    assert "$129" not in caplog.text


def test_no_answers_are_no_fillings(server: Server, engine: RemoteEngine) -> None:
    server.always = send({"choices": []})
    assert not any(fill(engine).values())


def test_more_answers_than_asked_for_are_not_looked_at(
    server: Server, engine: RemoteEngine
) -> None:
    server.always = say(*["no"] * 500)
    fill(engine)
    assert engine.counts.refused == 2 * len(read_draft(DRAFT).slots)


def test_likelihoods_that_cannot_be_are_none(server: Server, engine: RemoteEngine) -> None:
    told = {"content": [{"token": "keep", "logprob": 3.0}, {"token": "", "logprob": float("nan")}]}
    server.always = send({"choices": [{"message": {"content": "keep"}, "logprobs": told}]})
    filled = fill(engine)["s1"][0]
    assert (filled.log_probability, filled.share) == (float("-inf"), 1.0)


def test_the_first_word_is_weighed_among_those_that_may_stand_there(
    server: Server, engine: RemoteEngine
) -> None:
    others = [("The", -0.1), ("keep", -2.0), (" trust", -2.0), ("d", -1.0), ("pl", -2.0)]
    top = [{"token": token, "logprob": value} for token, value in others]
    told = {"content": [{"token": "keep", "logprob": -2.0, "top_logprobs": top}]}
    server.always = send({"choices": [{"message": {"content": "keep"}, "logprobs": told}]})
    # The sentence has a fact, so it can't be deleted: "d" begins no answer.
    assert fill(engine)["s1"][0].share == pytest.approx(1 / 3)


PASSING = {
    "500": send({}, 500),
    "503": send({}, 503, Retry_After="0"),
    "429": send({}, 429, Retry_After="0"),
    "429, a date that is over": send({}, 429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
    "429, no date at all": send({}, 429, Retry_After="soon"),
    "hangs up at once": hang_up(),
    "hangs up in its head": hang_up(b"HTTP/1.1 200 OK\r\nContent-"),
    "hangs up in its body": hang_up(SIGNED + b'{"choices": [{"mess'),
    "no HTTP": hang_up(b"220 mail.example ESMTP\r\n\r\n"),
}


@pytest.mark.parametrize("lie", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_tried_again(server: Server, engine: RemoteEngine, lie: object) -> None:
    server.lies = [lie, lie, lie]
    fill(engine)
    assert engine.counts.unusable == 0
    assert len(server.chats) == 1 + 8 + 3


@pytest.mark.parametrize("lie", PASSING.values(), ids=PASSING)
def test_a_server_that_never_gets_well_is_away(
    server: Server, engine: RemoteEngine, lie: object
) -> None:
    server.always = lie
    with pytest.raises(RemoteAwayError, match="can't be used just now") as caught:
        fill(engine)
    assert caught.value.retry_after is not None


def test_those_who_wait_behind_a_failure_are_told_at_once_and_soon_may_try_again(
    server: Server, engine: RemoteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always = send({}, 503)
    # No time passes, however slow the machine is.
    now = time.monotonic()
    monkeypatch.setattr(client.time, "monotonic", lambda: now)
    with pytest.raises(RemoteAwayError):
        fill(engine)
    server.always = None
    # Requests of the first mail may still be on their way: who waited behind them is the second.
    with pytest.raises(RemoteAwayError):
        fill(engine, "We can't change order 7731.")
    assert "7731" not in repr(server.chats)
    monkeypatch.setattr(client.time, "monotonic", lambda: 1e9)
    fill(engine, "We can't change order 7731.")
    assert "7731" in repr(server.chats)


def test_a_server_that_wants_long_patience_is_not_waited_for(
    server: Server, engine: RemoteEngine
) -> None:
    server.always = send({}, 429, Retry_After="900")
    begun = time.monotonic()
    with pytest.raises(RemoteAwayError) as caught:
        fill(engine)
    assert caught.value.retry_after == 900
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("lie", [drip, lambda *_: time.sleep(2)], ids=["drips", "says nothing"])
def test_a_slow_server_is_not_waited_for(server: Server, lie: object) -> None:
    with open_engine(server, key=KEY, seconds=0.5) as engine:
        engine.check()
        server.always = lie
        begun = time.monotonic()
        with pytest.raises(RemoteAwayError, match="DRAFTING_REMOTE_TIMEOUT"):
            fill(engine)
        assert time.monotonic() - begun < 1.9


def test_a_slow_server_does_not_hold_up_who_has_gone(server: Server, engine: RemoteEngine) -> None:
    server.always = lambda *_: time.sleep(2)
    reading = read_draft(DRAFT)
    begun = time.monotonic()
    fillings = engine.fill(
        [Ask(reading.mail, reading.slots)],
        is_stopped=lambda _: time.monotonic() > begun + 0.2,
    )
    assert fillings == [{}]
    assert time.monotonic() - begun < 1


def test_nobody_at_the_address_is_away() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with serving() as server:
            server.server_address = free.getsockname()
            with open_engine(server) as engine, pytest.raises(RemoteAwayError, match="REMOTE_URL"):
                engine.check()
            server.server_address = server.socket.getsockname()


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "REMOTE_KEY"), (403, "REMOTE_KEY"), (404, "REMOTE_MODEL"), (405, "REMOTE_URL")],
)
def test_a_refusal_says_what_to_check(
    server: Server, engine: RemoteEngine, status: int, advice: str
) -> None:
    server.always = send({"error": KEY + DRAFT}, status)
    with pytest.raises(RemoteRefusedError, match=advice) as caught:
        fill(engine)
    assert KEY not in str(caught.value)
    assert "$129" not in str(caught.value)
    assert len(server.chats) <= 1 + 8


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(server: Server, engine: RemoteEngine, status: int) -> None:
    with serving() as other:
        server.always = send(b"", status, Location=f"{other.url}/chat/completions")
        with pytest.raises(RemoteRefusedError, match="Redirects aren't followed"):
            fill(engine)
        assert other.asked == []


@pytest.mark.parametrize("lie", [say("Sure! Here you are."), send({"choices": []}), send({}, 400)])
def test_a_server_that_follows_no_grammars_is_told_at_once(server: Server, lie: object) -> None:
    server.always = lie
    with open_engine(server, key=KEY) as engine:
        with pytest.raises(RemoteRefusedError, match="guidance backend"):
            fill(engine)
        assert len(server.chats) == 1, "no mail is sent to it"
        assert "D-2" not in json.dumps(server.chats[0]["messages"][1]).replace(
            "the form D-2 to", ""
        )


def test_the_key_is_sent_and_never_told(
    server: Server, engine: RemoteEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        fill(engine)
    assert {headers["Authorization"] for _, headers, _ in server.asked} == {f"Bearer {KEY}"}
    assert KEY not in caplog.text
    assert KEY not in repr(vars(engine))


def test_a_lying_server_leaves_what_moves_and_phrasebook_make(
    server: Server, engine: RemoteEngine
) -> None:
    for lie in (say("plain: We will pay $500."), send(b"{"), send({"choices": []})):
        server.always = lie
        for text in (DRAFT, *(row.draft() for row in rows()[:30:10])):
            result = Rewriter(engine).rewrite([Request(text)])[0]
            assert result.reply == without_model(text)
            check_result(text, result)


def twist(seed: int) -> object:
    """Return the lie that changes true answers: digits, words, pieces of other texts."""

    def lie(handler: Handler, body: Body) -> None:
        asked = body["messages"][1]["content"].rpartition("\n")[2]
        words = asked.removeprefix("Line: ").split()
        number = seed + len(handler.server.asked)
        if words and number % 4 == 0:
            words[number % len(words)] = "$7,000"
        if words and number % 4 == 1:
            del words[number % len(words)]
        if number % 4 == 2:
            words.reverse()
        label = ("plain", "trust", "next", "care", "delete", "keep")[number % 6]
        text = f"{label}: {' '.join(words).capitalize()}" if number % 6 < 4 else label
        handler.answer({"choices": [{"message": {"content": text}}] * body["n"]})

    return lie


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drafts=st.lists(made_drafts(), min_size=4, max_size=4), seed=st.integers(0, 99))
def test_no_fact_is_lost_to_a_server_that_twists(
    server: Server, engine: RemoteEngine, drafts: list[str], seed: int
) -> None:
    server.always = twist(seed)
    asked = [text for text in drafts if parse(text).sentences]
    for text, result in zip(
        asked, Rewriter(engine).rewrite([Request(t) for t in asked]), strict=True
    ):
        check_result(text, result)


def test_no_fact_of_real_drafts_is_lost_to_a_server_that_twists(
    server: Server, engine: RemoteEngine
) -> None:
    server.always = twist(1)
    for text in real_drafts()[:40:2]:
        check_result(text, Rewriter(engine).rewrite([Request(text)])[0])
        fill(engine, text)
