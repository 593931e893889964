"""What measures the meaning of a remote model's rewrites, and what becomes of it where nothing can."""

import logging
import math
from collections.abc import Iterator

import pytest
import torch

from drafting.candidate import Candidate, Op
from drafting.choice import Chooser
from drafting.engine import Bar, Filled, Weighed
from drafting.errors import ModelError, RemoteRefusedError
from drafting.labels import Label
from drafting.prompt import load_templates
from drafting.reading import read_draft
from drafting.settings import Settings
from models.loading import load_engine
from models.remote.client import Client
from models.remote.opening import RULES_ALONE, choose_score
from models.remote.scoring import UNKNOWN, ServerScorer
from tests.remote_server import Body, Handler, Server, complete, hang_up, send, serving
from tests.tiny import bpe_tokenizer, causal_model

UNTRAINED = load_templates()["untrained"]
PAIRS = [
    ("Send the form D-2.", "Please send the form D-2."),
    ("Your claim isn’t covered — sorry.", "We’re not able to cover your claim."),
    ("Send   the\nform.", "Please send the form."),
]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def scorer(server: Server) -> Iterator[ServerScorer]:
    client = Client(server.url, "", 20.0, 2)
    yield ServerScorer(client, "tiny", UNTRAINED)
    client.close()


def expect(sentence: str, text: str) -> float:
    """Score a pair with the model itself, by encoding head and sentence together."""
    head = UNTRAINED.ask_reverse(text)
    tokenizer = bpe_tokenizer()
    ids = tokenizer(head + sentence + "\n", add_special_tokens=False)["input_ids"]
    begin = len(tokenizer(head, add_special_tokens=False)["input_ids"])
    assert tokenizer.decode(ids[:begin]) == head, "the tiny tokenizer joins no blank to a word"
    with torch.inference_mode():
        logits = causal_model()(torch.tensor([ids])).logits[0].log_softmax(-1)
    values = [float(logits[at - 1, ids[at]]) for at in range(begin, len(ids))]
    return sum(values) / len(values)


def test_the_score_is_the_sentences_likelihood_after_its_rewrite(scorer: ServerScorer) -> None:
    scores = scorer(PAIRS)
    for (sentence, text), score in zip(PAIRS, scores, strict=True):
        assert score == pytest.approx(expect(" ".join(sentence.split()), text), abs=1e-3)


def edit(change: object) -> object:
    """Return the lie that changes one choice of a true answer."""

    def lie(handler: Handler, body: Body) -> None:
        answer = complete(body)
        change(answer["choices"][-1])  # type: ignore[operator]
        handler.answer(answer)

    return lie


def forget_prompt(choice: Body) -> None:
    choice["logprobs"] = {"tokens": ["x"], "token_logprobs": [-0.1]}


def put_token_before(choice: Body) -> None:
    choice["logprobs"]["tokens"].insert(0, "<|begin_of_text|>")
    choice["logprobs"]["token_logprobs"].insert(1, -9.0)


def test_a_token_before_the_prompt_moves_nothing(server: Server, scorer: ServerScorer) -> None:
    true = scorer(PAIRS)
    server.scoring = edit(put_token_before)
    assert scorer(PAIRS) == pytest.approx(true)


def join_blanks(choice: Body) -> None:
    """Put each blank into the word behind it, as most tokenizers do."""
    told = choice["logprobs"]
    tokens, values = told["tokens"], told["token_logprobs"]
    for at in range(len(tokens) - 2, 0, -1):
        if tokens[at] == " ":
            tokens[at : at + 2] = [" " + tokens[at + 1]]
            values[at : at + 2] = [-1.0]
    begin = len(tokens) - 1 - tokens[::-1].index(" S")
    values[begin:] = [-2.0] * (len(values) - begin)


def test_a_token_of_blank_and_word_is_the_sentences(server: Server, scorer: ServerScorer) -> None:
    server.scoring = edit(join_blanks)
    assert scorer([("Send it.", "Please send it.")]) == [-2.0]


def spoil(choice: Body) -> None:
    choice["logprobs"]["token_logprobs"][-2] = None


def raise_above(choice: Body) -> None:
    choice["logprobs"]["token_logprobs"][-2] = 0.5


def cut(choice: Body) -> None:
    del choice["logprobs"]["tokens"][-1]


