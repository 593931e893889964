"""Each move does what its examples say, touches no fact, and a bad book names its bad entry."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Op, Source
from drafting.facts import Fact, FactKind, find_facts
from drafting.labels import Label
from drafting.moves import MoveBookError, apply_moves, explain_moves, load_moves
from drafting.moves.book import MoveEntry, read_book
from drafting.moves.index import SignIndex
from drafting.moves.move import Move
from drafting.moves.shelf import FILE, load_printed
from drafting.moves.shelter import shelter
from drafting.moves.signs import find_signs
from tests.drafts import rows

ENTRIES = read_book().moves
MOVES = {move.id: move for move in load_moves()}
entries = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
DROPPING = {
    *("you_must_understand", "as_you_should_know", "you_must_have_done", "blame_your_own_device"),
    *("blame_so_it_is_you", "reproach_so_you_received_it", "refusal1_must_be_refused"),
    *("whose_fault_we_suspect_that", "whose_fault_would_not_have_happened_if_told"),
    *("hindsight_should_have_known_that", "hindsight_just_had_to", "closed_door_we_ask_not"),
    *("closed_door_free_to_go", "closed_door_complain_if_you_like"),
    *("jibe_cannot_read_minds_so", "jibe_tail_cannot_read_minds", "tail_as_anyone_can_see"),
}
"""Moves that take a word away which is no duty or limit here: "you must realise that", "it must be
lost", "we can only assume", "you only had to ask", "feel free to complain"."""
KEPT_WORDS = ("must", "within", "only", "unless", "until", "except", "may", "free", "final")

FACTS = (
    (FactKind.MERGE_TAG, "{{kindly.remit}}"),
    (FactKind.MERGE_TAG, "%{NOT u asap}"),
    (FactKind.LINK, "https://send.example/pay-now?u=ur"),
    (FactKind.EMAIL, "please.note@cant.example"),
    (FactKind.PHONE, "+44 20 7946 0110"),
    (FactKind.MONEY, "$1,200.50"),
    (FactKind.DATE, "5 May"),
    (FactKind.TIME, "8:30am"),
    (FactKind.QUANTITY, "14 days"),
    (FactKind.REFERENCE, "section 7.2"),
    (FactKind.QUOTE, "“Per our policy, u cant DO that!!!”"),
    (FactKind.CODE, "`you failed to send it`"),
    (FactKind.NAME, "Obviously Ltd"),
)
CARRIERS = (
    "Send {} to {}.",
    "Pay {} by {} or {} is sold!!!",
    "As I already said, {} cannot be refunded before {}.",
    "You failed to attach {} within {}.",
    "You claim that {} never arrived on {}.",
    "Per our policy, {} is not accepted after {}, no exceptions",
    "Your request for {} was denied because of {}.",
    "Refund of {} not possible, u know that, prior to {}",
    "DO NOT REPLY TO {} OR {}",
    "If {} is late, contact {} NOW.",
    "The invoice {} was sent to {} in error.",
    "{} cannot be processed pursuant to {}; do not call {}.",
    "Kindly notify us of {} at {} asap.",
    "Should you wish to use {}, remit {} in lieu of {}.",
    "We regret to inform you that {} will not be waived, as you should know, by {}.",
)


def run_one(move: Move, sentence: str) -> str | None:
    """What one move makes of a sentence: "" where it deletes, None where it does not apply."""
    results = apply_moves(sentence, find_facts(sentence), [move])
    return (results[0].candidate.text or "") if results else None


def first(sentence: str) -> str | None:
    results = apply_moves(sentence, find_facts(sentence))
    return results[0].candidate.text if results else None


