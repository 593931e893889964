"""Hostile structure: bounded nesting and output, no recursion; and the limits of a request."""

import pytest

from drafting.errors import DraftTooLongError, EmptyDraftError
from drafting.markup.nesting import MOST_OPEN
from drafting.markup.page import read_html
from drafting.markup.sanitizer import sanitize
from drafting.result import Format
from drafting.rewriter import MOST_CHARACTERS, MOST_SOURCE, Request, read_request

LENGTH = 20_000

HOSTILE = {
    "deep blocks": "<div>", "deep inlines": "<b>", "deep fonts": "<font color=red>", "deep lists": "<ul><li>",
    "deep quotes": "<blockquote>", "deep tables": "<table><tr><td>", "links": "<a href=x>",
    "misnested": "<b><p></b>", "fonts over blocks": "<font color=a><p>x", "comments": "<!--", "open tags": "<a ",
    "quotes": "<a b='", "end tags": "</p>", "angles": "<", "ampersands": "&", "entities": "&amp",
    "covers": "{{a}}", "open covers": "{{", "scripts": "<script>", "rows": "<tr>", "cells": "<table><td>",
    "spans": "<span></b>", "hidden": "<p hidden>", "attributes": "<p a=1 b='", "pre": "<pre>\n",
    "quoted": "<a x='>'\"", "controls": "{% if a %}", "declarations": "<!", "items": "<ol><li>x",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_structure_stays_within_bounds(name: str) -> None:
    source = HOSTILE[name] * (LENGTH // len(HOSTILE[name])) + "Send it."
    page = read_html(source)
    assert sanitize(page.html) == page.html
    assert len(page.html) < 60 * LENGTH
    assert depth(page.html) <= MOST_OPEN


def depth(html: str) -> int:
    """Return how deep blocks nest, whatever they are called."""
    most = now = 0
    for part in html.split("<")[1:]:
        if not part.startswith(("br", "hr", "img", "b>", "/b>", "a ", "/a", "font", "/font", "%")):
            now += -1 if part.startswith("/") else 1
            most = max(most, now)
    return most


def test_what_is_nested_too_deep_keeps_its_text_and_lines() -> None:
    page = read_html("<div>" * 500 + "one<div>two</div>three" + "</div>" * 500 + "<p>four</p>")
    assert page.text.split() == ["one", "two", "three", "four"]
    assert "one\ntwo\nthree" in page.text


def ask(source: str) -> Request:
    return Request(source, format=Format.HTML)


def test_the_limit_counts_what_can_be_read() -> None:
    styled = "<style>" + "x" * MOST_CHARACTERS * 2 + "</style><p>Send the form.</p>"
    assert len(read_request(ask(styled)).draft.sentences) == 1
    with pytest.raises(DraftTooLongError, match="20,000"):
        read_request(ask("<p>" + "word " * (MOST_CHARACTERS // 4) + "</p>"))


def test_the_source_has_a_limit_of_its_own() -> None:
    with pytest.raises(DraftTooLongError, match="200,000"):
        read_request(ask("<p>Send it.</p>" + " " * MOST_SOURCE))


@pytest.mark.parametrize(
    "source", ["<p></p>", "<img src=cid:1>", "<script>Send it.</script>", "<p>{{a}}</p>"]
)
def test_a_page_without_a_sentence_is_empty(source: str) -> None:
    with pytest.raises(EmptyDraftError):
        read_request(ask(source))
