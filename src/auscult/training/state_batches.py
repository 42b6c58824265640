"""Batches for the segmenter: stretches of recordings, slower or faster, through noise.

All is done on the features. A change of pace reads the frames at another speed (linear between
two frames); noise is added to the power of each band, as uncorrelated sounds add. A change of gain
or of the stethoscope's response needs no copies: the network takes away every band's local mean.
But noise arrives after the stethoscope, so it gets a response of its own.

Conventions
-----------
features : float32, shape (batch, n_bands, n_frames), in dB
shares   : float32, shape (batch, 4, n_frames), rows of zeros where the frame does not count
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from auscult.training.state_examples import FULL, StateExamples
from auscult.types import FloatArray

Ints = NDArray[np.int64]

_SILENCE_POWER = 1e-10
_GAMMA_SHAPE = 3.0
"""Power of white noise in a band of 25 Hz and 50 ms scatters like this gamma distribution."""


@dataclass(frozen=True, slots=True)
class Disturbing:
    """How stretches are drawn and disturbed.

    Parameters
    ----------
    n_frames, batch_size
        Length of a stretch, and stretches a batch.
    paces, paced
        Range of the change of pace, and the share of stretches that get one.
    snr_db, noisy
        Range of the mean power over that of the noise, and the share of stretches with noise.
    response_db
        Spread of the noise's response at four frequencies.
    """

    n_frames: int = 640
    batch_size: int = 16
    paces: tuple[float, float] = (0.75, 1.35)
    paced: float = 0.5
    snr_db: tuple[float, float] = (-3.0, 30.0)
    noisy: float = 0.5
    response_db: float = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Batches:
    """Draws batches from examples; equal generators draw alike.

    Parameters
    ----------
    examples
        What to learn from.
    disturbances
        Recordings without a heart, to be mixed in.
    disturbing
        How.
    """

    examples: StateExamples
    disturbances: StateExamples
    disturbing: Disturbing
    annotated: Ints

    @staticmethod
    def of(
        examples: StateExamples, disturbances: StateExamples, disturbing: Disturbing
    ) -> "Batches":
        """Return the batches, having looked for the annotated frames once."""
        annotated = np.flatnonzero(examples.shares.any(axis=1)).astype(np.int64)
        return Batches(examples, disturbances, disturbing, annotated)

    def steps_per_epoch(self) -> float:
        """Return after how many batches as many frames were seen as are annotated."""
        seen = self.disturbing.n_frames * self.disturbing.batch_size
        return len(self.annotated) / seen

    def draw(self, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return the features and the shares of one batch."""
        how = self.disturbing
        at = self.annotated[rng.integers(len(self.annotated), size=how.batch_size)]
        features, shares = self._stretches(at, self._paces(rng), rng)
        power = 10 ** (features / 10)
        noise = self._noise(rng)
        wanted_db = rng.uniform(*how.snr_db, how.batch_size)
        gain = power.mean(axis=(1, 2)) / noise.mean(axis=(1, 2)) * 10 ** (-wanted_db / 10)
        gain *= rng.random(how.batch_size) < how.noisy
        power += noise * gain[:, None, None].astype(np.float32)
        mixed = 10 * np.log10(power + np.float32(_SILENCE_POWER))
        return _channels_first(mixed), _channels_first(shares)

    def _paces(self, rng: np.random.Generator) -> NDArray[np.float64]:
        size = self.disturbing.batch_size
        slowest, fastest = map(log, self.disturbing.paces)
        pace = np.exp(rng.uniform(slowest, fastest, size))
        return np.where(rng.random(size) < self.disturbing.paced, pace, 1.0)

    def _stretches(
        self, at: Ints, pace: NDArray[np.float64], rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Return stretches that hold frame ``at`` somewhere, read at ``pace``."""
        n_frames, bounds = self.disturbing.n_frames, self.examples.bounds
        owner = np.searchsorted(bounds, at, side="right") - 1
        first, last = bounds[owner][:, None], bounds[owner + 1][:, None] - 1
        offset = rng.integers(n_frames, size=at.size)[:, None]
        wanted = at[:, None] + (np.arange(n_frames) - offset) * pace[:, None]
        inside = (wanted >= first) & (wanted <= last)
        read = np.clip(wanted, first, last)
        before = read.astype(np.int64)
        after = np.minimum(before + 1, last)
        share = (read - before).astype(np.float32)[..., None]
        features = self.examples.features[before] * (1 - share)
        features += self.examples.features[after] * share
        shares = self.examples.shares[before] * (1 - share)
        shares += self.examples.shares[after] * share
        return features, shares * inside[..., None] / np.float32(FULL)

    def _noise(self, rng: np.random.Generator) -> FloatArray:
        """Return the power of the noise: half of it steady, half cut from the disturbances."""
        how, n_bands = self.disturbing, self.examples.features.shape[1]
        shape = (how.batch_size, how.n_frames, n_bands)
        steady = rng.standard_gamma(_GAMMA_SHAPE, shape, dtype=np.float32)
        bounds = self.disturbances.bounds
        which = rng.integers(len(self.disturbances), size=how.batch_size)
        room = np.maximum(bounds[which + 1] - bounds[which] - how.n_frames, 1)
        start = bounds[which] + (rng.random(how.batch_size) * room).astype(np.int64)
        cut = start[:, None] + np.arange(how.n_frames)
        np.minimum(cut, bounds[-1] - 1, out=cut)
        found = 10 ** (self.disturbances.features[cut].astype(np.float32) / 10)
        is_steady = rng.random(how.batch_size)[:, None, None] < 0.5  # noqa: PLR2004
        knots_db = rng.normal(0, how.response_db, (how.batch_size, 4))
        places = np.linspace(0, 3, n_bands)
        response_db = np.stack([np.interp(places, range(4), row) for row in knots_db])
        response = (10 ** (response_db / 10)).astype(np.float32)
        noise: FloatArray = np.where(is_steady, steady, found) * response[:, None]
        return noise


def _channels_first(frames: FloatArray) -> FloatArray:
    return np.ascontiguousarray(frames.transpose(0, 2, 1), np.float32)