class TestBook:
    def test_it_holds_many_moves_with_names_of_their_own(self) -> None:
        assert len(ENTRIES) >= 200
        assert len(MOVES) == len(ENTRIES)

    @entries
    def test_it_makes_each_change(self, entry: MoveEntry) -> None:
        made = {each.before: run_one(MOVES[entry.id], each.before) for each in entry.changes}
        assert made == {each.before: each.after or "" for each in entry.changes}

    @entries
    def test_it_leaves_each_sentence(self, entry: MoveEntry) -> None:
        made = {sentence: run_one(MOVES[entry.id], sentence) for sentence in entry.leaves}
        assert made == dict.fromkeys(entry.leaves)

    @entries
    def test_the_chain_comes_to_rest(self, entry: MoveEntry) -> None:
        for example in entry.changes:
            after = first(example.before)
            assert after is None or first(after) is None, after

    @entries
    def test_the_chain_keeps_duties_and_limits(self, entry: MoveEntry) -> None:
        for before in (example.before for example in entry.changes):
            results = apply_moves(before, find_facts(before))
            after = results[0].candidate.text if results else None
            if not after or set(results[0].moves) & DROPPING:
                continue
            for word in KEPT_WORDS:
                pattern = rf"(?i)\b{word}\b"
                kept = len(re.findall(pattern, after)) >= len(re.findall(pattern, before))
                assert kept, (word, after)

    @entries
    def test_it_tells_the_agent_why(self, entry: MoveEntry) -> None:
        assert entry.why.endswith(".")
        assert len(entry.why) <= 100

    @entries
    def test_it_writes_whole_sentences(self, entry: MoveEntry) -> None:
        for example in entry.changes:
            if example.after:
                assert not example.after[0].islower()
                facts = [fact.text for fact in find_facts(example.after)]
                assert example.after.endswith((".", "?", "!", ":", *facts[-1:]))
                assert "  " not in example.after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Per our policy, refunds take 5 days.", "Refunds take 5 days."),
        ("Send the form.", "Please send the form."),
        ("Request denied.", "I'm not able to approve your request."),
        ("As I already said, the fee is $40.", "The fee is $40."),
        ("You failed to attach the receipt.", "We haven't received the receipt yet."),
        ("Remit payment within 14 days.", "Please pay within 14 days."),
        ("You claim that it never arrived.", "You've told us that it never arrived."),
        ("Closed as duplicate.", "I'm closing this as a duplicate."),
        ("No refunds.", "We aren't able to give refunds."),
        ("Not covered.", "This isn't covered."),
        ("No exceptions.", "We aren't able to make exceptions."),
        ("FINAL NOTICE!!!", "This is our final notice."),
        ("Install the app.", "Please install the app."),
        ("Phone 0161 496 0116 before noon.", "Please phone 0161 496 0116 before noon."),
        ("PAY NOW OR WE CANCEL IT!!!", "Please pay now, as otherwise we cancel it."),
        ("u cant use ur card", "You can't use your card."),
        ("Obviously, you must log in first.", "You must log in first."),
        (
            "If you have photos, send them by 5 May.",
            "If you have photos, please send them by 5 May.",
        ),
        (
            "Your account was suspended in error.",
            "We suspended your account in error, and I'm sorry.",
        ),
        ("Penalty cannot be waived.", "We can't waive the penalty."),
        (
            "Should you wish to proceed, remit payment at {{link}}.",
            "If you'd like to proceed, please pay at {{link}}.",
        ),
        (
            "Per policy, lost tickets are not replaced.",
            "We aren't able to replace lost tickets.",
        ),
    ],
)
def test_it_rewrites(before: str, after: str) -> None:
    assert first(before) == after


