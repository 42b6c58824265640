"""One recording in, one answer out, with the front end the model was trained with.

::

    Recording → gate ─┬─ front end → network → mean over windows ─┬─ calibration → Prediction
                      └─ … one a listener, question by question ───┘

Front ends of one rate share the resampled recording, listeners of one front end its features. Those
that measure the cycle are told its states by a network of their own.

A file that cannot be opened becomes a prediction with status ``error``; a recording that the gate
refuses keeps its score, with status ``refused`` and the reason. Neither raises, so that a batch
goes on.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from auscult.aggregate import Calibration, blended, mean_probabilities
from auscult.audio import Channel, RawPcm, read_recording, resample
from auscult.audio.header import check_rate
from auscult.audio.raw import as_float
from auscult.audio.reading import AudioSource
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.errors import AudioError, BundleError, ConfigError, MissingExtraError
from auscult.frontend import CycleFrontend, Frontend
from auscult.inference.doubts import doubts, missing_band
from auscult.listener import Listener
from auscult.network import OUTPUT, Network
from auscult.state_finder import StateFinder
from auscult.types import (
    CLASSES_3,
    CLASSES_3_OF_5,
    QUESTIONS,
    FloatArray,
    Prediction,
    Recording,
    Samples,
)

ARTIFACT = "artifact"
TWO = 2


class Classifier:
    """A bundle ready to answer.

    Parameters
    ----------
    bundle
        What to load.
    n_threads
        Threads the network may use; one is fastest for single recordings.
    sensitivity
        Share of what is looked for that is to be called, in [0, 1]; nothing is called without.

    Raises
    ------
    BundleError
        If it is a segmenter's, or a network cannot be loaded or answers something else.
    ConfigError
        If the bundle has no operating point of this sensitivity.
    """

    def __init__(
        self, bundle: Bundle, n_threads: int = 1, sensitivity: float | None = None
    ) -> None:
        if bundle.decoder is not None:
            raise BundleError(
                f"{bundle.name}: finds heartbeats and tells no classes apart; "
                "use it with `auscult segment`"
            )
        self.bundle = bundle
        self._networks = [_loaded(listener, bundle, n_threads) for listener in bundle.listeners]
        self._states = None if bundle.states is None else StateFinder(bundle.states, n_threads)
        self._call_from = {} if sensitivity is None else operating_points(bundle, sensitivity)

    def classify(
        self,
        source: AudioSource | Samples | Recording,
        rate_hz: int | None = None,
        *,
        name: str | None = None,
        channel: Channel = "auto",
        raw: RawPcm | None = None,
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
        channel, raw
            Which channel of a file is heard, and how to read one without a header; as in
            :func:`auscult.audio.read_recording`.

        Raises
        ------
        ConfigError
            If samples come without a rate or are no sound's, or a file comes with a rate.
        """
        try:
            recording = _recording(source, rate_hz, name, channel, raw)
        except (AudioError, MissingExtraError) as error:
            return Prediction(name or _name(source), "error", reason=str(error))
        answers = self.answers(recording)
        scores = answers.pop(self.bundle.question)
        label = max(scores, key=scores.__getitem__)
        reason, notes = self._objections(recording, label, answers)
        return Prediction(
            source=recording.source,
            status="refused" if reason else "ok",
            reason=reason,
            label=None if reason else label,
            probabilities=scores,
            answers=answers,
            duration_s=recording.duration_s,
            rate_hz=recording.rate_hz,
            notes=(*recording.notes, *missing_band(recording.rate_hz), *notes),
            sure=None if reason else self._is_sure(scores),
            called={} if reason else self._called({self.bundle.question: scores, **answers}),
        )

    def answers(self, recording: Recording) -> dict[str, dict[str, float]]:
        """Return question → class → calibrated probability.

        What is heard in three classes is told by a bundle that knows five: as their sums.
        """
        frontends = dict.fromkeys(listener.frontend for listener in self.bundle.listeners)
        at_rate = {rate_hz: _at(rate_hz, recording) for rate_hz in {f.rate_hz for f in frontends}}
        features = {f: self._described(f, at_rate[f.rate_hz]) for f in frontends}
        heard_by = [
            _told(listener, network, features[listener.frontend])
            for listener, network in zip(self.bundle.listeners, self._networks, strict=True)
        ]
        answers = {}
        for question in self.bundle.questions:
            said = [told[question] for told in heard_by if question in told]
            answer = self._calibrated(question, said)
            classes = QUESTIONS.get(question, self.bundle.classes)
            answers[question] = dict(zip(classes, map(float, answer), strict=True))
        if self.bundle.question not in answers:
            three = _in_three_classes(answers["heard5"])
            answer = self._calibrated("heard", [np.array([*three.values()], np.float32)])
            answers["heard"] = dict(zip(three, map(float, answer), strict=True))
        return answers

    def _described(self, frontend: Frontend | CycleFrontend, recording: Recording) -> FloatArray:
        if isinstance(frontend, Frontend):
            return frontend(recording)
        assert self._states is not None  # noqa: S101 - a bundle that measures the cycle has them
        return self._states.measure(frontend, recording)

    def _objections(
        self, recording: Recording, label: str, answers: Mapping[str, Mapping[str, float]]
    ) -> tuple[str, tuple[str, ...]]:
        """Return why there is no answer, empty if there is one, and what else is to be said.

        "Artifact" claims nothing about a heart: what the rules hold against the recording speaks
        for it, and is noted.
        """
        gate = self.bundle.gate
        judgement = gate.judge(recording)
        if label == ARTIFACT and judgement.reason and gate.unheard(recording) is None:
            return "", tuple(str(finding) for finding in judgement.findings)
        if label == ARTIFACT:
            return judgement.reason, judgement.notes
        return judgement.reason, (*judgement.notes, *doubts(answers))

    def _is_sure(self, scores: Mapping[str, float]) -> bool | None:
        """Say whether the likeliest class is as likely as most are; None where nobody knows."""
        thresholds = self.bundle.thresholds.get(self.bundle.question)
        return None if thresholds is None else max(scores.values()) >= thresholds.sure_from

    def _called(self, answers: Mapping[str, Mapping[str, float]]) -> dict[str, bool]:
        """Return question → whether what it looks for is called."""
        return {
            question: answers[question][looked_for] >= threshold
            for question, (looked_for, threshold) in self._call_from.items()
        }

    def _calibrated(self, question: str, said: list[FloatArray]) -> FloatArray:
        calibration = self.bundle.calibrations.get(question)
        if calibration is None and len(said) == 1:
            return said[0]
        together = blended(said)
        return (calibration or Calibration(1.0, (0.0,) * len(together)))(together)


