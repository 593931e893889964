"""Mails of real clients, rewritten whole: with moves and phrasebook, and under random weights."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.application import Edit, apply_edits
from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.markup.page import read_html
from drafting.markup.sanitizer import sanitize
from drafting.result import Applied, Format, Result
from drafting.rewriter import Request, Rewriter
from tests.pages import made_pages, mails
from tests.scripted import ScriptedEngine
from tests.tiny import random_engine

NAMES = sorted(mails())


def ask(source: str, candidates: int = 2, seed: int = 0) -> Request:
    return Request(source, candidates=candidates, seed=seed, format=Format.HTML)


def addresses(html: str) -> list[str]:
    return re.findall(r"(?:href|src)=(?:\"[^\"]*\"|'[^']*')", html)


def check(source: str, result: Result | Applied) -> None:
    """What the product promises of an HTML reply."""
    page = read_html(source)
    assert result.format is Format.HTML
    assert result.draft_text == page.text
    assert sanitize(result.reply) == result.reply
    assert read_html(result.reply).text == result.reply_text
    assert addresses(result.reply) == addresses(page.html), "each address is there, in order"
    for change in result.changes:
        assert result.draft_text[slice(*change.draft_span)] == change.before
        assert result.reply_text[slice(*change.reply_span)] == change.after
    for fact in result.facts:
        assert result.draft_text[slice(*fact.draft_span)] == fact.text
        assert result.reply_text[slice(*fact.reply_span)] == fact.text
    for finding in result.findings.reply:
        assert result.reply_text[slice(*finding.span)] == finding.text


@pytest.mark.parametrize("name", NAMES)
def test_moves_and_phrasebook(name: str) -> None:
    (result,) = Rewriter(ScriptedEngine()).rewrite([ask(mails()[name])])
    check(mails()[name], result)


def test_something_was_changed_in_most() -> None:
    results = Rewriter(ScriptedEngine()).rewrite([ask(source) for source in mails().values()])
    assert sum(bool(result.changes) for result in results) > len(results) * 0.7


@pytest.mark.parametrize("family", ["babbling", "causal"])
@pytest.mark.parametrize("start", range(0, len(NAMES), 10))
def test_random_weights_lose_no_address(family: str, start: int) -> None:
    sources = [mails()[name] for name in NAMES[start : start + 10]]
    results = Rewriter(random_engine(family)).rewrite([ask(source, 1) for source in sources])
    for source, result in zip(sources, results, strict=True):
        check(source, result)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.lists(made_pages(), min_size=6, max_size=6), st.integers(0, 9))
def test_random_weights_on_made_pages(sources: list[str], seed: int) -> None:
    readable = [source for source in sources if re.search(r"[.!]", read_html(source).text)]
    results = Rewriter(random_engine("babbling")).rewrite([ask(s, 1, seed) for s in readable])
    for source, result in zip(readable, results, strict=True):
        check(source, result)


@pytest.mark.parametrize("name", NAMES)
def test_applying_changes_gives_the_same_and_applying_none_the_clean_page(name: str) -> None:
    request = ask(mails()[name])
    (result,) = Rewriter(ScriptedEngine()).rewrite([request])
    edits = [Edit(change.id, change.op, change.label, change.after) for change in result.changes]
    assert apply_edits(request, edits).reply == result.reply
    assert apply_edits(request, edits, ()).reply == sanitize(request.draft)
    for edit in edits:
        check(request.draft, apply_edits(request, edits, (edit.id,)))


def test_a_hand_edit_may_lose_a_link_and_that_is_told() -> None:
    request = ask("<p>Hello Ann,</p><p>See <a href=/x>our page</a>.  Send it!</p>")
    edit = Edit("s1", Op.REWRITE, Label.EXPLANATION, "Look  at\nour <b>site</b>.")
    applied = apply_edits(request, [edit])
    assert applied.reply == "<p>Hello Ann,</p><p>Look at our &lt;b&gt;site&lt;/b&gt;.  Send it!</p>"
    assert [fact.text for fact in applied.missing_facts] == ["our page"]


def test_white_space_of_a_rewrite_is_folded_as_a_page_folds_it() -> None:
    text = "We  have not  received the form yet."
    engine = ScriptedEngine({"s1": [Candidate(Op.REWRITE, Label.EXPLANATION, text)]})
    source = "<p>Hello Ann,</p><p>You failed to send us the form.</p>"
    (result,) = Rewriter(engine).rewrite([ask(source)])
    assert result.changes
    check(source, result)


def test_the_whole_of_one_mail() -> None:
    (result,) = Rewriter(ScriptedEngine()).rewrite([ask(mails()["gmail_plain_lines"])])
    assert result.reply.startswith('<div dir="ltr"><div>Dear Ms Adeyemi,</div><div><br></div><div>')
    assert (
        "I'm not able to approve your claim FR-118-402. Refunds are not available" in result.reply
    )
    assert (
        '<div>Please send the form to <a href="mailto:claims@northgate.example">'
        "claims@northgate.example</a> within 14 days.</div><div><br></div>"
        "<div>Kind regards,</div><div>Claims Team</div></div>"
    ) in result.reply
