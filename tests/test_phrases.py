"""The phrasebook: what every phrase must be, where one fits, and where none may."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.candidate import Op, Source
from drafting.draft import parse
from drafting.errors import PromptFileError
from drafting.labels import Label
from drafting.phrases import Phrase, fit_closings, fit_openings, fit_sentence, load_phrases
from drafting.phrases.book import Need, Slot
from drafting.situations import Mark, load_situations
from drafting.situations.entries import Situation, Weight
from drafting.wording import find_avoided

BOOK = load_phrases()
SITUATIONS = load_situations().situations
OPENINGS = [phrase for phrase in BOOK.phrases if phrase.slot is Slot.OPENING]
CLOSINGS = [phrase for phrase in BOOK.phrases if phrase.slot is Slot.CLOSING]
SENTENCES = [phrase for phrase in BOOK.phrases if phrase.slot is Slot.SENTENCE]
LOSSES = {"bereavement", "data_lost", "double_charge", "disaster", "harmed", "hospital_stay"}
LOSSES |= {"illness", "injury"}

phrases = pytest.mark.parametrize("phrase", BOOK.phrases, ids=lambda phrase: phrase.id)


def open_with(draft: str, message: str | None = None, seed: int = 1) -> list[str]:
    return [c.text or "" for c in fit_openings(parse(draft), message, seed)]


@pytest.mark.parametrize("seed", range(6))
def test_thanks_come_behind_all_that_shows_understanding(seed: int) -> None:
    late = {phrase.text for phrase in OPENINGS if phrase.last}
    others = {phrase.text for phrase in OPENINGS if not phrase.last}
    assert late
    message = "I have a complaint about the driver, he was rude!"
    found = open_with("You have not filled in the form.", message, seed)
    known = [text in late for text in found if text in late | others]
    assert True in known
    assert False in known
    assert known == sorted(known)


def close_with(draft: str, message: str | None = None, seed: int = 1) -> list[str]:
    return [c.text or "" for c in fit_closings(parse(draft), message, seed)]


def say(sentence: str) -> list[str]:
    return [c.text or "" for c in fit_sentence(sentence)]


# What every phrase must be.


@phrases
def test_a_phrase_is_plain(phrase: Phrase) -> None:
    assert not re.search(r"[\d!@#%/\\<>\[\]]|http|www", phrase.text)
    assert phrase.text.replace("{thing}", "").count("{") == 0
    assert phrase.text[-1] in ".?"
    assert 2 <= len(phrase.text.split()) <= 32
    assert phrase.text[0].isupper()


@phrases
def test_a_phrase_has_no_wording_to_avoid(phrase: Phrase) -> None:
    assert find_avoided(phrase.text) == ()
    assert not re.search(
        r"polic|frustration\b|inconvenience|hesitate|feel free|look forward|kindly|reach out"
        r"|how you feel|calm down|rest assured|valued|unfortunately|as I said|pity you",
        phrase.text,
        re.IGNORECASE,
    )


@phrases
def test_a_phrase_promises_nothing(phrase: Phrase) -> None:
    assert not re.search(r"\b(?:we|I)(?:'ll| will)\b|guarantee|voucher|discount for", phrase.text)


@pytest.mark.parametrize("phrase", OPENINGS, ids=lambda phrase: phrase.id)
def test_an_opening_apologises_once_and_for_a_reason(phrase: Phrase) -> None:
    apologies = len(re.findall(r"sorry|apolog", phrase.text, re.IGNORECASE))
    assert apologies <= 1
    if apologies:
        assert Need.ADMITS_FAULT in phrase.needs or set(phrase.situations) <= LOSSES
        assert Need.NO_APOLOGY in phrase.needs or "bereavement" in phrase.situations
    assert phrase.label in {Label.ACKNOWLEDGEMENT, Label.BENEFIT_OF_THE_DOUBT}


@pytest.mark.parametrize("phrase", OPENINGS, ids=lambda phrase: phrase.id)
def test_an_opening_is_one_sentence_or_two_where_the_fault_is_ours(phrase: Phrase) -> None:
    sentences = len(re.findall(r"[.?](?:\s|$)", phrase.text))
    assert sentences == 1 or (sentences == 2 and Need.ADMITS_FAULT in phrase.needs)


@pytest.mark.parametrize("phrase", CLOSINGS, ids=lambda phrase: phrase.id)
def test_a_closing_is_a_next_step_without_an_apology(phrase: Phrase) -> None:
    assert phrase.label is Label.NEXT_STEPS
    assert not re.search(r"sorry|apolog", phrase.text, re.IGNORECASE)
    assert not re.search(r"\b(?:phone|call|ring|chat|team|office|link|form)\b", phrase.text)


def test_replying_is_only_asked_for_where_there_is_a_message_to_reply_to() -> None:
    for phrase in CLOSINGS:
        if re.search(r"reply|write back", phrase.text):
            assert Need.CUSTOMER_MESSAGE in phrase.needs, phrase.id


def test_there_are_enough_phrases() -> None:
    spoken_of = {
        situation
        for phrase in OPENINGS
        for name in phrase.situations
        for situation in BOOK.groups.get(name, {name})
    }
    assert len(BOOK.phrases) >= 200
    assert len(OPENINGS) >= 120
    assert len(spoken_of) >= 40
    assert len(CLOSINGS) >= 50
    assert len(SENTENCES) >= 30
    assert len({phrase.text for phrase in BOOK.phrases}) == len(BOOK.phrases)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.id)
def test_a_situation_has_several_openings_or_none(situation: Situation) -> None:
    names = {situation.id, *(g for g, members in BOOK.groups.items() if situation.id in members)}
    openings = [phrase for phrase in OPENINGS if names & set(phrase.situations)]
    if situation.weight in {Weight.QUIET, Weight.SILENT} or situation.id == "grief_mentioned":
        assert not openings
    else:
        assert len(openings) >= 2


def test_frames_vary() -> None:
    starts = [" ".join(phrase.text.split()[:2]) for phrase in OPENINGS]
    assert len(set(starts)) >= 60
    assert max(starts.count(start) for start in starts) <= len(OPENINGS) / 4


# Where one fits.


@pytest.mark.parametrize(
    ("draft", "message", "word"),
    [
        (
            "Refund denied. Sale items are non-refundable.",
            "I want my money back.",
            "refund|money|back|no",
        ),
        ("Your application {{id}} has been declined.", None, "no|yes|hoping|application"),
        ("Your rent will rise from $900 to $950.", None, "rent|pay more"),
        ("Your account was closed in error. It is open again.", None, "mistake|wrong"),
        ("Invoice 88 is overdue. Pay by Friday.", None, "payment|money|message|bill"),
        (
            "The parcel leaves on Friday.",
            "Still waiting for my parcel, 3 weeks!",
            "parcel|[Ww]ait",
        ),
        ("Your post has been removed for spam.", None, "post|taken down|gone"),
        ("This issue has had no activity for 90 days.", None, "Thank you"),
        ("A copy of the certificate is needed.", "My mother passed away in May.", "loss|mother"),
        ("The code expired in May.", None, "date|expired|use"),
        ("An engineer can come on Monday.", "I can smell gas in the kitchen.", "serious|right"),
        ("The contract ends in May.", "we buried dad on friday", "loss|dad"),
        ("A plumber comes on Monday.", "The kitchen is flooded.", "water|a lot"),
        ("The form is on our website.", "We were burgled last night.", "shock|shaken|upsetting"),
        ("Pay by 5 May.", "I can't pay this. I want to kill myself.", "serious|telling"),
    ],
)
def test_an_opening_speaks_of_the_situation(draft: str, message: str | None, word: str) -> None:
    found = open_with(draft, message)
    assert len(found) >= 2
    assert re.search(word, found[0])


def test_candidates_are_the_phrasebooks_inserts() -> None:
    for candidate in fit_openings(parse("Refund denied."), None, 1):
        assert (candidate.op, candidate.source) == (Op.INSERT, Source.PHRASEBOOK)
    for candidate in fit_sentence("No refunds."):
        assert (candidate.op, candidate.source) == (Op.REWRITE, Source.PHRASEBOOK)


def test_the_message_quoted_in_the_draft_counts() -> None:
    draft = (
        "Hello,\n\nThe fee applies to every visit.\n\nKind regards,\nJo\n\n"
        "On Mon, 3 May 2021 at 10:00, Ann <ann@example.com> wrote:\n"
        "> $89 for three minutes?? Nobody mentioned that fee!\n"
    )
    assert any("fee" in text for text in open_with(draft))


def test_the_thing_is_the_one_that_both_name() -> None:
    found = open_with("The parcel leaves on Friday.", "I ordered weeks ago, where is my parcel?")
    assert any("your parcel" in text for text in found)
    assert not any("your order" in text for text in found)


@pytest.mark.parametrize("name", ["bereavement", "danger", "emergency", "self_harm", "harmed"])
def test_nothing_light_is_said_of_what_is_grave(name: str) -> None:
    for phrase in (phrase for phrase in OPENINGS if name in phrase.situations):
        assert not re.search(r"glad|happy|good|nice|great|luck|poor|pity|!", phrase.text), phrase.id


def test_who_died_is_only_named_when_it_is_certain() -> None:
    one = open_with("Send the certificate.", "My father died on Monday.")
    two = open_with("Send the certificate.", "My father died on Monday, my mother can't cope.")
    assert any("your father" in text for text in one)
    assert two
    assert not any("your father" in text or "your mother" in text for text in two)


def test_nobody_in_particular_is_assumed_without_a_message() -> None:
    assert not any(text.startswith("I can see") for text in open_with("Your claim is declined."))


def test_whoever_threatens_is_not_told_that_the_wish_is_understandable() -> None:
    draft, said = "Your refund is refused.", "I can see why you'd like your money back."
    fair = open_with(draft, "Could I have my money back, please?")
    foul = open_with(draft, "Just give me my money back, nobody would know.")
    assert said in fair
    assert foul
    assert said not in foul


def test_what_only_the_draft_speaks_of_opens_no_reply_to_a_message() -> None:
    draft = "The fee is $45. Your exception is refused."
    assert open_with(draft, "My tickets haven't come and it's on Saturday!") == open_with(
        "They were sent on Monday.", "My tickets haven't come and it's on Saturday!"
    )


# Order.


def test_the_same_draft_and_seed_give_the_same_order() -> None:
    assert open_with("Refund denied.", None, 3) == open_with("Refund denied.", None, 3)


def test_seeds_and_drafts_give_other_phrases() -> None:
    by_seed = {open_with("Refund denied.", None, seed)[0] for seed in range(12)}
    by_draft = {open_with(f"Refund denied. Desk {n}.", "My money back!")[0] for n in range(12)}
    assert len(by_seed) > 1
    assert len(by_draft) > 1


def test_the_order_does_not_hang_on_the_process() -> None:
    ask = (
        "from drafting.draft import parse; from drafting.phrases import fit_openings;"
        "print([c.text for c in fit_openings(parse('Your claim is declined.'), None, 1)])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", ask],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {f"{open_with('Your claim is declined.')}\n".encode()}


def test_the_stronger_situation_comes_first() -> None:
    found = open_with("Due to a system error, the fee of $9 was charged twice.", None)
    assert re.search("twice", found[0])


def test_an_admitted_fault_is_owned_before_anything_else_is_said() -> None:
    found = open_with("The kitchen forgot. This was our mistake.", "I spent the night in hospital!")
    assert re.search("sorry", found[0])


# Where none may.


@pytest.mark.parametrize(
    "draft",
    [
        "I'm sorry about the mix-up. Your request was refused by mistake.",
        "Thank you for your application. It has been declined.",
        "We regret to inform you that your application has been declined.",
        "Good news: your application has been approved.",
        "Yes, you can bring a pram. There is a lift.",
        "Go to Settings and choose Team.",
        "Gates open at 18:30. Phones are fine in the hall.",
        "You're welcome. Enjoy the boots.",
        "Your order has shipped.",
        "The parcel went to the wrong street, and I'm sorry. It comes tomorrow.",
        "",
    ],
)
def test_a_kind_or_neutral_draft_gets_no_opening(draft: str) -> None:
    assert open_with(draft) == []
    assert close_with(draft) == []


def test_a_second_apology_is_never_offered() -> None:
    draft = "Your card was blocked in error. We apologise for any inconvenience caused."
    found = open_with(draft)
    assert found
    assert not any("sorry" in text for text in found)


@pytest.mark.parametrize(
    "end",
    [
        "Do not reply to this email.",
        "Emails about this are not read.",
        "This mailbox is not monitored.",
        "Dont call again.",
        "The decision is final and will not be discussed.",
        "Contact our billing team.",
        "You can appeal within 14 days.",
        "Upload a new photo.",
        "If anything is unclear, call me.",
        "Which date suits you?",
        "The right bill is attached.",
    ],
)
def test_no_door_is_opened_where_there_is_one_or_may_be_none(end: str) -> None:
    assert close_with("Refund denied.", "I want my money back.")
    assert close_with(f"Refund denied. {end}", "I want my money back.") == []


def test_a_notice_below_the_signature_counts() -> None:
    draft = "Hello,\n\nYour claim is declined.\n\nKind regards,\nThe claims team\n"
    assert close_with(draft)
    assert close_with(f"{draft}\nThis mailbox is not monitored. Do not reply.\n") == []


def test_a_no_reply_in_the_customers_words_does_not_count() -> None:
    draft = (
        "Your claim is declined.\n\nOn Mon, 3 May 2021 at 10:00, Ann <ann@example.com> wrote:\n"
        "> Why do your mails come from noreply@example.com? Still no money!\n"
    )
    assert close_with(draft)


def test_what_the_draft_disputes_is_not_confirmed() -> None:
    found = open_with("Our photos show no damage.", "The lamp arrived smashed!!")
    assert not any("damaged" in text for text in found)


def test_a_fault_is_not_owned_for_the_customer() -> None:
    found = open_with("You sent it to the wrong address by mistake.", "Where is my parcel??")
    assert not any("sorry" in text or "mistake" in text for text in found)


@pytest.mark.parametrize(
    "end",
    [
        "We are not at fault.",
        "We accept no responsibility for that.",
        "That was not us.",
        "We owe you no apology.",
        "There is nothing to apologise for.",
        "We are not sorry for it.",
        "This was not caused by us.",
    ],
)
def test_no_fault_is_owned_where_the_draft_denies_it_or_refuses_to_apologise(end: str) -> None:
    owned = "Your bike was sent to the wrong branch by mistake."
    assert re.search("mistake|wrong|let you down", open_with(owned, "Where is my bike?")[0])
    found = open_with(f"{owned} {end}", "Where is my bike?")
    assert not any(re.search("sorry|mistake|ours|let you down", text) for text in found)


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ("The loan is refused.", "Then there is nothing left for me. I have the pills here."),
        ("Your claim is declined. Threat reported.", "I'll burn your office down."),
        ("Your request is denied.", "Do it or there'll be blood."),
    ],
)
def test_nothing_is_inserted_where_words_of_ours_could_do_harm(draft: str, message: str) -> None:
    assert open_with(draft, message) == []
    assert close_with(draft, message) == []


@pytest.mark.parametrize("first", ["Because it closes early.", "So that no seat stays empty."])
def test_nothing_is_put_between_a_question_and_what_goes_on_from_it(first: str) -> None:
    message = "Why was I refused??"
    assert open_with(f"Your request is refused. {first}", message)
    assert open_with(f"{first} Your request is refused.", message) == []


def test_loud_marks_alone_are_nothing_to_thank_for() -> None:
    draft = "The survey closes on Friday."
    assert any("Thank" in text for text in open_with(draft, "The app is broken again!!"))
    loud = open_with(draft, "why so many reminders??")
    assert loud
    assert not any("Thank" in text for text in loud)


def test_a_closing_speaks_of_a_date_only_where_the_draft_holds_one() -> None:
    message = "pls process"
    assert any("date" in text for text in close_with("The deadline passed on Friday.", message))
    assert not any("date" in text for text in close_with("Refund window closed.", message))


def test_nobody_is_asked_for_a_paper_that_somebody_else_owns() -> None:
    ours = close_with("The assessor's report is missing.", "Is my claim dead?")
    yours = close_with("The receipt is missing.", "Is my claim dead?")
    assert any("paper" in text for text in yours)
    assert ours
    assert not any(re.search("paper|what is missing", text) for text in ours)


# Sentences.


@pytest.mark.parametrize(
    ("stock", "better"),
    [
        ("No refunds.", "I'm not able to offer a refund."),
        ("NO REFUNDS!!!", "I'm not able to offer a refund."),
        ("Case closed.", "I'm closing this case now."),
        ("This is final.", "I'm afraid that this decision is final."),
        ("Not our problem.", "This is something that we aren't able to help with."),
        ("Thats not our problem", "This is something that we aren't able to help with."),
        ("Read the FAQ.", "The FAQ may answer this, so please have a look there."),
        ("Wait your turn.", "Please wait until it's your turn."),
        ("Don’t reply to this email.", "Please don't reply to this email."),
        ("No.", "I'm afraid that the answer is no."),
        ("No comment.", "I'm not able to comment on this."),
    ],
)
def test_a_stock_sentence_is_said_in_full(stock: str, better: str) -> None:
    assert better in say(stock)


@pytest.mark.parametrize(
    "sentence",
    [
        "No refunds after 14 days.",
        "No refunds on order {{order.id}}.",
        "Case 12 closed.",
        "Read the FAQ at https://a.example/faq.",
        "No refunds, but you can exchange it.",
        "This is final unless you appeal.",
        "No problem.",
        "Please don't reply to this email.",
        "",
    ],
)
def test_a_sentence_that_says_more_is_left(sentence: str) -> None:
    assert say(sentence) == []


@pytest.mark.parametrize("phrase", SENTENCES, ids=lambda phrase: phrase.id)
def test_no_sentence_is_made_for_one_with_a_fact(phrase: Phrase) -> None:
    assert not any("#" in pattern or "@" in pattern for pattern in phrase.replaces)
    assert "{thing}" not in phrase.text


# Anything at all.


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SITUATIONS), st.integers(0, 9))
def test_no_placeholder_is_left_open(situation: Situation, seed: int) -> None:
    for example in situation.finds:
        for text in (
            *open_with(example.draft, example.message, seed),
            *close_with(example.draft, example.message, seed),
        ):
            assert "{" not in text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=150), st.none() | st.text(max_size=150), st.integers())
def test_it_never_fails(draft: str, message: str | None, seed: int) -> None:
    open_with(draft, message, seed)
    close_with(draft, message, seed)
    say(draft)


# A small file of our own, to break.


def _file() -> dict[str, Any]:
    return {
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
                "things": ["refund"],
                "signs": [{"draft": ["refund denied"]}],
                "finds": [{"draft": "Refund denied."}],
            }
        ],
        "things": [{"id": "refund", "noun": "refund", "patterns": ["refund"]}],
        "groups": [{"id": "any", "situations": ["denied"]}],
        "phrases": [
            {
                "id": "sorry",
                "label": "acknowledgement",
                "slot": "opening",
                "situations": ["any"],
                "text": "I know that you were hoping for a refund.",
            }
        ],
    }


def _load(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    load_phrases(path)


def test_the_small_file_loads(tmp_path: Path) -> None:
    _load(tmp_path, _file())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "colour"),
        ({"text": "Your 3 refunds."}, "no digit"),
        ({"text": "Your refund!"}, "exclamation mark"),
        ({"text": "See www.a.example/b."}, "link"),
        ({"text": "Dear {name}."}, "placeholder"),
        ({"text": "Without an end"}, "full stop"),
        ({"text": "word " * 33 + "end."}, "more than 32 words"),
        ({"situations": ["gone"]}, "names 'gone'"),
        ({"situations": []}, "situations"),
        ({"replaces": ["no refunds"]}, "replaces"),
        ({"slot": "sentence"}, "replaces"),
        ({"slot": "middle"}, "slot"),
        ({"label": "love"}, "label"),
        ({"needs": ["luck"]}, "needs"),
        ({"not_if": ["("]}, "Python regex"),
        ({"only_if": ["("]}, "Python regex"),
    ],
)
def test_a_wrong_phrase_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    content = _file()
    content["phrases"][0] |= change
    with pytest.raises(PromptFileError, match=f"phrases, sorry.*{message}"):
        _load(tmp_path, content)


@pytest.mark.parametrize(
    ("section", "change", "message"),
    [
        ("things", {"noun": "Refund 2"}, "things, refund: noun"),
        ("groups", {"situations": ["gone"]}, "groups, any: names 'gone'"),
        ("situations", {"things": ["gone"]}, "situations, denied: names 'gone'"),
    ],
)
def test_a_wrong_entry_is_named(
    tmp_path: Path, section: str, change: dict[str, Any], message: str
) -> None:
    content = _file()
    content[section][0] |= change
    with pytest.raises(PromptFileError, match=message):
        _load(tmp_path, content)


def test_an_unknown_section_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptFileError, match="no such section 'colours'"):
        _load(tmp_path, _file() | {"colours": []})
