"""The murmur in the cycle: systolic, diastolic or continuous; its timing, shape and pitch.

Whether there is a murmur at all is the classifier's answer, not this module's: what is described
here is the sound between S1 and S2, and between S2 and S1, *if* it is a murmur.

::

    average beat ─┬─ figures of diastole ─ logistic regression ─ heard in diastole?
                  ├─ excess in systole ≥ threshold ──────────── heard in systole?
                  ├─ no dip beside S2 ───────────────────────────── continuous?
                  └─ figures of systole ── logistic regressions ─ timing, shape, pitch

The regressions and the threshold are fitted on CirCor's murmurs (``benchmarks/cycle.py --ship``,
figures in docs/results/cycle.md) and stand as plain numbers in ``murmur.json``. Answers were
weighted alike in the fit, so the shares below are odds on an equal footing, no prevalences.

What cannot be told
-------------------
Five patients of CirCor have a diastolic murmur, all early and falling, and none a continuous one:
timing and shape of a diastolic murmur are left open, and "continuous" is a rule (loud towards the
end of systole, and after S2) that synthetic sounds alone have tested.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

import numpy as np

from auscult.cycle.average import AverageBeat, Floats
from auscult.cycle.figures import (
    CENTRE,
    EXCESS,
    SYSTOLE_PARTS,
    diastole_figures,
    murmur_course_db,
    systole_figures,
)

Phase: TypeAlias = Literal["systolic", "diastolic", "systolic and diastolic", "continuous"]

DIASTOLIC, PITCH = "diastolic", "pitch"
QUESTIONS = (DIASTOLIC, "timing", "shape", PITCH)
MODEL_FILE = "murmur.json"
_BEFORE_S2, _AFTER_S2 = len(SYSTOLE_PARTS) - 3, len(SYSTOLE_PARTS) - 1
_DIP_BEFORE_DB, _DIP_AFTER_DB = 3.5, 6.0
"""A continuous murmur is not this much below its loudest just before S2, and just after it."""


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted multinomial logistic regression.

    Parameters
    ----------
    classes
        The answers, n of them.
    mean, scale
        Of each figure in the fit, k of them.
    weights
        n rows of k numbers.
    offsets
        n numbers.
    """

    classes: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    offsets: tuple[float, ...]

    def __call__(self, figures: Floats) -> dict[str, float]:
        """Return answer → share in [0, 1], summing to 1."""
        standard = (figures - np.array(self.mean)) / np.array(self.scale)
        scores = np.array(self.weights) @ standard + np.array(self.offsets)
        powers = np.exp(scores - scores.max())
        return dict(zip(self.classes, map(float, powers / powers.sum()), strict=True))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Regression":
        """Rebuild what ``asdict`` wrote and JSON kept."""
        lists = {name: tuple(told[name]) for name in ("classes", "mean", "scale", "offsets")}
        return cls(**lists, weights=tuple(map(tuple, told["weights"])))


@dataclass(frozen=True, slots=True)
class MurmurModel:
    """What was fitted: one regression a question, and the excess a systolic murmur has."""

    regressions: Mapping[str, Regression]
    least_excess_db: float

    def __call__(self, beat: AverageBeat) -> "MurmurInCycle":
        """Return where in ``beat`` a murmur is heard, and what it is like."""
        if beat.reason:
            return MurmurInCycle(reason=beat.reason)
        of_systole, of_diastole = systole_figures(beat), diastole_figures(beat)
        diastolic = self.regressions[DIASTOLIC](of_diastole)["yes"]
        phase = self._phase(beat, of_systole, diastolic)
        said = {
            question: self.regressions[question](figures_for(question, of_systole, of_diastole))
            for question in QUESTIONS
            if question != DIASTOLIC
        }
        if phase in {"diastolic", "continuous"}:
            return MurmurInCycle(phase=phase, shares={DIASTOLIC: _shares(diastolic)})
        best = {name: max(shares, key=shares.__getitem__) for name, shares in said.items()}
        return MurmurInCycle(
            phase=phase,
            pitch_hz=float(2 ** of_systole[CENTRE][0]),
            shares={DIASTOLIC: _shares(diastolic), **said},
            **best,
        )

    def _phase(self, beat: AverageBeat, of_systole: Floats, diastolic: float) -> Phase:
        if diastolic < 0.5:  # noqa: PLR2004 - more likely not
            return "systolic"
        if float(of_systole[EXCESS].mean()) < self.least_excess_db:
            return "diastolic"
        course = murmur_course_db(beat)
        before, after = course[_BEFORE_S2] - course.max(), course[_AFTER_S2] - course.max()
        runs_on = before > -_DIP_BEFORE_DB and after > -_DIP_AFTER_DB
        return "continuous" if runs_on else "systolic and diastolic"


