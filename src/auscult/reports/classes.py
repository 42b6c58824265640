"""What the classes of the known collections are called and sound like.

Source
------
After the descriptions of the PASCAL Classifying Heart Sounds Challenge (Bentley et al., 2011).
"""

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "normal": "Normal",
        "murmur": "Murmur",
        "extrahls": "Extra heart sound",
        "extrastole": "Extrasystole",
        "artifact": "Artifact",
    }
)
"""Class → what a reader calls it."""

SOUNDS_LIKE: Mapping[str, str] = MappingProxyType(
    {
        "normal": (
            "Two short sounds a beat: “lub” (S1, the mitral and tricuspid valves close), then "
            "“dub” (S2, the aortic and pulmonary valves close), with quiet between them. The "
            "longer pause follows S2. At rest there are usually 60 to 100 beats a minute."
        ),
        "murmur": (
            "A whoosh, roar or rumble of turbulent blood where a normal heart is quiet: between "
            "“lub” and “dub” (systolic) or between “dub” and the next “lub” (diastolic). Some "
            "murmurs are harmless, others a sign of disease."
        ),
        "extrahls": (
            "An extra heart sound that returns with the beat: “lub-lub dub” or “lub dub-dub”. A "
            "third (S3) or fourth (S4) sound is soft and low; it can be harmless, above all in "
            "the young."
        ),
        "extrastole": (
            "An extrasystole: now and then a beat comes too early, and often a longer pause "
            "follows. The rhythm breaks, where an extra heart sound keeps to it."
        ),
        "artifact": (
            "No heart that could be judged: feedback squeals, echoes, speech, music, rubbing or "
            "noise. Such a recording should be made again."
        ),
    }
)
