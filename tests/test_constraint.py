"""The constraint engine's wrapper: what is allowed, and that nothing gets past an error."""

import random
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import llguidance
import numpy as np
import pytest
import sentencepiece
from transformers import PreTrainedTokenizerBase, T5Tokenizer

from drafting.draft import parse
from drafting.engine import Ask
from drafting.errors import GrammarError
from drafting.grammar import make_grammar
from drafting.prompt import Mail, load_templates
from drafting.slots import Slot, make_slots
from drafting.wording import avoided_phrases
from models import constraint as module
from models import engine as engine_module
from models.constraint import Constraint, Constraints, Pieces, piece_bytes
from tests.tiny import bpe_tokenizer, random_engine, unigram_tokenizer

CANARY = "Zanzibar-48213"
DRAFT = f'Your claim {CANARY} was denied. You failed to send "Form A" by 3 March. It is final.'
TOKENIZERS = {"causal": bpe_tokenizer, "seq2seq": unigram_tokenizer}


def slots() -> tuple[Slot, ...]:
    return make_slots(parse(DRAFT))


def grammars(family: str) -> list[str]:
    words = load_templates()["trained"].words
    return [make_grammar(slot, words, leading_space=family == "seq2seq") for slot in slots()]


@cache
def constraints(family: str) -> Constraints:
    tokenizer = TOKENIZERS[family]()
    # Wider than the vocabulary, as many models' matrices are.
    return Constraints(tokenizer, len(tokenizer) + 3)


@cache
def bare_tokenizer() -> PreTrainedTokenizerBase:
    """Return a T5 tokenizer without byte fallback that knows the letters a to e, as T5 has no {."""
    folder = Path(tempfile.mkdtemp())
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a bed cab. dead beef ace. bad cab fed a bead."] * 9),
        model_prefix=str(folder / "spiece"),
        vocab_size=24,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    tokenizer: PreTrainedTokenizerBase = T5Tokenizer.from_pretrained(str(folder), extra_ids=0)
    return tokenizer


def walk(place: Constraint, seed: int, limit: int, end: int) -> list[int]:
    """Take random allowed tokens to the end of the grammar or to the limit."""
    generator, tokens = random.Random(seed), list[int]()
    while len(tokens) < limit and not place.closed:
        allowed = np.flatnonzero(place.allowed()).tolist()
        allowed = [token for token in allowed if token != end]
        if not allowed or (place.complete and generator.random() < 0.3):
            break
        tokens.append(generator.choice(allowed))
        place.advance(tokens[-1])
    return tokens


@pytest.mark.parametrize("family", TOKENIZERS)
@pytest.mark.parametrize(
    "grammar", ["start: /[a-c]+x/", "start: /(?s:.*)z/", "start: A\nA: /b/ /c/"]
)
def test_permits_what_the_mask_allows(family: str, grammar: str) -> None:
    check_permits(constraints(family), grammar, TOKENIZERS[family](), 12)


