"""A real server on this machine that speaks the protocol, truly or not.

Truly, a model with random weights writes under the very grammar that was sent, on the local
engine's own decoder. What it does instead is a list of lies, one for each request, or one for all.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch

from drafting.engine import Bar
from drafting.prompt import load_templates
from models.decoding import decode
from models.jobs import Job, Row
from models.remote.client import Client
from models.remote.dialect import LARK_FOLLOWS, Dialect
from models.remote.engine import RemoteEngine
from tests.tiny import causal_model, random_engine

Body = dict[str, Any]
Lie = Callable[["Handler", Body], None]


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.counted():
            self.server.note(self.path, dict(self.headers), body)
            lie = self.server.next_lie(self.path)
            if lie:
                lie(self, body)
            elif self.server.key and self.headers["Authorization"] != f"Bearer {self.server.key}":
                self.answer({"error": "wrong key"}, 401)
            elif self.path == "/v1/chat/completions":
                self.answer(chat(self.server, body))
            elif self.path == "/v1/completions":
                self.answer(complete(body))
            else:
                self.answer({"error": "not found"}, 404)

    def answer(self, content: object, status: int = 200, **headers: str) -> None:
        """Send JSON, or bytes as they are."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def drop(self, said: bytes = b"") -> None:
        """Say something, and hang up."""
        self.wfile.write(said)
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Remembers what it was asked."""

    block_on_close = False
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, family: str = "babbling", key: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.family = family
        self.key = key
        self.asked: list[tuple[str, dict[str, str], Body]] = []
        self.lies: list[Lie | None] = []
        """What to do with the next requests for chat; None is the truth."""
        self.always: Lie | None = None
        """What to do with all that come after."""
        self.scoring: Lie | None = None
        self.slowness = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.model = threading.Lock()

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def chats(self) -> list[Body]:
        """The requests for chat so far."""
        return [body for path, _, body in self.asked if path.endswith("/chat/completions")]

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that are gone."""

    def note(self, path: str, headers: dict[str, str], body: Body) -> None:
        """Remember a request."""
        with self._lock:
            self.asked.append((path, headers, body))

    def next_lie(self, path: str) -> Lie | None:
        """Return what to do with a request; None is the truth."""
        if path == "/v1/completions":
            return self.scoring
        with self._lock:
            return self.lies.pop(0) if self.lies else self.always

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the requests that are there at the same time."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            time.sleep(self.slowness)
            yield
        finally:
            with self._lock:
                self._at_once -= 1


@contextmanager
def serving(family: str = "babbling", key: str = "") -> Iterator[Server]:
    """Run a server while it is needed."""
    server = Server(family, key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_engine(
    server: Server,
    dialect: Dialect = Dialect.VLLM,
    connections: int = 8,
    seconds: float = 20.0,
    key: str = "",
) -> Iterator[RemoteEngine]:
    """Open an engine for a server; its tokens are characters, so it is given more room."""
    engine = RemoteEngine(
        Client(server.url, key, seconds, connections),
        "tiny",
        dialect,
        load_templates()["untrained"],
        lambda pairs: [0.0] * len(pairs),
        Bar(),
        connections,
        rewrite_tokens=200,
    )
    try:
        yield engine
    finally:
        engine.close()


def find_grammar(body: Body) -> str:
    """Return the grammar of a request in any of the dialects."""
    if "structured_outputs" in body:
        return str(body["structured_outputs"]["grammar"])
    if "guided_grammar" in body:
        return str(body["guided_grammar"])
    grammar = str(body["grammar"])
    assert grammar.startswith("%llguidance"), "llama.cpp would read this as GBNF"
    return grammar.removeprefix(LARK_FOLLOWS)


def chat(server: Server, body: Body) -> Body:
    """Answer a request for chat truly: what a random model writes under its grammar."""
    with server.model:
        rows = write(server.family, body)
        choices = [
            make_choice(random_engine(server.family)._constraints.read(row.tokens), row, body)
            for row in rows
        ]
    return {"object": "chat.completion", "choices": choices}


def make_choice(text: str, row: Row, body: Body) -> Body:
    """Return one choice of an answer."""
    choice: Body = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "length" if row.failed else "stop",
    }
    if body.get("logprobs"):
        choice["logprobs"] = {"content": tell(row, body.get("top_logprobs", 0))}
    return choice


def write(family: str, body: Body) -> list[Row]:
    """Return the rows that the local engine's decoder writes for a request."""
    engine = random_engine(family)
    system, user = body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    sampled = body["temperature"] > 0
    written: list[Row] = []
    job = Job(
        ask=0,
        slot="",
        header=engine.encode("\n"),
        constraint=engine._constraints.compile(find_grammar(body)),
        limit=body["max_tokens"],
        seed=body.get("seed", 0),
        # The decoder's first row is the likeliest one.
        candidates=body["n"] + sampled,
    )
    prompt = engine.encode_prompt(system["content"], user["content"])
    runner = engine._make_runner(body.get("seed", 0), {0: prompt})
    decode(runner, [job], engine._encoder.end, lambda _, rows: written.extend(rows))
    return written[sampled:]


def tell(row: Row, top: int) -> list[Body]:
    """Return how likely each token of a row is said to be, the first among others."""
    read = random_engine("causal")._constraints.read
    first = math.log(max(row.share, 1e-9))
    rest = (row.log_probability - first) / max(len(row.tokens) - 1, 1)
    told: list[Body] = [
        {"token": read([token]), "logprob": min(rest if at else first, 0.0), "top_logprobs": []}
        for at, token in enumerate(row.tokens)
    ]
    if told and top:
        told[0]["top_logprobs"] = [
            {"token": told[0]["token"], "logprob": first},
            {"token": "The", "logprob": first},
            {"token": "d", "logprob": first},
        ]
    return told


def complete(body: Body) -> Body:
    """Answer a request for completions with `echo`: how likely each token of the prompts is."""
    assert (body["echo"], body["max_tokens"]) == (True, 0)
    engine = random_engine("causal")
    model = causal_model()
    choices = []
    for index, prompt in enumerate(body["prompt"]):
        ids = engine.encode(prompt)
        with torch.inference_mode():
            logits = model(torch.tensor([ids])).logits[0].log_softmax(-1)
        values = [float(logits[at, token]) for at, token in enumerate(ids[1:])]
        tokens = [engine._constraints.read([token]) for token in ids]
        told = {"tokens": tokens, "token_logprobs": [None, *values]}
        choices.append({"index": index, "text": prompt, "logprobs": told})
    return {"object": "text_completion", "choices": choices[::-1]}


def say(*texts: str) -> Lie:
    """Return the lie that gives these texts, whatever the grammar."""

    def lie(handler: Handler, body: Body) -> None:
        choices = [{"message": {"content": text}} for text in texts * body["n"]]
        handler.answer({"choices": choices})

    return lie


def send(content: object, status: int = 200, **headers: str) -> Lie:
    """Return the lie that answers with this."""
    return lambda handler, _: handler.answer(content, status, **headers)


def hang_up(said: bytes = b"") -> Lie:
    """Return the lie that says something and closes the connection."""
    return lambda handler, _: handler.drop(said)


def drip(handler: Handler, _: Body) -> None:
    """Answer one byte at a time, with no end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(1000):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)