@dataclass(frozen=True, slots=True)
class MurmurInCycle:
    """Where a murmur is heard; or the ``reason`` why that cannot be told.

    Parameters
    ----------
    phase
        Empty if it cannot be told.
    timing
        ``holosystolic``, ``early-systolic`` or ``mid-systolic``; of a systolic murmur.
    shape
        ``plateau``, ``diamond`` or ``decrescendo``; likewise.
    pitch
        ``low``, ``medium`` or ``high``; likewise.
    pitch_hz
        The centre of its power between 80 and 800 Hz, on a logarithmic axis; likewise.
    shares
        Question → answer → share, all answers having been equally likely beforehand.
    """

    phase: Phase | Literal[""] = ""
    timing: str = ""
    shape: str = ""
    pitch: str = ""
    pitch_hz: float | None = None
    reason: str = ""
    shares: Mapping[str, Mapping[str, float]] | None = None

    @property
    def words(self) -> str:
        """What a listener would write down: "systolic (holosystolic, plateau, low pitch, 140 Hz)".

        Empty if nothing can be told.
        """
        pitch = f"{self.pitch} pitch" if self.pitch else ""
        centre = f"{self.pitch_hz:.0f} Hz" if self.pitch_hz else ""
        further = ", ".join(filter(None, (self.timing, self.shape, pitch, centre)))
        return f"{self.phase} ({further})" if further else self.phase

    @property
    def sentence(self) -> str:
        """Where the murmur is, or why that cannot be told."""
        if self.words:
            return f"In the cycle the murmur is {self.words}."
        return f"Where in the cycle the murmur is cannot be told: {self.reason}."

    def as_data(self) -> dict[str, Any]:
        """Return everything as JSON-ready data."""
        return {**asdict(self), "sentence": self.sentence}


def figures_for(question: str, of_systole: Floats, of_diastole: Floats) -> Floats:
    """Return the figures that a question is asked of.

    subtle: pitch is asked of the centre of the murmur's power, never of its level. Experts called
    faint murmurs low and loud ones high, and a regression would learn that instead.
    """
    if question == DIASTOLIC:
        return of_diastole
    return of_systole[CENTRE] if question == PITCH else of_systole[: EXCESS.stop]


def _shares(yes: float) -> dict[str, float]:
    return {"no": 1 - yes, "yes": yes}


def read_model(text: str) -> MurmurModel:
    """Return the model written in ``text``, the content of ``murmur.json``."""
    told = json.loads(text)
    regressions = {name: Regression.of(told["regressions"][name]) for name in QUESTIONS}
    return MurmurModel(regressions, float(told["least_excess_db"]))


@lru_cache(maxsize=1)
def murmur_model() -> MurmurModel:
    """Return the model that comes with auscult."""
    return read_model(files("auscult.cycle").joinpath(MODEL_FILE).read_text(encoding="utf-8"))


def murmur_in_cycle(beat: AverageBeat) -> MurmurInCycle:
    """Return where in the average beat a murmur is heard, if there is one, and what it is like."""
    return murmur_model()(beat)