@pytest.mark.parametrize("family", TOKENIZERS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_permits_what_the_mask_allows_in_a_slot(family: str, number: int) -> None:
    check_permits(constraints(family), grammars(family)[number], TOKENIZERS[family](), 25)


def check_permits(
    compiler: Constraints, grammar: str, tokenizer: PreTrainedTokenizerBase, steps: int
) -> None:
    end, generator = int(tokenizer.eos_token_id), random.Random(1)
    place = compiler.compile(grammar)
    for _ in range(steps):
        mask = place.allowed()
        assert mask.shape == (len(tokenizer) + 3,)
        asked = np.array([place.permits(token) for token in range(len(mask))])
        mask[end] = asked[end] = False  # The end is a matter of `complete` alone.
        assert not (mask & ~asked).any()
        # More than the mask has are only other spellings of a text that the grammar forces.
        forced = place._matcher.compute_ff_bytes()
        others = [spell(tokenizer, token) for token in np.flatnonzero(asked & ~mask).tolist()]
        assert all(forced.startswith(other) for other in others)
        if not mask.any() or place.closed:
            return
        place.advance(generator.choice(np.flatnonzero(asked).tolist()))


def spell(tokenizer: PreTrainedTokenizerBase, token: int) -> bytes:
    """Return a token's bytes; of the byte-level one only those of plain characters."""
    name = str(tokenizer.convert_ids_to_tokens(token))
    return piece_bytes(name.replace("Ġ", " "))


@pytest.mark.parametrize("family", TOKENIZERS)
def test_no_control_token_is_ever_allowed(family: str) -> None:
    tokenizer = TOKENIZERS[family]()
    place = constraints(family).compile("start: /(?s:.*)/")
    mask = place.allowed()
    control = set(tokenizer.all_special_ids) - {tokenizer.eos_token_id}
    assert not mask[sorted(control)].any()
    assert not mask[len(tokenizer) :].any(), "a place of the matrix that no token has"


@pytest.mark.parametrize("family", TOKENIZERS)
def test_reads_to_the_letter_what_it_let_through(family: str) -> None:
    compiler = constraints(family)
    text = 'We can\'t  accept "Form 7 , B" .. for 1 204,50 € or 東京 😀, ok ?'
    place = compiler.compile(quoted(text))
    tokens = walk(place, 1, 400, TOKENIZERS[family]().eos_token_id)
    assert compiler.read(tokens) == text


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'start: "{escaped}"'


def test_a_copy_goes_its_own_way() -> None:
    place = constraints("causal").compile('start: "ab" | "ac"')
    ids = {letter: bpe_tokenizer().encode(letter)[0] for letter in "abc"}
    place.advance(ids["a"])
    other = place.copy()
    other.advance(ids["b"])
    assert other.complete
    assert not place.complete
    assert place.permits(ids["c"])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_was_written_before_changes_no_answer(number: int) -> None:
    grammar, end = grammars("causal")[number], int(bpe_tokenizer().eos_token_id)
    used, asked = constraints("causal"), range(0, constraints("causal").vocabulary, 3)
    for seed in range(20):
        walk(used.compile(grammar), seed, 30, end)
    for seed in range(10, 30):
        place = used.compile(grammar)
        new = Constraints(bpe_tokenizer(), used.vocabulary).compile(grammar)
        for token in walk(used.compile(grammar), seed, 30, end):
            assert [*map(place.permits, asked)] == [*map(new.permits, asked)]
            place.advance(token)
            new.advance(token)


def test_no_grammar_serves_until_its_lexer_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"initial_lexer_fuel": 10**8, "step_lexer_fuel": 10**7, "max_lexer_states": 800}
    monkeypatch.setattr(module, "LIMITS", llguidance.LLParserLimits(**limits))
    grammar, end = grammars("causal")[1], int(bpe_tokenizer().eos_token_id)

    def write(uses: int) -> None:
        monkeypatch.setattr(module, "USES", uses)
        compiler = Constraints(bpe_tokenizer(), constraints("causal").vocabulary)
        for seed in range(120):
            walk(compiler.compile(grammar), seed, 150, end)

    write(5)
    with pytest.raises(GrammarError, match="too many states"):
        write(10**9)


@pytest.mark.parametrize(
    "grammar",
    [
        "",
        "no grammar at all",
        f'start: X\nY: "{CANARY}"',
        f"start: {CANARY}",
        f'start: "{CANARY}',
        f'start: "{CANARY}" : "x"',
        f"start: /{CANARY}(/",
        f"start: /(?<={CANARY})a/",
        f"start: /\\p{{{CANARY}}}/",
        f"start: <{CANARY}>",
        f"start: @{CANARY}",
        f'{{"{CANARY}": [}}',
    ],
)
@pytest.mark.parametrize("family", TOKENIZERS)
def test_a_refused_grammar_is_an_error_without_a_word_of_the_mail(
    family: str, grammar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GrammarError, match="refused") as caught:
        constraints(family).compile(grammar)
    said = str(caught.value) + "".join(capfd.readouterr())
    assert not any(part in said for part in ("Zanzibar", "48213"))


@pytest.mark.parametrize("family", TOKENIZERS)
def test_a_refused_token_is_an_error_without_a_word_of_the_mail(
    family: str, capfd: pytest.CaptureFixture[str]
) -> None:
    place = constraints(family).compile(quoted(CANARY))
    allowed = place.allowed()
    wrong = next(t for t in range(len(allowed)) if not allowed[t] and not place.permits(t))
    with pytest.raises(GrammarError, match="refused") as caught:
        place.advance(wrong)
    said = str(caught.value) + "".join(capfd.readouterr())
    assert not any(part in said for part in ("Zanzibar", "48213"))
    with pytest.raises(GrammarError):
        place.allowed()


