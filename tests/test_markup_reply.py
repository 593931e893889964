"""A page rewritten: only text inside blocks changes, and the text of the reply is the page's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.candidate import KEEP, Candidate, Op
from drafting.draft import SentenceKind, parse
from drafting.labels import Label
from drafting.markup.page import Page, read_html
from drafting.markup.reply import PageReply, rewrite_page
from drafting.markup.sanitizer import sanitize
from drafting.script import EditScript, slot_id
from tests.pages import any_pages

DELETE = Candidate(Op.DELETE)


def rewrite(text: str) -> Candidate:
    return Candidate(Op.REWRITE, Label.EXPLANATION, text)


def insert(text: str) -> Candidate:
    return Candidate(Op.INSERT, Label.ACKNOWLEDGEMENT, text)


def script_of(page: Page, fillings: dict[str, Candidate]) -> EditScript:
    return EditScript(parse(page.text, page.hints), fillings)


def reply_to(source: str, **fillings: str | None) -> str:
    """Return the page with its sentences replaced; None deletes one."""
    page = read_html(source)
    made = {
        slot: DELETE
        if text is None
        else insert(text)
        if slot in {"opening", "closing"}
        else rewrite(text)
        for slot, text in fillings.items()
    }
    reply = rewrite_page(page, script_of(page, made).apply())
    check(page, reply)
    return reply.page.html


def addresses(html: str) -> list[str]:
    return re.findall(r"(?:href|src)=(?:\"[^\"]*\"|'[^']*')", html)


def check(page: Page, reply: PageReply) -> None:
    """What holds for every reply."""
    html = reply.page.html
    assert sanitize(html) == html, "the reply is clean"
    assert read_html(html).text == reply.page.text, "its text is that of its page"
    assert "".join(piece.text for piece in reply.pieces) == reply.page.text
    for piece in reply.pieces:
        assert reply.page.text[slice(*piece.reply_span)] == piece.text
    assert list(dict.fromkeys(addresses(html))) == list(dict.fromkeys(addresses(page.html)))
    empty = r"<(p|li|b|i|a|div)(?: [^>]*)?></\1>"
    assert len(re.findall(empty, html)) <= len(re.findall(empty, page.html)), (
        "nothing is left empty"
    )


@pytest.mark.parametrize(
    ("old", "new", "reply"),
    [
        ("<b>Your claim</b> is denied.", "We can't pay.", "We can't pay."),
        ("Your <b>claim</b> is denied.", "We deny your claim.", "We deny your <b>claim</b>."),
        ("Do <b>not send</b> it.", "Please do not ever send it.", "Please do not ever send it."),
        ("<b>Send it!</b>", "Please send it.", "<b>Please send it.</b>"),
        (
            "<font size=2>Send <i>it</i>!</font>",
            "Send it.",
            '<font size="2">Send <i>it</i>.</font>',
        ),
        (
            "See <a href=/x>the page</a>!",
            "Please see the page.",
            'Please see <a href="/x">the page</a>.',
        ),
        ("<a href=/x>Send it</a>!", "Please Send it.", 'Please <a href="/x">Send it</a>.'),
        (
            "<a href=/x>a</a> <a href=/y>b</a>!",
            "So a or b.",
            'So <a href="/x">a</a> or <a href="/y">b</a>.',
        ),
        ("<b>See <a href=/x>it</a></b> now!", "Look at it.", 'Look at <a href="/x">it</a>.'),
        ("Run <code>a b</code>!", "Please run a b.", "Please run <code>a b</code>."),
        ("Get <img src=x alt=A> now!", "Take [image: A] soon.", 'Take <img src="x" alt="A"> soon.'),
        ("Pay {{ a &amp; b }} now!", "Please pay {{ a & b }}.", "Please pay {{ a &amp; b }}."),
        ("You <i>failed</i>  to read the<br>terms!", "Look it up.", "Look it up."),
        ("A &lt; B &amp; C!", "Then A < B & C.", "Then A &lt; B &amp; C."),
        ("Pay it!", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_a_rewritten_sentence(old: str, new: str, reply: str) -> None:
    assert (
        reply_to(f"<p>Hi.</p><div>Yes. {old} No.</div>", s2=new)
        == f"<p>Hi.</p><div>Yes. {reply} No.</div>"
    )


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("<p>a.</p><p>b.</p><p>c.</p>", "<p>a.</p><p>c.</p>"),
        ("<p>Go. <b>Run.</b> Hop.</p>", "<p>Go. Hop.</p>"),
        ("<div>a.</div><div><br></div><div>b.</div><div><br></div><div>c.</div>",
         "<div>a.</div><div><br></div><div>c.</div>"),
        ("a.<br>b.<br>c.", "a.<br>c."),
        ("<p>a.<br><br>b.<br>c.</p>", "<p>a.<br><br>c.</p>"),
        ("<div>a.</div><p>b.</p><div>c.</div>", "<div>a.</div><div><br>c.</div>"),
        ("<p>a.</p><div><div>b.</div></div>c.", "<p>a.</p>c."),
        ("a.<table><tr><td>b.</td><td>c.</td></tr></table>",
         "a.<table><tbody><tr><td></td><td>c.</td></tr></tbody></table>"),
    ],
)  # fmt: skip
def test_a_deleted_sentence_leaves_nothing_empty(source: str, reply: str) -> None:
    assert reply_to(source, s2=None) == reply


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("<p>Hi Ann,</p><p><b>a.</b> b.</p>", "<p>Hi Ann,</p><p>Oh. <b>a.</b> b.</p>"),
        ("<p>Hi Ann,</p><p><b>a.</b></p>", "<p>Hi Ann,</p><p><b>Oh. a.</b></p>"),
        ("<p>Hi Ann, <a href=/x>a</a>.</p>", '<p>Hi Ann, Oh. <a href="/x">a</a>.</p>'),
        ("<p>Hi Ann,</p><ul><li>a.</li></ul>", "<p>Hi Ann,</p><p>Oh.</p><ul><li>a.</li></ul>"),
        ("<div>Hi Ann,</div><ul><li>a.</li></ul>",
         "<div>Hi Ann,</div><div><br></div><div>Oh.</div><ul><li>a.</li></ul>"),
        ("<ol><li><ul><li>a.</li></ul></li></ol>", "<div>Oh.</div><ol><li><ul><li>a.</li></ul></li></ol>"),
        ("<p>Hi Ann,<br>- a.<br>- b.</p>", "<p>Hi Ann,<br>Oh.<br><br>- a.<br>- b.</p>"),
    ],
)  # fmt: skip
def test_an_opening(source: str, reply: str) -> None:
    assert reply_to(source, opening="Oh.") == reply


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("<p>a.</p>", "<p>a. So.</p>"),
        ("<p>a.</p><p>b.</p><p>Thanks,<br>Sam</p>", "<p>a.</p><p>b.</p><p>So.</p><p>Thanks,<br>Sam</p>"),
        ("<div>a.</div><div><br></div><div>b.</div><div><br></div><div>Thanks,</div>",
         "<div>a.</div><div><br></div><div>b.</div><div><br></div><div>So.</div><div><br></div><div>Thanks,</div>"),
        ("<div>a.<br><br>b.<br><br>Thanks,<br>Sam</div>", "<div>a.<br><br>b.<br><br>So.<br><br>Thanks,<br>Sam</div>"),
        ("<p>a.</p><ul><li>b.</li><li><a href=/x>x</a></li></ul>",
         '<p>a.</p><ul><li>b.</li><li><a href="/x">x</a></li></ul><p>So.</p>'),
        ("<p>a.</p><table><tr><td>b.</td></tr></table>",
         "<p>a.</p><table><tbody><tr><td>b.<br><br>So.</td></tr></tbody></table>"),
        ("<p>a.</p><h2>b</h2><p>c</p>", "<p>a.</p><h2>b</h2><p>c</p><p>So.</p>"),
    ],
)  # fmt: skip
def test_a_closing(source: str, reply: str) -> None:
    assert reply_to(source, closing="So.") == reply


def test_an_opening_in_place_of_a_deleted_sentence_stays_apart_from_the_next() -> None:
    source = "<div>a.<div><br></div><div>b.</div></div>"
    assert reply_to(source, s1=None, opening="Oh.") == "<div>Oh. <div><br></div><div>b.</div></div>"


@st.composite
def scripts(draw: st.DrawFn) -> tuple[Page, EditScript]:
    """Draw a page and an edit script for it, as the grammars allow it."""
    page = read_html(draw(any_pages()))
    fillings = {}
    for sentence in parse(page.text, page.hints).sentences:
        start, end = sentence.span
        facts = [fact.text for fact in page.facts if start <= fact.span[0] and fact.span[1] <= end]
        choices = [KEEP, rewrite(" ".join(["We now say", *facts, "here."]))]
        if sentence.kind is SentenceKind.PROSE and not facts:
            choices.append(DELETE)
        fillings[slot_id(sentence)] = draw(st.sampled_from(choices))
    for slot in ("opening", "closing") if fillings else ():
        if draw(st.booleans()):
            fillings[slot] = insert("This is hard.")
    return page, script_of(page, fillings)


@given(scripts())
def test_any_reply_is_clean_and_its_text_is_the_pages(drawn: tuple[Page, EditScript]) -> None:
    page, script = drawn
    pieces = script.apply()
    reply = rewrite_page(page, pieces)
    check(page, reply)
    texts = {piece.slot: piece.text for piece in reply.pieces}
    assert all(texts[piece.slot] == piece.text for piece in pieces if piece.slot)
    words = "".join(piece.text for piece in pieces).split()
    assert sorted(reply.page.text.split()) == sorted(words) or "%}" in reply.page.text


@given(scripts())
def test_applying_nothing_gives_the_clean_page_byte_for_byte(
    drawn: tuple[Page, EditScript],
) -> None:
    page, script = drawn
    reply = rewrite_page(page, script.apply(()))
    assert reply.page.html == page.html
    assert reply.page.text == page.text
