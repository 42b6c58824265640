"""Published scorers, exactly as published: pure functions of counts or clips, and a table of them.

A figure is computed with everything that is odd about it, which its ``quirk`` names; the figure
the textbook has in its place, its ``twin``, stands beside it. What is undefined raises, and says
why.

A new challenge is one file that ends in a :class:`Challenge`, and one line here.
"""

from auscult.challenges import cinc2016, cinc2022, pascal1, pascal2_a, pascal2_b, segmentation
from auscult.challenges.challenge import AnyChallenge, Challenge, Figure, Score
from auscult.challenges.clips import Clip
from auscult.challenges.labels import Labels
from auscult.challenges.table import Column, Table
from auscult.registry import Registry

CHALLENGES: Registry[AnyChallenge] = Registry(
    "challenge",
    {
        "pascal1-a": pascal1.SET_A,
        "pascal1-b": pascal1.SET_B,
        "pascal2-a": pascal2_a.CHALLENGE,
        "pascal2-b": pascal2_b.CHALLENGE,
        "cinc2016": cinc2016.CHALLENGE,
        "cinc2022-murmur": cinc2022.MURMUR,
        "cinc2022-outcome": cinc2022.OUTCOME,
        "segmentation": segmentation.CHALLENGE,
    },
)

__all__ = [
    "CHALLENGES",
    "AnyChallenge",
    "Challenge",
    "Clip",
    "Column",
    "Figure",
    "Labels",
    "Score",
    "Table",
]