@pytest.mark.parametrize(
    "sentence",
    [
        "Your client has declined your request.",
        "Your claim was rejected by the insurer.",
        "Your card was declined.",
        "You will not be charged.",
        "Your data will not be disclosed.",
        "This decision is final.",
        "You must provide the form.",
        "Contact details are online.",
        "Return flights are cheaper.",
        "Log files show the error.",
        "Click & Collect is still available.",
        "Note that down.",
        "Do you need anything else?",
        "Don't worry, nothing is lost.",
        "He did as we said.",
        "The claim is denied in full.",
        "Once shipped, orders cannot be amended.",
        "The lock lifts after an hour and cannot be removed by hand.",
        "Your insurance policy covers theft.",
        "Under our policy, you are covered for theft.",
        "Payment shall be made in May.",
        "La commande dont vous parlez est en route.",
        "Bring das Paket bitte zur Post und warte.",
        "Submit receipt",
        "Filming is forbidden in all rooms.",
        "All pets are strictly prohibited.",
        "Install off.",
        "Get a job then.",
        "If it is too dear, get a life.",
        "Just send it when you have a minute.",
        "Phone 0161 496 0116.",
        "[AGENT NOTE: ask first] The pool opens at noon.",
        "",
        "...",
    ],
)
def test_it_leaves_alone(sentence: str) -> None:
    assert apply_moves(sentence, find_facts(sentence)) == ()


class TestFacts:
    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(CARRIERS), st.lists(st.sampled_from(FACTS), min_size=3, max_size=3))
    def test_every_fact_stands_as_it_was_and_in_order(
        self, carrier: str, chosen: list[tuple[FactKind, str]]
    ) -> None:
        sentence, facts = _fill(carrier, chosen)
        for result in apply_moves(sentence, facts):
            text = result.candidate.text
            assert text is not None
            at = 0
            for fact in facts:
                at = text.index(fact.text, at) + len(fact.text)
            for word in {fact.text for fact in facts}:
                assert text.count(word) == sentence.count(word)

    @settings(max_examples=100, deadline=None)
    @given(st.text(alphabet="aAbIu '’.,!?:;()-\n\ue000&5$", max_size=60))
    def test_any_text_is_survived(self, sentence: str) -> None:
        for result in apply_moves(sentence, find_facts(sentence)):
            assert result.candidate.op is Op.DELETE or result.candidate.text

    def test_a_sentence_with_private_use_characters_is_left_alone(self) -> None:
        assert apply_moves("Send \ue001 the form.", ()) == ()

    def test_a_sentence_with_a_fact_is_never_deleted(self) -> None:
        sentence = "Ignorance is no excuse"
        assert apply_moves(sentence, ())[0].candidate.op is Op.DELETE
        fact = Fact(FactKind.NAME, "Ignorance", (0, 9))
        assert apply_moves(sentence, (fact,)) == ()

    def test_a_span_that_does_not_hold_its_fact_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="money"):
            apply_moves("Send $5 now.", (Fact(FactKind.MONEY, "$5", (0, 2)),))

    def test_a_fact_that_opens_the_sentence_keeps_its_letters(self) -> None:
        assert first("{{product}} cannot be refunded.") == "We can't refund {{product}}."

    def test_a_word_that_may_be_a_name_keeps_its_capital_or_stops_the_move(self) -> None:
        assert first("Moonbear cannot be reinstated.") is None
        assert first("VIP tickets cannot be refunded.") == "We can't refund VIP tickets."


class TestChain:
    def test_the_best_result_has_all_moves_and_the_others_fewer(self) -> None:
        results = apply_moves("Notify us of your complaint.", ())
        assert [result.candidate.text for result in results] == [
            "Please tell us about your complaint.",
            "Please notify us of your complaint.",
        ]
        assert results[0].moves == ("do_this", "notify_us")

    def test_at_most_four_results_and_none_twice(self) -> None:
        sentence = "Kindly furnish proof prior to Monday, in lieu of a visit, in order to commence."
        results = apply_moves(sentence, ())
        texts = [result.candidate.text for result in results]
        assert 1 < len(texts) <= 4
        assert len(set(texts)) == len(texts)

    def test_the_label_is_that_of_the_strongest_move(self) -> None:
        result = apply_moves("If you claim to have paid, send the slip.", ())[0]
        assert len(result.moves) > 1
        assert result.candidate.label is Label.BENEFIT_OF_THE_DOUBT

    def test_tidying_decides_the_label_only_where_it_is_alone(self) -> None:
        assert apply_moves("DO NOT call ANY branch.", ())[0].candidate.label is Label.NEXT_STEPS
        assert apply_moves("We dont open.", ())[0].candidate.label is Label.EXPLANATION

    def test_tidying_is_never_left_out(self) -> None:
        for result in apply_moves("pls kindly send it prior to noon!!!", ()):
            assert "!!" not in (result.candidate.text or "")
            assert "pls" not in (result.candidate.text or "")

    def test_all_candidates_are_moves(self) -> None:
        for result in apply_moves("As I said, send the form prior to noon.", ()):
            assert result.candidate.source is Source.MOVE
            assert len(result.why) == len(result.moves)

    def test_the_reasons_are_those_of_the_best_result(self) -> None:
        assert explain_moves("Send the form.", ()) == (
            "It asks instead of issuing an instruction.",
        )
        assert explain_moves("The form is here.", ()) == ()

    def test_what_is_too_long_for_a_sentence_is_left_alone(self) -> None:
        assert apply_moves("Send the form " + "and the form " * 100, ()) == ()


