"""A page as plain text, and what the parser of drafts makes of it."""

import pytest
from hypothesis import given

from drafting.draft import SentenceKind, parse
from drafting.facts import FactKind
from drafting.markup.items import Glyph
from drafting.markup.page import Page, read_html
from drafting.reading import read_page
from tests.pages import any_pages, mails


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("  a \n\t b <b> c</b> ", "a b c"),
        ("<p>a <br> b</p>", "a\nb"),
        ("a&nbsp;&nbsp;b", "a\u00a0\u00a0b"),
        ("<ul><li>a<br>b</li><li>c</li></ul>", "- a\n  b\n- c"),
        (
            "<p>x</p><ol start=3><li>a</li><li value=7>b</li><li></li><li>c</ol>",
            "x\n\n3. a\n7. b\n9. c",
        ),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<blockquote>a<p>b</p></blockquote>c", "> a\n\n> b\n\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n\n> > b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\n\nb\n\nc"),
        ("<pre>a\n  b  c</pre>", "a\n  b  c"),
        ("<p>See <img src=x alt='A [b]  c'>.</p>", "See [image: A b c]."),
        ("<img src=x>", "[image]"),
        ("a<hr>b", "a\n\nb"),
        ("<br><p><br></p>", ""),
        ("<div style='display:none'>a</div>b", "b"),
    ],
)
def test_blocks_and_white_space(source: str, text: str) -> None:
    assert read_html(source).text == text


@given(any_pages())
def test_every_character_knows_where_it_is_from(source: str) -> None:
    page = read_html(source)
    known = [number for number in page.projection.origins if number is not None]
    assert len(page.projection.origins) == len(page.text)
    assert known == sorted(known)
    for place, number in enumerate(page.projection.origins):
        if number is None:
            continue
        item = page.items[number]
        assert isinstance(item, Glyph)
        assert page.text[place] in item.text or (item.is_blank and page.text[place] in " \n")


@given(any_pages())
def test_text_has_no_blank_ends(source: str) -> None:
    text = read_html(source).text
    assert text.strip(" \n") == text


def read(source: str) -> tuple[Page, list[str]]:
    page = read_html(source)
    return page, [sentence.text for sentence in parse(page.text, page.hints).sentences]


def test_no_sentence_goes_over_blocks_but_one_may_go_over_a_line_break() -> None:
    assert read("<div>We refused your</div><div>request again.</div>")[1] == [
        "We refused your",
        "request again.",
    ]
    assert read("<div>We refused your<br>request again.</div>")[1] == [
        "We refused your\nrequest again."
    ]


def test_items_quotes_and_code() -> None:
    page = read_html("<ul><li>Send it.</li></ul><blockquote>Why?</blockquote><pre>a. B c.</pre>")
    (sentence,) = parse(page.text, page.hints).sentences
    assert (sentence.text, sentence.kind) == ("Send it.", SentenceKind.ITEM)


def test_a_sentence_does_not_end_in_a_link() -> None:
    assert read("<p>See <a href=/x>Help. Now</a> for it.</p>")[1] == ["See Help. Now for it."]


def test_texts_of_links_and_code_are_facts_of_their_sentence() -> None:
    page = read_html(
        "<p>Hi.</p><p>See <a href=/x>the <b>help</b> page </a>or run <code>go</code>.</p>"
    )
    assert [(fact.kind, fact.text) for fact in page.facts] == [
        (FactKind.LINK, "the help page"),
        (FactKind.CODE, "go"),
    ]
    slot = read_page(page).find_slot("s1")
    assert [fact.text for fact in slot.facts] == ["the help page", "go"]
    assert slot.literals == ("the help page", "go")
    assert not slot.deletable


def test_a_link_that_cuts_into_a_fact_takes_it_in() -> None:
    page = read_html("<p>Pay <a href=/x>the sum of $1</a>29 now.</p>")
    assert [fact.text for fact in read_page(page).find_slot("s1").facts] == ["the sum of $129"]


def test_two_links_side_by_side_are_two_facts() -> None:
    page = read_html("<p><a href=/x>one</a><a href=/y>two</a></p>")
    assert [fact.text for fact in page.facts] == ["one", "two"]


MESSAGES = {
    "apple_mail": "Could I have one more week?",
    "gmail_quoted": "Where is my refund? I have waited three weeks.",
    "outlook_reply_header": "I would like my money back, please.",
    "outlook_web": "Please cancel my order.",
    "proton": "I can't log in",
    "thunderbird": "It still does not work.\n\nerror: 42\n  at main",
    "thunderbird_interleaved": "Can I return it?\n\nCan I exchange it?",
    "yahoo": "Can you repair my X200?",
}


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_customers_message_is_found_in_the_quoted_history(name: str) -> None:
    assert read_page(read_html(mails()[name])).customer_message == MESSAGES[name]


SIGN_OFFS = {
    "gmail_list": "--\nLena",
    "gmail_plain_lines": "Kind regards,\nClaims Team",
    "gmail_quoted": "Sam Okafor\nNorthgate Claims\nnorthgate.example",
    "helpscout": "Thanks,\n{%user.firstName%}",
    "outlook_web": "Best,\nJo",
    "outlook_word": "Regards,\nHousing Office",
    "thunderbird": "-- \nDesk Team\n+49 30 901820",
}


@pytest.mark.parametrize("name", sorted(SIGN_OFFS))
def test_the_signature_is_left_alone(name: str) -> None:
    page = read_html(mails()[name])
    span = parse(page.text, page.hints).sign_off
    assert span
    assert page.text[slice(*span)].removesuffix("\n") == SIGN_OFFS[name]
