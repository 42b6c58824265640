"""Where a recording begins and ends to sound.

Zeros that an app, a codec or a collector puts before and after a sound would be heard as a very
quiet heart, and their amount would tell where it comes from.
"""

import numpy as np

from auscult.arrays import Samples

SILENCE_DB = -50.0
_BLOCK_S = 0.05
_LOUD_SHARE = 0.95


def sounding(samples: Samples, rate_hz: int) -> Samples:
    """Return ``samples`` without what is silent at both ends.

    A block of 50 ms is silent if it varies by more than 50 dB less than the 95th percentile of the
    blocks, so a constant is silent at any level; where blocks are cut off, so is the silence in the
    block beside them. What varies nowhere comes back as it is.
    """
    length = max(1, round(_BLOCK_S * rate_hz))
    n_blocks = samples.size // length
    blocks = samples[: n_blocks * length].reshape(n_blocks, length)
    power = blocks.var(axis=1, dtype=np.float64)
    if not power.any():
        return samples
    # subtle: of many silent blocks even the 95th percentile is silent, so only those with any sound
    # are counted
    loud = np.quantile(power[power > power.max() * 1e-8], _LOUD_SHARE)
    silent = loud * 10 ** (SILENCE_DB / 10)
    heard = np.flatnonzero(power > silent)
    first, last = int(heard[0]), int(heard[-1])
    start, stop = 0, samples.size
    if first > 0:
        start = first * length + _n_still(blocks[first], samples[: first * length], silent)
    if last < n_blocks - 1:
        after = (last + 1) * length
        stop = after - _n_still(blocks[last][::-1], samples[after:], silent)
    return samples[start:stop]


def _n_still(block: Samples, beside: Samples, silent: float) -> int:
    """Return how many samples of ``block``, from its start, are as silent as what lies beside."""
    return int(np.argmax(np.square(block - np.median(beside), dtype=np.float64) > silent))
