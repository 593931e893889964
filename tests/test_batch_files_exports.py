"""What help desks export is read as it is and written back in its own shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from drafting.result import Format
from tests.batch_files import opened, texts, written

ZENDESK: dict[str, Any] = {
    "macros": [
        {
            "url": "https://northgate.example/api/v2/macros/1.json",
            "id": 360001,
            "title": "Refund::Too late",
            "active": True,
            "actions": [
                {"field": "status", "value": "solved"},
                {
                    "field": "comment_value_html",
                    "value": "<p>Hi {{ticket.requester.first_name}},</p><p>Denied.</p>",
                },
            ],
            "restriction": None,
        },
        {
            "title": "Old",
            "actions": [{"field": "comment_value", "value": ["channel:all", "Send the form!"]}],
        },
        {
            "title": "Note for the team",
            "actions": [
                {"field": "comment_value", "value": "Check the account."},
                {"field": "comment_mode_is_public", "value": "false"},
            ],
        },
        {"title": "No comment", "actions": [{"field": "priority", "value": "low"}]},
    ],
    "next_page": None,
    "count": 4,
}


def test_zendesk_macros(tmp_path: Path) -> None:
    data = json.dumps(ZENDESK, indent=1)
    source = opened(tmp_path, "a.json", data)
    first, second = source.items
    assert (first.key, first.name) == ("macros[0].actions[1].value", "Refund::Too late")
    assert (first.format, second.format) == (Format.HTML, Format.TEXT)
    assert (second.key, second.text) == ("macros[1].actions[0].value[1]", "Send the form!")
    assert (first.number, second.number) == (1, 2)
    replies = {first.key: "<p>A</p>", second.key: "B"}
    out = written(source, replies, in_place=True, name="b.json").decode()
    assert out == data.replace(first.text, "<p>A</p>").replace(second.text, "B")
    beside = json.loads(written(source, replies, in_place=False, name="b.json"))
    assert beside["macros"][0]["actions"][1].pop("value_reply") == "<p>A</p>"
    assert beside["macros"][1]["actions"][0].pop("value_reply") == "B"
    assert beside == ZENDESK


def test_one_zendesk_macro(tmp_path: Path) -> None:
    source = opened(tmp_path, "a.json", json.dumps({"macro": ZENDESK["macros"][0]}))
    assert [item.key for item in source.items] == ["macro.actions[1].value"]


CONTENT = [{"content": "Too late.", "locale_id": 1}, {"content": "Zu spät.", "locale_id": 8}]
EXPORTS: dict[str, tuple[Any, dict[str, str]]] = {
    "zendesk dynamic content": (
        {"items": [{"name": "late", "placeholder": "{{dc.late}}", "variants": CONTENT}]},
        {
            "items[0].variants[0].content": "Too late.",
            "items[0].variants[1].content": "Zu spät.",
        },
    ),
    "freshdesk": (
        [{"id": 1, "title": "T", "content": "No.", "content_html": "<div>No.</div>"}],
        {"[0].content_html": "<div>No.</div>"},
    ),
    "freshdesk, one": (
        {"id": 1, "title": "T", "content": "No.", "content_html": "<div>No.</div>", "folder_id": 2},
        {"content_html": "<div>No.</div>"},
    ),
    "help scout": (
        [{"id": 1, "name": "N", "text": "No,<br /><br />bye", "chatText": "No"}],
        {"[0].text": "No,<br /><br />bye"},
    ),
    "freescout": (
        {"saved_replies": [{"id": 1, "mailbox_id": 2, "name": "N", "text": "<div>No</div>"}]},
        {"saved_replies[0].text": "<div>No</div>"},
    ),
    "zammad text modules": (
        [{"id": 1, "name": "N", "keywords": "k", "content": "No<br>", "note": "", "active": True}],
        {"[0].content": "No<br>"},
    ),
    "zammad text modules, full": (
        {"record_ids": [1], "assets": {"TextModule": {"1": {"name": "N", "content": "No"}}}},
        {"assets.TextModule.1.content": "No"},
    ),
    "zammad macros": (
        [
            {"name": "N", "perform": {"article.note": {"body": "No", "internal": "false"}}},
            {"name": "M", "perform": {"article.note": {"body": "Hm", "internal": "true"}}},
            {"name": "O", "perform": {"ticket.state_id": {"value": "4"}}},
        ],
        {'[0].perform["article.note"].body': "No"},
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports(name: str, tmp_path: Path) -> None:
    data, expected = EXPORTS[name]
    raw = json.dumps(data, ensure_ascii=False)
    source = opened(tmp_path, "a.json", raw)
    assert texts(source) == expected
    assert all(item.name for item in source.items)
    assert not source.problems
    assert texts(opened(tmp_path, "a.json", raw, field=source.field)) == expected
    replies = {key: f"reply {number}" for number, key in enumerate(expected)}
    out = written(source, replies, in_place=True, name="b.json").decode()
    for key, reply in replies.items():
        old = json.dumps(expected[key], ensure_ascii=False)
        place = raw.rindex(old) if raw.count(old) == 1 else raw.index(old)
        raw = raw[:place] + json.dumps(reply) + raw[place + len(old) :]
    assert out == raw
    assert written(source, {}, in_place=False, name="c.json").decode() == json.dumps(
        data, ensure_ascii=False
    )


def test_the_other_text_by_name(tmp_path: Path) -> None:
    data = EXPORTS["help scout"][0]
    source = opened(tmp_path, "a.json", json.dumps(data), field="chatText")
    assert texts(source) == {"[0].chatText": "No"}


def test_formats_by_tags_that_only_html_has(tmp_path: Path) -> None:
    rows = [
        "<p>x",
        "Dear <name>, by <date>",
        "a < b > c",
        "x<br/>y",
        "A &amp; B",
        "</div>",
        "plain",
    ]
    source = opened(tmp_path, "a.json", json.dumps([{"text": row} for row in rows]))
    html = [item.text for item in source.items if item.format is Format.HTML]
    assert html == ["<p>x", "x<br/>y", "A &amp; B", "</div>"]