def operating_points(bundle: Bundle, sensitivity: float) -> dict[str, tuple[str, float]]:
    """Return question → what is looked for and from where on it is called.

    Of further questions those with two answers: PASCAL's five classes look for the label's murmur.

    Raises
    ------
    ConfigError
        If the bundle has no such operating points.
    """
    asked = (bundle.question, *(q for q in bundle.further if len(QUESTIONS.get(q, ())) == TWO))
    lines = {q: bundle.thresholds[q] for q in asked if q in bundle.thresholds}
    if not lines:
        raise ConfigError(f"{bundle.name}: has no operating points; leave the sensitivity out")
    return {
        q: (own.looked_for, own.at_sensitivity(sensitivity).threshold) for q, own in lines.items()
    }


def _at(rate_hz: int, recording: Recording) -> Recording:
    """Return the recording at the rate of some front ends, so that they need not resample it."""
    return Recording(resample(recording.samples, recording.rate_hz, rate_hz), rate_hz)


def _loaded(listener: Listener, bundle: Bundle, n_threads: int) -> Network:
    """Return a listener's network, able to tell apart all that it is asked."""
    n_classes = {
        output: len(QUESTIONS.get(question, bundle.classes))
        for question, output in _outputs(listener).items()
    }
    return Network(listener.network, n_threads, n_classes)


def _told(listener: Listener, network: Network, features: FloatArray) -> dict[str, FloatArray]:
    """Return question → what one listener says of the windows' features, averaged over them."""
    outputs = _outputs(listener)
    windows = network.answers(features, [*outputs.values()])
    return {question: mean_probabilities(windows[output]) for question, output in outputs.items()}


def _outputs(listener: Listener) -> dict[str, str]:
    """Return question → the output that answers it."""
    one = len(listener.questions) == 1
    return {question: OUTPUT if one else question for question in listener.questions}


def _in_three_classes(five: Mapping[str, float]) -> dict[str, float]:
    three = dict.fromkeys(CLASSES_3, 0.0)
    for name, probability in five.items():
        three[CLASSES_3_OF_5[name]] += probability
    return three


def load_model(
    name_or_folder: str | Path = "default", *, sensitivity: float | None = None
) -> Classifier:
    """Return a shipped model by name, or the one in a bundle's folder.

    With a ``sensitivity`` in [0, 1], each answer says what is called at that operating point.

    Raises
    ------
    BundleError
        If there is none, or it has been changed.
    ConfigError
        If it has no such operating point.

    Examples
    --------
    >>> model = load_model("default")
    >>> noise = np.random.default_rng(0).normal(0, 0.1, 20_000).astype(np.float32)
    >>> answer = model.classify(noise, rate_hz=4_000)
    >>> answer.label in {"artifact", None}, sorted(answer.probabilities)
    (True, ['artifact', 'murmur', 'normal'])
    """
    return Classifier(read_bundle(find_bundle(name_or_folder)), sensitivity=sensitivity)


def _recording(
    source: AudioSource | Samples | Recording,
    rate_hz: int | None,
    name: str | None,
    channel: Channel,
    raw: RawPcm | None,
) -> Recording:
    if isinstance(source, np.ndarray):
        if rate_hz is None:
            raise ConfigError("samples need their rate: classify(samples, rate_hz=4000)")
        check_rate(rate_hz, name or "array")
        return Recording(as_float(source, 8 * source.dtype.itemsize), rate_hz, name or "array")
    if rate_hz is not None:
        raise ConfigError("rate_hz goes with samples, a NumPy array; a file says its own rate")
    if isinstance(source, Recording):
        check_rate(source.rate_hz, name or source.source)
        return source
    return read_recording(source, name=name, channel=channel, raw=raw)


def _name(source: object) -> str:
    return str(source) if isinstance(source, str | Path) else "recording"
