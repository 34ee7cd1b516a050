"""Prometheus metrics: requests, stages, the queue, the networks' runs, and what the readings were like."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_COUNTS = (1, 2, 3, 5, 8, 12, 20, 40, 80, 160)
_MANY = (1, 4, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


class Metrics:
    """The metrics of one application; each has its own registry, so that applications do not add up."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "mathdoodle_requests", "Requests by route and status", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "mathdoodle_request_seconds", "Time to answer", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.stage_seconds = Histogram(
            "mathdoodle_stage_seconds", "Time by stage", ["stage"], buckets=_SECONDS, registry=self.registry
        )
        self.problems = Counter("mathdoodle_problems", "Errors by code", ["code"], registry=self.registry)
        self.waiting = Gauge(
            "mathdoodle_waiting", "Work waiting for a thread", registry=self.registry, multiprocess_mode="livesum"
        )
        self.working = Gauge(
            "mathdoodle_working", "Work in progress", registry=self.registry, multiprocess_mode="livesum"
        )
        self.confidence = Histogram(
            "mathdoodle_confidence", "Confidence of readings", buckets=_SHARES, registry=self.registry
        )
        self.symbols = Histogram("mathdoodle_symbols", "Symbols of readings", buckets=_COUNTS, registry=self.registry)
        self.evaluations = Counter(
            "mathdoodle_evaluations", "Evaluations of readings by kind", ["kind"], registry=self.registry
        )
        self.verdicts = Counter(
            "mathdoodle_verdicts", "Problems of worksheets by verdict", ["verdict"], registry=self.registry
        )
        self.candidates = Histogram(
            "mathdoodle_candidates", "Candidates of one request", buckets=_MANY, registry=self.registry
        )
        self.batch_candidates = Histogram(
            "mathdoodle_batch_candidates", "Candidates of one run", buckets=_MANY, registry=self.registry
        )
        self.batch_requests = Histogram(
            "mathdoodle_batch_requests", "Requests that share one run", buckets=_COUNTS, registry=self.registry
        )

    def observe_request(
        self, method: str, route: str, status: int, seconds: float, stages: Mapping[str, float], code: str | None
    ) -> None:
        """Counts one request; ``stages`` in milliseconds."""
        # Methods are the client's own text: each new one would be a new time series for ever.
        known = method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
        self.requests.labels(known, route, str(status)).inc()
        self.request_seconds.labels(route).observe(seconds)
        for stage, ms in stages.items():
            self.stage_seconds.labels(stage).observe(ms / 1000)
        if code:
            self.problems.labels(code).inc()

    def observe_reading(self, confidence: float, symbols: int, evaluation: str) -> None:
        """Counts one reading; ``evaluation`` is the kind of what it comes to."""
        self.confidence.observe(confidence)
        self.symbols.observe(symbols)
        self.evaluations.labels(evaluation).inc()

    def observe_verdicts(self, verdicts: Iterable[str]) -> None:
        """Counts the problems of one worksheet."""
        for verdict in verdicts:
            self.verdicts.labels(verdict).inc()

    def observe_run(self, candidates: int, requests: int) -> None:
        """Counts one run of the classifier."""
        self.batch_candidates.observe(candidates)
        self.batch_requests.observe(requests)

    def text(self) -> bytes:
        """The metrics in Prometheus' text format, of all worker processes together."""
        if MULTIPROCESS_VARIABLE not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)
