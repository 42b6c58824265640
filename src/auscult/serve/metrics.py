"""What is counted, for Prometheus. Names of files and of clients are no labels."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counts of one service, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "auscult_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "auscult_request_seconds",
            "From the first byte of a request to the last of its answer.",
            ("route",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.sounds = Counter(
            "auscult_sounds",
            "Sounds answered, by what became of them: ok, refused or error.",
            ("task", "outcome"),
            registry=self.registry,
        )
        self.streams = Counter(
            "auscult_streams",
            "Live streams that have ended: finished, left by the client, or the error.",
            ("end",),
            registry=self.registry,
        )
        self.workers_lost = Counter(
            "auscult_workers_lost",
            "Worker processes that died or had to be ended, by the error.",
            ("error",),
            registry=self.registry,
        )

    def watch(self, name: str, text: str, value: Callable[[], float]) -> "Collector":
        """Add a gauge that is read when it is asked for."""
        gauge = Gauge(f"auscult_{name}", text, registry=self.registry)
        gauge.set_function(value)
        return gauge

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self.registry)
