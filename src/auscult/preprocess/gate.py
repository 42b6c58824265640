"""Can this recording be judged at all? Signal rules, before any model.

Conventions
-----------
level   : root mean square about the mean, in dB relative to full scale (dBFS)
sounding: the time between the first and the last 50 ms frame above ``silence_dbfs``

A recording that fails is refused with a reason and an advice; a score computed all the same is kept
beside the refusal, never shown as an answer.
"""

from dataclasses import dataclass

import numpy as np

from auscult.types import Recording

FRAME_S = 0.05


@dataclass(frozen=True, slots=True)
class Gate:
    """Limits below which a recording is refused.

    Parameters
    ----------
    min_sounding_s
        Shortest stretch with sound in it; one second holds one heartbeat at 60 per minute.
    silence_dbfs
        Level below which a recording, or the frames at its ends, count as silent.
    """

    min_sounding_s: float = 1.0
    silence_dbfs: float = -75.0

    def reason(self, recording: Recording) -> str:
        """Return why ``recording`` cannot be judged, and what to do; empty if it can."""
        if recording.duration_s < self.min_sounding_s:
            return (
                f"too short: lasts {recording.duration_s:.2f} s, wanted {self.min_sounding_s:g} s "
                "or more; record for ten seconds"
            )
        levels_dbfs = _frame_levels_dbfs(recording)
        loud = np.flatnonzero(levels_dbfs > self.silence_dbfs)
        if loud.size == 0:
            return (
                f"silent: no sound above {self.silence_dbfs:g} dB of full scale; check the "
                "microphone and press the stethoscope closer"
            )
        sounding_s = float(loud[-1] - loud[0] + 1) * FRAME_S
        if sounding_s < self.min_sounding_s:
            return (
                f"too short: only {sounding_s:.2f} s of {recording.duration_s:.2f} s hold sound, "
                f"wanted {self.min_sounding_s:g} s or more; record for ten seconds"
            )
        return ""


def _frame_levels_dbfs(recording: Recording) -> np.ndarray:
    """Return the level of each frame about the recording's mean: shape (n_frames,)."""
    # subtle: rounded down, so that a whole second holds twenty frames at every rate.
    length = max(1, int(FRAME_S * recording.rate_hz))
    centred = recording.samples - np.float32(recording.samples.mean(dtype=np.float64))
    n_frames = max(1, centred.size // length)
    frames = centred[: n_frames * length].reshape(n_frames, -1)
    power = np.mean(np.square(frames), axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20)))
