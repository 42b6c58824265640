"""The classical way: peaks of an envelope, paired by how far they lie apart.

::

    power from 25 to 150 Hz → envelope → cycle length (autocorrelation) → peaks, two a cycle
    → a peak and the next, as far apart as a systole, are S1 and S2 → onsets at half height

It knows nothing but that systole is shorter than diastole. A murmur, a knock or a fast heart, where
the two last alike, leads it astray: it is here to be compared with.

Conventions
-----------
envelope : float64, shape (n_frames,), root of the power; a frame every 10 ms, 50 ms long

Source
------
Liang, Lukkarinen, Hartimo, Computers in Cardiology 24:105, 1997, doi:10.1109/CIC.1997.647841.

Differences
-----------
Liang et al. take the average Shannon energy, lower the threshold where a peak seems to be missing,
and drop peaks that are too many; here the autocorrelation says beforehand how far apart they lie.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auscult.audio import resample
from auscult.segment.cycle import CycleFinder
from auscult.segment.durations import Durations
from auscult.segment.segmentation import Segmentation, reason_of
from auscult.stft import power_spectrogram
from auscult.types import Recording, State, StateSpan

Floats = NDArray[np.float64]

_RATE_HZ = 1_000
_N_FFT, _HOP = 50, 10
_FRAME_S = _HOP / _RATE_HZ
_NEAR = 0.25
"""Two peaks lie at least this share of a cycle apart."""


@dataclass(frozen=True, slots=True)
class EnvelopeSegmenter:
    """Envelope and peaks; the instance is its own configuration.

    Parameters
    ----------
    low_hz, high_hz
        Band of the envelope.
    height
        Least height of a peak, relative to the highest within a cycle on either side.
    repeats_from
        Strength of repetition below which there is no beat, in [0, 1].
    durations, cycle
        How long states last; how the length of the cycle is found.
    """

    low_hz: float = 25.0
    high_hz: float = 150.0
    height: float = 0.25
    repeats_from: float = 0.3
    durations: Durations = field(default_factory=Durations)
    cycle: CycleFinder = field(default_factory=CycleFinder)

    def __call__(self, recording: Recording) -> Segmentation:
        """Return the states, or the reason why there are none."""
        envelope = self.envelope(recording)
        cycle_s, strength = self.cycle(envelope - envelope.mean(), _FRAME_S)
        spans = tuple(self._spans(envelope, cycle_s, strength))
        reason = reason_of(spans, recording.duration_s)
        return Segmentation(recording.source, recording.duration_s, spans, reason)

    def envelope(self, recording: Recording) -> Floats:
        """Return the envelope, a frame every 10 ms."""
        samples = resample(recording.samples, recording.rate_hz, _RATE_HZ)
        power = power_spectrogram(samples, _N_FFT, _HOP)
        bins_hz = np.arange(power.shape[1]) * _RATE_HZ / _N_FFT
        band = (bins_hz >= self.low_hz) & (bins_hz <= self.high_hz)
        root: Floats = np.sqrt(power[:, band].sum(axis=1, dtype=np.float64))
        return root

    def _spans(self, envelope: Floats, cycle_s: Floats, strength: Floats) -> Iterator[StateSpan]:
        """Yield the four states of each pair of peaks."""
        pairs = list(self._pairs(envelope, cycle_s, strength))
        for index, (first, second, cycle, sure) in enumerate(pairs):
            s1, s1_end = _around(envelope, first)
            s2, s2_end = _around(envelope, second)
            s1_end, s2 = min(s1_end, s2), max(s1_end, s2)
            yield from _span("S1", s1, s1_end, sure)
            yield from _span("systole", s1_end, s2, sure)
            yield from _span("S2", s2, s2_end, sure)
            following = pairs[index + 1][0] if index + 1 < len(pairs) else len(envelope) - 1
            if following - first < 1.5 * cycle / _FRAME_S:
                end = _around(envelope, following)[0] if index + 1 < len(pairs) else following
                yield from _span("diastole", s2_end, end, sure)

    def _pairs(
        self, envelope: Floats, cycle_s: Floats, strength: Floats
    ) -> Iterator[tuple[int, int, float, float]]:
        """Yield the frames of S1 and S2, the cycle's length there and how sure it is."""
        hop = max(1, round(self.cycle.hop_s / _FRAME_S))
        peaks = self._peaks(envelope, np.where(strength >= self.repeats_from, cycle_s, 0), hop)
        index = 0
        while index + 1 < len(peaks):
            first, second = peaks[index : index + 2]
            window = min((first + hop // 2) // hop, cycle_s.size - 1)
            cycle = float(cycle_s[window])
            means = self.durations.mean_s(np.array([cycle]))[0]
            systole, diastole = means[:2].sum(), means[2:].sum()
            apart = (second - first) * _FRAME_S
            if strength[window] >= self.repeats_from and apart < (systole + diastole) / 2:
                yield first, second, cycle, float(min(strength[window], 1.0))
                index += 2
            else:
                index += 1

    def _peaks(self, envelope: Floats, cycle_s: Floats, hop: int) -> list[int]:
        """Return the frames of the peaks, highest first served, then in order of time."""
        inner = envelope[1:-1]
        rising = np.flatnonzero((inner >= envelope[:-2]) & (inner > envelope[2:])) + 1
        taken = np.zeros(envelope.size, bool)
        peaks = []
        for at in rising[np.argsort(-envelope[rising], kind="stable")]:
            cycle = cycle_s[min((at + hop // 2) // hop, cycle_s.size - 1)] / _FRAME_S
            around = envelope[max(0, int(at - cycle)) : int(at + cycle) + 1]
            if cycle and not taken[at] and envelope[at] >= self.height * around.max():
                peaks.append(int(at))
                near = max(1, round(_NEAR * cycle))
                taken[max(0, at - near) : at + near + 1] = True
        return sorted(peaks)


def _around(envelope: Floats, peak: int) -> tuple[int, int]:
    """Return the frames where the envelope rises above and falls below half of the peak."""
    low = envelope < envelope[peak] / 2
    before, after = np.flatnonzero(low[:peak]), np.flatnonzero(low[peak:])
    start = int(before[-1]) + 1 if before.size else 0
    return start, peak + int(after[0]) if after.size else envelope.size - 1


def _span(state: State, start: int, end: int, sure: float) -> Iterator[StateSpan]:
    if start < end:
        yield StateSpan(state, start * _FRAME_S, end * _FRAME_S, sure)
