"""Numbers for Prometheus: how many, how long, how full. No text, no address and no key in them."""

import logging
import time
from collections import Counter as Counted
from collections.abc import Iterable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from drafting.batch.item import OutcomeState
from web.jobs.job import JobState
from web.jobs.service import Jobs, jobs_of
from web.worker import State, Worker

log = logging.getLogger(__name__)
SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120)


class WorkerCollector(Collector):
    """What the worker counts itself."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def collect(self) -> Iterable[Metric]:
        """Yield the worker's numbers as they are now."""
        worker = self._worker
        yield GaugeMetricFamily(
            "drafting_queue_drafts", "Drafts that wait or are worked on.", worker.waiting
        )
        yield GaugeMetricFamily(
            "drafting_ready", "1 where the model stands.", float(worker.state is State.READY)
        )
        counts = worker.counts
        yield CounterMetricFamily(
            "drafting_batches", "Times that the model began to write.", counts.batches
        )
        yield CounterMetricFamily(
            "drafting_joined_drafts", "Drafts begun while another was written.", counts.joined
        )
        yield CounterMetricFamily("drafting_slots", "Slots that were filled.", counts.slots)


class BatchCollector(Collector):
    """Where the batches stand, and what became of their texts since the server was started."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def collect(self) -> Iterable[Metric]:
        """Yield the numbers of batches as they are now."""
        states = Counted(job.state for job in self._jobs.store.list())
        kept = GaugeMetricFamily("drafting_batch_jobs", "Batches kept, by state.", labels=["state"])
        for state in JobState:
            kept.add_metric([state.value], states[state])
        yield kept
        texts = CounterMetricFamily(
            "drafting_batch_texts", "Texts of batches, by what became of them.", labels=["state"]
        )
        for outcome in OutcomeState:
            texts.add_metric([outcome.value], self._jobs.runner.texts[outcome])
        yield texts


class Metrics:
    """The numbers of one app."""

    def __init__(self, worker: Worker, jobs: Jobs) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(WorkerCollector(worker))
        self.registry.register(BatchCollector(jobs))
        self.requests = Counter(
            "drafting_requests",
            "Requests, by endpoint and status.",
            ["endpoint", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "drafting_request_seconds",
            "From a request to its answer (with events, to their end).",
            ["endpoint"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def observe(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(endpoint, method, str(status)).inc()
        self.seconds.labels(endpoint).observe(seconds)
        log.info("%s %s %d %.0f ms", method, endpoint, status, seconds * 1000)

    def write(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self.registry)


def init_app(app: Flask, worker: Worker) -> None:
    """Measure every request of an app that has its batches already."""
    metrics = Metrics(worker, jobs_of(app))
    app.extensions["drafting_metrics"] = metrics

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        started = g.get("started", time.perf_counter())
        endpoint = request.endpoint or "unknown"
        method = request.method if request.method in METHODS else "other"
        status = answer.status_code

        def observe() -> None:
            metrics.observe(endpoint, method, status, time.perf_counter() - started)

        if answer.is_streamed and request.endpoint != "static":
            answer.call_on_close(observe)
        else:
            observe()
        return answer


METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
