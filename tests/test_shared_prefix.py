"""Attention over a shared prompt gives what a plain forward pass over each whole row gives."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import ModelError
from models.causal import CausalRunner
from models.jobs import Feed
from models.network import read_prompt, read_rows
from models.sampling import Floats
from models.shared_prefix import GROW, Prefix, PrefixStore, SharedPrefixCache
from models.transformers_network import TransformersNetwork
from tests.jobs import make_job
from tests.tiny import causal_model

CLOSE = 1e-5
"""Absolute tolerance of a logit; the tiny model's logits are around 0.3."""
SIZES: dict[str, Any] = {
    "vocab_size": 99,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "eos_token_id": 2,
    "bos_token_id": 1,
    "pad_token_id": 0,
}


def random_model(config: Any) -> Any:
    family: Any = transformers.AutoModelForCausalLM
    torch.manual_seed(0)
    return family.from_config(config).eval()


PLAIN = causal_model()
SHARED = TransformersNetwork(causal_model())


def plain_logits(ids: Sequence[int], model: Any = PLAIN) -> Floats:
    """Return the next-token logits of one row, run alone and whole."""
    with torch.inference_mode():
        logits: Floats = model(input_ids=torch.tensor([list(ids)])).logits[0, -1].numpy()
    return logits


def numbers(length: int, seed: int) -> list[int]:
    return [int(n) for n in np.random.default_rng(seed).integers(0, 260, length)]


class Twin:
    """A runner beside the rows that it should hold, written out."""

    def __init__(self, prompts: list[list[int]], headers: list[tuple[int, list[int]]]) -> None:
        self.prompts = prompts
        self.runner = CausalRunner(SHARED, prompts)
        self.rows: list[list[int]] = []
        self.start(headers)

    def start(self, headers: list[tuple[int, list[int]]]) -> None:
        """Let rows join those that are there."""
        joined = [self.prompts[ask] + header for ask, header in headers]
        self.check(self.runner.start([make_job(ask, header) for ask, header in headers]), joined)
        self.rows += joined

    def step(self, rows: list[int], tokens: list[int], *, check: bool = True) -> None:
        self.rows = [self.rows[row] + [token] for row, token in zip(rows, tokens, strict=True)]
        logits = self.runner.step(
            [Feed(row, [token]) for row, token in zip(rows, tokens, strict=True)]
        )
        if check:
            self.check(logits, self.rows)

    def feed(self, feeds: list[Feed]) -> None:
        """Feed rows several tokens each, and hold the logits behind each token to a plain pass."""
        kept = [self.rows[feed.row][: len(self.rows[feed.row]) - feed.forget] for feed in feeds]
        for logits, row, feed in zip(self.runner.step(feeds), kept, feeds, strict=True):
            wanted = [
                plain_logits(row + list(feed.tokens[: n + 1])) for n in range(len(feed.tokens))
            ]
            np.testing.assert_allclose(logits, wanted, atol=CLOSE)
        self.rows = [row + list(feed.tokens) for row, feed in zip(kept, feeds, strict=True)]

    def check(self, logits: Sequence[Floats], rows: list[list[int]]) -> None:
        wanted = np.stack([plain_logits(row)[None] for row in rows])
        assert np.shape(logits) == wanted.shape
        np.testing.assert_allclose(logits, wanted, atol=CLOSE)


def three_mails() -> Twin:
    prompts = [numbers(7, 1), numbers(90, 2), numbers(1, 3)]
    headers = [(0, numbers(4, 4)), (0, numbers(1, 5)), (1, numbers(30, 6)), (2, numbers(2, 7))]
    return Twin(prompts, headers)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_equals_transformers_own_attention(attention: str) -> None:
    model = causal_model()
    model.set_attn_implementation(attention)
    prompt, header = numbers(20, 1), numbers(5, 2)
    logits = CausalRunner(SHARED, [prompt]).start([make_job(0, header)])
    np.testing.assert_allclose(logits[0][0], plain_logits(prompt + header, model), atol=CLOSE)


def test_mails_and_headers_of_different_length_in_one_batch() -> None:
    three_mails()


def test_rows_go_on_after_the_start() -> None:
    twin = three_mails()
    for token in (9, 200, 31):
        twin.step([0, 1, 2, 3], [token, token + 1, token + 2, token + 3])


def test_rows_are_dropped_and_repeated() -> None:
    twin = three_mails()
    twin.step([0, 0, 0, 2, 3, 3], [5, 6, 7, 8, 9, 10])
    twin.step([0, 2, 4, 5], [11, 12, 13, 14])
    twin.step([1, 3], [15, 16])


