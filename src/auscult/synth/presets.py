"""Hearts and artifacts by name.

One line a name; the label follows from the content. The murmurs are those of the textbook: aortic
stenosis rises and falls in mid-systole and harshens the tone, mitral regurgitation blows through
all of systole with a soft S1 and often an S3, aortic regurgitation sighs downwards from S2, mitral
stenosis rumbles in mid-diastole and again before a loud S1, a patent ductus (PDA) runs through S2
and is loudest there. The artifacts are those of a telephone that hears no heart: noise, knocks,
voices, feedback, and little below 80 Hz.
"""

from auscult.registry import Registry
from auscult.synth.disturbance import (
    Breathing,
    Hum,
    Knocks,
    Music,
    Rubbing,
    Rumble,
    Speech,
    Squeal,
    WhiteNoise,
)
from auscult.synth.murmur import Murmur
from auscult.synth.spec import Artifact, HeartSound

QUIET = (Rumble(-20), Breathing(-28), WhiteNoise(42))
"""The background of a good recording."""
NOISY = (Rumble(-12), Breathing(-14), Rubbing(-4), Hum(50, -22), Speech(-20), WhiteNoise(35))
"""The background of a busy ward."""

PRESETS: Registry[HeartSound | Artifact] = Registry(
    "preset",
    {
        "clean": HeartSound(),
        "normal": HeartSound(disturbances=QUIET),
        "normal-child": HeartSound(
            heart_rate_bpm=105,
            rate_variability_ms=35,
            breathing_rate_per_min=22,
            disturbances=QUIET,
        ),
        "normal-noisy": HeartSound(disturbances=NOISY),
        "murmur-systolic": HeartSound(murmurs=(Murmur("systolic"),), disturbances=QUIET),
        "murmur-diastolic": HeartSound(
            murmurs=(Murmur("diastolic", "early", "decrescendo", grade=3),), disturbances=QUIET
        ),
        "innocent-murmur": HeartSound(
            heart_rate_bpm=90,
            murmurs=(Murmur("systolic", "early", "diamond", "low", grade=2),),
            disturbances=QUIET,
        ),
        "aortic-stenosis": HeartSound(
            s2_level_db=-6,
            murmurs=(Murmur("systolic", "mid", "diamond", "medium", grade=4, high_hz=400),),
            disturbances=QUIET,
        ),
        "mitral-regurgitation": HeartSound(
            heart_rate_bpm=80,
            s2_level_db=2,
            s3_level_db=-12,
            murmurs=(Murmur("systolic", "holo", "plateau", "high", grade=4),),
            disturbances=QUIET,
        ),
        "mitral-prolapse": HeartSound(
            murmurs=(Murmur("systolic", "late", "crescendo", "high", grade=3),), disturbances=QUIET
        ),
        "aortic-regurgitation": HeartSound(
            heart_rate_bpm=76,
            murmurs=(
                Murmur("diastolic", "early", "decrescendo", "high", grade=3, low_hz=180),
                Murmur("systolic", "mid", "diamond", "medium", grade=2),
            ),
            disturbances=QUIET,
        ),
        "mitral-stenosis": HeartSound(
            s2_level_db=-4,
            murmurs=(
                Murmur("diastolic", "mid", "decrescendo", "low", grade=3, high_hz=130),
                Murmur("diastolic", "late", "crescendo", "low", grade=3),
            ),
            disturbances=QUIET,
        ),
        "continuous": HeartSound(
            heart_rate_bpm=85,
            murmurs=(Murmur("continuous", "holo", "diamond", "medium", grade=4, high_hz=400),),
            disturbances=QUIET,
        ),
        "s3": HeartSound(heart_rate_bpm=85, s3_level_db=-8, disturbances=QUIET),
        "s4": HeartSound(s4_level_db=-9, disturbances=QUIET),
        "split-s2": HeartSound(s2_split_ms=55, s2_split_breathing_ms=5, disturbances=QUIET),
        "extrasystole": HeartSound(extrasystole_every=5, disturbances=QUIET),
        "bigeminy": HeartSound(extrasystole_every=2, disturbances=QUIET),
        "artifact-feedback": Artifact((Squeal(), WhiteNoise(22))),
        "artifact-speech": Artifact((Speech(0), WhiteNoise(26))),
        "artifact-handling": Artifact((Knocks(), Rubbing(-10), WhiteNoise(30))),
        "artifact-music": Artifact((Music(0), WhiteNoise(28))),
        "artifact-noise": Artifact((WhiteNoise(0), Hum(150, -3, 2), Knocks(0, per_s=0.2))),
    },
)
