"""Who is let in: keys, the signed-in page, limits, hosts, other sites; and what browsers are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.errors import SettingError
from tests.serving import CURT, make_settings, serving
from web.security.gate import OPEN
from web.security.keys import hash_key, make_key, read_keys, write_line
from web.serve import check_address

KEY = "a-key-of-more-than-twenty-characters"
OTHER = "another-key-of-more-than-twenty-characters"
BODY = {"draft": CURT}


@pytest.fixture(scope="module")
def keyed() -> Iterator[Flask]:
    with serving(api_keys=f"{KEY}, {OTHER}") as app:
        yield app


def csrf_of(client: FlaskClient, path: str = "/") -> str:
    page = client.get(path).text
    for mark in ('name="csrf-token" content="', 'name="csrf_token" value="'):
        if mark in page:
            return page.split(mark)[1].split('"')[0]
    pytest.fail("the page has no token")


def sign_in(client: FlaskClient, key: str = KEY) -> int:
    token = csrf_of(client, "/sign-in")
    return client.post("/sign-in", data={"key": key, "csrf_token": token}).status_code


def test_a_key_lets_in_by_either_header(keyed: Flask) -> None:
    client = keyed.test_client()
    for headers in ({"Authorization": f"Bearer {KEY}"}, {"X-API-Key": OTHER}):
        assert client.post("/api/v1/check", json=BODY, headers=headers).status_code == 200


def test_no_key_and_a_wrong_key_are_told_apart(keyed: Flask) -> None:
    client = keyed.test_client()
    answer = client.post("/api/v1/check", json=BODY)
    assert (answer.status_code, answer.json["code"]) == (401, "key_missing")  # type: ignore[index]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    answer = client.post("/api/v1/check", json=BODY, headers={"X-API-Key": KEY + "x"})
    assert (answer.status_code, answer.json["code"]) == (401, "key_wrong")  # type: ignore[index]
    assert KEY not in answer.text


def test_every_address_asks_for_a_key_but_the_open_ones(keyed: Flask) -> None:
    client = keyed.test_client()
    asked = 0
    for rule in keyed.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.arguments:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(rule.rule, method=method)
            assert answer.status_code in {302, 401}, rule
            if answer.status_code == 302:
                assert answer.headers["Location"].endswith("/sign-in")
            asked += 1
    assert asked >= 8


def test_a_person_signs_in_with_a_key_and_out(keyed: Flask) -> None:
    client = keyed.test_client()
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 302
    assert sign_in(client, "a-wrong-key-of-more-than-twenty") == 401
    assert sign_in(client) == 302
    assert client.get("/").status_code == 200
    token = {"X-CSRFToken": csrf_of(client)}
    assert client.post("/api/v1/check", json=BODY, headers=token).status_code == 200
    assert client.post("/sign-out", headers=token).status_code == 302
    assert client.get("/", headers={"Accept": "text/html"}).status_code == 302


def test_the_cookie_holds_no_key_and_is_kept_from_scripts_and_other_sites(keyed: Flask) -> None:
    client = keyed.test_client()
    token = csrf_of(client, "/sign-in")
    answer = client.post("/sign-in", data={"key": KEY, "csrf_token": token})
    cookie = answer.headers["Set-Cookie"]
    assert KEY not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_cookie_alone_sends_nothing(keyed: Flask) -> None:
    client = keyed.test_client()
    sign_in(client)
    answer = client.post("/api/v1/check", json=BODY)
    assert (answer.status_code, answer.json["code"]) == (403, "foreign_page")  # type: ignore[index]
    assert client.post("/", data=BODY).status_code in {400, 403}


def test_the_form_needs_its_token_without_keys_too() -> None:
    with serving() as app:
        client = app.test_client()
        assert client.post("/", data=BODY).status_code in {400, 403}
        token = csrf_of(client)
        assert client.post("/", data={**BODY, "csrf_token": token}).status_code == 200


def test_another_sites_page_is_refused_without_keys() -> None:
    with serving() as app:
        client = app.test_client()
        for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
            answer = client.post("/api/v1/check", json=BODY, headers={"Sec-Fetch-Site": site})
            assert answer.status_code == status


def test_another_name_for_this_machine_is_refused_without_keys() -> None:
    with serving() as app:
        client = app.test_client()
        for host, status in (("evil.example", 403), ("localhost:5000", 200), ("[::1]:5000", 200)):
            assert client.get("/healthz", headers={"Host": host}).status_code == status
        assert "evil" not in client.get("/healthz", headers={"Host": "evil.example"}).text
    with serving(api_keys=KEY) as app:
        assert (
            app.test_client().get("/healthz", headers={"Host": "desk.example"}).status_code == 200
        )


def test_limits_count_drafts_by_address_and_say_when() -> None:
    with serving(rewrite_limit="3 per minute") as app:
        client = app.test_client()
        assert client.post("/api/v1/rewrite", json=[BODY, BODY]).status_code == 200
        answer = client.post("/api/v1/rewrite", json=[BODY, BODY])
        assert (answer.status_code, answer.json["code"]) == (429, "too_many_requests")  # type: ignore[index]
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        # What was refused wasn't counted.
        assert client.post("/api/v1/rewrite", json=BODY).status_code == 200
        assert client.post("/api/v1/check", json=BODY).status_code == 200


def test_limits_count_each_key_by_itself() -> None:
    with serving(api_keys=f"{KEY},{OTHER}", other_limit="4 per minute", proxies=1) as app:
        client = app.test_client()

        def ask(key: str, address: str) -> int:
            headers = {"X-API-Key": key, "X-Forwarded-For": address}
            return client.post("/api/v1/check", json=BODY, headers=headers).status_code

        assert [ask(KEY, f"192.0.2.{n}") for n in range(5)] == [200] * 4 + [429]
        assert ask(OTHER, "192.0.2.9") == 200


def test_guessing_keys_is_limited() -> None:
    with serving(api_keys=KEY, other_limit="5 per minute") as app:
        client = app.test_client()
        statuses = [
            client.post("/api/v1/check", json=BODY, headers={"X-API-Key": f"{n}" * 30}).status_code
            for n in range(8)
        ]
    assert statuses == [401] * 5 + [429] * 3


def test_forwarded_addresses_are_believed_only_from_named_proxies() -> None:
    with serving(other_limit="2 per minute") as app:
        client = app.test_client()
        statuses = [
            client.post(
                "/api/v1/check", json=BODY, headers={"X-Forwarded-For": f"192.0.2.{n}"}
            ).status_code
            for n in range(3)
        ]
    assert statuses == [200, 200, 429]


def test_probes_are_never_limited() -> None:
    with serving(other_limit="1 per minute") as app:
        client = app.test_client()
        assert {client.get("/readyz").status_code for _ in range(5)} == {200}


def test_cors_is_off_unless_origins_are_named() -> None:
    asked = {"Origin": "https://desk.example", "Access-Control-Request-Method": "POST"}
    with serving(api_keys=KEY) as app:
        answer = app.test_client().options("/api/v1/check", headers=asked)
        assert "Access-Control-Allow-Origin" not in answer.headers
    with serving(api_keys=KEY, cors_origins="https://desk.example") as app:
        client = app.test_client()
        answer = client.options("/api/v1/check", headers=asked)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        other = client.options("/api/v1/check", headers=asked | {"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in other.headers
        sent = {"Origin": "https://desk.example", "X-API-Key": KEY, "Sec-Fetch-Site": "cross-site"}
        answer = client.post("/api/v1/check", json=BODY, headers=sent)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://desk.example"
        assert "Drafting-Notes" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/nothing", "/openapi.json"])
def test_every_answer_tells_browsers_to_be_careful(path: str) -> None:
    with serving() as app:
        answer = app.test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_keys_come_from_a_file_of_hashes(tmp_path: Path) -> None:
    key = make_key()
    file = tmp_path / "keys"
    file.write_text(f"# desk\n{write_line(key, 'the desk')}\n\n{write_line(KEY, '')}\n")
    ring = read_keys(str(file))
    assert ring.find(key) == hash_key(key)
    assert ring.find(KEY)
    assert ring.find("nobody's") is None
    assert key not in file.read_text()


@pytest.mark.parametrize("setting", ["short", f"{KEY},short", "/nowhere/keys", ",,"])
def test_keys_that_cannot_be_used_stop_the_start(setting: str) -> None:
    with pytest.raises(SettingError) as raised:
        read_keys(setting)
    assert "short" not in str(raised.value)


def test_a_file_that_holds_bare_keys_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(KEY + "\n")
    with pytest.raises(SettingError) as raised:
        read_keys(str(file))
    assert KEY not in str(raised.value)


def test_other_machines_are_served_with_keys_or_at_ones_own_risk() -> None:
    check_address(make_settings(), insecure=False)
    check_address(make_settings(host="0.0.0.0", api_keys=KEY), insecure=False)
    check_address(make_settings(host="0.0.0.0"), insecure=True)
    with pytest.raises(SettingError, match="DRAFTING_API_KEYS"):
        check_address(make_settings(host="0.0.0.0"), insecure=False)
