"""One recording in, one answer out, with the front end the model was trained with.

::

    Recording → gate → front end → network → mean over windows → temperature → Prediction

A file that cannot be opened becomes a prediction with status ``error``; a recording that the gate
refuses keeps its score, with status ``refused`` and the reason. Neither raises, so that a batch
goes on.
"""

from pathlib import Path
from typing import Any

import numpy as np

from auscult.aggregate import mean_probabilities, tempered
from auscult.audio import read_recording
from auscult.audio.reading import AudioSource
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.errors import AudioError, ConfigError
from auscult.network import Network
from auscult.types import FloatArray, Prediction, Recording, Samples


class Classifier:
    """A bundle ready to answer.

    Parameters
    ----------
    bundle
        What to load.
    n_threads
        Threads the network may use; one is fastest for single recordings.

    Raises
    ------
    BundleError
        If its network cannot be loaded.
    """

    def __init__(self, bundle: Bundle, n_threads: int = 1) -> None:
        self.bundle = bundle
        self._network = Network(bundle.network, n_threads)

    def classify(
        self,
        source: AudioSource | Samples | Recording,
        rate_hz: int | None = None,
        *,
        name: str | None = None,
    ) -> Prediction:
        """Say what is heard.

        Parameters
        ----------
        source
            A path, the bytes of a sound file, an open binary file, a Recording, or samples:
            float, shape (n_samples,), in [-1, 1], or integers of a PCM type.
        rate_hz
            Samples per second; needed for samples, and for nothing else.
        name
            What to call it in the answer; the path by default.

        Raises
        ------
        ConfigError
            If samples come without a rate, or a file with one.
        """
        try:
            recording = _recording(source, rate_hz, name)
        except AudioError as error:
            return Prediction(name or _name(source), "error", reason=str(error))
        answer = self.probabilities(recording)
        scores = dict(zip(self.bundle.classes, map(float, answer), strict=True))
        reason = self.bundle.gate.reason(recording)
        return Prediction(
            source=recording.source,
            status="refused" if reason else "ok",
            reason=reason,
            label=None if reason else max(scores, key=scores.__getitem__),
            probabilities=scores,
            duration_s=recording.duration_s,
            rate_hz=recording.rate_hz,
        )

    def probabilities(self, recording: Recording) -> FloatArray:
        """Return the calibrated class probabilities: float32, shape (n_classes,)."""
        windows = self._network.probabilities(self.bundle.frontend(recording))
        return tempered(mean_probabilities(windows), self.bundle.temperature)


def load_model(name_or_folder: str | Path = "default") -> Classifier:
    """Return a shipped model by name, or the one in a bundle's folder.

    Raises
    ------
    BundleError
        If there is none, or it has been changed.

    Examples
    --------
    >>> model = load_model("default")
    >>> rng = np.random.default_rng(0)
    >>> answer = model.classify(rng.normal(0, 0.1, 20_000).astype(np.float32), rate_hz=4_000)
    >>> answer.status, sorted(answer.probabilities)
    ('ok', ['artifact', 'murmur', 'normal'])
    """
    return Classifier(read_bundle(find_bundle(name_or_folder)))


def _recording(
    source: AudioSource | Samples | Recording, rate_hz: int | None, name: str | None
) -> Recording:
    if isinstance(source, np.ndarray):
        if rate_hz is None:
            raise ConfigError("samples need their rate: classify(samples, rate_hz=4000)")
        return Recording(_as_float(source), rate_hz, name or "array")
    if rate_hz is not None:
        raise ConfigError("rate_hz goes with samples; a file says its own rate")
    return source if isinstance(source, Recording) else read_recording(source, name=name)


def _as_float(samples: np.ndarray[Any, Any]) -> Samples:
    """Scale integer PCM to [-1, 1]; unsigned bytes have their zero at 128, as in WAV."""
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - np.float32(128)) / np.float32(128)
    if np.issubdtype(samples.dtype, np.signedinteger):
        return samples.astype(np.float32) / np.float32(-int(np.iinfo(samples.dtype).min))
    return samples.astype(np.float32)


def _name(source: object) -> str:
    return str(source) if isinstance(source, str | Path) else "recording"