@pytest.mark.parametrize("change", [forget_prompt, spoil, raise_above, cut])
def test_what_cannot_be_read_is_unknown_and_no_more(
    server: Server, scorer: ServerScorer, change: object
) -> None:
    true = scorer(PAIRS)
    server.scoring = edit(change)
    assert scorer(PAIRS) == [UNKNOWN, *true[1:]]


@pytest.mark.parametrize(
    "lie",
    [
        send({}, 400),
        send({}, 404),
        send(b"{"),
        send({"choices": []}),
        send({"choices": [{"index": 0, "text": "", "logprobs": None}]}),
    ],
)
def test_a_server_that_does_not_score_leaves_the_meaning_unknown(
    server: Server, scorer: ServerScorer, lie: object, caplog: pytest.LogCaptureFixture
) -> None:
    server.scoring = lie
    with caplog.at_level(logging.DEBUG):
        assert scorer(PAIRS) == [UNKNOWN] * 3
    assert "D-2" not in caplog.text


def test_a_server_that_is_away_leaves_the_meaning_unknown(
    server: Server, scorer: ServerScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.remote.client.FIRST_PAUSE", 0.01)
    server.scoring = hang_up()
    assert scorer(PAIRS) == [UNKNOWN] * 3


@pytest.mark.parametrize(("score", "is_used"), [(UNKNOWN, False), (-0.1, True)])
def test_a_rewrite_of_unknown_meaning_is_not_used(score: float, is_used: bool) -> None:
    assert choose(Bar(), score) == is_used


def test_with_the_rules_alone_what_they_let_through_is_used() -> None:
    assert choose(RULES_ALONE, 0.0)


def choose(bar: Bar, score: float) -> bool:
    """Tell whether a rewrite that only the model can make is chosen."""
    reading = read_draft("Per our policy, the delay obviously isn't our problem.")
    text = "We're not able to help with the delay."
    filled = Filled(Candidate(Op.REWRITE, Label.EXPLANATION, text), -0.1, 0.9)
    chooser = Chooser(reading, lambda rewrites: [Weighed(score)] * len(rewrites), bar, 0)
    choice = chooser.choose(reading.slots[1], [filled])
    return text in {choice.candidate.text, *choice.alternatives}


def settings_of(server: Server, **more: object) -> Settings:
    values = {"engine": "openai", "remote_url": server.url, "remote_model": "tiny"} | more
    return Settings.model_validate(values)


def test_vllm_measures_itself(server: Server) -> None:
    engine = load_engine(settings_of(server))
    assert engine.bar == Bar()
    filled = Filled(Candidate(Op.REWRITE, Label.NEXT_STEPS, PAIRS[0][1]), -0.1, 0.9)
    (weighed,) = engine.weigh([(PAIRS[0][0], filled)])
    assert math.isfinite(weighed.meaning)
    assert weighed.verdict is None
    engine.close()  # type: ignore[attr-defined]


def test_a_server_that_does_not_measure_is_told_at_once(server: Server) -> None:
    server.scoring = send({"choices": [{"index": 0, "text": ""}]})
    with pytest.raises(RemoteRefusedError, match="DRAFTING_REMOTE_SCORE=local"):
        load_engine(settings_of(server))


def test_rules_ask_nobody(server: Server, scorer: ServerScorer) -> None:
    score, bar = choose_score(settings_of(server, remote_score="rules"), scorer)
    assert (score(PAIRS), bar) == ([0.0] * 3, RULES_ALONE)
    assert server.asked == []


@pytest.mark.parametrize(
    "more", [{"remote_score": "local"}, {"remote_dialect": "llamacpp"}], ids=["said", "llama.cpp"]
)
def test_the_small_model_of_this_machine_measures(
    server: Server,
    scorer: ServerScorer,
    more: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("causal")
    causal_model().save_pretrained(folder)
    bpe_tokenizer().save_pretrained(folder)
    settings = settings_of(server, model=str(folder), device="cpu", **more)
    score, bar = choose_score(settings, scorer)
    assert math.isfinite(score(PAIRS)[0])
    assert bar == Bar()
    with pytest.raises(ModelError):
        choose_score(settings_of(server, model="/nowhere", device="cpu", **more), scorer)


def test_a_server_that_is_away_at_the_start_may_come_back(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("models.remote.client.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("models.remote.client.REST", 0.0)
    server.lies = [hang_up()] * 4
    engine = load_engine(settings_of(server))
    assert "can't be used just now" in caplog.text
    assert engine.fill([]) == []
    engine.close()  # type: ignore[attr-defined]
