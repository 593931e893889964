"""Mails of many clients: rewritten, and held part by part against what they were."""

import html
import re
from functools import cache

import pytest

from drafting.application import Edit, apply_edits
from drafting.candidate import Op
from drafting.labels import Label
from drafting.mail import read_mail, write_mail
from drafting.mail.bodies import PlainBody
from drafting.result import Result
from drafting.rewriter import Rewriter, read_request
from tests.mails.comparing import (
    check_lines,
    find_changed,
    hollow,
    is_within,
    list_leaves,
    list_tags,
    read_with_email,
)
from tests.mails.corpus import ASKED, corpus
from tests.scripted import ScriptedEngine

NAMES = sorted(corpus())


@cache
def rewrite(name: str) -> tuple[Result, bytes, list[str]]:
    mail = read_mail(corpus()[name])
    (result,) = Rewriter(ScriptedEngine()).rewrite([mail.request()])
    written = write_mail(mail, result)
    return result, written.data, [note.code for note in written.notes]


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 60
    assert len({corpus()[name] for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_texts_change_and_both_alike(name: str) -> None:
    before = corpus()[name]
    result, after, notes = rewrite(name)
    assert len(result.changes) >= 2
    assert notes == []
    changed = find_changed(before, after)
    assert len(changed) == len(read_mail(before).bodies)
    assert hollow(before, changed) == hollow(after, changed), "header fields, files, delimiters"
    check_lines(after, before)
    pairs = zip(read_with_email(before), read_with_email(after), strict=True)
    for number, ((kind, old), (same, new)) in enumerate(pairs):
        assert kind == same
        if number not in changed:
            assert old == new
            continue
        assert isinstance(old, str)
        assert isinstance(new, str)
        check_text(kind, old, new, result)


def check_text(kind: str, old: str, new: str, result: Result) -> None:
    """All changes are there, and nothing else is."""
    entities = new.replace("&#x27;", "'").replace("&#39;", "'").replace("&amp;", "&")
    for change in result.changes:
        assert squeeze(change.after) in squeeze(entities)
    for kept in ("Ann Adeyemi", ASKED[0]):
        assert new.count(kept) == old.count(kept)
    if kind == "text/html":
        assert is_within(list_tags(old), list_tags(new)), "no tag is touched"
    else:
        quoted = [line for line in old.split("\n") if line.startswith(">")]
        assert [line for line in new.split("\n") if line.startswith(">")] == quoted
        sign = old.find("Kind regards,")
        assert new.endswith(old[sign:] if sign >= 0 else old[-20:])


@pytest.mark.parametrize("name", NAMES)
def test_what_is_quoted_stays_byte_for_byte_where_the_encoding_lets_it(name: str) -> None:
    before = corpus()[name]
    _, after, _ = rewrite(name)
    for number in find_changed(before, after):
        old, new = list_leaves(before)[number], list_leaves(after)[number]
        if "base64" in str(old.headers["Content-Transfer-Encoding"]):
            continue
        raw, made = before[slice(*old.body)], after[slice(*new.body)]
        tail = raw[raw.rfind(b"Northgate") :]
        assert made.endswith(tail)


@pytest.mark.parametrize("name", NAMES)
def test_the_customer_is_heard(name: str) -> None:
    mail = read_mail(corpus()[name])
    said = read_request(mail.request()).customer_message
    assert said is not None
    assert ASKED[0] in said
    assert "refunds are not available" not in said
    assert "wrote:" not in said


@pytest.mark.parametrize("name", NAMES)
def test_without_a_change_not_a_byte_changes(name: str) -> None:
    mail = read_mail(corpus()[name])
    assert write_mail(mail, apply_edits(mail.request(), [])).data == corpus()[name]


@pytest.mark.parametrize("name", NAMES)
def test_each_change_can_stand_alone(name: str) -> None:
    before = corpus()[name]
    mail = read_mail(before)
    result, _, _ = rewrite(name)
    edits = [Edit(each.id, each.op, each.label, each.after) for each in result.changes]
    chosen = edits[len(name) % len(edits)]
    written = write_mail(mail, apply_edits(mail.request(), edits, (chosen.id,)))
    assert not written.notes
    changed = find_changed(before, written.data)
    assert len(changed) == len(mail.bodies)
    assert hollow(before, changed) == hollow(written.data, changed)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("_en")])
def test_deleting_and_closing(name: str) -> None:
    before = corpus()[name]
    mail = read_mail(before)
    edits = [
        Edit("opening", Op.INSERT, Label.ACKNOWLEDGEMENT, "I can see that this is not easy."),
        Edit("s1", Op.DELETE),
        Edit("s2", Op.REWRITE, Label.EXPLANATION, "Nothing is <lost> & nobody's fault."),
        Edit("closing", Op.INSERT, Label.NEXT_STEPS, "Write to me whenever you like."),
    ]
    written = write_mail(mail, apply_edits(mail.request(), edits))
    assert not written.notes
    texts = [text for kind, text in read_with_email(written.data) if kind.startswith("text/")]
    for text in map(str, texts):
        shown = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert squeeze("Nothing is <lost> & nobody's fault.") in squeeze(shown)
        assert squeeze("whenever you like.") in squeeze(shown)


@pytest.mark.parametrize(
    "name", ["gmail_de", "outlook_desktop_en", "mutt_de", "thunderbird_html_pl"]
)
def test_letters_that_a_character_set_lacks(name: str) -> None:
    before = corpus()[name]
    text = "That’s “Zażółć” — we’re on it."
    mail = read_mail(before)
    applied = apply_edits(mail.request(), [Edit("s1", Op.REWRITE, Label.EXPLANATION, text)])
    after = write_mail(mail, applied).data
    changed = find_changed(before, after)
    assert hollow(before, changed, heads=True) == hollow(after, changed, heads=True)
    for kind, content in read_with_email(after):
        if kind == "text/plain":
            assert squeeze(text) in squeeze(str(content))
        elif kind == "text/html":
            assert squeeze(text) in squeeze(html.unescape(str(content)))


def test_flowed_lines_are_flowed_again() -> None:
    _, after, _ = rewrite("thunderbird_flowed_sv")
    body = read_mail(after).bodies[0]
    assert isinstance(body, PlainBody)
    lines = body.content.text.replace("\r\n", "\n").split("\n")
    own = lines[: lines.index("Kind regards,")]
    assert all(len(line) <= 78 for line in own)
    assert any(re.search(r"\S $", line) for line in own)
    assert "I'm not able to approve your claim FR-118-402. Refunds are" in body.draft
