"""For whoever runs it: alive, ready, and how busy."""

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from web.metrics import Metrics
from web.worker import State, Worker

bp = Blueprint("probes", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Say that the server answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
def readyz() -> Response:
    """Say whether the model stands; 503 until it does, and after its thread has died."""
    worker: Worker = current_app.extensions["drafting_worker"]
    answer = jsonify(status=worker.state.value)
    if worker.state is not State.READY:
        answer.status_code = 503
        answer.headers["Retry-After"] = "5"
    return answer


@bp.get("/metrics")
def metrics() -> Response:
    """Tell the numbers."""
    numbers: Metrics = current_app.extensions["drafting_metrics"]
    return Response(numbers.write(), content_type=CONTENT_TYPE_LATEST)
