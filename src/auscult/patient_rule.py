"""Recordings → patient: one answer from all sites at which somebody was heard.

A patient is described by the log-odds of what is looked for (a murmur, a recording too poor to
tell) over the patient's recordings: the highest, the mean and, where many patients taught the rule,
the lowest. A murmur loud at one site only is in the first, a heart that cannot be judged keeps all
near the middle. A linear rule turns them into one probability for each of the patient's classes.

Conventions
-----------
odds : shape (n_patients, 2 or 3 · n_looked_for): the highest of each, the means, the lowest

Source
------
Fitted by :mod:`auscult.training.patients`; Wolpert: Stacked generalization, Neural Networks 5(2),
1992.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from auscult.errors import ConfigError
from auscult.types import FloatArray

SMALLEST = 1e-4


def describe(patients: Sequence[FloatArray], *, lowest: bool) -> NDArray[np.float64]:
    """Return highest, mean and lowest log-odds: float64, shape (n_patients, 3 · n_looked_for).

    ``patients`` holds for each patient the probabilities of what is looked for, shape
    (n_recordings, n_looked_for), or (n_recordings,) if it is one thing. Without the lowest, shape
    (n_patients, 2 · n_looked_for).
    """
    rows = []
    for scores in patients:
        clipped = np.clip(scores.astype(np.float64), SMALLEST, 1 - SMALLEST)
        clipped = clipped.reshape(len(scores), -1)
        odds = np.log(clipped / (1 - clipped))
        rows.append(np.concatenate([odds.max(0), odds.mean(0), *([odds.min(0)] if lowest else [])]))
    return np.array(rows)


@dataclass(frozen=True, slots=True)
class PatientRule:
    """A fitted rule, as a bundle carries it.

    Parameters
    ----------
    looked_for
        Question and class, of each thing that is looked for in a recording.
    classes
        What a patient may be.
    worth
        What a right answer earns, one a class: CinC 2022 gives 5 for Present, 3 for Unknown.
    weights
        Of the log-odds, one row a class.
    offsets
        One a class.

    Raises
    ------
    ConfigError
        If the sizes do not fit one another, or a number is not finite.
    """

    looked_for: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]
    worth: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    offsets: tuple[float, ...]

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.weights}
        allowed = {2 * len(self.looked_for), 3 * len(self.looked_for)}
        sizes = {len(self.classes), len(self.worth), len(self.weights), len(self.offsets)}
        fits = len(sizes) == 1 and min(self.worth, default=0) > 0
        if not self.looked_for or not fits or len(widths) != 1 or not widths <= allowed:
            raise ConfigError(
                f"a rule for patients of {len(self.classes)} classes, which looks for "
                f"{len(self.looked_for)} things, cannot have {len(self.worth)} worths, "
                f"{len(self.offsets)} offsets and {len(self.weights)} rows of {sorted(widths)} "
                "weights"
            )
        if not np.isfinite([*self.worth, *self.offsets, *chain(*self.weights)]).all():
            raise ConfigError("a rule for patients needs finite worths, offsets and weights")

    @property
    def lowest(self) -> bool:
        """Whether the lowest log-odds count too, beside the highest and the mean."""
        return len(self.weights[0]) == 3 * len(self.looked_for)

    def __call__(self, recordings: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, float]:
        """Return class → probability, from the answers to all of one patient's recordings.

        ``recordings`` maps question → class → probability, for each of them.

        Raises
        ------
        ConfigError
            If there is none, or one lacks an answer.
        """
        if not recordings:
            raise ConfigError("a patient without a recording cannot be judged")
        try:
            scores = [[told[q][name] for q, name in self.looked_for] for told in recordings]
        except KeyError as error:
            asked = ", ".join(question for question, _ in self.looked_for)
            raise ConfigError(
                f"a recording lacks {error}; a patient is judged by {asked}"
            ) from error
        (odds,) = describe([np.array(scores, np.float32)], lowest=self.lowest)
        logits = np.array(self.weights) @ odds + np.array(self.offsets)
        powers = np.exp(logits - logits.max())
        return dict(zip(self.classes, map(float, powers / powers.sum()), strict=True))

    def answer(self, probabilities: Mapping[str, float]) -> str:
        """Return the class whose call earns most."""
        earned = {c: w * probabilities[c] for c, w in zip(self.classes, self.worth, strict=True)}
        return max(earned, key=earned.__getitem__)
