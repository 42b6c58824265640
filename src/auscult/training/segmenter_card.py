"""The segmenter's model card: what it is, what it was trained on, where it stops."""

from collections.abc import Mapping
from typing import Any

_CARD = """\
# Model card: {name}

Finds S1, systole, S2 and diastole in a heart sound: a convolutional network on frames of 10 ms
gives the probability of each state, a semi-Markov model with explicit durations the spans.

## Data

{n_recordings} recordings of {n_groups} people from `{dataset}`, of which only annotated stretches
count; {n_hearts} synthetic hearts at 30 to 220 beats a minute and {n_artifacts} synthetic artifacts
join them. Data hash `{hash}`. Trained without PASCAL and without PhysioNet/CinC 2016.

## How it was measured

By person: five networks, each scored on the recordings of the people it had not met; and on the
S1/S2 tables of PASCAL, from other devices and mostly adults. The figures stand in
`docs/results/segment.md`, written by `python benchmarks/segment.py`. The shipped network was then
fitted on everybody, for the same number of epochs. Settings were compared on one of the five folds.

## Limits

- Not a medical device. Beats are found in sound alone, without an electrocardiogram.
- The people of `circor` are mostly children, heard with one digital stethoscope.
- The annotations were made by machine and mended by hand, often to 20 ms: onsets are no finer.
- A heart whose systole and diastole last equally long may be heard with S1 and S2 exchanged.
- Confidence is the network's probability; it ranks beats, and is not calibrated.
"""


def segmenter_card(about: Mapping[str, Any]) -> str:
    """Return the card as Markdown, from the bundle's provenance."""
    data, options = about["data"], about["options"]
    return _CARD.format(
        name="segmenter" if about["part"] == "final" else f"segmenter, {about['part']}",
        n_recordings=data["n_recordings"],
        n_groups=data["n_groups"],
        dataset=data["dataset"],
        hash=data["hash"][:16],
        n_hearts=options["n_hearts"],
        n_artifacts=options["n_artifacts"],
    )
