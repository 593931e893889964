"""Merge tags in HTML stand after cleaning as they stood before, byte for byte."""

import pytest

from drafting.markup.page import read_html
from drafting.markup.sanitizer import sanitize

TAGS = (
    "{{ticket.id}}", "{{{raw}}}", "{{> partial}}", "{{#if a < b}}", '{{ name | default: "you" }}', "{{ a & b }}",
    "{{ t 'it''s' }}", "{% if a == \"b\" && c <= d %}", "{%customer.firstName,fallback=there%}", "*|FNAME|*",
    "%%unsubscribe_url%%", "[[name]]", "<%= user.name %>", "#{ticket.name}", "${a > b}", "%{name}", "{{&lt;x}}",
    "{{ a\n  | b }}",
)  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_in_text(tag: str) -> None:
    source = f"<p>Hi <b>{tag}</b>,</p>{tag}<p>x</p>"
    assert sanitize(source) == source


@pytest.mark.parametrize("tag", TAGS)
def test_in_an_attribute(tag: str) -> None:
    quote = "'" if '"' in tag else '"'
    source = f"<p><a href={quote}{tag}{quote}>x</a></p>"
    assert sanitize(source) == source


@pytest.mark.parametrize("tag", TAGS)
def test_in_addresses(tag: str) -> None:
    quote = "'" if '"' in tag else '"'
    source = f"<a href={quote}https://x.example/{tag}?a={tag}{quote}>x</a>"
    assert sanitize(source) == source


def test_a_tag_may_be_the_scheme_or_the_host() -> None:
    source = '<a href="{{scheme}}://{{host}}:8080/x">x</a>'
    assert sanitize(source) == source


def test_both_quotes_in_one_attribute_are_written_safely() -> None:
    source = "<a href=\"{{ a | t: 'b' }}\" title='{{ \"c\" }}{{ 'd' }}'>x</a>"
    clean = sanitize(source)
    assert sanitize(clean) == clean
    assert "{{ a | t: 'b' }}" in clean


def test_between_rows_and_items() -> None:
    source = (
        "<table><tbody>{{#each items}}<tr><td>{{name}}</td></tr>{{/each}}</tbody></table>"
        "<ul>{% for r in rows %}<li>{{ r }}</li>{% endfor %}</ul>"
    )
    assert sanitize(source) == source


def test_a_tag_in_double_angles_is_text() -> None:
    assert sanitize("Hi <<name>>, <<script>>") == "Hi &lt;&lt;name&gt;&gt;, &lt;&lt;script&gt;&gt;"


def test_what_looks_like_a_cover_is_none() -> None:
    forged = "\ufddemergetag\ufdd0\ufddf"
    assert sanitize(f"{forged}<!--\ufddd{forged}-->{{{{a}}}}") == "mergetag{{a}}"
    assert sanitize("&#xFDDE;mergetag&#xFDD0;&#xFDDF;{{a}}") == "mergetag{{a}}"


def test_tags_are_facts_and_read_on_one_line() -> None:
    page = read_html("<p>Hi {{ a\n | b }} <%= user &gt; 1 %>.</p>")
    assert page.text == "Hi {{ a | b }} <%= user > 1 %>."
    assert [fact.text for fact in page.facts] == ["{{ a | b }}", "<%= user > 1 %>"]
