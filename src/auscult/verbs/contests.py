"""Scores → the answers a challenge asks for, by a rule fitted on training groups only.

CirCor is graded by patient (Present, Unknown, Absent), CinC 2016 by record with "unsure" allowed.
In both, what turns scores into answers is fitted in every fold anew, on what the model says of its
own training groups without knowing them (``training.out_of_fold``). The audio-free guessers answer
beside the model; they see the same training patients.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from auscult.challenges import cinc2022
from auscult.errors import RunError
from auscult.evaluation import PredictionRow, PredictionsTable
from auscult.evaluation.contest import Decision
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.training.out_of_fold import Unseen
from auscult.training.patients import MANY, fit_patient_stage
from auscult.training.unsure import fit_unsure_band
from auscult.types import Entry, FloatArray, Split
from auscult.verbs.predictions import AUDIO_FREE_HASH, guessers_for

WORTH = dict(zip(cinc2022.MURMURS, cinc2022.MURMUR_WEIGHTS.tolist(), strict=True))
EVERYBODY = "all patients"
LOOKED_FOR = ("present", "poor")
"""Classes whose scores describe a patient; the second only where a model tells it."""


@dataclass(frozen=True, slots=True, eq=False)
class FoldHeard:
    """One split of all recordings, the scores of its test part, and those of its training part.

    Scores are before calibration; ``test`` maps recordings to float32, shape (n_classes,).
    """

    split: Split
    test: Mapping[str, FloatArray]
    unseen: Unseen
    model_hash: str


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """Everything a contest may look at; ``known`` tells of each recording without hearing it."""

    system: str
    classes: tuple[str, ...]
    known: Mapping[str, Known]
    folds: tuple[FoldHeard, ...]
    table: PredictionsTable


@dataclass(frozen=True, slots=True, eq=False)
class Contested:
    """The answers, and where they are given of patients the table of patients."""

    decisions: tuple[Decision, ...]
    patients: PredictionsTable | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contest:
    """A challenge that a dataset's recordings can be entered in.

    ``whole_patients`` says that recordings without an answer to the question are needed too: a
    patient is judged by all of them.
    """

    challenge: str
    rule: str
    enter: Callable[[Heard], Contested]
    whole_patients: bool = False

    def check(self, splits: Iterable[Split], entries: Iterable[Entry]) -> None:
        """Refuse splits with which it cannot be entered.

        Raises
        ------
        RunError
            If patients are judged, and recordings of one stand in several parts.
        """
        if not self.whole_patients:
            return
        patient_of = {e.recording_id: e.patient or e.recording_id for e in entries}
        for split in splits:
            parts = [
                {patient_of[row_id] for row_id in part if row_id in patient_of}
                for part in (split.train, split.validation, split.test)
            ]
            if sum(map(len, parts)) > len(set.union(*parts)):
                raise RunError(
                    f"{split.protocol} puts recordings of one patient into several parts, and "
                    "patients are graded by all of theirs"
                )


def murmur_of_patients(heard: Heard) -> Contested:
    """Return Present, Unknown or Absent of every test patient, by the model and by guessers."""
    rows: list[PredictionRow] = []
    model: list[PredictionRow] = []
    for fold in heard.folds:
        training, tested = _by_patient(fold.unseen.row_ids, heard), _by_patient(fold.test, heard)
        looked_for = [heard.classes.index(c) for c in LOOKED_FOR if c in heard.classes]
        said = dict(zip(fold.unseen.row_ids, fold.unseen.scores, strict=True))
        stage = fit_patient_stage(
            [np.array([said[i][looked_for] for i in ids]) for ids in training.values()],
            [_grade(heard.known[ids[0]]) for ids in training.values()],
            WORTH,
            fold.unseen.roles,
        )
        answers = stage.probabilities(
            [np.array([fold.test[i][looked_for] for i in ids]) for ids in tested.values()]
        )
        model += _rows(heard, heard.system, fold, tested, answers)
        told = {**_by_patient(fold.split.train, heard), **_by_patient(fold.split.validation, heard)}
        train, test = _as_known(told, heard), _as_known(tested, heard)
        for name in guessers_for(test):
            guessed = AUDIO_FREE[name](train, test, len(WORTH)) * list(WORTH.values())
            shares = guessed / guessed.sum(axis=1, keepdims=True)
            rows += _rows(heard, name, fold, tested, shares)
    rows = model + sorted(rows, key=lambda row: list(AUDIO_FREE).index(row.system))
    table = PredictionsTable(tuple(WORTH), tuple(rows), heard.table.split_hash, "patients")
    decisions = tuple(
        Decision(
            row.system,
            row.repeat,
            row.recording,
            row.group,
            {
                "truth": row.truth,
                "answer": table.classes[int(np.argmax(row.probabilities))],
                "outcome": _outcome(heard, row.recording),
            },
        )
        for row in rows
    )
    return Contested(decisions, table)


def _by_patient(
    row_ids: Sequence[str] | Mapping[str, FloatArray], heard: Heard
) -> dict[str, list[str]]:
    """Return patient → recordings; copies are left out."""
    patients: dict[str, list[str]] = {}
    for row_id in row_ids:
        entry = heard.known[row_id].entry
        if row_id == entry.recording_id:
            patients.setdefault(entry.patient or entry.recording_id, []).append(row_id)
    return patients


def _grade(known: Known) -> str:
    return known.entry.facts["murmur"]


def _outcome(heard: Heard, patient: str) -> str:
    """Return the outcome where the publisher's table has it; empty otherwise."""
    for known in heard.known.values():
        if known.entry.patient == patient:
            return known.entry.facts.get("outcome", "")
    return ""