class TestForm:
    def test_curly_apostrophes_stay_curly(self) -> None:
        assert first("Don’t open it, it’s hot.") == "Please don’t open it, it’s hot."

    def test_wrapped_lines_become_one(self) -> None:
        assert first("Send\n  the form   by noon") == "Please send the form by noon."

    def test_a_colon_stays_where_a_list_follows(self) -> None:
        assert first("Send us the following:") == "Please send us the following:"

    def test_a_question_stays_one(self) -> None:
        assert first("Did you even charge it?") == "Did you charge it?"

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("Pay at https://a.example/pay", "Please pay at https://a.example/pay"),
            ('Do not click "Save."', 'Please don\'t click "Save."'),
            ("Send it to the desk 😊", "Please send it to the desk 😊"),
        ],
    )
    def test_no_full_stop_where_it_would_hurt(self, before: str, after: str) -> None:
        assert first(before) == after

    def test_a_shouted_word_that_may_be_a_name_stops_the_rewrite(self) -> None:
        assert first("DO NOT CALL QWORTHY NOW.") is None
        assert first("DO NOT CALL THE DESK.") == "Please don't call the desk."


class TestBadBook:
    def test_a_good_book_loads(self, tmp_path: Path) -> None:
        assert [move.id for move in load_moves(_book(tmp_path, _entry()))] == ["tester"]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"colour": "red"}, "move 'tester'.colour"),
            ({"label": "kindness"}, "move 'tester'.label"),
            ({"rank": 7}, "move 'tester'.rank"),
            ({"becomes": None}, "move 'tester': .*either `becomes` or `delete: true`"),
            ({"delete": True}, "move 'tester': .*either `becomes` or `delete: true`"),
            ({"why": ""}, "move 'tester'.why"),
            ({"changes": [{"before": "a", "after": "b"}]}, "move 'tester'.changes"),
            ({"changes": [{"before": "a"}, {"before": "b"}]}, "move 'tester': .*`after`"),
            ({"leaves": ["one"]}, "move 'tester'.leaves"),
            ({"pattern": "(?P<x>a"}, "move 'tester', pattern: .*unterminated"),
            ({"pattern": "{nouns}"}, "move 'tester', pattern: .*'nouns'"),
            ({"only_if": "("}, "move 'tester', only_if"),
            ({"becomes": "{y}"}, "move 'tester', becomes: .*no group 'y'"),
            ({"becomes": "{x|shout}"}, "move 'tester', becomes: .*no filter 'shout'"),
            ({"becomes": "{x} }"}, "move 'tester', becomes: .*brace"),
        ],
    )
    def test_a_bad_entry_is_named(
        self, tmp_path: Path, change: dict[str, object], message: str
    ) -> None:
        with pytest.raises(MoveBookError, match=message):
            load_moves(_book(tmp_path, _entry() | change))

    def test_an_entry_without_a_name_is_counted(self, tmp_path: Path) -> None:
        entry = _entry()
        del entry["id"]
        with pytest.raises(MoveBookError, match=r"move 0\.id"):
            load_moves(_book(tmp_path, entry))

    def test_an_id_used_twice_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(MoveBookError, match="'tester': the id is used twice"):
            load_moves(_book(tmp_path, _entry(), _entry()))

    def test_what_is_not_yaml_is_said_so(self, tmp_path: Path) -> None:
        (tmp_path / "moves.yaml").write_text("moves: [", "utf-8")
        with pytest.raises(MoveBookError, match=r"moves\.yaml is not YAML"):
            load_moves(tmp_path)

    def test_a_folder_without_moves_is_said_so(self, tmp_path: Path) -> None:
        (tmp_path / "lists.yaml").write_text("words: {}\nforms: {}\nmacros: {}\n", "utf-8")
        with pytest.raises(MoveBookError, match="holds no moves"):
            load_moves(tmp_path)


