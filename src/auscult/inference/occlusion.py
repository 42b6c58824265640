"""Take a part out of a sound: lower a band, for some time, to the background.

The magnitude of each place of the short-time spectrum falls to what the quiet moments of its
frequency have nearby, and never rises; its phase stays. What is taken out is a sound by itself, so
parts can be taken out together by adding them.

Conventions
-----------
background : of each frequency, the magnitude that 15 % of the frames within 4 s stay below
edges      : 20 ms in time and a sixth of an octave in frequency, so that no click is made; parts
             that touch add up to one
"""

from collections.abc import Iterable

import numpy as np

from auscult.stft import istft, stft
from auscult.types import FloatArray, Samples

WINDOW_S = 0.064
BACKGROUND_S = 4.0
BACKGROUND_PERCENT = 15.0
EDGE_S = 0.02
EDGE_OCTAVES = 1 / 6

Interval = tuple[float, float]


class Eraser:
    """One sound, of which parts can be taken out.

    Parameters
    ----------
    samples, rate_hz
        The sound.
    """

    def __init__(self, samples: Samples, rate_hz: int) -> None:
        self.samples = samples
        self._rate_hz = rate_hz
        self._n_fft = max(8, 2 * round(WINDOW_S * rate_hz / 2))
        self._hop = self._n_fft // 4
        spectra = stft(samples, self._n_fft, self._hop)
        magnitude = np.abs(spectra)
        kept = np.minimum(_background(magnitude, self._frames(BACKGROUND_S)), magnitude)
        share = np.divide(kept, magnitude, out=np.ones_like(magnitude), where=magnitude > 0)
        self._above = (spectra * (1 - share)).astype(np.complex64)

    def _frames(self, time_s: float) -> int:
        return max(1, round(time_s * self._rate_hz / self._hop))

    def above(self, intervals: Iterable[Interval], low_hz: float, high_hz: float) -> Samples:
        """Return what lies above the background in a band and some intervals of time.

        The sound less this is the sound without it: float32, shape (n_samples,).
        """
        when = self._when(intervals)
        where = np.flatnonzero(when)
        if not where.size:
            return np.zeros_like(self.samples)
        first, stop = int(where[0]), int(where[-1]) + 1
        part = self._above[first:stop] * when[first:stop, None] * self._which(low_hz, high_hz)
        n_frames, length = len(self._above), self.samples.size
        blocks = [part.astype(np.complex64)]
        return istft(blocks, self._n_fft, self._hop, length, n_frames=n_frames, first=first)

    def _when(self, intervals: Iterable[Interval]) -> FloatArray:
        """Return the weight of each frame, in [0, 1]."""
        times_s = np.arange(len(self._above)) * (self._hop / self._rate_hz)
        weights = np.zeros(len(self._above), np.float32)
        for start_s, end_s in intervals:
            near = slice(*np.searchsorted(times_s, (start_s - EDGE_S, end_s + EDGE_S)))
            rise = np.clip((times_s[near] - start_s) / EDGE_S + 0.5, 0, 1)
            fall = np.clip((end_s - times_s[near]) / EDGE_S + 0.5, 0, 1)
            weights[near] += (rise + fall - 1).clip(0)
        return np.minimum(weights, 1)

    def _which(self, low_hz: float, high_hz: float) -> FloatArray:
        """Return the weight of each frequency, in [0, 1]."""
        frequencies_hz = np.fft.rfftfreq(self._n_fft, 1 / self._rate_hz)
        octaves = np.log2(np.maximum(frequencies_hz, 1e-3))
        edges = np.log2([low_hz, high_hz])
        rise, fall = ((octaves - edge) / EDGE_OCTAVES + 0.5 for edge in edges)
        weights: FloatArray = (np.clip(rise, 0, 1) - np.clip(fall, 0, 1)).astype(np.float32)
        return weights


def _background(magnitude: FloatArray, n_frames: int) -> FloatArray:
    """Return the background of every frame and frequency, from about as many frames around it.

    The recording is cut into equal blocks, so none is short: float32, same shape.
    """
    n_blocks = max(1, len(magnitude) // n_frames)
    found = [
        np.broadcast_to(np.percentile(block, BACKGROUND_PERCENT, axis=0), block.shape)
        for block in np.array_split(magnitude, n_blocks)
    ]
    out: FloatArray = np.concatenate(found).astype(np.float32)
    return out