@pytest.mark.parametrize(
    "tight", [{"initial_lexer_fuel": 100}, {"step_lexer_fuel": 10}, {"max_lexer_states": 2}]
)
def test_an_engine_out_of_its_limits_fills_nothing(
    tight: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMITS", llguidance.LLParserLimits(**tight))
    heard: list[str] = []
    ask = Ask(Mail(None, "-"), slots(), 2)
    # A new one: what is compiled under such limits is kept, and others share the cached engine.
    engine = random_engine.__wrapped__("babbling")
    with pytest.raises(GrammarError) as caught:
        engine.fill([ask], lambda number, slot, found: heard.append(slot))
    assert "Zanzibar" not in str(caught.value)


def test_one_broken_grammar_fails_the_call_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def make(slot: Slot, *_: object, **__: object) -> str:
        return "start: (" if slot.id == "s3" else 'start: "keep"'

    monkeypatch.setattr(engine_module, "make_grammar", make)
    heard: list[str] = []
    with pytest.raises(GrammarError):
        random_engine("causal").fill(
            [Ask(Mail(None, "-"), slots())], lambda number, slot, found: heard.append(slot)
        )
    assert heard == []


@pytest.mark.parametrize("family", TOKENIZERS)
def test_the_whole_avoid_list_is_carried_to_the_limit_of_a_filling(family: str) -> None:
    assert len(avoided_phrases()) > 100
    end = int(TOKENIZERS[family]().eos_token_id)
    for number, grammar in enumerate(grammars(family)):
        for seed in range(3):
            tokens = walk(constraints(family).compile(grammar), seed + 7 * number, 150, end)
            assert tokens


def test_the_engines_own_limits_would_give_up_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMITS", llguidance.LLParserLimits())
    end = int(bpe_tokenizer().eos_token_id)
    compiler = Constraints(bpe_tokenizer(), constraints("causal").vocabulary)
    places = [compiler.compile(grammars("causal")[1]) for _ in range(20)]
    with pytest.raises(GrammarError, match="too many expressions"):
        [walk(place, seed, 150, end) for seed, place in enumerate(places)]


def test_a_vocabulary_without_what_must_follow_allows_nothing_and_raises_nothing() -> None:
    tokenizer = bare_tokenizer()
    compiler = Constraints(tokenizer, len(tokenizer))
    place = compiler.compile('start: X\nX: / ?/ "a{{bed}}"')
    assert not place.allowed()[0]
    for token in walk(compiler.compile('start: X\nX: / ?/ "a"'), 1, 9, 1):
        place.advance(token)
    assert not place.complete
    assert not place.allowed().any()


class TestPieces:
    """The bytes of sentencepiece's pieces."""

    def test_bytes(self) -> None:
        assert piece_bytes("▁the") == b" the"
        assert piece_bytes("<0xE2>") == b"\xe2"
        assert piece_bytes("<0xe2>") == b"<0xe2>"
        assert piece_bytes("a▁b") == b"a b"
        assert piece_bytes("é") == "é".encode()

    def test_control_pieces_are_marked(self) -> None:
        pieces = Pieces(unigram_tokenizer(), len(unigram_tokenizer()) + 2)
        assert len(pieces.tokens) == len(unigram_tokenizer()) + 2
        for index in pieces.special_token_ids:
            assert pieces.tokens[index].startswith(b"\xff")
        assert {0, 1, 2, len(unigram_tokenizer()) + 1} <= set(pieces.special_token_ids)

    def test_any_text_is_made_of_pieces(self) -> None:
        pieces = Pieces(unigram_tokenizer(), len(unigram_tokenizer()))
        for text in ("You failed", " {x} 東京", "", "</s><pad>"):
            ids = pieces(text)
            assert b"".join(pieces.tokens[index] for index in ids) == text.encode()
            assert not set(ids) & set(pieces.special_token_ids)

    def test_what_no_piece_holds_ends_the_list(self) -> None:
        pieces = Pieces(bare_tokenizer(), len(bare_tokenizer()))
        assert b"".join(pieces.tokens[i] for i in pieces("bed{a")) == b"bed"