class TestChapters:
    """Chapters lie beside each other, and each may add to the lists of the others."""

    def test_moves_go_by_the_names_of_the_chapters(self, tmp_path: Path) -> None:
        _write(tmp_path / "20_b.yaml", moves=[_entry() | {"id": "second"}])
        _write(tmp_path / "10_a.yaml", moves=[_entry() | {"id": "first"}])
        assert [move.id for move in load_moves(tmp_path)] == ["first", "second"]

    def test_words_of_a_later_chapter_count_in_an_earlier_move(self, tmp_path: Path) -> None:
        _write(
            tmp_path / "10_a.yaml",
            words={"fruit": "apple"},
            moves=[_entry() | {"pattern": "^(?P<x>{fruit})$"}],
        )
        _write(tmp_path / "20_b.yaml", words={"fruit": "pear"})
        (move,) = load_moves(tmp_path)
        assert run_one(move, "Pear") == "Pearb."

    def test_a_form_given_twice_is_named(self, tmp_path: Path) -> None:
        _write(tmp_path / "10_a.yaml", forms={"base": {"sent": "send"}}, moves=[_entry()])
        _write(tmp_path / "20_b.yaml", forms={"base": {"sent": "sand"}})
        with pytest.raises(MoveBookError, match="forms 'base': 'sent' is given twice"):
            load_moves(tmp_path)

    def test_a_bad_chapter_is_named(self, tmp_path: Path) -> None:
        _write(tmp_path / "10_a.yaml", moves=[_entry()])
        _write(tmp_path / "20_b.yaml", moves=[_entry() | {"id": "other", "label": "kindness"}])
        with pytest.raises(MoveBookError, match=r"20_b\.yaml, move 'other'\.label"):
            load_moves(tmp_path)


class TestSigns:
    """What a sentence must hold before a pattern is even tried."""

    @pytest.mark.parametrize(
        ("pattern", "signs"),
        [
            ("^will be (?:closed|sent)", {"will be "}),
            ("(?P<x>Closed|sent) .*", {"closed", "sent"}),
            ("(?:closed|[a-z]+)", set()),
            ("(?:now )?not (?!ever)at all", {"at all"}),
            ("(?:never ){2}", {"never "}),
            ("(?<=without )notice$", {"without "}),
            (".*", set()),
        ],
    )
    def test_they_are_the_longest_texts_asked_for(self, pattern: str, signs: set[str]) -> None:
        assert set(find_signs(pattern)) == signs

    def test_no_sentence_that_a_move_finds_lacks_them(self) -> None:
        texts = [text for row in rows()[::40] for text in row.sentences]
        texts += [example.before for entry in ENTRIES for example in entry.changes]
        bodies = {s.body for text in texts if (s := shelter(text, find_facts(text)))}
        moves = list(MOVES.values())
        index = SignIndex(moves)
        for body in bodies:
            passed = set(range(len(moves))).difference(index.find(body.lower()))
            assert not [moves[n].id for n in passed if moves[n].pattern.search(body)], body

    @given(st.data())
    def test_the_index_finds_the_moves_whose_signs_are_there(self, data: st.DataObject) -> None:
        moves = list(MOVES.values())[::7]
        signs = sorted({sign for move in moves for sign in move.printed.signs})
        pieces = data.draw(st.lists(st.sampled_from(signs) | st.text(" aeinorst'", max_size=4)))
        # A sign that lacks its last letter is none.
        body = "".join(piece[: data.draw(st.integers(len(piece) - 1, 99))] for piece in pieces)
        there = [
            number
            for number, move in enumerate(moves)
            if not move.printed.signs or any(sign in body for sign in move.printed.signs)
        ]
        assert SignIndex(moves).find(body) == there

    def test_most_moves_have_some(self) -> None:
        assert sum(not move.printed.signs for move in MOVES.values()) < len(MOVES) / 10


