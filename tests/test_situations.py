"""Which situations are found, and above all which are not."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.errors import PromptFileError
from drafting.situations import (
    Mark,
    even_out,
    find_marks,
    find_situations,
    load_situations,
    read,
    takes_closing,
    takes_opening,
)
from drafting.situations.entries import Example, Noticed, Weight

BOOK = load_situations()
FINDS = [(entry, example) for entry in BOOK.situations for example in entry.finds]
LEAVES = [(entry, example) for entry in BOOK.situations for example in entry.leaves]
MARKS = [(mark, example) for mark in BOOK.marks for example in (*mark.finds, *mark.leaves)]


def _name(value: object) -> str:
    if isinstance(value, Noticed):
        return value.id
    return f"{value.draft} {value.message or ''}"[:50] if isinstance(value, Example) else ""


@pytest.mark.parametrize(("entry", "example"), FINDS, ids=_name)
def test_it_finds_the_examples(entry: Noticed, example: Example) -> None:
    assert entry.id in find_situations(example.draft, example.message)


@pytest.mark.parametrize(("entry", "example"), LEAVES, ids=_name)
def test_it_leaves_the_others(entry: Noticed, example: Example) -> None:
    assert entry.id not in find_situations(example.draft, example.message)


@pytest.mark.parametrize(("mark", "example"), MARKS, ids=_name)
def test_marks_hold(mark: Any, example: Example) -> None:
    found = mark.id in find_marks(read(example.draft, example.message))
    assert found == (example in mark.finds)


def test_there_are_enough_situations_each_with_a_trap() -> None:
    assert len(BOOK.situations) >= 60
    assert not [entry.id for entry in BOOK.situations if not entry.leaves]


@pytest.mark.parametrize("draft", ["", "   \n", "Hello", "Our shop is in Leeds.", "{{body}}"])
def test_nothing_is_found_where_nothing_is_said(draft: str) -> None:
    assert find_situations(draft, None) == ()


def test_a_grave_situation_stands_alone() -> None:
    message = "My husband died in May. Three weeks and still no refund!! This is ridiculous."
    found = find_situations("Refund denied. The ticket is non-refundable.", message)
    assert found[0] == "bereavement"
    assert not {"refusal_refund", "long_wait", "upset"} & set(found)


def test_an_admitted_fault_is_owned_beside_a_grave_situation() -> None:
    found = find_situations(
        "The kitchen forgot to pass it on. This was our mistake.",
        "My son had an allergic reaction after your soup.",
    )
    assert found == ("harmed", "our_mistake")


def test_a_quiet_situation_hides_the_others() -> None:
    found = find_situations("Go to Settings and choose Cards.", "Hi, how do I add a second card?")
    assert found == ("how_to_question",)


def test_nothing_is_said_of_what_the_draft_disputes() -> None:
    message = "The lamp arrived broken and nobody answered my mails."
    agreed = find_situations("Send a photo, and a new one leaves on Monday.", message)
    disputed = find_situations("Our photos show an undamaged lamp.", message)
    assert {"damaged_item", "no_answer"} <= set(agreed)
    assert not {"damaged_item", "no_answer"} & set(disputed)


@pytest.mark.parametrize(
    "draft",
    [
        "If you think that we made a mistake, write to us.",
        "The charge is correct. There was no error on our side.",
        "You sent it to the wrong department by mistake.",
        "This is a limit of the browser and not a bug on our side.",
        "Error code 12 means that the cable is loose.",
        "A payment error occurred at your bank.",
        "Not our fault, ask the manufacturer.",
        "This was not caused by our update.",
        "Nothing was sent to the wrong address.",
        "It was never entered incorrectly by our team.",
        "We did not cancel. Your office did.",
        "We didn't send this.",
        "Closed by mistake, you say. We are not at fault.",
        "Sent to the wrong house. No apology is due.",
    ],
)
def test_a_fault_is_never_ours_unless_the_draft_says_so(draft: str) -> None:
    assert "our_mistake" not in find_situations(draft, "Why was I charged twice? Your fault!")


@pytest.mark.parametrize(
    "draft",
    [
        "Your bike is not here because our driver lost the label.",
        "No bus came, and the timetable was wrong: our mistake.",
        "Not only the first bill was sent to the wrong address.",
        "We did not cancel it when you asked.",
    ],
)
def test_a_negation_that_governs_something_else_denies_no_fault(draft: str) -> None:
    assert "our_mistake" in find_situations(draft, "Where is it?")


def test_a_silent_situation_hides_all_others_even_an_admitted_fault() -> None:
    draft = "We closed it by mistake. Your claim is declined."
    assert "our_mistake" in find_situations(draft, "I had chest pains.")
    message = "I had chest pains. There is nothing left for me."
    assert find_situations(draft, message) == ("self_harm_feared",)


@pytest.mark.parametrize(
    ("draft", "message", "opening", "closing"),
    [
        ("Your claim is declined.", "Where is my money??", True, True),
        ("Because it is late. Your claim is declined.", "Why??", False, True),
        ("To keep it clean. Your claim is declined.", "Why??", False, True),
        ("To get in, ring the bell.", "It is locked??", True, True),
        ("Your claim is declined.", "I'll burn your shop down.", False, False),
    ],
)
def test_where_a_sentence_of_ours_may_stand(
    draft: str, message: str, opening: bool, closing: bool
) -> None:
    assert takes_opening(draft, message) == opening
    assert takes_closing(draft, message) == closing


@pytest.mark.parametrize(
    "message",
    [
        "We have been loyal tenants for nine years and would like yellow.",
        "After six years with you and no thanks.",
        "A member for five years and now this price.",
        "three weeks without sleep",
    ],
)
def test_years_with_us_and_nights_awake_are_no_wait(message: str) -> None:
    assert "long_wait" not in find_situations("The price is $9.", message)


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ("The screen isn't covered.", "My husband's phone died."),
        ("The match is over.", "We lost badly on Sunday."),
        ("A new battery is $20.", "The laptop died yesterday."),
        ("The seat can be moved.", "My sister passed her exam and flies later."),
    ],
)
def test_nobody_is_mourned_who_did_not_die(draft: str, message: str) -> None:
    assert not {"bereavement", "grief_mentioned"} & set(find_situations(draft, message))


@pytest.mark.parametrize(
    "message",
    [
        "Where is my gas bill?",
        "The smoke test passed, how do I fire up the app?",
        "Can I install it on Fire TV?",
        "Great work, you guys are on fire!",
        "I lost my son's account password.",
        "I lost my partner card.",
        "The setting is buried in a menu.",
        "The battery is dead.",
        "Which terminal does the bus leave from?",
        "How do I end my life insurance?",
        "My inbox is flooded with mails.",
        "Does it have a bleeding edge chip?",
        "The screen shows a diagnosis page.",
        "It broke into two parts.",
    ],
)
def test_nothing_grave_is_found_in_words_that_only_sound_so(message: str) -> None:
    book = {situation.id: situation for situation in BOOK.situations}
    found = find_situations("The form is on our website.", message)
    assert not [name for name in found if book[name].weight is Weight.GRAVE]


@pytest.mark.parametrize(
    "draft",
    [
        "Applications that arrive late are refused.",
        "Your application must be signed, or it is refused.",
        "Bags over 23 kg will be refused at the gate.",
        "The driver was refused access.",
    ],
)
def test_a_rule_about_everyone_is_no_refusal(draft: str) -> None:
    assert not [found for found in find_situations(draft, None) if found.startswith("refusal")]


def test_conditions_between_noun_and_verb_break_the_match() -> None:
    assert find_situations("Your request of 3 May has been refused.", None) == ("refusal_request",)
    assert find_situations("Your request must be signed or is refused.", None) == ()


def test_texts_are_evened_out() -> None:
    text = (
        "It’s  NOT paid:\n{{invoice.id}} $12, see https://a.example/b or a@b.example .\r\n\r\nEnd"
    )
    assert even_out(text) == "it's not paid: # #, see @link or @mail. end."


@pytest.mark.parametrize(
    "tag", ["{{a.b}}", "%{a}", "${a}", "[[a]]", "<<a b>>", "*|A|*", "{a}", "#12"]
)
def test_merge_tags_and_numbers_look_alike(tag: str) -> None:
    assert find_situations(f"Your application {tag} has been declined.", None) == (
        "refusal_application",
    )


@pytest.mark.parametrize(
    "text", ["a" * 30_000, "{{" * 8_000, "1." * 8_000, "a@" * 8_000, "? " * 8_000]
)
def test_hostile_text_takes_no_age(text: str) -> None:
    start = time.process_time()
    find_situations(text, text)
    assert time.process_time() - start < 20


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.none() | st.text(max_size=200))
def test_it_never_fails_and_names_only_what_it_knows(draft: str, message: str | None) -> None:
    assert set(find_situations(draft, message)) <= {entry.id for entry in BOOK.situations}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FINDS))
def test_capitals_and_white_space_make_no_difference(pair: tuple[Noticed, Example]) -> None:
    example = pair[1]
    shouted = find_situations(
        example.draft.upper(), example.message and example.message.upper().replace(" ", "  ")
    )
    assert shouted == find_situations(example.draft, example.message)


# A small file of our own, to break.


def _file() -> dict[str, Any]:
    return {
        "words": {"no": "denied|refused"},
        "marks": [
            {
                "id": str(mark),
                "signs": [{"draft": [f"mark {mark}".replace("_", " ")]}],
                "finds": [{"draft": f"Mark {mark}".replace("_", " ")}],
            }
            for mark in Mark
        ],
        "situations": [
            {
                "id": "denied",
                "signs": [{"draft": ["refund <no>"]}],
                "finds": [{"draft": "Refund denied."}],
                "leaves": [{"draft": "Refund sent."}],
            }
        ],
    }


def _load(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    load_situations(path)


def test_the_small_file_loads(tmp_path: Path) -> None:
    _load(tmp_path, _file())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "denied.*colour"),
        ({"signs": []}, "denied.*signs"),
        ({"signs": [{}]}, "denied.*without patterns"),
        ({"signs": [{"draft": ["refund ("]}]}, "denied.*write a Python regex"),
        ({"signs": [{"draft": ["refund <yes>"]}]}, "denied.*no such word 'yes'"),
        ({"signs": [{"draft": ["(?:refund)?"]}]}, "denied.*matches nothing at all"),
        ({"finds": [{"draft": "Hello."}]}, "denied.*does not find.*widen"),
        ({"leaves": [{"draft": "Refund refused."}]}, "denied.*finds.*narrow"),
        ({"finds": []}, "denied.*finds"),
        ({"weight": "heavy"}, "denied.*weight"),
        ({"id": "No Id"}, "No Id.*id"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    content = _file()
    content["situations"][0] |= change
    with pytest.raises(PromptFileError, match=message):
        _load(tmp_path, content)


def test_an_id_used_twice_is_named(tmp_path: Path) -> None:
    content = _file()
    content["situations"] *= 2
    with pytest.raises(PromptFileError, match="denied: the id is used twice"):
        _load(tmp_path, content)


def test_every_mark_needs_an_entry(tmp_path: Path) -> None:
    content = _file()
    del content["marks"][0]
    with pytest.raises(PromptFileError, match="marks, kind_first: has no entry"):
        _load(tmp_path, content)


@pytest.mark.parametrize(
    ("text", "message"), [("a: [", "is not YAML"), ("- a", "must hold sections")]
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(PromptFileError, match=message):
        load_situations(path)
