"""Band correlation: what follows what, between the bands of a heart sound, and after how long.

A healthy heart is two short low thuds and silence; its high bands sound when its low bands do and
fall quiet with them. A murmur is heard in the middle bands *after* or *before* the thuds, while
the low bands rest, so the correlation between bands spreads over lags of tens to hundreds of
milliseconds. Speech, rubbing and feedback know no such order. No beat has to be found for this.

Conventions
-----------
samples : float32, shape (n_samples,); any level
rate_hz : samples per second; never assumed
result  : float32, shape (n_values,), each in about [-1, 1]: at lag 0 one value for each pair of
    bands, then at every further lag L the correlation of band i now with band j L later, i before
    j in order

Each envelope is centred and divided by its standard deviation plus half a decibel, so that a gain,
a stethoscope's frequency response and the loudness of a band cancel.

Source
------
Tzanetakis and Cook, IEEE Trans. Speech Audio Process. 10(5), 2002, for textures of envelopes;
McDermott and Simoncelli, Neuron 71(5), 2011, doi:10.1016/j.neuron.2011.06.032, for correlations
between envelopes of bands as statistics of a sound. The lags between bands are ours.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from auscult.arrays import FloatArray, Samples
from auscult.errors import ConfigError
from auscult.features.band_envelopes import band_envelopes, check_bands

_SPREAD_DB = 0.5


@dataclass(frozen=True, slots=True)
class BandCorrelation:
    """Correlations between the envelopes of bands, at lags.

    Parameters
    ----------
    edges_hz
        Edges of the bands, rising.
    lags_s
        Lags, rising, the first 0; all but the first at least ``hop_s``.
    window_s, hop_s
        Frames of the envelopes.
    floor_db
        Envelopes end this far below the mean power.

    Raises
    ------
    ConfigError
        If the bands, the frames or the lags cannot be.
    """

    edges_hz: tuple[float, ...] = (25, 60, 120, 200, 350, 800)
    lags_s: tuple[float, ...] = (0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)
    window_s: float = 0.032
    hop_s: float = 0.01
    floor_db: float = -50

    def __post_init__(self) -> None:
        check_bands(self.edges_hz, self.window_s, self.hop_s)
        steps = [round(lag_s / self.hop_s) for lag_s in self.lags_s]
        if not steps or steps[0] or any(a >= b for a, b in pairwise(steps)):
            raise ConfigError(
                f"lags_s={self.lags_s} must start at 0 and rise by hop_s={self.hop_s:g} or more"
            )

    def __call__(self, samples: Samples, rate_hz: int) -> FloatArray:
        """Return the correlations: float32, shape (n_values,); 0 at lags longer than the sound."""
        envelopes = band_envelopes(
            samples,
            rate_hz,
            self.edges_hz,
            window_s=self.window_s,
            hop_s=self.hop_s,
            floor_db=self.floor_db,
        )
        scores = (envelopes - envelopes.mean(axis=0)) / (envelopes.std(axis=0) + _SPREAD_DB)
        tables = [_at_lag(scores, round(lag_s / self.hop_s)) for lag_s in self.lags_s]
        pairs = tables[0][np.triu_indices(scores.shape[1], 1)]
        values = np.concatenate([pairs, *(table.ravel() for table in tables[1:])])
        return values.astype(np.float32)


def _at_lag(scores: FloatArray, lag: int) -> FloatArray:
    """Return the mean product of column i with column j ``lag`` rows later: (n_bands, n_bands)."""
    n_pairs = len(scores) - lag
    if n_pairs < 1:
        return np.zeros((scores.shape[1], scores.shape[1]), np.float32)
    product: FloatArray = scores[:n_pairs].T @ scores[lag:]
    return product / np.float32(n_pairs)
