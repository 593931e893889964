"""Cleaning HTML: what goes, what stays, and that cleaning twice is cleaning once."""

import bleach  # type: ignore[import-untyped]
import pytest
from hypothesis import given

from drafting.markup.elements import PROTOCOLS, SIGNATURE, TAGS, may_have
from drafting.markup.sanitizer import sanitize
from tests.pages import any_pages, mails, soups


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p><b>x<p>y</b>z", "<p><b>x</b></p><p><b>y</b>z</p>"),
        ("<b><div>x</div><div>y</div></b>", "<div><b>x</b></div><div><b>y</b></div>"),
        ("<i>a<b>b</i>c</b>", "<i>a<b>b</b></i><b>c</b>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<table><tr><td>a<td>b", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
        ("<table>text", "<table><tbody><tr><td>text</td></tr></tbody></table>"),
        ("<a href=/x>a<a href=/y>b", '<a href="/x">a</a><a href="/y">b</a>'),
        ("a<br/>b</br>c<hr>", "a<br>b<br>c<hr>"),
        ("<section>a</section><center>b</center>", "<div>a</div><div>b</div>"),
        ("<b></b><a href=/x></a><span>x</span>", "x"),
        ("<pre>\n\n a\n  b</pre>", "<pre> a\n  b</pre>"),
        ("<h1>a<h2>b</h1>", "<h1>a</h1><h2>b</h2>"),
        ("a < b, <3 and a<", "a &lt; b, &lt;3 and a&lt;"),
        ("x <y and no end", "x &lt;y and no end"),
    ],
)
def test_one_form_for_all(source: str, clean: str) -> None:
    assert sanitize(source) == clean


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("AT&T &lt;b&gt; &amp;lt;", "AT&amp;T &lt;b&gt; &amp;lt;"),
        ("a&nbsp;b\u00a0c", "a&nbsp;b&nbsp;c"),
        ("&eacute; &#x1F44D; 👍 &#39;&copy", "é 👍 👍 '©"),
        ("a\x00\x07b&#1;\ufdd0c", "abc"),
        ("\ud83d", "\ufffd"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_text_is_kept_whatever_way_it_is_written(source: str, clean: str) -> None:
    assert sanitize(source) == clean


@pytest.mark.parametrize(
    "source",
    [
        "<style>p{color:red}</style>", "<script>alert(1)</script>", "<title>x</title>", "<!-- x -->",
        "<!--[if mso]><p>x</p><![endif]-->", "<template><p>x</p></template>", "<textarea>x</textarea>",
        "<noscript><img src=https://t.example/x></noscript>", "<svg><text>x</text></svg>", "<math>x</math>",
        "<iframe src=https://x.example>x</iframe>", "<object>x</object>", "<select><option>x</select>",
        "<div style='display: none'>x</div>", "<span hidden>x</span>", "<p style='mso-hide:all'>x</p>",
        "<xml><o:OfficeDocumentSettings>x</o:OfficeDocumentSettings></xml>", "<?xml:namespace prefix = o />",
        "<img src=https://t.example/o.gif width=1 height=1>", "<img src=https://t.example/o.gif width=0>",
        "<img src=https://t.example/o.gif style='width:1px; height:1px'>", "<img src=x style='display:none'>",
        "<img alt='no source'>", "<img src='data:image/png;base64,AAAA'>", "<base href=//x>", "<input value=x>",
    ],
)  # fmt: skip
def test_gone_with_all_that_is_in_it(source: str) -> None:
    assert sanitize(f"<p>a</p>{source}<p>b</p>") == "<p>a</p><p>b</p>"


def test_images_and_links_keep_their_addresses() -> None:
    source = (
        '<img src="cid:a@b" alt="A" width="320" height="2"><img src="https://x.example/i?a=1&amp;b=2">'
        '<a href="https://x.example/?a=1&copy=2#f" title="T">1</a><a href="mailto:a@b.example">2</a>'
        '<a href="tel:+44">3</a><a href="/x?q=%20">4</a>'
    )
    assert sanitize(source) == source.replace("&copy", "&amp;copy")


def test_what_styles_say_is_kept_where_an_element_can_say_it() -> None:
    assert sanitize('<span style="font-weight: 700">x</span>') == "<b>x</b>"
    assert sanitize('<b style="font-weight:normal">x</b>') == "x"
    assert sanitize('<b><span style="font-weight:bold">x</span></b>') == "<b>x</b>"
    assert (
        sanitize('<p class="MsoNormal">a</p><p style="margin:0in">b') == "<div>a</div><div>b</div>"
    )
    assert sanitize('<div class="gmail_signature">a</div>') == '<div class="signature">a</div>'
    assert sanitize('<div class="x signatures">a</div>') == "<div>a</div>"


@given(any_pages())
def test_cleaning_twice_changes_nothing(source: str) -> None:
    clean = sanitize(source)
    assert sanitize(clean) == clean


@given(soups())
def test_bleach_finds_nothing_left_to_take(source: str) -> None:
    assert_bleach_agrees(source.replace("{", "").replace("<%", ""))


@pytest.mark.parametrize("name", sorted(mails()))
def test_bleach_agrees_on_mails(name: str) -> None:
    assert_bleach_agrees(mails()[name].replace("{", "").replace("*|", ""))


def assert_bleach_agrees(source: str) -> None:
    clean = sanitize(source)
    allowed = lambda tag, name, value: may_have(tag, name) or (name, value) == SIGNATURE  # noqa: E731
    again = bleach.clean(clean, tags=TAGS, attributes=allowed, protocols=PROTOCOLS, strip=True)
    assert again == clean
