"""What the routes share: the settings, the workers, the counts and the models' descriptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

from auscult.bundle import Bundle
from auscult.inference import Classifier, NetworkSegmenter, load_model
from auscult.segment import Segmenter
from auscult.serve.metrics import Metrics
from auscult.serve.pool import Pool
from auscult.serve.settings import Settings
from auscult.serve.streams import Streams
from auscult.verbs.segment import make_segmenter


@dataclass(frozen=True, slots=True)
class Service:
    """One running service."""

    settings: Settings
    metrics: Metrics
    pool: Pool
    streams: Streams
    models: tuple[dict[str, Any], ...]


def service_of(request: HTTPConnection) -> Service:
    """Return the service that ``request`` came to."""
    service: Service = request.app.state.service
    return service


def make_service(settings: Settings) -> Service:
    """Return the service; its workers do not run yet.

    The models are loaded here for streams, and as the workers will load them: a fault ends the
    service before it listens.

    Raises
    ------
    BundleError
        If the model or the segmenter is missing, changed or of another version.
    """
    metrics = Metrics()
    pool = Pool(settings, lambda error: metrics.workers_lost.labels(error).inc())
    told = "Uploads arriving, waiting or worked on."
    metrics.watch("requests_inside", told, lambda: pool.n_inside)
    classifier, segmenter = load_model(settings.model), make_segmenter(settings.segmenter)
    streams = Streams(classifier, segmenter, settings.max_streams)
    metrics.watch("streams_open", "Live streams.", lambda: streams.n_open)
    return Service(settings, metrics, pool, streams, tuple(_models(classifier, segmenter)))


def _models(classifier: Classifier, segmenter: Segmenter) -> Iterator[dict[str, Any]]:
    yield _described("classify", classifier.bundle)
    if isinstance(segmenter, NetworkSegmenter):
        yield _described("segment", segmenter.bundle)


def _described(task: str, bundle: Bundle) -> dict[str, Any]:
    return {
        "name": bundle.name,
        "task": task,
        "classes": list(bundle.classes),
        "questions": [bundle.question, *bundle.further],
        "figures": dict(bundle.provenance.get("figures", {})),
        "digest": bundle.describe()["digest"],
        "card": bundle.card,
    }