class TestShelf:
    """The printed book is kept in the cache until a chapter changes."""

    def test_it_is_the_book(self, tmp_path: Path) -> None:
        folder = _folder(tmp_path)
        assert load_printed(_book(folder, _entry()), tmp_path) == load_printed(folder, tmp_path)
        assert [move.id for move in load_printed(folder, tmp_path).moves] == ["tester"]

    def test_what_is_kept_is_read_and_no_chapter(self, tmp_path: Path) -> None:
        folder = _book(_folder(tmp_path), _entry())
        load_printed(folder, tmp_path)
        kept = (tmp_path / FILE).read_text("utf-8")
        (tmp_path / FILE).write_text(kept.replace("tester", "keeper"), "utf-8")
        assert [move.id for move in load_printed(folder, tmp_path).moves] == ["keeper"]

    def test_a_changed_chapter_makes_it_anew(self, tmp_path: Path) -> None:
        folder = _book(_folder(tmp_path), _entry())
        load_printed(folder, tmp_path)
        _write(folder / "b.yaml", moves=[_entry() | {"id": "another"}])
        moves = load_printed(folder, tmp_path).moves
        assert {move.id for move in moves} == {"tester", "another"}

    @pytest.mark.parametrize("content", ["", "{", '{"digest": "x", "printed": {}}'])
    def test_a_broken_one_is_made_anew(self, tmp_path: Path, content: str) -> None:
        folder = _book(_folder(tmp_path), _entry())
        (tmp_path / FILE).write_text(content, "utf-8")
        assert [move.id for move in load_printed(folder, tmp_path).moves] == ["tester"]

    def test_a_cache_that_cannot_be_written_is_done_without(self, tmp_path: Path) -> None:
        folder = _book(_folder(tmp_path), _entry())
        (tmp_path / "file").write_text("", "utf-8")
        moves = load_printed(folder, tmp_path / "file" / "cache").moves
        assert [move.id for move in moves] == ["tester"]


def _folder(parent: Path) -> Path:
    folder = parent / "chapters"
    folder.mkdir()
    return folder


def _fill(carrier: str, chosen: list[tuple[FactKind, str]]) -> tuple[str, tuple[Fact, ...]]:
    """The carrier with its gaps filled, and the facts where they now stand."""
    sentence = ""
    facts: list[Fact] = []
    for part, (kind, text) in zip(carrier.split("{}"), _endless(chosen), strict=False):
        sentence += part
        if carrier.count("{}") > len(facts):
            facts.append(Fact(kind, text, (len(sentence), len(sentence) + len(text))))
            sentence += text
    return sentence, tuple(facts)


def _endless(chosen: list[tuple[FactKind, str]]) -> Iterator[tuple[FactKind, str]]:
    while True:
        yield from chosen


def _entry() -> dict[str, object]:
    return {
        "id": "tester",
        "label": "explanation",
        "pattern": "^(?P<x>a)$",
        "becomes": "{x}b",
        "why": "A test.",
        "changes": [{"before": "a", "after": "Ab."}, {"before": "A.", "after": "Ab."}],
        "leaves": ["b", "c"],
    }


def _book(folder: Path, *entries: dict[str, object]) -> Path:
    _write(folder / "moves.yaml", words={"plain": "a"}, moves=list(entries))
    return folder


def _write(path: Path, **chapter: object) -> None:
    path.write_text(yaml.safe_dump(chapter), "utf-8")
