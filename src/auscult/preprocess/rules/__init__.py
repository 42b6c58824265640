"""Signal rules of the quality gate: what can be heard, before any model, to spoil a recording.

Each rule measures one number and has one or two limits. They were chosen on three fifths of the
people and sessions of PASCAL, CirCor and CinC 2016 and on synthetic sounds: a refusal where the
number tells that a quarter or more of the model's answers turn, or that no heart is left to hear; a
note where it leaves what clean recordings show. Two rules only note, since their number does not
tell how much is lost; each says why. docs/results/gate.md measures both.
"""

from auscult.preprocess.rules.clipping import Clipping
from auscult.preprocess.rules.heart_band import HeartBand
from auscult.preprocess.rules.heartbeat import Heartbeat
from auscult.preprocess.rules.hum import Hum
from auscult.preprocess.rules.interruptions import Interruptions
from auscult.preprocess.rules.rule import Finding, Judgement, Rule
from auscult.preprocess.rules.sketch import Sketch, about_mean, sketch_of
from auscult.preprocess.rules.voice import Voice
from auscult.registry import Registry

RULES: Registry[type[Rule]] = Registry(
    "gate rule",
    {
        "clipping": Clipping,
        "interruptions": Interruptions,
        "hum": Hum,
        "voice": Voice,
        "heart-band": HeartBand,
        "heartbeat": Heartbeat,
    },
)
"""In the order of asking: the cause comes before what it causes."""

__all__ = [
    "RULES",
    "Clipping",
    "Finding",
    "HeartBand",
    "Heartbeat",
    "Hum",
    "Interruptions",
    "Judgement",
    "Rule",
    "Sketch",
    "Voice",
    "about_mean",
    "sketch_of",
]
