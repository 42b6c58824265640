"""Where a recording begins and ends to sound.

Zeros that an app, a codec or a collector puts before and after a sound would be heard as a very
quiet heart, and their amount would tell where it comes from. The noise of a microphone that is not
on the chest yet, or no longer, would be heard as what artifacts sound like.
"""

import numpy as np

from auscult.arrays import Samples

SILENCE_DB = -50.0
FAINT_DB, FAINT_S = -25.0, 0.75
"""An end so faint for so long holds no beat of a heart that is heard elsewhere."""
_BLOCK_S = 0.05
_LOUD_SHARE = 0.95
SILENCE_RULE = (SILENCE_DB, FAINT_DB, FAINT_S, _BLOCK_S, _LOUD_SHARE)
"""The numbers that say what is cut off: part of the key under which cut sounds are kept."""


def sounding(samples: Samples, rate_hz: int) -> Samples:
    """Return ``samples`` without what is silent, or faint for long, at both ends.

    A block of 50 ms is silent if it varies by more than 50 dB less than the 95th percentile of the
    blocks, so a constant is silent at any level; where blocks are cut off, so is the silence in the
    block beside them. Of what is left, an end in which for 0.75 s or longer no block comes within
    25 dB of the loud ones holds no heartbeat, and is cut off too. What varies nowhere comes back as
    it is.
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
    near = np.flatnonzero(power > loud * 10 ** (FAINT_DB / 10))
    if near[0] - first >= FAINT_S / _BLOCK_S:
        start = int(near[0]) * length
    if last - near[-1] >= FAINT_S / _BLOCK_S:
        stop = int(near[-1] + 1) * length
    return samples[start:stop]


def _n_still(block: Samples, beside: Samples, silent: float) -> int:
    """Return how many samples of ``block``, from its start, are as silent as what lies beside."""
    return int(np.argmax(np.square(block - np.median(beside), dtype=np.float64) > silent))
