"""Sentences are cut where they end, and nowhere else."""

import pytest

from drafting.draft import parse
from drafting.draft.sentences import split_sentences
from drafting.facts import find_atoms


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in parse(text).sentences]


@pytest.mark.parametrize(
    "sentences",
    [
        ["We close at six.", "Come back tomorrow."],
        ["Really?!", "Yes.", "Stop!!!", "No means no."],
        ["Ask Mr. Lindqvist, Dr. Osei or Prof. Bell.", "They know."],
        ["See e.g. page 4, i.e. the table.", "It takes approx. two days."],
        ["It is No. 5 on the list.", "No. 6 is gone."],
        ["You may say no.", "We can't stop you."],
        ["See p. 12, cl. 4 and Art. 17 of the terms.", "They are short."],
        ["Vellum Inc. made it.", "We bought it from Vellum Inc.", "The maker must pay."],
        ["It costs $4.50 or 3.20 EUR.", "It weighs 2.5 kg."],
        ["Call before 4 p.m. on Monday.", "We close at 4 p.m.", "His train leaves then."],
        ["You can come between 8 a.m. and 6 p.m.", "Collection is possible too."],
        ["Call from 9 a.m. Monday or at 5 p.m. Eastern.", "Ask for Ann."],
        ["Well... we tried.", "Wait...", "We did it."],
        ["Hmm… maybe.", "Then no…", "Fine."],
        ["The limit is 60 req/min.", "Slow down.", "Wait 5 min.", "Then retry."],
        ["Refunds take 14 days max.", "wait for it."],
        ["That was HR.", "Employees may appeal."],
        ["This is under the T&C.", "Can't change it."],
        ['He wrote "No. Never." to us.', '"Read it."', "Then sign."],
        ["(Keep the box. We need it.)", "Send it back."],
        ["You said it was late (it was.)", "We paid."],
        ["**Send it now.**", "_Then wait._", "We write."],
        ["All done 😊.", "Thanks again! 😊", "See you! :-)", "Bye."],
        ["We take plan B.", "We like it."],
        ["The lawyer T. Marsh wrote to you.", "Answer him."],
        ["{{name}} left.", "Ask {{agent}}.", "{{team}} knows."],
        ["Look at https://a.example/b.c?d=1.", "It's at www.shop.example.", "Mail a.b@c.example."],
        ["Use `a. B` as the name.", "Nothing else."],
        ["The fee is $5.", "$3 of it is tax.", "41 bills are open."],
        [
            "It left on 27/11/2024.",
            "keep the box.",
            "It was on time at 17:00.",
            "the next was not.",
        ],
        ["Zahlen Sie bis zum 3. März.", "Am 5. Mai sperren wir.", "Sie wohnen im 2. Stock."],
        ["שלום עולם.", "לא נחזיר את הכסף."],
    ],
)
def test_sentences_of_a_paragraph(sentences: list[str]) -> None:
    assert sentences_of(" ".join(sentences)) == sentences


def test_full_width_marks_need_no_space() -> None:
    assert sentences_of("返金できません。ご了承ください。") == [
        "返金できません。",
        "ご了承ください。",
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["no refund for that.", "check the terms.", "its in there"],
        ["what time works?", "need one hour"],
        ["thats for u.", "Your code is out."],
        ["too late!", "sorry"],
    ],
)
def test_lower_case_does_not_glue_sentences(sentences: list[str]) -> None:
    assert sentences_of(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ends on {{date}}.You must sell.", ["It ends on {{date}}.", "You must sell."]),
        ("Submit it again.The rule stands.", ["Submit it again.", "The rule stands."]),
        ("Is it late?Yes it is.", ["Is it late?", "Yes it is."]),
        ("We paid 50.You paid 20.", ["We paid 50.", "You paid 20."]),
    ],
)
def test_a_missing_space_is_seen(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Open report.Pdf or shop.Example.com now",
        "Call foo.Bar() or Node.js first",
        "The part is A.B-7.C2 or v2.0.1 of it",
        "Ask St.Gallen or Dr.Smith about it",
        'Fill in {{ user.name | default: "Sir. Or Madam" }} there',
        "Read [our terms. All of them](https://a.example/x) first",
        "Both {% if vip %}stay. Really.{% endif %} with us",
        "The so-called 'change. Of. Name' form",
        "We were told “it is fine. Go on.” by them",
    ],
)
def test_names_codes_and_quotes_stay_whole(text: str) -> None:
    assert sentences_of(text) == [text]


def test_a_list_number_starts_its_sentence() -> None:
    assert split_sentences("1. Send it. 2. Wait.", (0, 20), ()) == ((0, 11), (12, 20))


def test_no_cut_falls_into_an_atom() -> None:
    text = "Pay {{ a. B }} now. Then see www.a.example/x.Y. Done at 4:30 p.m. today. Bye."
    cuts = [sentence.span[1] for sentence in parse(text).sentences]
    assert not any(start < cut < end for cut in cuts for start, end in find_atoms(text))


@pytest.mark.parametrize(
    "text", ["", " \t\r\n", "...", "?!", "---", "😀", "* * *", "\u200b", "_" * 40]
)
def test_no_word_means_no_sentence(text: str) -> None:
    assert parse(text).sentences == ()


def test_marks_between_sentences_go_to_the_one_before() -> None:
    assert sentences_of("We paid. :-) ... !!! Now you.") == ["We paid. :-) ... !!!", "Now you."]


def test_spans_point_into_the_text() -> None:
    text = "\u00a0\u00a0We paid.\u00a0 Now you.\u200b\n\tAnd them."
    draft = parse(text)
    assert [text[slice(*sentence.span)] for sentence in draft.sentences] == [
        "We paid.",
        "Now you.",
        "And them.",
    ]
    assert [sentence.index for sentence in draft.sentences] == [1, 2, 3]
