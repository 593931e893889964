"""Draft mails over HTTP: a mail in, a mail or its result out, and what is refused."""

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


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (f"Hello {CANARY},\n\nNo refund.\n".encode(), "not_mail"),
        (b"", "not_mail"),
        (f"Content-Type: application/pkcs7-mime\n\n{CANARY}\n".encode(), "sealed_mail"),
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
