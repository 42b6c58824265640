"""A challenge's rule learns from training rows; given tested ones, it refuses."""

from pathlib import Path

import numpy as np
import pytest

from auscult.errors import SplitError
from auscult.evaluation import PredictionRow, PredictionsTable
from auscult.models.audio_free import Known
from auscult.splits.roles import Role
from auscult.training.out_of_fold import Unseen
from auscult.types import Entry, Split
from auscult.verbs.contests import CONTESTS, FoldHeard, Heard

PATIENTS = tuple("abcdef")


def heard(dataset: str, classes: tuple[str, ...], labels: tuple[str, ...], role: Role) -> Heard:
    """Six patients of one recording; the last two are tested."""
    known = {}
    for index, name in enumerate(PATIENTS):
        label = labels[index % len(labels)]
        facts = {"murmur": label, "sqi": "1"}
        entry = Entry(name, Path(name), dataset, "a", label, name, patient=name, facts=facts)
        known[name] = Known(entry, 4_000, 10.0 + index, index % len(labels))
    split = Split("grouped", 0, 0, PATIENTS[:3], PATIENTS[3:4], PATIENTS[4:])
    scores = np.array([[0.9 - 0.2 * i, 0.1 + 0.2 * i] for i in range(4)], np.float32)
    unseen = Unseen(PATIENTS[:4], scores, frozenset({role}))
    tested = {name: np.array([0.4, 0.6], np.float32) for name in PATIENTS[4:]}
    rows = [
        PredictionRow("model", name, name, "a", 0, 0, classes[0], (0.4, 0.6), "hash")
        for name in PATIENTS[4:]
    ]
    table = PredictionsTable(classes, tuple(rows), "split", "made")
    return Heard("model", classes, known, (FoldHeard(split, tested, unseen, "hash"),), table)


@pytest.mark.parametrize(
    ("contest", "classes", "labels"),
    [
        (("circor", "murmur"), ("absent", "present"), ("Absent", "Unknown", "Present")),
        (("cinc2016", "refer"), ("normal", "abnormal"), ("normal", "abnormal")),
    ],
)
def test_the_rule_is_fitted_on_training_rows_only(
    contest: tuple[str, str], classes: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    enter = CONTESTS[contest].enter
    decided = enter(heard(contest[0], classes, labels, "train")).decisions
    assert {d.name for d in decided if d.system == "model"} == set(PATIENTS[4:])
    with pytest.raises(SplitError, match="would be fitted on rows of the test part"):
        enter(heard(contest[0], classes, labels, "test"))
