"""The remote engine against a server that speaks the protocol: same slots, same grammars, same port."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drafting.candidate import Op
from drafting.engine import Ask, Filled
from drafting.grammar import make_grammar
from drafting.prompt import load_templates
from drafting.reading import Reading, read_draft
from drafting.rewriter import Request, Rewriter
from models.remote.dialect import Dialect
from models.remote.engine import RemoteEngine
from tests.drafts import rows
from tests.remote_server import Server, find_grammar, open_engine, serving
from tests.test_promise import check_filling, check_result

UNTRAINED = load_templates()["untrained"]
DRAFTS = [row.draft() for row in rows()[:40:8]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def engine(server: Server) -> Iterator[RemoteEngine]:
    with open_engine(server) as engine:
        yield engine


def read_all(drafts: list[str]) -> list[Reading]:
    return [reading for text in drafts if (reading := read_draft(text)).slots]


def ask_for(reading: Reading, candidates: int = 2, seed: int = 0) -> Ask:
    return Ask(reading.mail, reading.slots, candidates, seed)


@pytest.mark.parametrize("dialect", Dialect)
def test_each_slot_is_asked_under_its_own_grammar(server: Server, dialect: Dialect) -> None:
    readings = read_all(DRAFTS)
    with open_engine(server, dialect) as engine:
        engine.check()
        before = len(server.chats)
        engine.fill([ask_for(reading) for reading in readings])
    sent = sorted(find_grammar(body) for body in server.chats[before:])
    wanted = [make_grammar(slot, UNTRAINED.words, light=True) for r in readings for slot in r.slots]
    assert sent == sorted(wanted * 2), "one request for the likeliest filling, one for the others"


@pytest.mark.parametrize("dialect", Dialect)
def test_fillings_are_those_of_the_grammars(server: Server, dialect: Dialect) -> None:
    readings = read_all(DRAFTS)
    with open_engine(server, dialect) as engine:
        fillings = engine.fill([ask_for(reading, 3) for reading in readings])
        assert engine.counts.used > 20
        assert engine.counts.unusable == 0
    texts = 0
    for reading, found in zip(readings, fillings, strict=True):
        assert set(found) == {slot.id for slot in reading.slots}
        for slot in reading.slots:
            assert len(found[slot.id]) <= 3
            for filled in found[slot.id]:
                check_filling(slot, filled.candidate)
                assert (filled.candidate.op is Op.INSERT) == bool(
                    filled.candidate.text and slot.sentence is None
                )
                texts += filled.candidate.text is not None
    assert texts > 10


def test_the_question_is_the_local_engines(server: Server, engine: RemoteEngine) -> None:
    reading = read_draft("Dear Ann,\n\nSend the form.\n\nRegards,\nBo", "Where is it?")
    engine.check()
    before = len(server.chats)
    engine.fill([ask_for(reading, 1)])
    first = server.chats[before]
    system, user = (message["content"] for message in first["messages"])
    assert system == UNTRAINED.system
    assert user.startswith(UNTRAINED.ask(reading.mail))
    asked = {body["messages"][1]["content"].rpartition("\n")[2] for body in server.chats[before:]}
    assert asked == {"Opening", "Line: Send the form.", "Closing"}


def test_candidates_are_sampled_with_the_seed(server: Server, engine: RemoteEngine) -> None:
    reading = read_draft("Send the form.")
    engine.check()
    before = len(server.chats)
    for seed in (1, 1, 2):
        engine.fill([Ask(reading.mail, reading.slots[1:2], 4, seed)])
    bodies = server.chats[before:]
    greedy = [body for body in bodies if body["temperature"] == 0]
    sampled = [body for body in bodies if body["temperature"] > 0]
    assert [body["n"] for body in greedy] == [1, 1, 1]
    assert [body["n"] for body in sampled] == [3, 3, 3]
    assert sampled[0]["seed"] == sampled[1]["seed"] != sampled[2]["seed"]


def test_llamacpp_is_asked_for_one_answer_at_a_time(server: Server) -> None:
    reading = read_draft("Send the form.")
    with open_engine(server, Dialect.LLAMACPP) as engine:
        engine.check()
        before = len(server.chats)
        engine.fill([Ask(reading.mail, reading.slots[1:2], 4)])
    bodies = server.chats[before:]
    assert [body["n"] for body in bodies] == [1] * 4
    assert len({body.get("seed") for body in bodies}) == 4


def test_control_tokens_of_a_mail_are_taken_apart_and_facts_come_back(
    server: Server, engine: RemoteEngine
) -> None:
    draft = "You must send <<date>> and [FIRST_NAME] to {{ticket.id}} now <|im_end|>."
    reading = read_draft(draft)
    fillings = engine.fill([ask_for(reading, 4)])
    for body in server.chats[1:]:
        assert "<|im_end|>" not in body["messages"][1]["content"]
        assert "[FIRST_NAME]" not in body["messages"][1]["content"]
    for slot in reading.slots:
        for filled in fillings[0][slot.id]:
            check_filling(slot, filled.candidate)


def test_announcements_come_from_the_thread_that_called(
    server: Server, engine: RemoteEngine
) -> None:
    threads, told = set(), []

    def announce(ask: int, slot: str, found: tuple[Filled, ...]) -> None:
        threads.add(threading.get_ident())
        told.append((ask, slot, found))

    readings = read_all(DRAFTS[:3])
    fillings = engine.fill([ask_for(reading) for reading in readings], announce)
    assert threads == {threading.get_ident()}
    assert {(ask, slot): found for ask, slot, found in told} == {
        (ask, slot): found for ask, all_ in enumerate(fillings) for slot, found in all_.items()
    }
    assert len(told) == sum(len(reading.slots) for reading in readings)


def test_asks_join_and_are_numbered_on(server: Server, engine: RemoteEngine) -> None:
    first, second, third = read_all(DRAFTS[:3])
    waiting = [[ask_for(second)], [ask_for(third)]]
    told: list[tuple[int, str]] = []
    rows_seen: list[int] = []

    def more(rows: int) -> list[Ask]:
        rows_seen.append(rows)
        return waiting.pop(0) if waiting else []

    fillings = engine.fill(
        [ask_for(first)], lambda ask, slot, _: told.append((ask, slot)), None, more
    )
    assert len(fillings) == 1
    assert {ask for ask, _ in told} == {0, 1, 2}
    assert rows_seen[0] == 2 * len(first.slots)
    assert rows_seen[-1] == 0


def test_nothing_is_asked_before_anything_joins(engine: RemoteEngine) -> None:
    assert engine.fill([], more=lambda _: []) == []


def test_a_stopped_ask_is_never_told_of(server: Server, engine: RemoteEngine) -> None:
    first, second = read_all(DRAFTS[:2])
    told: list[int] = []
    fillings = engine.fill(
        [ask_for(first), ask_for(second)], lambda ask, *_: told.append(ask), lambda ask: ask == 0
    )
    assert fillings[0] == {}
    assert set(told) == {1}
    assert set(fillings[1]) == {slot.id for slot in second.slots}


def test_what_an_announcement_raises_ends_the_work(server: Server, engine: RemoteEngine) -> None:
    def announce(*_: object) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        engine.fill([ask_for(reading) for reading in read_all(DRAFTS)], announce)
    reading = read_draft("Send the form.")
    assert engine.fill([ask_for(reading)])[0]["s1"] is not None


def test_connections_are_bounded_and_used(server: Server) -> None:
    server.slowness = 0.05
    with open_engine(server, connections=3) as engine:
        engine.fill([ask_for(reading) for reading in read_all(DRAFTS)])
    assert server.most_at_once == 3


def test_whole_results_keep_their_facts(server: Server, engine: RemoteEngine) -> None:
    results = Rewriter(engine).rewrite([Request(text, candidates=2) for text in DRAFTS])
    for text, result in zip(DRAFTS, results, strict=True):
        check_result(text, result)
        assert (result.model.name, result.model.adapter) == ("tiny", None)


def test_torch_is_not_imported_for_a_remote_engine() -> None:
    code = (
        "import sys\n"
        "from models.loading import load_engine\n"
        "from drafting.settings import load_settings\n"
        "load_engine(load_settings()).close()\n"
        "assert 'torch' not in sys.modules and 'peft' not in sys.modules\n"
    )
    with serving() as server:
        environment = {
            "DRAFTING_ENGINE": "openai",
            "DRAFTING_REMOTE_URL": server.url,
            "DRAFTING_REMOTE_MODEL": "tiny",
            "DRAFTING_REMOTE_SCORE": "rules",
            "PATH": "/usr/bin:/bin",
        }
        root = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert server.chats, "the server is asked once at the start"
