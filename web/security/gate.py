"""Who asks: a program with a key, a person who has signed in with one, or anybody where no keys are.

Decides before any view runs; only what is named here is open to all. Knows nothing of drafts.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from drafting.errors import ForeignPageError, KeyMissingError, KeyWrongError
from drafting.settings import LOOPBACK
from web.security import limits
from web.security.keys import KeyRing

OPEN = frozenset({"probes.healthz", "probes.readyz", "static", "sign_in.sign_in"})
"""Endpoints that need no key."""
SESSION_KEY = "key"

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    """Begin of the key's hash, or nothing."""
    via: Literal["key", "session", "nothing"]


def init_app(app: Flask, ring: KeyRing, *, local: bool) -> None:
    """Stand in front of all views of an app; `local` ones are for this machine alone."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # The cookie's own life is the limit: a draft may lie open for a day.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.extensions["drafting_keys"] = ring
    app.extensions["drafting_local"] = local
    app.before_request(_let_in)


def get_ring() -> KeyRing:
    """Return the keys of the current app."""
    ring: KeyRing = current_app.extensions["drafting_keys"]
    return ring


def _let_in() -> AnyResponse | None:
    """Find out who asks, and stop who may not."""
    g.caller = Caller("", "nothing")
    _check_host()
    if request.endpoint is None or request.method == "OPTIONS":
        return None
    limits.charge_request()
    sent = _find_key()
    if sent:
        _let_key_in(sent)
        return None
    if request.endpoint in OPEN:
        _check_form()
        return None
    ring = get_ring()
    if ring:
        signed = session.get(SESSION_KEY, "")
        if signed not in ring.hashes:
            return _ask_for_key()
        g.caller = Caller(signed[:12], "session")
        limits.charge_caller(g.caller.name)
    _check_page()
    return None


def _check_host() -> None:
    """Stop requests under another name than this machine's own, where only it is served.

    A page elsewhere could have its own name point at this machine (DNS rebinding) and would then
    count as the same origin. werkzeug's TRUSTED_HOSTS can't hold an IPv6 address.
    """
    if (
        current_app.extensions["drafting_local"]
        and urlsplit(f"//{request.host}").hostname not in LOOPBACK
    ):
        raise ForeignPageError(
            "This server answers under the names of its own machine alone (localhost, 127.0.0.1). "
            "To reach it under another one, whoever runs it sets DRAFTING_API_KEYS."
        )


def _find_key() -> str:
    """Return the key that was sent, as bearer token or as X-API-Key, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else "") or request.headers.get(
        "X-API-Key", ""
    ).strip()


def _let_key_in(sent: str) -> None:
    """Let a program in; without a ring any key does, since none is needed."""
    ring = get_ring()
    found = ring.find(sent) if ring else ""
    if found is None:
        raise KeyWrongError("This key isn't known here. Please ask whoever runs this server.")
    g.caller = Caller(found[:12], "key" if ring else "nothing")
    if ring:
        limits.charge_caller(g.caller.name)
    else:
        _check_page()


def _ask_for_key() -> AnyResponse:
    """Send a person to the page where a key is entered, and tell a program that it needs one."""
    html = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    if html and request.method == "GET" and not request.path.startswith("/api/"):
        return redirect(url_for("sign_in.sign_in"))
    raise KeyMissingError("A key is needed here. Please send it as `Authorization: Bearer <key>`.")


def _check_page() -> None:
    """Stop what another site's page sends with this person's browser.

    JSON is what a browser sends to another site only after asking, and that is never granted to
    those without a key. Forms, and all that comes with a cookie, need the token; a file that a
    program sends to the API doesn't, and a browser says where it comes from (`Origin`).
    """
    if request.method in {"GET", "HEAD"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignPageError("Another site's page sent this. Please use the page of this server.")
    from_page = request.mimetype == "multipart/form-data" and "Origin" in request.headers
    if g.caller.via == "session" or from_page or not request.path.startswith("/api/"):
        _check_form()


def _check_form() -> None:
    if request.method in {"POST", "PUT", "PATCH", "DELETE"} and current_app.config.get(
        "WTF_CSRF_ENABLED", True
    ):
        csrf.protect()


def sign_in(key: str) -> bool:
    """Remember in the page's cookie that this key was entered; tell whether it is one."""
    found = get_ring().find(key.strip())
    if found is None:
        return False
    session.clear()
    session[SESSION_KEY] = found
    return True


def sign_out() -> None:
    """Forget who it was."""
    session.clear()
