"""A sound that comes piece by piece, heard as it comes: beats, heart rate, class, quality.

::

    pieces of any size → the last seconds, kept ─┬─ classifier → Prediction ─┐
                                                 └─ segmenter → states ──────┴─ Update, every hop

Conventions
-----------
piece  : float, shape (n_samples,), in [-1, 1], or integers of a PCM type; mono, one rate a stream
hop    : an update is due when ``hop_s`` more of sound has come, at the same sample whatever the
         sizes of the pieces were
window : the last ``window_s`` of sound, or all of it while it is shorter. Class, probabilities,
         refusal and rhythm are about it, and about nothing before
state  : the window at the rate at which it came, and some numbers: constant

Differences from classifying the same sound at once
---------------------------------------------------
None for class, probabilities and refusal: an update's prediction is what ``classify`` says of the
window's samples, to the last bit; for a sound no longer than the window, of all of it. An onset is
told ``SETTLE_S`` after it was heard, by what was known then; docs/results/stream.md compares these
with the onsets found when the whole sound is known.

Why the window is kept as it came
---------------------------------
A resampler that works piece by piece must hold sound back: soxr's, at the quality used here,
0.5 to 0.9 s (docs/decisions/0014-live.md). Resampling ten seconds anew each time costs 2 ms and
holds back nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.audio.header import check_rate
from auscult.audio.raw import as_float
from auscult.errors import AudioError, ConfigError
from auscult.inference.classifier import Classifier, load_model
from auscult.inference.segmenter import load_segmenter
from auscult.inference.updates import Update, later
from auscult.preprocess.findings import FULL_SCALE
from auscult.segment import Segmenter, beats_of, rhythm_of
from auscult.segment.settling import Settling
from auscult.types import Recording, Samples

SETTLE_S = 1.0
"""How long an onset waits until it is told: what follows decides what it was."""
WINDOWS_S = (3.0, 60.0)
SHORTEST_HOP_S = 0.1
_LOUDEST = 1e6
_SILENCE_POWER = 1e-20


class Stream:
    """A sound that is still coming.

    Parameters
    ----------
    rate_hz
        Samples per second of everything that will be fed.
    model, segmenter
        A shipped bundle's name, a bundle's folder, or what has been loaded already; a loaded one
        may serve many streams.
    window_s
        How much sound an answer is about, 3 to 60 s.
    hop_s
        How much sound comes from one update to the next, from 0.1 s; shorter costs more.
    name
        What to call the sound.

    Raises
    ------
    AudioError
        If no heart sound can be at this rate.
    BundleError
        If the model or the segmenter cannot be loaded.
    ConfigError
        If a length is out of range.

    Examples
    --------
    >>> from auscult.synth import PRESETS, synthesise
    >>> sound = synthesise(PRESETS["normal"], rate_hz=4_000, seed=1).recording
    >>> stream = Stream(rate_hz=4_000)
    >>> updates = [update for piece in np.split(sound.samples, 80) for update in stream.feed(piece)]
    >>> len(updates), updates[-1].prediction.label, round(updates[-1].rhythm.rate_bpm)
    (10, 'normal', 72)
    >>> stream.finish().is_last
    True
    """

    def __init__(
        self,
        rate_hz: int,
        *,
        model: str | Path | Classifier = "default",
        segmenter: str | Path | Segmenter = "segmenter",
        window_s: float = 10.0,
        hop_s: float = 1.0,
        name: str = "stream",
    ) -> None:
        check_rate(rate_hz, name)
        if not WINDOWS_S[0] <= window_s <= WINDOWS_S[1]:
            raise ConfigError(
                f"window_s={window_s:g} must be between {WINDOWS_S[0]:g} and {WINDOWS_S[1]:g}"
            )
        longest_s = window_s - SETTLE_S  # every onset is in some window when it settles
        if not SHORTEST_HOP_S <= hop_s <= longest_s:
            raise ConfigError(
                f"hop_s={hop_s:g} must be between {SHORTEST_HOP_S:g} and {longest_s:g}, which is "
                f"window_s={window_s:g} less {SETTLE_S:g} s in which beats settle"
            )
        self.rate_hz, self.name = rate_hz, name
        self.window_s, self.hop_s = window_s, hop_s
        self.classifier = model if isinstance(model, Classifier) else load_model(model)
        self._find_states = (
            load_segmenter(segmenter) if isinstance(segmenter, str | Path) else segmenter
        )
        self._kept = np.zeros(round(window_s * rate_hz), np.float32)
        self.n_heard = self._n_updates = 0
        self._settling = Settling()
        self._is_open = True

    @property
    def heard_s(self) -> float:
        """Seconds of sound that have come."""
        return self.n_heard / self.rate_hz

    def level_dbfs(self, over_s: float = 0.1) -> float:
        """Return the level of the last ``over_s`` of sound, for a meter; silence is at -200 dB."""
        return _level_dbfs(self._latest(max(1, round(over_s * self.rate_hz))))

    def feed(self, samples: NDArray[Any], rate_hz: int | None = None) -> list[Update]:
        """Take the next piece; return the updates that became due, often none.

        Parameters
        ----------
        samples
            Float, shape (n_samples,), in [-1, 1], or integers of a PCM type; any length.
        rate_hz
            Checked against the stream's, if given.

        Raises
        ------
        AudioError
            If samples are NaN, infinite or far out of range, or of more than one channel. The piece
            is left out as if it had never come, and the stream goes on with the next.
        ConfigError
            If the rate is another, the type no sound's, or the stream has ended.
        """
        piece = self._checked(samples, rate_hz)
        return list(self._heard(piece))

    def finish(self) -> Update:
        """End the stream; return the state at its end, with every onset not told before.

        Raises
        ------
        AudioError
            If no sound has come.
        ConfigError
            If the stream has ended before.
        """
        self._check_open()
        update = self._update(is_last=True)
        self._is_open = False
        return update

    def _heard(self, piece: Samples) -> Iterator[Update]:
        """Take ``piece`` as far as to the next update, again and again."""
        while piece.size:
            due = round((self._n_updates + 1) * self.hop_s * self.rate_hz)
            part, piece = np.split(piece, [due - self.n_heard])
            places = np.arange(self.n_heard, self.n_heard + part.size) % self._kept.size
            self._kept[places] = part
            self.n_heard += part.size
            if self.n_heard == due:
                self._n_updates += 1
                yield self._update()

    def _update(self, *, is_last: bool = False) -> Update:
        window = Recording(self._latest(self._kept.size), self.rate_hz, self.name)
        from_s = self.heard_s - window.duration_s
        found = self._find_states(window)
        until_s = self.heard_s if is_last else self.heard_s - SETTLE_S
        latest = self._latest(round(self.hop_s * self.rate_hz))
        return Update(
            heard_s=self.heard_s,
            from_s=from_s,
            level_dbfs=_level_dbfs(latest),
            clipped=float(np.mean(np.abs(latest) >= FULL_SCALE)),
            prediction=self.classifier.classify(window),
            onsets=self._settling.settled(found.spans, from_s, until_s),
            rhythm=later(rhythm_of(beats_of(found.spans, window)), from_s),
            rhythm_reason=found.reason,
            is_last=is_last,
        )

    def _latest(self, n: int) -> Samples:
        """Return the last ``n`` samples in order, or as many as there are."""
        n = min(n, self.n_heard, self._kept.size)
        return self._kept[np.arange(self.n_heard - n, self.n_heard) % self._kept.size]

    def _checked(self, samples: NDArray[Any], rate_hz: int | None) -> Samples:
        """Return a piece as float32, or refuse it before anything has changed."""
        self._check_open()
        if rate_hz is not None and rate_hz != self.rate_hz:
            raise ConfigError(
                f"{self.name}: a piece came at {rate_hz} Hz, the stream has {self.rate_hz} Hz; "
                "open a new Stream for another rate"
            )
        if not isinstance(samples, np.ndarray) or samples.dtype.kind not in "fiu":
            kind = getattr(samples, "dtype", type(samples).__name__)
            raise ConfigError(
                f"{self.name}: a piece of type {kind} came; wanted a NumPy array of float in "
                "[-1, 1] or of integer PCM"
            )
        if samples.ndim != 1:
            raise AudioError(
                f"{self.name}: a piece of shape {samples.shape} came; wanted one channel, "
                "(n_samples,)"
            )
        piece: Samples = as_float(samples, 8 * samples.dtype.itemsize)
        if n_bad := int(np.count_nonzero(~(np.abs(piece) <= _LOUDEST))):
            raise AudioError(
                f"{self.name}: {n_bad} of the {piece.size} samples that came after "
                f"{self.heard_s:.2f} s are NaN, infinite or above {_LOUDEST:g}; they were left "
                "out, feed silence in their place to keep the time"
            )
        return piece

    def _check_open(self) -> None:
        if not self._is_open:
            raise ConfigError(f"{self.name}: has been finished; open a new Stream")


def _level_dbfs(samples: Samples) -> float:
    """Return the level about the mean; that of no samples is silence."""
    power = float(np.var(samples, dtype=np.float64)) if samples.size else 0.0
    return float(10 * np.log10(max(power, _SILENCE_POWER)))