def _as_known(patients: Mapping[str, Sequence[str]], heard: Heard) -> list[Known]:
    """Return what is known of each patient: the first recording's name, the length of all."""
    return [
        Known(
            heard.known[ids[0]].entry,
            heard.known[ids[0]].rate_hz,
            sum(heard.known[i].duration_s for i in ids),
            list(WORTH).index(_grade(heard.known[ids[0]])),
        )
        for ids in patients.values()
    ]


def _rows(
    heard: Heard,
    system: str,
    fold: FoldHeard,
    patients: Mapping[str, Sequence[str]],
    answers: FloatArray,
) -> list[PredictionRow]:
    return [
        PredictionRow(
            system=system,
            recording=patient,
            group=heard.known[ids[0]].entry.group,
            subset=EVERYBODY,
            repeat=fold.split.repeat,
            fold=fold.split.fold,
            truth=_grade(heard.known[ids[0]]),
            probabilities=tuple(round(float(p), 6) for p in answer),
            model_hash=fold.model_hash if system == heard.system else AUDIO_FREE_HASH,
        )
        for (patient, ids), answer in zip(patients.items(), answers, strict=True)
    ]


def normal_or_abnormal(heard: Heard) -> Contested:
    """Return normal, abnormal or unsure of every test record, by the model and by guessers."""
    decisions = []
    for fold in heard.folds:
        band = fit_unsure_band(
            fold.unseen.scores[:, heard.classes.index("abnormal")],
            np.array([_is_abnormal(heard, i) for i in fold.unseen.row_ids]),
            _noisy(heard, fold.unseen.row_ids),
            fold.unseen.roles,
        )
        scores = np.array([p[heard.classes.index("abnormal")] for p in fold.test.values()])
        decisions += [
            _decision(heard, heard.system, fold.split.repeat, row_id, answer)
            for row_id, answer in zip(fold.test, band(scores).tolist(), strict=True)
        ]
    decisions += [
        _decision(
            heard,
            row.system,
            row.repeat,
            row.recording,
            1 if row.probabilities[heard.classes.index("abnormal")] > 0.5 else -1,  # noqa: PLR2004
        )
        for row in heard.table.rows
        if row.system != heard.system
    ]
    return Contested(tuple(decisions), remarks=_on_unsure(heard))


def _decision(heard: Heard, system: str, repeat: int, row_id: str, answer: int) -> Decision:
    entry = heard.known[row_id].entry
    cells = {
        "truth": str(entry.label),
        "answer": str(answer),
        "quality": entry.facts.get("sqi", ""),
    }
    return Decision(system, repeat, row_id, entry.group, cells)


def _is_abnormal(heard: Heard, row_id: str) -> bool:
    return heard.known[row_id].entry.label == "abnormal"


def _noisy(
    heard: Heard, row_ids: Sequence[str]
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]] | None":
    """Return which records are noisy; None where the quality of one of them is not known."""
    told = [heard.known[i].entry.facts.get("sqi", "") for i in row_ids]
    return None if "" in told else np.array([quality != "1" for quality in told])


def _on_unsure(heard: Heard) -> tuple[str, ...]:
    if _noisy(heard, list(heard.known)) is not None:
        return ()
    said = (
        "REFERENCE-SQI.csv does not tell the quality of every record here, so the final formula "
        "is undefined and no answer is unsure; with no unsure answer MAcc is the balanced "
        "accuracy, whatever the quality"
    )
    return (said,)


CONTESTS: Mapping[tuple[str, str], Contest] = MappingProxyType(
    {
        ("circor", "murmur"): Contest(
            "cinc2022-murmur",
            f"highest, mean and (from {MANY} training patients on) lowest log-odds of a murmur "
            "over a patient's recordings, put through a multinomial logistic regression that is "
            "fitted in every fold on training patients (scored by models that did not know them), "
            "weighted 5, 3, 1 as the challenge does; the most probable class is the answer",
            murmur_of_patients,
            whole_patients=True,
        ),
        ("cinc2016", "refer"): Contest(
            "cinc2016",
            "one threshold on the probability of abnormal, or two with unsure between them where "
            "the quality of the records is known; fitted in every fold on training groups (scored "
            "by models that did not know them) for the best mean of Se and Sp",
            normal_or_abnormal,
        ),
    }
)
"""(dataset, question) → the challenge its answers can be entered in."""
