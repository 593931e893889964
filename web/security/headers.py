"""What browsers are told: run nothing but our own files, show us in no frame, keep nothing.

Values after OWASP's secure headers project (https://owasp.org/www-project-secure-headers/).
"""

from flask import Flask, Response, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    XContentTypeOptions,
    XFrameOptions,
)

POLICY = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .script_src("'self'")
    .style_src("'self'")
    # A draft's own pictures are shown in the preview of its reply.
    .img_src("'self'", "data:", "https:", "http:")
    .connect_src("'self'")
    .font_src("'self'")
    .form_action("'self'")
    .base_uri("'none'")
    .frame_ancestors("'none'")
)

HEADERS = Secure(
    csp=POLICY,
    coop=CrossOriginOpenerPolicy().same_origin(),
    corp=CrossOriginResourcePolicy().same_origin(),
    permissions=PermissionsPolicy().camera().geolocation().microphone(),
    referrer=ReferrerPolicy().same_origin(),
    xcto=XContentTypeOptions().nosniff(),
    xfo=XFrameOptions().deny(),
)


def init_app(app: Flask) -> None:
    """Set the headers of every answer."""
    app.after_request(_set_headers)


def _set_headers(answer: Response) -> Response:
    for name, value in HEADERS.headers.items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Drafts stay out of every cache, on disk or on the way.
        answer.headers["Cache-Control"] = "no-store"
    return answer
