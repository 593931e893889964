"""Paragraphs, wrapped lines, lists, headings and blocks that are no prose."""

import textwrap

import pytest

from drafting.draft import SentenceKind, parse


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in parse(text).sentences]


def test_blank_lines_part_paragraphs() -> None:
    draft = parse("One is here. Two too.\n\nThree.\n \t\nFour.")
    assert [sentence.paragraph for sentence in draft.sentences] == [0, 0, 1, 2]


def test_line_breaks_part_whole_sentences() -> None:
    draft = parse("We close.\nYou pay.\r\nThey wait.\rBye now.")
    assert [sentence.text for sentence in draft.sentences] == [
        "We close.",
        "You pay.",
        "They wait.",
        "Bye now.",
    ]
    assert {sentence.paragraph for sentence in draft.sentences} == {0}


WRAPPED = (
    "We have looked at the pictures of the lamp and we cannot see the crack that you mentioned."
    " Our colleague Mrs. Whelan in the Cork office asked for a second set on Tuesday, and none came"
    " (we checked twice). Please send them to photos@lamp.example with {{ticket.id}} in the title."
)


@pytest.mark.parametrize("width", [60, 66, 72, 78])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_wrapped_sentence_is_one_sentence(width: int, newline: str) -> None:
    lines = textwrap.wrap(WRAPPED, width, break_long_words=False, break_on_hyphens=False)
    found = sentences_of(newline.join(lines))
    assert [" ".join(sentence.split()) for sentence in found] == sentences_of(WRAPPED)
    assert len(found) == 3
    assert any(newline in sentence for sentence in found)


def test_a_merge_tag_over_two_lines_is_not_cut() -> None:
    text = "We owe you {{currency order.total\ncurrency=order.currency}} , and it is on its way."
    assert sentences_of(text) == [text]


@pytest.mark.parametrize(
    "lines",
    [
        ["driver came at two, nobody home", "You can collect it until Friday."],
        ["no refund for that", "check and tell us if somethings missing"],
        ["ticket went to the wrong desk", "plumber comes today", "someone must be in"],
        ["Hold the button until the light flashes blue", "Turn it off", "Refer to manual"],
        ["picker error, both", "$7.85 goes back to your card"],
        ["we are shut until monday", "if its urgent call the other number"],
        ["SHOP IS SHUT", "COME BACK MONDAY"],
    ],
)
def test_typed_fragments_stand_alone(lines: list[str]) -> None:
    assert sentences_of("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "text",
    [
        "its in your contract, read it, leaving early is £60",
        "no refund for that",
        "check and tell us if somethings missing",
        "Rule reverted",
        "Refund denied",
        "Submit Receipt",
        "Darren",
        "REFUND DENIED",
        "£60",
    ],
)
def test_the_only_line_is_a_sentence(text: str) -> None:
    draft = parse(text)
    expected = [] if text == "£60" else [text]
    assert [sentence.text for sentence in draft.sentences] == expected
    assert draft.sign_off is None


@pytest.mark.parametrize(
    "lines",
    [
        ["Rule reverted", "no refund for that"],
        ["Refund denied", "The window of 30 days has passed and we make no exceptions."],
        ["no refund for that", "The window of 30 days has passed and we make no exceptions."],
        ["No exceptions", "The window of 30 days has passed, as the terms say."],
        ["Your agent has rejected your request", "What now", "Ask your agent to add you again."],
    ],
)
def test_a_curt_decision_is_no_heading(lines: list[str]) -> None:
    expected = [line for line in lines if line != "What now"]
    draft = parse("Hi Ann,\n\n" + "\n\n".join(lines))
    assert [sentence.text for sentence in draft.sentences] == expected


@pytest.mark.parametrize(
    "heading",
    [
        "What you can do next",
        "If you need help",
        "Why you are receiving this email",
        "# Reasons your application has been declined",
        "**Next steps**",
        "Alcohol Scheme (AWRS) cancellation",
    ],
)
def test_a_heading_is_no_sentence(heading: str) -> None:
    draft = parse(f"We shut the case.\n\n{heading}\n\nAsk your agent to send us the form again.")
    assert [sentence.text for sentence in draft.sentences] == [
        "We shut the case.",
        "Ask your agent to send us the form again.",
    ]


def test_a_title_may_be_a_clause() -> None:
    assert sentences_of("We have deleted your account\n\nThe owner of it asked us to do so.") == [
        "The owner of it asked us to do so."
    ]


def test_the_first_line_below_a_greeting_is_no_title() -> None:
    text = "Dear {{name}}\n\nYour client has left {{service}}\n\nAsk them to add you again, please."
    assert sentences_of(text)[0] == "Your client has left {{service}}"


