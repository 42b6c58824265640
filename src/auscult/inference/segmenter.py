"""One recording in, its heartbeats out.

::

    Recording → gate → front end → network → probabilities (frames × 4) → decoder → Segmentation

A recording that the gate refuses, or in which no beat is sure, gets no spans and the reason.
"""

from collections.abc import Callable
from pathlib import Path

from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.errors import BundleError
from auscult.registry import Registry
from auscult.segment import EnvelopeSegmenter, Segmentation, Segmenter, reason_of
from auscult.state_finder import StateFinder
from auscult.types import Recording


class NetworkSegmenter:
    """A segmenter's bundle ready to answer.

    Parameters
    ----------
    bundle
        What to load.
    n_threads
        Threads the network may use; one is fastest for single recordings.

    Raises
    ------
    BundleError
        If the bundle is no segmenter's or its network cannot be loaded.
    """

    def __init__(self, bundle: Bundle, n_threads: int = 1) -> None:
        (listener, *_) = bundle.listeners
        if bundle.decoder is None:
            raise BundleError(
                f"{bundle.name}: finds no beats, it tells {', '.join(bundle.classes)} apart; "
                "use it with `auscult classify`"
            )
        self.bundle = bundle
        self.probabilities = StateFinder(listener, n_threads)
        self.frame_s = self.probabilities.frame_s
        self._decode = bundle.decoder

    def __call__(self, recording: Recording) -> Segmentation:
        """Return the states, or the reason why there are none."""
        if reason := self.bundle.gate.reason(recording):
            return Segmentation(recording.source, recording.duration_s, reason=reason)
        spans = self._decode(self.probabilities(recording), self.frame_s)
        reason = reason_of(spans, recording.duration_s)
        return Segmentation(recording.source, recording.duration_s, spans, reason)


def load_segmenter(name_or_folder: str | Path = "segmenter") -> NetworkSegmenter:
    """Return a shipped segmenter by name, or the one in a bundle's folder.

    Raises
    ------
    BundleError
        If there is none, it has been changed, or it is a classifier's.
    """
    return NetworkSegmenter(read_bundle(find_bundle(name_or_folder)))


SEGMENTERS: Registry[Callable[[], Segmenter]] = Registry(
    "segmenter", {"network": load_segmenter, "envelope": EnvelopeSegmenter}
)
"""Name → what makes a segmenter."""
