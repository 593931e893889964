"""The remote engine: a model behind a server fills slots, under the local engine's grammars.

Each slot is one conversation of its own. The server gets the light form of the slot's grammar, since
neither vLLM nor llama.cpp lets anyone raise llguidance's limits: measured with tokenizers of 49,000
to 200,000 tokens, the full one needs 250,000 to 457,000 of the 200,000 steps that a token may take,
the light one 32,000 to 42,000. What comes back is used only where the full one allows it. Knows
nothing of connections or of how a filling is judged.
"""

import logging
import math
import zlib
from collections.abc import Callable, Sequence
from threading import Event

from drafting.candidate import Candidate, Op
from drafting.draft import parse
from drafting.engine import (
    Announce,
    Ask,
    Bar,
    Deletion,
    Filled,
    Fillings,
    Fit,
    IsStopped,
    MoreAsks,
    Weighed,
)
from drafting.errors import RemoteRefusedError
from drafting.grammar import make_grammar
from drafting.prompt import Mail, Template, make_mail
from drafting.slots import Slot, make_slots
from models.remote.answers import Answer, read_answers
from models.remote.checker import Checker
from models.remote.client import Client, UnusableError
from models.remote.crew import Crew
from models.remote.dialect import Body, Dialect
from models.remote.filling import Counts, Filling, Job, Task
from models.remote.messages import make_messages

log = logging.getLogger(__name__)

Score = Callable[[Sequence[tuple[str, str]]], list[float]]

INSERT_TOKENS = 64
CHARACTERS_A_TOKEN = 2.5
"""Fewer than of any common tokenizer's English, since a fact has more tokens than words have."""
REWRITE_SHARE = 1.7
REWRITE_TOKENS = 16
"""As the local engine has them."""
PROBE = "You failed to send the form D-2 to us."
"""Has a fact, so that its grammar uses all that slots' grammars use."""


class RemoteEngine:
    """Fills slots with a model that a server runs."""

    adapter: str | None = None

    def __init__(
        self,
        client: Client,
        model: str,
        dialect: Dialect,
        template: Template,
        score: Score,
        bar: Bar,
        connections: int = 8,
        rewrite_tokens: int = REWRITE_TOKENS,
    ) -> None:
        self.name = model
        self.template = template
        self.bar = bar
        self.counts = Counts()
        self._client = client
        self._dialect = dialect
        self._score = score
        self._connections = connections
        self._rewrite_tokens = rewrite_tokens
        self._is_checked = False

    def fill(
        self,
        asks: Sequence[Ask],
        announce: Announce | None = None,
        is_stopped: IsStopped | None = None,
        more: MoreAsks | None = None,
    ) -> list[Fillings]:
        """Fill the slots of all asks side by side; see `drafting.engine.Engine`.

        Raises:
            RemoteError: the server can't be used.
            GrammarError: a grammar was refused; nothing was sent for it.

        """
        self.check()
        crew = Crew(self._work, self._connections)
        filling = Filling(crew, self._plan, self.template, self.counts)
        try:
            filling.begin(asks)
            filling.run(announce, is_stopped, more)
        finally:
            filling.stop()
            crew.close()
        return filling.fillings

    def weigh(self, rewrites: Sequence[tuple[str, Filled]]) -> list[Weighed]:
        """Weigh rewrites by reverse likelihood alone; see `drafting.engine.Engine`."""
        scores = self._score([(sentence, filled.text) for sentence, filled in rewrites])
        return [Weighed(score) for score in scores]

    judges_openings = False

    def judge_openings(self, mail: Mail, slot: Slot, candidates: Sequence[Candidate]) -> list[Fit]:
        """Find all alike: no judge was trained for this model."""
        return [Fit(0.0, 0.0) for _ in candidates]

    def judge_deletions(self, mail: Mail, deletions: Sequence[Deletion]) -> list[float]:
        """Let none go: no judge was trained for this model."""
        return [-math.inf for _ in deletions]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Ask once, of a sentence of ours, whether the server follows grammars.

        Many servers pass over fields that they don't know, and then every answer would be dropped
        without anyone knowing why.

        Raises:
            RemoteError: it doesn't, or can't be asked.

        """
        if self._is_checked:
            return
        ask = Ask(make_mail(None, None, [[PROBE]]), make_slots(parse(PROBE))[1:2], 1)
        job, bodies = self._plan(0, ask, ask.slots[0], Event())
        try:
            answers = self._work(Task(job, 0, bodies[0]))
        except UnusableError as error:
            raise _refuse(f"gave no answer that can be used: {error}") from None
        # It may have run out of room, so that only a beginning is there.
        if not answers or not job.checker.begins(answers[0].text):
            raise _refuse("doesn't follow the grammars that it is sent")
        self._is_checked = True

    def _plan(self, number: int, ask: Ask, slot: Slot, stop: Event) -> tuple[Job, list[Body]]:
        words = self.template.words
        light = make_grammar(slot, words, light=True)
        checker = Checker(make_grammar(slot, words))
        shared = {
            "model": self.name,
            "messages": make_messages(self.template, ask.mail, slot),
            "max_tokens": self._limit(slot),
            **self._dialect.constrain(light),
        }
        wanted = ask.wanted(slot.id)
        seeds = [make_seed(ask.seed, slot.id, n) for n in range(1, wanted)]
        bodies = self._dialect.write(shared, seeds)
        begins = _list_words(self.template, slot)
        job = Job(number, slot, wanted, checker, begins, stop, len(bodies))
        return job, bodies

    def _limit(self, slot: Slot) -> int:
        if slot.sentence is None:
            return INSERT_TOKENS
        tokens = len(slot.text) / CHARACTERS_A_TOKEN
        return int(tokens * REWRITE_SHARE) + self._rewrite_tokens

    def _work(self, task: Task) -> list[Answer]:
        """Make one request, in a thread of the crew."""
        if task.job.stop.is_set():
            return []
        reply = self._client.post("/chat/completions", task.body, task.job.stop)
        return read_answers(reply, task.job.words)


def make_seed(seed: int, slot: str, number: int) -> int:
    """Return the seed of one candidate, 0 to 2**31 - 1; it depends on nothing else in the batch."""
    return zlib.crc32(f"{seed} {slot} {number}".encode()) >> 1


def _list_words(template: Template, slot: Slot) -> tuple[str, ...]:
    """Return the words that a filling of a slot may begin with."""
    ops = (Op.KEEP, Op.DELETE) if slot.deletable else (Op.KEEP,)
    labels = slot.labels if slot.free else ()
    return tuple(template.words.of(name) for name in (*ops, *labels))


def _refuse(what: str) -> RemoteRefusedError:
    return RemoteRefusedError(
        f"The model's server {what}. Please start vLLM with its guidance backend, or llama.cpp's "
        "server built with LLAMA_LLGUIDANCE, and name it in DRAFTING_REMOTE_DIALECT."
    )
