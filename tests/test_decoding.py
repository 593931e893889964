"""Rows side by side under grammars: who is run, who fails, what is chosen, when it is announced."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch

from drafting.candidate import Op
from drafting.draft import parse
from drafting.engine import Ask, Filled
from drafting.prompt import Mail, load_templates
from drafting.slots import Slot, make_slots
from models.causal import CausalRunner
from models.decoding import decode
from models.engine import LocalEngine
from models.jobs import Feed, Job, Row, Settling
from models.sampling import Floats
from models.transformers_loading import open_model
from models.transformers_network import TransformersNetwork
from tests.jobs import compile_grammar, make_job
from tests.tiny import bpe_tokenizer, causal_model, random_engine, seq2seq_model, unigram_tokenizer

END = int(bpe_tokenizer().eos_token_id)
MODEL = causal_model()
NETWORK = TransformersNetwork(MODEL)
PROMPT = list(range(10, 40))
ONE = 'start: "a"'
LONG = "start: /[b-d]{12}/"


@dataclass
class Counted:
    """A real runner that notes how many rows each forward pass had."""

    runner: CausalRunner
    rows: list[int] = field(default_factory=list)
    joins: bool = True
    reads_ahead: bool = True

    def clear(self) -> None:
        self.runner.clear()

    def start(self, jobs: Sequence[Job]) -> Sequence[Floats]:
        self.rows.append(len(jobs))
        return self.runner.start(jobs)

    def step(self, feeds: Sequence[Feed]) -> Sequence[Floats]:
        self.rows.append(len(feeds))
        return self.runner.step(feeds)


def decode_jobs(jobs: list[Job], prompts: int = 1) -> tuple[list[tuple[Job, list[Row]]], list[int]]:
    """Return the finished jobs in the order of their announcement, and the rows of each pass."""
    counted = Counted(CausalRunner(NETWORK, [[*PROMPT, n] for n in range(prompts)]))
    done: list[tuple[Job, list[Row]]] = []
    decode(counted, jobs, END, lambda job, rows: done.append((job, rows)))
    return done, counted.rows


def text(row: Row) -> str:
    return str(bpe_tokenizer().decode(row.tokens))


def draft_slots(draft: str) -> tuple[Slot, ...]:
    return make_slots(parse(draft))


def tiny_engine(family: str, rewrite_tokens: int) -> LocalEngine:
    model, tokenizer = (
        (causal_model(), bpe_tokenizer())
        if family == "causal"
        else (seq2seq_model(), unigram_tokenizer())
    )
    template = load_templates()["trained"]
    return LocalEngine(
        open_model(model), tokenizer, template, "tiny", rewrite_tokens=rewrite_tokens
    )


def test_no_jobs_run_nothing() -> None:
    done, passes = decode_jobs([])
    assert (done, passes) == ([], [])


def test_slots_answered_in_one_token_leave_the_batch_at_once() -> None:
    jobs = [make_job(0, [1, n], ONE) for n in range(9)]
    done, passes = decode_jobs([*jobs, make_job(0, [1, 2], LONG)])
    # Twelve tokens: one from the start's logits, one from each of eleven passes over one row.
    assert passes == [10] + [1] * 11
    assert [text(row) for _, (row,) in done[:9]] == ["a"] * 9


def test_one_token_answers_alone_need_no_pass_beyond_the_headers() -> None:
    _, passes = decode_jobs([make_job(0, [n], ONE, candidates=4) for n in range(6)])
    assert passes == [6]


def test_candidates_share_a_row_as_long_as_they_choose_alike() -> None:
    ((_, rows),), passes = decode_jobs([make_job(0, [1], LONG, candidates=5)])
    assert len(rows) == 5
    beginnings = [{tuple(row.tokens[:length]) for row in rows} for length in range(1, 12)]
    assert passes == [1] + [len(each) for each in beginnings]
    assert passes[1] < passes[-1]


def test_a_likely_first_token_settles_a_slot_where_nothing_was_found() -> None:
    a, b = (bpe_tokenizer().encode(letter, add_special_tokens=False)[0] for letter in "ab")

    def write(header: int, settling: Settling | None) -> list[str]:
        job = make_job(0, [header], 'start: "a" | /b[b-d]{9}/', candidates=6)
        job.settling = settling
        ((_, rows),), _ = decode_jobs([job])
        return [text(row) for row in rows]

    # Some candidate writes "a", and others don't.
    header = next(n for n in range(99) if len(set(write(n, None))) > 1 and "a" in write(n, None))
    freely = write(header, None)
    assert write(header, Settling(a, 2.0)) == freely
    assert write(header, Settling(a, 0.01)) == ["a"] * 6
    assert write(header, Settling(b, 2.0)) == freely


def test_each_row_tells_the_chance_of_the_token_that_keeps() -> None:
    a, b, c = (bpe_tokenizer().encode(each, add_special_tokens=False)[0] for each in "abc")

    def tell(header: int, keep: int | None) -> list[tuple[str, float, float | None]]:
        job = make_job(0, [header], 'start: "a" | /b[b-d]{9}/', candidates=6)
        job.keep = keep
        ((_, rows),), _ = decode_jobs([job])
        return [(text(row)[0], row.share, row.keep) for row in rows]

    # Some candidate writes "a", and others don't.
    header = next(n for n in range(99) if len({first for first, *_ in tell(n, None)}) > 1)
    assert {keep for *_, keep in tell(header, None)} == {None}
    for token, letter in ((a, "a"), (b, "b")):
        for first, share, keep in tell(header, token):
            assert keep == pytest.approx(share if first == letter else 1 - share, abs=1e-5)
    # One that the grammar doesn't allow has no chance.
    assert {keep for *_, keep in tell(header, c)} == {0.0}


def test_a_refused_first_token_is_not_taken_by_the_first_and_counts_nonetheless() -> None:
    a, b = (bpe_tokenizer().encode(letter, add_special_tokens=False)[0] for letter in "ab")

    def write(grammar: str, refused: int | None) -> list[list[Row]]:
        found = []
        for header in range(12):
            job = make_job(0, [header], grammar, candidates=3)
            job.refused = refused
            ((_, rows),), _ = decode_jobs([job])
            found.append(rows)
        return found

    either = 'start: "a" | /b[b-d]{3}/'
    free, held = write(either, None), write(either, a)
    assert "a" in [text(rows[0]) for rows in free]
    assert "a" not in [text(rows[0]) for rows in held]
    # The others choose freely.
    assert "a" in [text(row) for rows in held for row in rows[1:]]
    # What is written has the chance that it has among all, the refused one with them.
    assert any(rows[0].share < 1.0 for rows in held)
    assert {text(rows[0]) for rows in write(either, b)} == {"a"}
    # Where nothing else is allowed, it is written.
    assert {text(rows[0]) for rows in write(ONE, a)} == {"a"}


def test_batch_shrinks_as_rows_finish() -> None:
    grammars = [f"start: /[b-d]{{{length}}}/" for length in (2, 3, 4, 12)]
    _, passes = decode_jobs([make_job(0, [1], grammar) for grammar in grammars])
    assert passes == [4, 4, 3, 2] + [1] * 8


def test_a_row_at_its_limit_is_a_failure() -> None:
    done, passes = decode_jobs([make_job(0, [1], LONG, limit=5, candidates=3)])
    ((_, rows),) = done
    assert all(row.failed and row.finished and len(row.tokens) == 5 for row in rows)
    assert len(passes) == 6


def test_a_row_at_its_limit_that_may_end_there_is_whole() -> None:
    ((_, (row,)),), _ = decode_jobs([make_job(0, [1], "start: /[b-d]{5}[b-d]{0,9}/", limit=5)])
    assert not row.failed
    assert len(row.tokens) == 5


@pytest.mark.parametrize("limit", [0, 1])
def test_hardly_any_room(limit: int) -> None:
    done, _ = decode_jobs([make_job(0, [1], LONG, limit=limit), make_job(0, [2], ONE)])
    failed = {text(row): row.failed for _, (row,) in done}
    assert failed.pop("a") is False
    assert list(failed.values()) == [True]


def test_a_dead_end_is_a_failure() -> None:
    nothing = "start: X\nX: /[b-d]{3}/ & ~/[b-d]+/"
    done, passes = decode_jobs([make_job(0, [1], nothing, candidates=2), make_job(0, [1], ONE)])
    assert passes == [2]
    assert [row.failed for _, rows in done for row in rows] == [True, True, False]


@pytest.mark.parametrize("family", ["causal", "seq2seq"])
def test_failures_are_never_read_as_text(family: str) -> None:
    # Long characters, so that rows are cut within one: what is left is no text at all.
    slots = draft_slots('The clerk wrote "東京駅東京駅東京駅" on form 7 and closed it.')
    found = {}
    for short in (24, 40, 56):
        engine = tiny_engine(family, -short)
        (found[short],) = engine.fill([Ask(Mail(None, "-"), slots[1:2], 6, seed=short)])
    for fillings in found.values():
        assert set(fillings) == {"s1"}
        for filled in fillings["s1"]:
            assert filled.candidate.op is Op.KEEP or '"東京駅東京駅東京駅"' in str(
                filled.candidate.text
            )
    assert any(not fillings["s1"] for fillings in found.values())


def greedy(job_header: list[int], grammar: str, limit: int) -> list[int]:
    """Choose by hand: the likeliest token of all that the whole mask allows, each time anew."""
    plain, constraint = causal_model(), compile_grammar(grammar)
    tokens: list[int] = []
    while len(tokens) < limit and not (constraint.complete and constraint.closed):
        ids = torch.tensor([[*PROMPT, 0, *job_header, *tokens]])
        with torch.inference_mode():
            logits = plain(input_ids=ids).logits[0, -1].numpy()
        allowed = constraint.allowed()
        allowed[END] = constraint.complete
        token = int(np.where(allowed, logits, -np.inf).argmax())
        if token == END:
            break
        constraint.advance(token)
        tokens.append(token)
    return tokens


@pytest.mark.parametrize("grammar", [LONG, "start: /[a-z]{3,9}\\./", "start: /(x|y)z*\\.?/", ONE])
def test_first_candidate_takes_the_likeliest_token_each_time(grammar: str) -> None:
    ((_, rows),), _ = decode_jobs([make_job(0, [7, 8], grammar, candidates=3)])
    assert rows[0].tokens == greedy([7, 8], grammar, 20)


def test_other_candidates_are_sampled_and_differ() -> None:
    ((_, rows),), _ = decode_jobs([make_job(0, [7], "start: /[a-z]{12}/", candidates=6)])
    assert len({text(row) for row in rows}) == 6


def test_a_candidate_is_the_same_whatever_stands_beside_it() -> None:
    grammar = "start: /[a-z]{8}/"
    wanted = make_job(1, [7], grammar, slot="s2", seed=4, candidates=2)
    before = make_job(0, [3, 4, 5], LONG, candidates=3)
    ((_, alone),), _ = decode_jobs([make_job(1, [7], grammar, slot="s2", seed=4)], prompts=2)
    done, _ = decode_jobs([before, wanted], prompts=2)
    (rows,) = (rows for job, rows in done if job is wanted)
    assert rows[0].tokens == alone[0].tokens
    again, _ = decode_jobs([make_job(1, [7], grammar, slot="s2", seed=4, candidates=5)], prompts=2)
    assert [row.tokens for row in again[0][1][:2]] == [row.tokens for row in rows]


def test_probabilities_are_those_among_the_allowed() -> None:
    ((_, rows),), _ = decode_jobs([make_job(0, [7], "start: /[xy]/", candidates=1)])
    (row,) = rows
    assert 0.5 <= row.share <= 1
    assert row.log_probability == pytest.approx(np.log(row.share), abs=1e-5)
    ((_, (forced,)),), _ = decode_jobs([make_job(0, [7], ONE)])
    assert (forced.share, forced.log_probability) == (1.0, 0.0)


def test_each_job_is_announced_once_when_its_last_row_is_over() -> None:
    lengths = {"s1": 9, "s2": 2, "s3": 5, "s4": 2}
    jobs = [
        make_job(0, [1], f"start: /[b-d]{{{n}}}/", slot=slot, candidates=3)
        for slot, n in lengths.items()
    ]
    done, _ = decode_jobs(jobs)
    assert [job.slot for job, _ in done] == ["s2", "s4", "s3", "s1"]
    assert all(row.finished and len(rows) == 3 for _, rows in done for row in rows)


class EnoughError(Exception):
    """Raised by whoever listens."""


def test_what_an_announcement_raises_ends_the_work_and_reaches_the_caller() -> None:
    heard: list[str] = []

    def announce(number: int, slot: str, found: tuple[Filled, ...]) -> None:
        heard.append(slot)
        raise EnoughError

    slots = draft_slots("You failed to pay. We closed the case. It is final. Send the form.")
    with pytest.raises(EnoughError):
        random_engine("causal").fill([Ask(Mail(None, "-"), slots, 2)], announce)
    assert len(heard) == 1


def test_the_engine_announces_what_it_returns() -> None:
    heard: dict[tuple[int, str], tuple[Filled, ...]] = {}

    def announce(number: int, slot: str, found: tuple[Filled, ...]) -> None:
        assert (number, slot) not in heard
        heard[number, slot] = found

    asks = [
        Ask(Mail(None, draft), draft_slots(draft), 2)
        for draft in ("You failed to pay. We closed the case.", "Send the form.")
    ]
    fillings = random_engine("causal").fill(asks, announce)
    assert heard == {
        (n, slot): found for n, each in enumerate(fillings) for slot, found in each.items()
    }


def test_asks_without_slots_stand_beside_others() -> None:
    slots = draft_slots("Send the form.")
    empty = Ask(Mail(None, "-"), ())
    fillings = random_engine("causal").fill([empty, Ask(Mail(None, "-"), slots, 1), empty])
    assert [set(each) for each in fillings] == [set(), {"opening", "s1", "closing"}, set()]
    assert random_engine("causal").fill([]) == []


def test_a_stopped_ask_frees_its_rows_and_is_never_announced() -> None:
    counted = Counted(CausalRunner(NETWORK, [[*PROMPT, n] for n in range(2)]))
    jobs = [*(make_job(0, [1, n], LONG) for n in range(5)), make_job(1, [1, 2], LONG)]
    done: list[Job] = []

    def is_stopped(ask: int) -> bool:
        return ask == 0 and len(counted.rows) > 3

    decode(counted, jobs, END, lambda job, _: done.append(job), is_stopped)
    assert [job.ask for job in done] == [1]
    assert counted.rows[:4] == [6, 6, 6, 6]
    assert set(counted.rows[4:]) == {1}


def test_what_is_stopped_before_it_starts_runs_nothing_after_the_first_pass() -> None:
    counted = Counted(CausalRunner(NETWORK, [PROMPT]))
    decode(counted, [make_job(0, [1, 2], LONG)], END, pytest.fail, lambda _: True)
    assert counted.rows == [1]


def join_in_turn(*groups: list[Job], joins: bool = True) -> tuple[list[str], list[int]]:
    """Decode the first group, let another one join before each step; tell who was done when."""
    counted = Counted(CausalRunner(NETWORK, [[*PROMPT, n] for n in range(9)]), joins=joins)
    done: list[str] = []
    left = list(groups)
    heard: list[int] = []

    def more(unfinished: int) -> list[Job]:
        heard.append(unfinished)
        return left.pop(0) if left else []

    decode(counted, [], END, lambda job, _: done.append(job.slot), more=more)
    return done, counted.rows


def test_jobs_join_the_batch_before_each_step() -> None:
    jobs = [[make_job(n, [1, n], f"start: /[b-d]{{{6 - 2 * n}}}/", slot=f"s{n}")] for n in range(3)]
    done, passes = join_in_turn(*jobs)
    # The first row's pass and step, the second's, and so on; s2 takes two tokens, s0 six.
    assert passes == [1, 1, 1, 2, 1, 3, 2, 1]
    assert done == ["s2", "s1", "s0"]


def test_where_rows_cannot_join_jobs_come_when_all_is_written() -> None:
    jobs = [[make_job(n, [1, n], "start: /[b-d]{3}/", slot=f"s{n}")] for n in range(2)]
    done, passes = join_in_turn(*jobs, joins=False)
    assert passes == [1, 1, 1] * 2
    assert done == ["s0", "s1"]


def test_a_filling_is_the_same_however_late_it_joined() -> None:
    grammar = "start: /[a-z]{8}/"
    found: dict[str, list[list[int]]] = {}

    def wanted() -> Job:
        return make_job(1, [7, 8], grammar, slot="s2", seed=4, candidates=3)

    for name, groups in {
        "alone": [[wanted()]],
        "late": [[make_job(0, [1, 2, 3], LONG)], [], [], [wanted()]],
        "before": [[wanted()], [make_job(2, [5] * 30, LONG, candidates=2)]],
    }.items():
        counted = CausalRunner(
            TransformersNetwork(MODEL.double()), [[*PROMPT, n] for n in range(9)]
        )
        left = list(groups)
        decode(
            counted,
            [],
            END,
            lambda job, rows, name=name: found.setdefault(  # type: ignore[misc]
                f"{name} {job.slot}", [row.tokens for row in rows]
            ),
            more=lambda _, left=left: left.pop(0) if left else [],  # type: ignore[misc]
        )
    MODEL.float()
    assert found["alone s2"] == found["late s2"] == found["before s2"]


def test_the_engine_lets_asks_join_and_tells_them_by_number() -> None:
    engine = random_engine("causal")
    asks = [
        Ask(Mail(None, draft), draft_slots(draft), 2, seed)
        for seed, draft in enumerate(("You failed to pay.", "Send the form.", "It is final."))
    ]
    alone = [engine.fill([ask])[0] for ask in asks]
    heard: dict[tuple[int, str], tuple[Filled, ...]] = {}
    left = asks[1:]
    fillings = engine.fill(
        asks[:1],
        lambda ask, slot, found: heard.update({(ask, slot): found}),
        more=lambda _: [left.pop(0)] if left else [],
    )
    assert len(fillings) == 1
    for number, ask in enumerate(asks):
        mine = {slot: found for (n, slot), found in heard.items() if n == number}
        assert set(mine) == {slot.id for slot in ask.slots}
        assert set(mine) == set(alone[number])