def test_a_heading_may_stand_over_a_list() -> None:
    assert sentences_of("# Bring these\n- passport\n- form") == ["passport", "form"]
    assert sentences_of("We need more.\n\nDocuments\n\n- passport\n- form")[1:] == [
        "passport",
        "form",
    ]


def test_a_subject_line_is_no_sentence() -> None:
    text = "SUBJECT: Users under 13 must leave.\n\nWe shut your account. Come back at 13."
    assert sentences_of(text) == ["We shut your account.", "Come back at 13."]
    assert sentences_of("Re: nothing else here") == ["Re: nothing else here"]


@pytest.mark.parametrize("mark", ["-", "*", "•", "1.", "12)", "a)", "(b)", "–", "- [ ]"])
def test_list_marks_are_outside_of_items(mark: str) -> None:
    draft = parse(
        f"Please bring:\n{mark} your passport\n  {mark} two photos. No hats.\nThat's all."
    )
    assert [(sentence.text, sentence.kind) for sentence in draft.sentences] == [
        ("Please bring:", SentenceKind.PROSE),
        ("your passport", SentenceKind.ITEM),
        ("two photos.", SentenceKind.ITEM),
        ("No hats.", SentenceKind.ITEM),
        ("That's all.", SentenceKind.PROSE),
    ]


def test_an_item_goes_on_in_indented_lines() -> None:
    draft = parse(
        "- photos of the lamp and of the\n  box it came in\n  They must be sharp.\n- a form"
    )
    assert [(sentence.text, sentence.kind) for sentence in draft.sentences] == [
        ("photos of the lamp and of the\n  box it came in", SentenceKind.ITEM),
        ("They must be sharp.", SentenceKind.ITEM),
        ("a form", SentenceKind.ITEM),
    ]


@pytest.mark.parametrize(
    "text", ["-35 degrees is too cold.", "*Now* is too late.", "2024. A year."]
)
def test_not_every_dash_or_number_is_a_list_mark(text: str) -> None:
    assert parse(text).sentences[0].kind is SentenceKind.PROSE
    assert parse(text).sentences[0].span[0] == 0


def test_a_line_of_only_a_tag_or_link_is_no_sentence() -> None:
    text = "For reference, the file name is:\n{{fileName}}\n\nHere:\nhttps://a.example/b\nBye now."
    assert sentences_of(text) == ["For reference, the file name is:", "Here:", "Bye now."]
    assert sentences_of("* ((dates))\n- {reason}\n- really late") == ["really late"]


def test_a_link_that_a_sentence_needs_belongs_to_it() -> None:
    assert sentences_of("You can pay the whole sum at\nhttps://a.example/b\nand then write.") == [
        "You can pay the whole sum at\nhttps://a.example/b\nand then write."
    ]


BLOCKS = {
    "code": "```\nif done. Then()\n```",
    "tildes": "~~~\nNo. Way.\n~~~",
    "quote": "> No refunds. Ever.\n> Not even then.",
    "table": "| Plan | Price |\n|---|---|\n| Basic. One | 5 |",
    "two columns": "Plan\tPrice\nBasic one\t5.00",
    "spaces": "Plan       Price\nBasic one   5.00",
    "tabs": "Plan\tPrice\tTerm\nBasic\tFive\tLong",
    "rule": "* * *",
    "stars": "***",
    "underscores": "______",
    "tag": "{{message}}",
    "tags": "{{a}} {{b}}",
    "control": "{% if vip %}",
    "handlebars": "{{#if vip}}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks_that_are_no_prose_are_left_alone(block: str) -> None:
    text = f"To quote the rules, all of them:\n\n{block}\n\nSo we can't do it."
    assert sentences_of(text) == ["To quote the rules, all of them:", "So we can't do it."]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_between_control_tags_is_prose(newline: str) -> None:
    text = "{% if vip %}\nYou are vip. We pay {{sum}}.\n{% else %}\nYou pay.\n{% endif %}\nBye now."
    assert sentences_of(text.replace("\n", newline)) == [
        "You are vip.",
        "We pay {{sum}}.",
        "You pay.",
        "Bye now.",
    ]


def test_a_fence_that_never_closes_hides_nothing() -> None:
    assert sentences_of("See here:\n```\nWe can't do it.") == ["See here:", "We can't do it."]


def test_a_pipe_in_a_merge_tag_is_no_table() -> None:
    text = "*|NAME|* and *|SON|* may come.\n*|DOG|* and *|CAT|* may not."
    assert len(sentences_of(text)) == 2


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("a\r\nb\r\nc\nd", "\r\n"),
        ("a\nb", "\n"),
        ("a", "\n"),
        ("a\rb", "\n"),
        ("a\r\nb\nc\nd", "\n"),
    ],
)
def test_newline_is_what_the_draft_uses(text: str, newline: str) -> None:
    assert parse(text).newline == newline
