"""Can this recording be judged at all? Signal rules, before any model.

::

    recording → long and loud enough? → sounding part → sketch at 2 kHz → rules → Judgement

Conventions
-----------
level   : root mean square about the mean, in dB relative to full scale (dBFS)
sounding: what lies between the silent ends (:mod:`auscult.silence`), at whatever level
refused : an answer would be worth nothing; a score computed all the same is kept beside the
          refusal, never shown as an answer
noted   : an answer is given, with what speaks against it

Every reason and note says what was found, what was wanted, and what to try. Only silence depends on
the level; the rules find the same in a sound that is louder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from auscult.preprocess.rules import RULES, Finding, Judgement, Rule, about_mean, sketch_of
from auscult.silence import sounding
from auscult.types import FloatArray, Recording, Samples

FRAME_S = 0.05


@dataclass(frozen=True, slots=True)
class Gate:
    """Limits below which a recording is refused, and rules by which it is refused or noted.

    Parameters
    ----------
    min_sounding_s
        Shortest stretch with sound in it; one second holds one heartbeat at 60 per minute.
    silence_dbfs
        Level that the loudest 50 ms of a recording must exceed.
    rules
        Asked in this order of what is long and loud enough; the first that refuses gives the
        reason.
    """

    min_sounding_s: float = 1.0
    silence_dbfs: float = -75.0
    rules: tuple[Rule, ...] = field(default_factory=lambda: tuple(r() for r in RULES.values()))

    @property
    def refuses(self) -> str:
        """What is refused, in words: a sentence for a model card."""
        by_rules = "; ".join(rule.refuses for rule in self.rules if rule.refuses)
        always = f"Refused: less than {self.min_sounding_s:g} s of sound, or silence"
        return f"{always}{by_rules and '; and, unless called an artifact, '}{by_rules}."

    def judge(self, recording: Recording) -> Judgement:
        """Return everything that speaks against ``recording``."""
        samples = about_mean(recording.samples)
        if unheard := self._unheard(samples, recording.rate_hz):
            return Judgement((unheard,))
        sketch = sketch_of(sounding(samples, recording.rate_hz), recording.rate_hz)
        found = (rule(sketch) for rule in self.rules)
        return Judgement(tuple(finding for finding in found if finding is not None))

    def reason(self, recording: Recording) -> str:
        """Return why ``recording`` cannot be judged, and what to do; empty if it can."""
        return self.judge(recording).reason

    def unheard(self, recording: Recording) -> Finding | None:
        """Return what is found of a recording that is too short or silent, else None."""
        return self._unheard(about_mean(recording.samples), recording.rate_hz)

    def _unheard(self, samples: Samples, rate_hz: int) -> Finding | None:
        duration_s = samples.size / rate_hz
        wanted = f"wanted {self.min_sounding_s:g} s or more; record for ten seconds"
        if duration_s < self.min_sounding_s:
            return Finding("too short", "refuse", f"lasts {duration_s:.2f} s, {wanted}")
        if _frame_levels_dbfs(samples, rate_hz).max() <= self.silence_dbfs:
            return Finding(
                "silent",
                "refuse",
                f"no sound above {self.silence_dbfs:g} dB of full scale; check the "
                "microphone and press the stethoscope closer",
            )
        sounding_s = sounding(samples, rate_hz).size / rate_hz
        if sounding_s < self.min_sounding_s:
            hold = f"only {sounding_s:.2f} s of {duration_s:.2f} s hold sound"
            return Finding("too short", "refuse", f"{hold}, {wanted}")
        return None


GATE_TYPES: Mapping[str, type] = MappingProxyType(
    {"Gate": Gate, **{made.__name__: made for made in RULES.values()}}
)
"""Everything a written gate may name."""


def _frame_levels_dbfs(samples: Samples, rate_hz: int) -> FloatArray:
    """Return the level of each frame of a sound about its mean: shape (n_frames,)."""
    # subtle: rounded down, so that a whole second holds twenty frames at every rate.
    length = max(1, int(FRAME_S * rate_hz))
    n_frames = max(1, samples.size // length)
    frames = samples[: n_frames * length].reshape(n_frames, -1)
    power = np.einsum("ij,ij->i", frames, frames) / np.float32(frames.shape[1])
    levels: FloatArray = 10 * np.log10(np.maximum(power, np.float32(1e-20)))
    return levels
