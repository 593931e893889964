"""What a worker of a cluster is told and tells, without a cluster around it."""

import pickle
from pathlib import Path

import pytest

from drafting.batch.item import Item, OutcomeState
from drafting.batch.run import Options
from drafting.result import Format
from models.cluster.wire import Part, Plan, Told
from models.cluster.worker import Worker
from tests.serving import make_settings
from tests.tiny import bpe_tokenizer, causal_model

ITEMS = [
    Item("b", 2, "We refuse it now."),
    Item("a", 1, " ", Format.HTML, "name", "Where is it?"),
    Item("c", 3, "x" * 20_001),
]


def test_items_arrive_as_they_were() -> None:
    assert Part.read(Part(ITEMS).write()).items == ITEMS


def test_a_worker_has_the_drivers_settings_and_not_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "adapter").mkdir()
    monkeypatch.chdir(tmp_path)
    secrets = {"secret_key": "s" * 30, "api_keys": "k" * 30, "redis": "redis://:pw@host"}
    settings = make_settings(
        model="some/model", adapter="adapter", remote_key="canary-key", device="auto", **secrets
    )
    plan = Plan(settings, "cpu", Options(candidates=3), threads=2)
    assert "canary" not in f"{plan} {plan!r}"
    sent = pickle.dumps(plan)
    assert b"sssss" not in sent
    assert b"kkkkk" not in sent
    assert b"redis" not in sent
    monkeypatch.setenv("DRAFTING_MODEL", "another")
    monkeypatch.setenv("DRAFTING_PORT", "no number")
    arrived = pickle.loads(sent)
    assert arrived.options == Options(candidates=3)
    assert arrived.settings.model == "some/model"
    assert arrived.settings.remote_key == "canary-key"
    assert arrived.settings.device == "cpu"
    # A folder that is here is told whole: workers start elsewhere.
    assert arrived.settings.adapter == str(tmp_path / "adapter")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    causal_model().save_pretrained(folder)
    bpe_tokenizer().save_pretrained(folder)
    return str(folder)


def make_worker(model: str) -> Worker:
    return Worker(Plan(make_settings(model=model), "cpu", Options(candidates=1), threads=2))


def ask(worker: Worker) -> list[Told]:
    rows = {"part": [Part(ITEMS).write()]}
    return [Told.model_validate_json(line) for row in worker(rows) for line in row["told"]]


@pytest.fixture(autouse=True)
def _threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a worker sets for its process be undone."""
    monkeypatch.setenv("OMP_NUM_THREADS", "2")


def test_it_tells_of_each_item_in_the_order_in_which_they_came(tiny: str) -> None:
    told = [one.outcome for one in ask(make_worker(tiny))]
    assert [outcome and outcome.key for outcome in told] == ["b", "a", "c"]
    assert told[0]
    assert told[0].result
    assert [outcome and outcome.state for outcome in told[1:]] == [
        OutcomeState.SKIPPED,
        OutcomeState.FAILED,
    ]


def test_a_model_that_is_not_there_is_told_and_not_raised() -> None:
    (told,) = ask(make_worker("/nowhere"))
    assert told.outcome is None
    assert told.error
    assert "DRAFTING_MODEL" in told.error
