"""Does what a bundle carries fit the questions it answers? Refused before anything is heard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auscult.aggregate import Calibration
from auscult.datasets.dataset import LABEL
from auscult.errors import ConfigError
from auscult.patient_rule import PatientRule
from auscult.thresholds import Thresholds
from auscult.types import QUESTIONS, STATES

TOLD_STATES = "states"
"""What only a segmenter answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of a bundle.

    Parameters
    ----------
    question, classes
        What the label answers, and the answers.
    told
        What the listeners answer.

    Raises
    ------
    ConfigError
        If a question is unknown or has other classes, or no listener answers the label's.
    """

    question: str
    classes: tuple[str, ...]
    told: tuple[str, ...]

    def __post_init__(self) -> None:
        known = (*QUESTIONS, *({LABEL, TOLD_STATES} & {self.question}))
        for question in (self.question, *self.told):
            if question not in known:
                raise ConfigError(f"question {question!r} is unknown; known are {', '.join(known)}")
        if self.classes != (wanted := self.classes_of(self.question)):
            raise ConfigError(
                f"classes of {self.question!r} are {', '.join(wanted)}, not "
                f"{', '.join(self.classes) or 'none'}"
            )
        if not self.classes or not all(name.isprintable() for name in self.classes):
            raise ConfigError("classes are missing, or cannot be printed")
        answered = {*self.told, *(["heard"] if "heard5" in self.told else [])}
        if self.question not in answered:
            raise ConfigError(f"listeners do not answer the question {self.question!r}")

    def classes_of(self, question: str) -> tuple[str, ...]:
        """Return the answers to a question; none to one that is not asked here."""
        if question not in {self.question, *self.told}:
            return ()
        return {**QUESTIONS, TOLD_STATES: STATES}.get(question, self.classes)

    def check(
        self,
        calibrations: Mapping[str, Calibration],
        thresholds: Mapping[str, Thresholds],
        patients: PatientRule | None,
    ) -> None:
        """Refuse what is of other questions, or of other answers to them.

        Raises
        ------
        ConfigError
            If one is.
        """
        for question, calibration in calibrations.items():
            n_offsets, n_classes = len(calibration.offsets), len(self.classes_of(question))
            if n_offsets != n_classes or not n_classes:
                raise ConfigError(
                    f"calibrations have {n_offsets} offsets for the {n_classes} classes of "
                    f"{question!r}"
                )
        looked_for = [(question, own.looked_for) for question, own in thresholds.items()]
        self._refuse_unknown("thresholds", looked_for)
        self._refuse_unknown("patients", () if patients is None else patients.looked_for)

    def _refuse_unknown(self, field: str, looked_for: Iterable[tuple[str, str]]) -> None:
        for question, name in looked_for:
            if name not in self.classes_of(question):
                raise ConfigError(f"{field} look for {name!r}, which {question!r} does not answer")
