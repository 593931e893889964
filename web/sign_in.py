"""The page where a person enters a key, where the server asks for keys."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.security import gate

bp = Blueprint("sign_in", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | tuple[str, int] | AnyResponse:
    """Ask for a key, and remember in a cookie that it was entered."""
    if not gate.get_ring():
        return redirect(url_for("pages.form"))
    if request.method == "GET":
        return render_template("sign_in.html", wrong=False)
    if gate.sign_in(request.form.get("key", "")):
        return redirect(url_for("pages.form"))
    return render_template("sign_in.html", wrong=True), 401


@bp.post("/sign-out")
def sign_out() -> Response | AnyResponse:
    """Forget the key."""
    gate.sign_out()
    return redirect(url_for("sign_in.sign_in"))
