"""No heartbeat: nothing in the sound comes again at the pace of a heart.

What is measured
----------------
The envelopes of four bands (25, 55, 110, 210, 420 Hz), each ``log(1 + power / median power)``, so
that a knock counts little and background not at all. In windows of 4 s their autocorrelations are
averaged, since a beat is heard in all bands at once and noise in each by itself; and with those of
the next window, 2 s later, since a rhythm lasts. The highest local maximum at a lag of 0.27 to 2 s
(220 to 30 a minute) of the best 6 s is the strength of the rhythm, at most about 1.

The best, since a few good seconds are enough to judge by; and an irregular heart keeps at least the
distance from S1 to S2, which counts as a lag of its own.

Limits
------
Noise of 5 to 60 s reaches 0.09 to 0.12, and 0.15 once in twenty to fifty times; recordings of
PhysioNet/CinC 2016 below that are nearly all ones whose every beat had to be corrected by hand.
Synthetic hearts in a quiet room begin at 0.3. Of less than 3 s nothing is said: by chance a few
frames repeat themselves always.

Source
------
Heart rate from the autocorrelation of an envelope: Schmidt et al., Physiol. Meas. 31(4):513, 2010,
doi:10.1088/0967-3334/31/4/004. The bands, the logarithm and the average are ours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from auscult.preprocess.rules.rule import Finding, check_shares
from auscult.preprocess.rules.sketch import Sketch
from auscult.types import FloatArray

RATES_BPM = (30.0, 220.0)
_EDGES_HZ = (25.0, 55.0, 110.0, 210.0, 420.0)
_WINDOW_S, _WINDOW_HOP_S = 4.0, 2.0
_SHORTEST_S = 3.0
_MARGIN = 1.06
"""Room for the slope behind the peak of the slowest heart."""
_FLOOR = 1e-6
"""Least median, as a share of the mean: a band that is mostly silent has none."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Refuse or note a weak rhythm; strengths of repetition."""

    refuse_below: float = 0.15
    note_below: float = 0.22

    def __post_init__(self) -> None:
        check_shares(
            "heartbeat", {"refuse_below": self.refuse_below}, {"note_below": self.note_below}
        )

    @property
    def refuses(self) -> str:
        """What it refuses, in words."""
        slowest, fastest = RATES_BPM
        return f"no rhythm from {slowest:g} to {fastest:g} a minute"

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the strength of the rhythm, where it is small."""
        strength = rhythm_strength(sketch)
        if strength is None or strength >= self.note_below:
            return None
        refused = strength < self.refuse_below
        return Finding(
            "no heartbeat" if refused else "faint heartbeat",
            "refuse" if refused else "note",
            f"at the pace of a heart the sound repeats itself by {strength:.3f}, wanted "
            f"{self.note_below:.2f} or more; move the stethoscope, press it closer and hold still",
        )


def rhythm_strength(sketch: Sketch) -> float | None:
    """Return how strongly the sound repeats itself; None for one too short to tell."""
    if len(sketch.power) * sketch.hop_s < _SHORTEST_S:
        return None
    length = min(len(sketch.power), round(_WINDOW_S / sketch.hop_s))
    envelopes = _envelopes(sketch.bands(_EDGES_HZ))
    windows = sliding_window_view(envelopes, length, axis=0)
    hop = round(_WINDOW_HOP_S / sketch.hop_s)
    starts = np.unique([*range(0, len(windows), hop), len(windows) - 1])
    alike = _autocorrelation(windows[starts])
    if len(alike) > 1:
        alike = np.float32(0.5) * (alike[1:] + alike[:-1])
    shortest, longest = (60 / bpm / sketch.hop_s for bpm in reversed(RATES_BPM))
    # subtle: beyond three quarters of a window too few frames are left to compare
    lags = slice(int(shortest), min(int(_MARGIN * longest), 3 * length // 4))
    inner, before, after = (alike[:, lags][:, k] for k in (slice(1, -1), slice(-2), slice(2, None)))
    return float(np.where((inner >= before) & (inner > after), inner, 0).max())


def _envelopes(bands: FloatArray) -> FloatArray:
    """Return the envelope of each band about its background, same shape."""
    background = np.maximum(np.median(bands, axis=0), _FLOOR * bands.mean(axis=0))
    background[background == 0] = 1
    envelopes: FloatArray = np.log1p(bands / background)
    return envelopes


def _autocorrelation(windows: FloatArray) -> FloatArray:
    """Return the unbiased autocorrelation, 1 at lag 0, averaged over bands.

    ``windows`` has shape (n_windows, n_bands, n_frames), the result (n_windows, n_frames). A band
    that never changes repeats nothing: 0.
    """
    length = windows.shape[-1]
    centred = windows - windows.mean(axis=-1, keepdims=True)
    energy = np.square(centred).sum(axis=-1, keepdims=True)
    energy[energy == 0] = 1
    spectra = np.fft.rfft(centred, 2 * length, norm="forward")
    # subtle: averaged before the way back, which is linear; the forward norm has divided twice
    power = ((spectra.real**2 + spectra.imag**2) / energy).mean(axis=1) * np.float32(2 * length)
    biased = np.fft.irfft(power, norm="forward")[:, :length]
    alike: FloatArray = biased / (1 - np.arange(length, dtype=np.float32) / length)
    return alike
