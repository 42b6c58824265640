"""What the model doubts about a recording, in sentences to stand beside its answer."""

from collections.abc import Mapping

DOUBTED_FROM = 0.5
WHOLE_HEART_HZ = 2_000
"""Sampling rate from which on nothing of a heart is missing: S1, S2 and murmurs end below 1 kHz."""
DOUBTS: Mapping[tuple[str, str], str] = {
    ("quality", "poor"): "poor: with a probability of {:.2f} a listener could not tell; record "
    "again, in a quiet room, for ten seconds",
    ("beats", "unclear"): "unclear beats: with a probability of {:.2f} it is like recordings of "
    "which half the beats or more had to be corrected by hand; noise or a murmur may hide them, so "
    "take heart rate and beats with care",
}
"""Answer to a question about the recording → what is noted from ``DOUBTED_FROM`` on."""


def doubts(answers: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """Return a sentence for each doubt in ``answers``: question → class → probability."""
    return tuple(
        words.format(share)
        for (question, answer), words in DOUBTS.items()
        if (share := answers.get(question, {}).get(answer, 0.0)) >= DOUBTED_FROM
    )


def missing_band(rate_hz: int) -> tuple[str, ...]:
    """Return a sentence where ``rate_hz``, samples per second, leaves out some of a heart."""
    if rate_hz >= WHOLE_HEART_HZ:
        return ()
    found = f"low rate: sampled at {rate_hz:,} Hz, so nothing above {rate_hz // 2:,} Hz is heard"
    wanted = f"wanted {WHOLE_HEART_HZ:,} Hz or more; noise may pass for a heart, so record anew"
    return (f"{found}, {wanted}",)
