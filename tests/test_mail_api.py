"""Draft mails over HTTP: a mail in, a mail or its result out, and what is refused."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from drafting.mail import read_mail, write_mail
from drafting.result import Result
from drafting.rewriter import Rewriter
from tests.mails.corpus import corpus
from tests.scripted import ScriptedEngine
from tests.serving import serving

MAIL = "message/rfc822"
CANARY = "kanarie7731"


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with serving(rewrite_limit="9999 per minute", other_limit="9999 per minute") as app:
        yield app.test_client()


@pytest.mark.parametrize("name", ["gmail_en", "outlook_web_de", "mutt_en", "zimbra_es"])
def test_a_mail_comes_back_as_the_domain_writes_it(client: FlaskClient, name: str) -> None:
    answer = client.post(
        "/api/v1/rewrite?candidates=2&seed=3", data=corpus()[name], content_type=MAIL
    )
    assert (answer.status_code, answer.content_type) == (200, MAIL)
    mail = read_mail(corpus()[name])
    (result,) = Rewriter(ScriptedEngine()).rewrite([mail.request(candidates=2, seed=3)])
    assert answer.data == write_mail(mail, result).data != corpus()[name]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, MAIL),
        ("*/*", MAIL),
        (MAIL, MAIL),
        ("application/json", "application/json"),
        ("application/json, message/rfc822;q=0.5", "application/json"),
        ("message/rfc822, application/json", MAIL),
        ("text/html", MAIL),
    ],
)
def test_accept_chooses_the_answer(client: FlaskClient, accept: str | None, kind: str) -> None:
    headers = {"Accept": accept} if accept else {}
    answer = client.post(
        "/api/v1/rewrite", data=corpus()["mutt_en"], content_type=MAIL, headers=headers
    )
    assert answer.content_type == kind
    if kind != MAIL:
        result = Result.model_validate(answer.json)
        assert result.changes
        assert "Where is my refund" not in result.draft_text


CURT = (
    f"Subject: {CANARY}\n\nDear {CANARY},\n\nSend the form D-2!! You failed to send it.\n".encode()
)
HTML_ALONE = (
    b"Content-Type: text/html\n\n<p hidden>x<p>Send the form!!<p>Per our policy, no refund.\n"
)
UNLIKE = (
    b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nPlease see the HTML.\n--b\n"
    b"Content-Type: text/html\n\n<p>Send the form!!</p>\n--b--\n"
)
NOTED = {"formatting_simplified": HTML_ALONE, "other_text_kept": UNLIKE}


@pytest.mark.parametrize(
    "data", [*(corpus()[n] for n in sorted(corpus())[::9]), CURT, *NOTED.values()]
)
def test_the_header_counts_what_json_tells(client: FlaskClient, data: bytes) -> None:
    asked = {"data": data, "content_type": MAIL}
    told = Result.model_validate(
        client.post("/api/v1/rewrite", headers={"Accept": "application/json"}, **asked).json
    )
    answer = client.post("/api/v1/rewrite", **asked)
    changes = Counter((change.label or change.op).value for change in told.changes)
    notes = Counter(note.code for note in told.notes)
    assert read_counts(answer.headers["Drafting-Changes"]) == changes
    assert read_counts(answer.headers.get("Drafting-Notes", "")) == notes
    assert CANARY not in str(answer.headers)


def test_the_header_is_documented(client: FlaskClient) -> None:
    operation = client.get("/openapi.json").json["paths"]["/api/v1/rewrite"]["post"]  # type: ignore[index]
    answer = client.post("/api/v1/rewrite", data=HTML_ALONE, content_type=MAIL)
    sent = {name for name in answer.headers.keys() if name.startswith("Drafting-")}  # noqa: SIM118
    assert sent == set(operation["responses"]["200"]["headers"])
    assert all(name in client.get("/docs").text for name in sent)


def test_the_header_says_nothing_where_there_is_nothing_to_say(client: FlaskClient) -> None:
    kind = b"Subject: x\n\nThank you for telling us, and I'm glad that it works now.\n"
    answer = client.post("/api/v1/rewrite", data=kind, content_type=MAIL)
    assert answer.data == kind
    assert "Drafting-Changes" not in answer.headers
    assert answer.headers["Drafting-Notes"] == "already_kind=1"


@pytest.mark.parametrize("code", NOTED)
def test_the_header_tells_of_each_note(client: FlaskClient, code: str) -> None:
    """Also of those that are made as the mail is written, after the rewrite."""
    answer = client.post("/api/v1/rewrite", data=NOTED[code], content_type=MAIL)
    assert read_counts(answer.headers["Drafting-Notes"])[code] == 1


def read_counts(field: str) -> dict[str, int]:
    """Read a dictionary of integers (RFC 9651, 3.2)."""
    members = [member.split("=") for member in field.split(", ") if member]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name, _ in members)
    return {name: int(count) for name, count in members}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (f"Hello {CANARY},\n\nNo refund.\n".encode(), "not_mail"),
        (b"", "not_mail"),
        (f"Content-Type: application/pkcs7-mime\n\n{CANARY}\n".encode(), "sealed_mail"),
        (f"DKIM-Signature: v=1; d={CANARY}\nSubject: x\n\nNo.\n".encode(), "sealed_mail"),
        (f"Content-Type: application/pdf\n\n{CANARY}\n".encode(), "mail_without_text"),
        (
            f"Subject: x\nContent-Transfer-Encoding: base64\n\n!!{CANARY}\n".encode(),
            "broken_mail",
        ),
        (f"Subject: {CANARY}\n\n\n".encode(), "empty_draft"),
        (
            f"Subject: x\n\nLeider können wir {CANARY} das Geld nicht zurückgeben.\n".encode(),
            "unsupported_language",
        ),
    ],
)
def test_what_is_refused_and_why(client: FlaskClient, data: bytes, code: str) -> None:
    answer = client.post("/api/v1/rewrite", data=data, content_type=MAIL)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json
    assert answer.json["code"] == code
    assert CANARY not in answer.text


@pytest.mark.parametrize("query", ["candidates=0", "candidates=x", "seed=-1", f"{CANARY}=1"])
def test_a_query_that_is_wrong(client: FlaskClient, query: str) -> None:
    answer = client.post(f"/api/v1/rewrite?{query}", data=corpus()["mutt_en"], content_type=MAIL)
    assert answer.status_code == 422
    assert answer.json
    assert answer.json["code"] == "wrong_fields"
    assert CANARY not in answer.text


def test_a_mail_may_be_larger_than_other_requests(client: FlaskClient) -> None:
    mail = corpus()["emacs_en"]
    start = mail.index(b"Content-Type: application/pdf")
    body = mail.index(b"\n\n", start) + 2
    large = mail[:body] + b"QUJD\n" * 1_500_000 + mail[body:]
    answer = client.post("/api/v1/rewrite", data=large, content_type=MAIL)
    assert answer.status_code == 200
    assert len(answer.data) > 7_000_000
    too_large = client.post("/api/v1/rewrite", data=large * 3, content_type=MAIL)
    assert too_large.status_code == 413


def test_a_mail_counts_as_one_draft() -> None:
    with serving(rewrite_limit="1 per minute") as app:
        client = app.test_client()
        codes = [
            client.post("/api/v1/rewrite", data=corpus()["mutt_en"], content_type=MAIL).status_code
            for _ in range(2)
        ]
    assert codes == [200, 429]