def test_a_mail_whose_rows_are_all_over_is_left_out() -> None:
    twin = three_mails()
    twin.step([0, 3, 3], [1, 2, 3])
    twin.step([1, 2], [4, 5])
    twin.step([1], [6])


def test_a_mail_without_any_slot_to_fill_stands_between_others() -> None:
    twin = Twin([numbers(5, 1), numbers(6, 2), numbers(7, 3)], [(0, [1, 2]), (2, [3])])
    twin.step([0, 1, 1], [8, 9, 10])


def test_rows_outgrow_their_room() -> None:
    twin = Twin([numbers(12, 1), numbers(3, 2)], [(0, numbers(6, 3)), (1, numbers(2, 4))])
    for number in range(2 * GROW + 5):
        rows = [0, 1, 1] if number == GROW else list(range(2 if number < GROW else 3))
        twin.step(rows, numbers(len(rows), number), check=number % 11 == 0 or number > 2 * GROW)


def test_one_step_may_need_more_room_than_is_made_at_a_time() -> None:
    cache = SharedPrefixCache([Prefix()], [1])
    ids = numbers(3 * GROW, 1)
    for start, end in ((0, 2), (2, 2 + 2 * GROW), (2 + 2 * GROW, 3 * GROW)):
        (logits,) = read_rows(SHARED, cache, [ids[start:end]], 1)
    np.testing.assert_allclose(logits[-1], plain_logits(ids), atol=CLOSE)


def test_rows_read_several_tokens_at_once_and_take_some_back() -> None:
    twin = three_mails()
    twin.feed([Feed(0, [5, 6, 7]), Feed(1, [8]), Feed(2, [9, 10]), Feed(3, [11, 12, 13, 14])])
    twin.feed([Feed(0, [1], 2), Feed(0, [2, 3], 1), Feed(2, [4], 1), Feed(3, [5, 6, 7], 3)])
    twin.prompts.append(numbers(40, 8))
    twin.start([(3, numbers(2, 10))])
    twin.feed([Feed(1, [15, 16], 1), Feed(3, [17], 2), Feed(4, [18, 19])])


def test_rows_join_those_that_are_written() -> None:
    twin = three_mails()
    twin.step([0, 0, 1, 3], [5, 6, 7, 8])
    twin.prompts.append(numbers(40, 8))
    # Longer than what the others have, and of a mail that is there already.
    twin.start([(1, numbers(50, 9)), (3, numbers(2, 10)), (3, numbers(7, 11))])
    twin.step(list(range(7)), numbers(7, 12))
    twin.step([1, 4, 4, 6], numbers(4, 13))


def test_what_no_row_needs_any_more_is_dropped() -> None:
    twin = Twin([numbers(9, 1), numbers(9, 2)], [(0, numbers(5, 3))])
    for turn in range(6):
        for _ in range(GROW):
            twin.step(list(range(len(twin.rows))), numbers(len(twin.rows), turn), check=False)
        twin.start([((turn + 1) % 2, numbers(4, turn))])
        twin.step([len(twin.rows) - 1], [7])
        cache = twin.runner._cache
        assert cache is not None
        assert cache.width <= GROW + 8
        assert len(cache.prefixes) == len(cache.groups) == 1
    for _ in range(3 * GROW):
        twin.step([0], [3], check=False)
    twin.start([(0, [1, 2])])
    twin.step([1], [4])
    assert cache.own_keys[0].shape[1] <= 4 * GROW


def test_a_cleared_runner_starts_anew() -> None:
    twin = three_mails()
    twin.runner.clear()
    twin.rows = []
    twin.start([(2, numbers(3, 1))])
    twin.step([0, 0], [1, 2])


def test_a_prompt_that_was_read_is_not_read_again_and_few_are_kept() -> None:
    reads: list[int] = []

    def read(prompt: Sequence[int], known: Prefix) -> Prefix:
        reads.append(len(prompt))
        return Prefix()

    store = PrefixStore(tokens=30)
    for length in (10, 10, 15, 10, 20, 15, 10, 50, 50):
        store.get(range(length), read)
    assert reads == [10, 15, 20, 15, 10, 50]


