"""White noise at a given distance below the sound.

Conventions
-----------
snr_db : 10 · log10 of the sound's power over the noise's, both over the whole window

Differences from the notebook this project grew from
----------------------------------------------------
It adds ``x * randn`` with one x for all: a quiet recording drowns and a loud one hardly changes.
Here the noise follows the level of the recording. Digital silence has no level and stays silent.
"""

from dataclasses import dataclass

import numpy as np

from auscult.augment.augmentation import check_range
from auscult.types import Samples

_WIDEST_DB = (-120.0, 120.0)


@dataclass(frozen=True, slots=True)
class NoiseParameters:
    """How far below the sound the noise lies, and the seed of its samples."""

    snr_db: float
    seed: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Add white noise at a ratio drawn evenly from ``[lowest_snr_db, highest_snr_db]``.

    Raises
    ------
    ConfigError
        If the range is out of order or beyond ±120 dB.
    """

    lowest_snr_db: float = 10.0
    highest_snr_db: float = 30.0

    def __post_init__(self) -> None:
        check_range(self.lowest_snr_db, self.highest_snr_db, "snr_db", _WIDEST_DB)

    def draw(self, rng: np.random.Generator) -> NoiseParameters:
        """Return a ratio and a seed."""
        snr_db = float(rng.uniform(self.lowest_snr_db, self.highest_snr_db))
        return NoiseParameters(snr_db, int(rng.integers(2**63)))

    def apply(
        self,
        samples: Samples,
        rate_hz: int,  # noqa: ARG002
        parameters: NoiseParameters,
    ) -> Samples:
        """Return ``samples`` with noise whose power is exactly ``snr_db`` below theirs."""
        level = float(np.linalg.norm(samples.astype(np.float64)))
        rng = np.random.default_rng(parameters.seed)
        noise = rng.standard_normal(samples.size, np.float32)
        noise_level = level * 10 ** (-parameters.snr_db / 20)
        return samples + noise * np.float32(noise_level / np.linalg.norm(noise))
