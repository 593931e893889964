"""The benchmarks' own parts: fair drafts, contenders that may fail, floors and goals."""

import sys
from pathlib import Path

import pytest
import torch

from drafting.rewriter import Request, read_request
from tests.benchmarks import installing
from tests.benchmarks.contenders import Contender, DroppedError
from tests.benchmarks.counting import Counting, floor_seconds
from tests.benchmarks.goals import at_least, at_most, judge_rewrite
from tests.benchmarks.growth import relative
from tests.benchmarks.installing import Rival, choose_flags, find_python, install
from tests.benchmarks.mails import SIZES, load_mails, make_mail, take_mails
from tests.benchmarks.report import ratios, show_rewrite, spread

RIVALS = Path(__file__).parent / "benchmarks" / "rivals"
CHILD = f"""
import os, sys
sys.path.insert(0, {str(RIVALS)!r})
from protocol import serve

def load():
    print("what libraries print is kept from the answers")
    return {{"version": "7"}}, answer

def answer(command):
    if command.get("die"):
        os._exit(3)
    return {{"seconds": 1 / command["by"]}}

serve(load)
"""


def start(code: str) -> Contender:
    contender = Contender("scripted", [sys.executable, "-c", code])
    contender.start()
    return contender


@pytest.mark.parametrize("mail", load_mails(), ids=lambda mail: mail.name)
def test_a_draft_has_the_sentences_that_it_stands_for(mail):
    numbered = mail.numbered(12_345)
    assert len(read_request(Request(numbered.draft)).draft.sentences) == mail.size
    assert "{n}" not in numbered.draft + numbered.customer
    assert numbered.draft != mail.numbered(12_346).draft


def test_there_are_three_drafts_of_each_size():
    assert [len(take_mails(size)) for size in SIZES] == [3, 3, 3]


@pytest.mark.parametrize("sentences", [1, 7, 40])
def test_a_made_draft_has_so_many_sentences(sentences):
    draft = make_mail(sentences).numbered(1).draft
    assert len(read_request(Request(draft)).draft.sentences) == sentences


def test_a_contender_loads_once_and_answers():
    contender = start(CHILD)
    assert contender.facts["version"] == "7"
    assert [contender.ask(by=by)["seconds"] for by in (1, 2)] == [1, 0.5]
    assert contender.peak_mb > 1
    contender.stop()


def test_a_contender_that_fails_is_out_with_its_reason():
    contender = start(CHILD)
    with pytest.raises(DroppedError, match="ZeroDivisionError"):
        contender.ask(by=0)
    with pytest.raises(DroppedError, match="ZeroDivisionError"):
        contender.ask(by=1)


def test_a_contender_that_dies_is_out_with_its_reason():
    contender = start(CHILD)
    with pytest.raises(DroppedError, match="status 3"):
        contender.ask(die=True)


def test_a_contender_that_cannot_be_loaded_is_out_with_its_reason():
    assert "status 1" in start("import nothing_of_that_name").reason
    missing = Contender("missing", ["/nowhere/python"])
    missing.start()
    assert missing.reason


def test_a_rival_that_cannot_be_installed_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(installing, "BUILD", tmp_path)
    reason = install(Rival("broken", (f"{tmp_path}/no-such.whl",)))
    assert reason.startswith("can't be installed")
    assert find_python("broken") == (None, reason)
    assert find_python("other")[0] is None


def test_llama_cpp_is_built_with_what_the_cpu_has_and_never_with_amx():
    wide = "avx512f avx512bw avx512cd avx512dq avx512vl"
    plain, rich = choose_flags(frozenset()), choose_flags(frozenset(f"{wide} avx512_vnni".split()))
    assert not any("AVX512" in flag for flag in plain)
    assert {"-DGGML_AVX512=ON", "-DGGML_AVX512_VNNI=ON"} <= set(rich)
    assert "-DGGML_AVX512_BF16=ON" not in rich
    for flags in (plain, rich):
        assert {"-DGGML_NATIVE=OFF", "-DGGML_AMX_INT8=OFF"} <= set(flags)


def test_products_with_weights_are_counted():
    layer = torch.nn.Linear(256, 512)
    with Counting() as counting, torch.inference_mode():
        layer(torch.ones(3, 256))
        torch.ones(2, 4, 4) @ torch.ones(2, 4, 4)
    assert counting.products == [(256 * 512 * 4, 2 * 3 * 256 * 512, "float32")]
    assert counting.summary()["steps"] == 1


def test_a_floor_takes_for_each_product_what_takes_longer():
    products = [(100, 10, "int8"), (100, 1000, "float32")]
    floor = floor_seconds(products, 100, {"int8": 10, "float32": 100})
    assert floor == {"weights": 2, "operations": 11, "whole": 11}


def results(ours: float, generate: float) -> dict:
    def took(seconds: float) -> dict:
        return {"seconds": seconds, "least": seconds, "most": seconds, "first": 0.1, "tokens": 50}

    floor = {"weights": 0.1, "operations": 0.1, "whole": 0.1}
    counted = {"steps": 20, "weight_bytes": 1e9, "operations": 1e9, "floor": floor}
    rows = {"ours 1": took(ours / 2) | counted, "ours 4": took(ours) | counted}
    facts = {"reason": "", "start_seconds": 1.0, "peak_mb": 100.0}
    return {
        "machine": {"bandwidth": 1e9, "threads": 2, "rates": {"float32": {"1": 1e9}}},
        "mails": {"a": {"size": 5, "contenders": rows | {"generate": took(generate)}}},
        "contenders": {
            "ours": facts,
            "generate": facts,
            "openvino": facts | {"reason": "it crashed"},
            "llamacpp": facts,
        },
    }


def test_goals_are_met_missed_or_not_measured():
    goals = {goal.text: goal.met for goal in judge_rewrite(results(ours=1, generate=4))}
    assert list(goals.values()) == [True, True, None, None, True, True]
    goals = {goal.text: goal.met for goal in judge_rewrite(results(ours=2, generate=4))}
    assert list(goals.values())[:2] == [False, False]
    assert str(at_least("a", [2, 3, 4], 3)).startswith("[pass]")
    assert str(at_most("a", [2, 3, 4], 2, "s")).startswith("[FAIL]")


def test_tables_tell_ratios_and_who_is_missing():
    shown = show_rewrite(results(ours=1, generate=4))
    assert "| ours, 4 candidates | 4.0 |" in shown
    assert "OpenVINO GenAI: it crashed" in shown
    assert ratios(results(ours=1, generate=4), 5, "openvino") == []


def test_costs_are_told_as_times_the_first():
    assert relative({"1": [2.0, 4.0, 3.0], "10": [6.0]}) == {1: 1.0, 10: 2.0}


def test_a_spread_names_the_ends():
    assert spread([3, 1, 2]) == "2.0 (1.0–3.0)"
    assert spread([]) == "-"
