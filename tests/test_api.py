"""What the REST API answers: results, lists, new wordings, findings, chosen changes."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from drafting.candidate import Candidate, Op
from drafting.labels import Label
from drafting.result import Result
from drafting.rewriter import Request, Rewriter
from tests.scripted import ScriptedEngine
from tests.serving import CURT, serving

KIND = "Thank you for telling us, and I'm glad that it works now."


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with serving(rewrite_limit="9999 per minute", other_limit="9999 per minute") as app:
        yield app.test_client()


def test_the_answer_is_the_result_that_the_command_line_gives(client: FlaskClient) -> None:
    body = {"draft": CURT, "candidates": 2, "seed": 7}
    answer = client.post("/api/v1/rewrite", json=body)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    result = Result.model_validate(answer.json)
    expected = Rewriter(ScriptedEngine()).rewrite([Request(CURT, None, 2, 7)])[0]
    assert result.model_copy(update={"took_ms": 0}) == expected.model_copy(update={"took_ms": 0})
    assert len(result.changes) >= 3
    assert result.draft_text == CURT
    assert result.reply_text == result.reply


def test_the_customers_message_is_heard(client: FlaskClient) -> None:
    message = "My father died last week and I can't deal with this."
    answers = [
        client.post(
            "/api/v1/rewrite", json={"draft": "The parcel is on its way.", "customer_message": said}
        ).json
        for said in (None, message)
    ]
    codes = [[note["code"] for note in answer["notes"]] for answer in answers if answer]
    assert codes[0] == ["already_kind"]
    assert "already_kind" not in codes[1]


def test_a_list_keeps_its_order_and_each_item_fails_by_itself(client: FlaskClient) -> None:
    items = client.post(
        "/api/v1/rewrite", json=[{"draft": CURT}, {"draft": ""}, {"drafft": "x"}, {"draft": KIND}]
    ).json
    assert items
    assert [item["status"] for item in items] == [200, 422, 422, 200]
    codes = [item["error"]["code"] for item in items if item["error"]]
    assert codes == ["empty_draft", "wrong_fields"]
    assert items[3]["result"]["reply"] == KIND


def test_a_list_of_one_gives_a_list(client: FlaskClient) -> None:
    items = client.post("/api/v1/rewrite", json=[{"draft": KIND}]).json
    assert isinstance(items, list)
    assert len(items) == 1


def test_new_wordings_for_one_slot_are_other_ones() -> None:
    texts = [
        "Your claim FR-118-402 can't be approved.",
        "I'm not able to approve claim FR-118-402.",
    ]
    script = {"s1": [Candidate(Op.REWRITE, Label.EXPLANATION, text) for text in texts]}
    engine = ScriptedEngine(script)
    with serving(engine) as app:
        client, seen = app.test_client(), []
        for _ in range(4):
            body = {"draft": CURT, "slot": "s1", "seen": seen, "candidates": 2}
            answer = client.post("/api/v1/rewrite/slot", json=body).json
            assert answer
            if answer["change"] is None:
                break
            assert answer["change"]["id"] == "s1"
            assert answer["change"]["after"] not in seen
            assert not set(answer["change"]["alternatives"]) & set(seen)
            seen = [*seen, answer["change"]["after"]]
    assert len(seen) == len(set(seen)) >= 2
    assert {slot.id for ask in engine.asked for slot in ask.slots} == {"s1"}


def test_findings_come_without_the_model() -> None:
    engine = ScriptedEngine()
    with serving(engine) as app:
        checked = app.test_client().post("/api/v1/check", json={"draft": CURT}).json
    assert checked
    assert {f["rule"] for f in checked["findings"]} >= {"blame", "shouting", "command"}
    for finding in checked["findings"]:
        start, end = finding["span"]
        assert checked["draft_text"][start:end] == finding["text"]
    assert [fact["text"] for fact in checked["facts"]] == ["FR-118-402", "$129"]
    assert (checked["language"], checked["sentences"], checked["kind"]) == ("en", 3, False)
    assert not engine.asked


def test_a_chosen_part_is_applied(client: FlaskClient) -> None:
    result = client.post("/api/v1/rewrite", json={"draft": CURT}).json
    assert result
    ids = [change["id"] for change in result["changes"]]
    for accepted in (None, [], ids[:1], ids[1:]):
        body = {"draft": CURT, "changes": result["changes"], "accepted": accepted}
        applied = client.post("/api/v1/apply", json=body).json
        assert applied
        assert [c["id"] for c in applied["changes"]] == (ids if accepted is None else accepted)
    assert (
        client.post("/api/v1/apply", json=body | {"accepted": None}).json["reply"]
        == result["reply"]
    )  # type: ignore[index]
    assert client.post("/api/v1/apply", json=body | {"accepted": []}).json["reply"] == CURT  # type: ignore[index]


def test_an_edited_change_is_applied_and_lost_facts_are_told(client: FlaskClient) -> None:
    change = {"id": "s2", "op": "rewrite", "label": "explanation", "after": "We need the receipt."}
    applied = client.post("/api/v1/apply", json={"draft": CURT, "changes": [change]}).json
    assert applied
    assert "We need the receipt." in applied["reply"]
    assert [fact["text"] for fact in applied["missing_facts"]] == ["$129"]


def test_the_document_lists_exactly_what_is_there(client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    assert document
    assert document["openapi"].startswith("3.1")
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.endpoint.startswith("probes.")
    }
    assert set(document["paths"]) == rules


def test_the_documentation_page_names_each_address_field_and_code(client: FlaskClient) -> None:
    page = client.get("/docs").text
    document = client.get("/openapi.json").json
    assert document
    for path in document["paths"]:
        if path.startswith("/api/"):
            assert path in page
    for word in (
        "customer_message",
        "candidates",
        "seen",
        "accepted",
        "overloaded",
        "too_slow",
        "in_place",
    ):
        assert word in page
    assert "`" not in page
    assert "<code>seen</code>" in page
    assert 'id="empty_draft"' in page


def test_probes_tell_life_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"status": "ready"}


HTML = '<p>You <b>failed</b> to send <a href="https://x.example/f">the form</a>.</p><script>x()</script>'


def test_an_html_draft_comes_back_as_clean_html_and_as_text(client: FlaskClient) -> None:
    body = {"draft": HTML, "format": "html"}
    checked = client.post("/api/v1/check", json=body).json
    assert checked
    assert "script" not in checked["clean_html"]
    assert checked["draft_text"] == "You failed to send the form."
    result = client.post("/api/v1/rewrite", json=body).json
    assert result
    assert result["format"] == "html"
    assert 'href="https://x.example/f"' in result["reply"]
    assert "script" not in result["reply"]
    assert "<" not in result["reply_text"]
    undone = client.post(
        "/api/v1/apply", json=body | {"changes": result["changes"], "accepted": []}
    ).json
    assert undone
    assert undone["reply"] == checked["clean_html"]
