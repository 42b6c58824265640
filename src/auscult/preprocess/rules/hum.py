"""Mains hum: 50 or 60 Hz and their multiples, picked up by a cable or a charger.

S1 and S2 have their power at 50 to 60 Hz too. But a heart sound is short, so its power spreads over
tens of hertz; hum never ends, so it fits into one.

What is measured
----------------
The share of the power from 20 to 800 Hz that lies within 0.75 Hz of the multiples of 50 Hz, or of
60 Hz, less what lies beside them; in windows of about 4 s, of which the median counts. The grid
strays by 0.2 Hz, a 4 s window spreads a tone over 0.5 Hz to either side.

Limits
------
Synthetic hearts at a steady rate reach 0.09; of the real recordings one in a thousand exceeds 0.15,
which hum 10 dB below S1 does. From 0.9 on a quarter of the answers turn or more; hum 10 dB above S1
has 0.98.

What is not seen
----------------
Hum of a railway (16.7 Hz), of an aeroplane (400 Hz), and whistling of electronics.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from auscult.preprocess.rules.rule import Finding, check_shares
from auscult.preprocess.rules.sketch import TOP_HZ, Sketch
from auscult.stft import hann_window

Floats = NDArray[np.float64]

_MAINS_HZ = (50, 60)
_WINDOW_S = 4.2
"""Longest window; it is cut to a power of two samples, from 2 s on."""
_SHORTEST_S = 2.0
_MOST_WINDOWS = 4
_LOW_HZ = 20.0
_STRAY_HZ = 0.25
_MAIN_LOBE = 2.0
"""Half width of the main lobe of a Hann window, in bins."""
_BESIDE_HZ = 4.0


@dataclass(frozen=True, slots=True)
class Hum:
    """Refuse or note mains hum; shares of the power from 20 to 800 Hz."""

    note_from: float = 0.15
    refuse_from: float = 0.9

    def __post_init__(self) -> None:
        check_shares("hum", {"note_from": self.note_from}, {"refuse_from": self.refuse_from})

    @property
    def refuses(self) -> str:
        """What it refuses, in words."""
        return f"mains hum of {100 * self.refuse_from:g}% of the power"

    def __call__(self, sketch: Sketch) -> Finding | None:
        """Return the share of hum, where it is large."""
        shares = hum_shares(sketch)
        mains_hz = max(shares, key=shares.__getitem__)
        if shares[mains_hz] < self.note_from:
            return None
        return Finding(
            "mains hum",
            "refuse" if shares[mains_hz] >= self.refuse_from else "note",
            f"{mains_hz} Hz and its multiples hold {shares[mains_hz]:.1%} of the power, wanted "
            f"less than {self.note_from:.0%}; unplug chargers, and move away from cables and lamps",
        )


def hum_shares(sketch: Sketch) -> dict[int, float]:
    """Return frequency of the mains → share of power, in [0, 1]; 0 of less than 2 s."""
    longest = int(min(sketch.low.size, _WINDOW_S * sketch.low_rate_hz))
    if longest < _SHORTEST_S * sketch.low_rate_hz:
        return dict.fromkeys(_MAINS_HZ, 0.0)
    n_fft = 1 << (longest.bit_length() - 1)
    n_windows = min(_MOST_WINDOWS, ceil(sketch.low.size / n_fft))
    starts = np.linspace(0, sketch.low.size - n_fft, n_windows).astype(int)
    windows = np.stack([sketch.low[start : start + n_fft] for start in starts])
    spectra = np.fft.rfft(windows * hann_window(n_fft).astype(np.float32), norm="forward")
    bin_hz = sketch.low_rate_hz / n_fft
    spectra = spectra[:, : int(TOP_HZ / bin_hz)]
    power = np.cumsum(spectra.real**2 + spectra.imag**2, axis=1, dtype=np.float64)
    total = power[:, -1] - power[:, int(_LOW_HZ / bin_hz)]
    total[total <= 0] = 1
    return {
        mains_hz: float(np.median(_lines(power, mains_hz, bin_hz) / total))
        for mains_hz in _MAINS_HZ
    }


def _lines(power: Floats, mains_hz: int, bin_hz: float) -> Floats:
    """Return the power of the lines beyond their surroundings: shape (n_windows,).

    ``power``, shape (n_windows, n_bins), holds in each bin the sum over it and all bins below.
    """
    lines_hz = np.arange(mains_hz, TOP_HZ, mains_hz)
    half_hz = _STRAY_HZ + _MAIN_LOBE * bin_hz
    reach = round(_BESIDE_HZ / bin_hz)
    first = np.rint((lines_hz - half_hz) / bin_hz).astype(int)
    last = np.rint((lines_hz + half_hz) / bin_hz).astype(int)
    inside = last + reach < power.shape[1]
    first, last = first[inside], last[inside]
    line = power[:, last] - power[:, first - 1]
    beside = power[:, last + reach] - power[:, first - reach - 1] - line
    excess: Floats = line - beside * (last - first + 1) / (2 * reach)
    return np.asarray(np.maximum(excess, 0).sum(axis=1))