def test_the_frame_of_all_prompts_is_read_once_and_nothing_hangs_on_what_was_read_before() -> None:
    fed: list[int] = []

    def read(prompt: Sequence[int], known: Prefix) -> Prefix:
        fed.append(len(prompt))
        return read_prompt(SHARED, prompt, known)

    frame, header = numbers(30, 1), [7, 8]
    prompts = [[*frame, 1, 2, 3], [*frame, 1, 2, 4, 5], frame, numbers(12, 2), frame[:9]]
    store, found = PrefixStore(frame), []
    for prompt in prompts:
        cache = SharedPrefixCache([store.get(prompt, read)], [1])
        (logits,) = read_rows(SHARED, cache, [header], 1)
        np.testing.assert_allclose(logits[-1], plain_logits([*prompt, *header]), atol=CLOSE)
        found.append(logits[-1])
    assert fed == [30, 3, 4, 30, 12, 9]
    fresh = SharedPrefixCache([PrefixStore(frame).get(prompts[1], read)], [1])
    (again,) = read_rows(SHARED, fresh, [header], 1)
    assert torch.equal(again[-1], found[1])


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_course_of_a_batch(data: st.DataObject) -> None:
    ids = st.lists(st.integers(0, 259), min_size=1, max_size=12)
    prompts = data.draw(st.lists(ids, min_size=1, max_size=4))
    asks = data.draw(st.lists(st.integers(0, len(prompts) - 1), min_size=1, max_size=5).map(sorted))
    headers = [data.draw(ids) for _ in asks]
    twin = Twin(prompts, list(zip(asks, headers, strict=True)))
    last = [len(header) for header in headers]
    for _ in range(data.draw(st.integers(0, 4))):
        places = st.integers(0, len(twin.rows) - 1)
        rows = data.draw(st.lists(places, min_size=1, max_size=6).map(sorted))
        fed = [data.draw(st.lists(st.integers(0, 259), min_size=1, max_size=4)) for _ in rows]
        back = [min(data.draw(st.integers(0, 3)), last[row] - 1) for row in rows]
        twin.feed([Feed(*each) for each in zip(rows, fed, back, strict=True)])
        last = [len(tokens) for tokens in fed]
        if data.draw(st.booleans()):
            ask = data.draw(st.integers(0, len(prompts) - 1))
            headers = [data.draw(ids), data.draw(ids)]
            twin.start([(ask, header) for header in headers])
            last += map(len, headers)


def test_the_prompt_is_kept_once_however_many_rows_there_are() -> None:
    runner = CausalRunner(SHARED, [numbers(50, 1)])
    runner.start([make_job(0, [1, 2, 3]) for _ in range(6)])
    runner.step([Feed(0, [4])] * 20)
    assert runner._cache is not None
    (prefix,) = runner._cache.prefixes
    assert prefix.length == 50
    assert prefix.keys[0].shape[1] == 50
    assert runner._cache.own_keys[0].shape[0] == 20
    assert runner._cache.own_keys[0].shape[1] <= 3 + GROW


@pytest.mark.parametrize("name", ["Qwen3", "Granite", "Olmo2", "GPT2", "OPT", "GPTNeoX"])
def test_other_families(name: str) -> None:
    sizes = {k: v for k, v in SIZES.items() if name != "GPTNeoX" or "key_value" not in k}
    config = getattr(transformers, f"{name}Config")(**sizes, word_embed_proj_dim=32)
    check_family(config)


def check_family(config: Any) -> None:
    model = random_model(config)
    prompt, header = list(range(3, 25)), [5, 9, 2]
    wanted = plain_logits(prompt + header, model)
    logits = CausalRunner(TransformersNetwork(model), [prompt]).start([make_job(0, header)])
    np.testing.assert_allclose(logits[0][0], wanted, atol=CLOSE)


def test_a_sliding_window_is_fine_as_long_as_the_mail_is_shorter() -> None:
    check_family(transformers.MistralConfig(**SIZES, sliding_window=30))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (transformers.MistralConfig(**SIZES, sliding_window=10), "sliding window of 10 tokens"),
        (transformers.Gemma2Config(**SIZES, head_dim=8), "softcap"),
        (transformers.BloomConfig(vocab_size=99, hidden_size=32, n_layer=2, n_head=4), "its? own"),
    ],
)
def test_an_attention_that_it_would_get_wrong_is_refused(config: Any, reason: str) -> None:
    model = TransformersNetwork(random_model(config))
    runner = CausalRunner(model, [list(range(3, 25))])
    with pytest.raises(ModelError, match=reason) as caught:
        runner.start([make_job(0, [5, 9, 2])])
    assert "DRAFTING_MODEL" in str(caught.value)


def test_half_precision_sums_its_softmax_in_float32() -> None:
    half = TransformersNetwork(causal_model().to(torch.bfloat16))
    plain = causal_model().to(torch.bfloat16)
    plain.set_attn_implementation("eager")
    prompt, header = numbers(200, 1), numbers(9, 2)
    logits = CausalRunner(half, [prompt]).start([make_job(0, header)])[0][0]
    with torch.inference_mode():
        wanted = plain(input_ids=torch.tensor([prompt + header])).logits[0, -1].float().numpy()
    np.testing.assert_allclose(logits, wanted, atol=5e-3)
