"""The app factory: puts views, security and numbers together around a worker that is handed in."""

import secrets
from datetime import timedelta

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from drafting.settings import Settings
from web import api, docs, mails, metrics, pages, probes, problems, sign_in
from web.jobs import api as batches
from web.jobs import pages as batch_pages
from web.jobs import service as jobs
from web.security import gate, headers, limits
from web.security.keys import read_keys
from web.worker import Worker

MOST_BYTES = 4_000_000
"""Of one request: a full list of drafts of usual length, with their customers' messages."""


def create_app(settings: Settings, worker: Worker, *, insecure: bool = False) -> Flask:
    """Return the app.

    Raises:
        SettingError: a setting can't be used.

    """
    app = Flask(__name__)
    ring = read_keys(settings.api_keys)
    app.config.update(
        SECRET_KEY=settings.secret_key or secrets.token_hex(32),
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        SESSION_COOKIE_NAME="drafting",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.proxies > 0,
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
    )
    app.extensions["drafting_worker"] = worker
    jobs.init_app(app, settings, worker)
    metrics.init_app(app, worker)
    app.before_request(batches.allow_upload)
    app.before_request(mails.allow_size)
    limits.init_app(app, settings)
    # Without keys only this machine is served.
    gate.init_app(app, ring, local=not ring and not insecure)
    headers.init_app(app)
    problems.init_app(app)
    for views in (api, batches, batch_pages, pages, probes, docs, sign_in):
        app.register_blueprint(views.bp)
    if origins := [o.strip() for o in settings.cors_origins.split(",") if o.strip()]:
        CORS(
            app,
            resources={r"/api/.*": {"origins": origins}},
            allow_headers=["Authorization", "Content-Type", "X-API-Key"],
            expose_headers=["Location", *mails.HEADERS],
            methods=["GET", "POST", "DELETE"],
        )
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app
