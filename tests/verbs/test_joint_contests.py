"""What a joint run's answers are worth in CirCor's own challenge."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.errors import SplitError
from auscult.evaluation.contest import ContestResult
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.progress import Silent
from auscult.training.joint.corpus import UNTOLD, Corpus
from auscult.training.run_folder import RunFolder
from auscult.types import Entry, Recording, Split
from auscult.verbs.joint_contests import enter_contests

GRADES = ("Present", "Unknown", "Absent")
N_PATIENTS = 36
PARTS = {"train": range(12), "validation": range(12, 24), "test": range(24, 36)}


def grade(patient: int) -> str:
    return GRADES[patient % 3]


def corpus(folder: Path) -> Corpus:
    sound = folder / "sound.wav"
    write_wav(sound, Recording(np.zeros(400, np.float32), 4_000))
    entries, answers = [], []
    for patient in range(N_PATIENTS):
        for site in ("AV", "MV"):
            told = grade(patient)
            entries.append(
                Entry(
                    recording_id=f"circor/{patient}_{site}",
                    path=sound,
                    dataset="circor",
                    subset="CC2014",
                    label=told,
                    group=f"circor/{patient}",
                    patient=str(patient),
                    facts={"murmur": told, "outcome": "Normal"},
                )
            )
            murmur = {"Present": 1, "Absent": 0}.get(told, UNTOLD)
            answers.append([UNTOLD, murmur, UNTOLD, int(told == "Unknown")])
    return Corpus(tuple(entries), np.array(answers))


def split() -> Split:
    parts = {
        role: tuple(f"circor/{patient}_{site}" for patient in patients for site in ("AV", "MV"))
        for role, patients in PARTS.items()
    }
    return Split("grouped", 0, 0, parts["train"], parts["validation"], parts["test"])


def heard(ids: tuple[str, ...], *, hears_quality: bool, deaf_network: bool) -> dict[str, object]:
    """Return what listeners say who are right about murmurs, and perhaps about quality."""
    grades = [grade(int(i.removeprefix("circor/").partition("_")[0])) for i in ids]
    murmur = [0.9 if g == "Present" else 0.1 for g in grades]
    poor = [0.9 if g == "Unknown" and hears_quality else 0.1 for g in grades]
    said = {"murmur": [[1 - p, p] for p in murmur], "quality": [[1 - p, p] for p in poor]}
    deaf = {question: [[0.5, 0.5]] * len(ids) for question in said}
    return {
        "ids": list(ids),
        "answers": {"network": deaf if deaf_network else said, "ensemble": said},
    }


def entered(
    folder: Path, divided: Split, *, hears_quality: bool = True, deaf_network: bool = False
) -> dict[str, ContestResult]:
    run = RunFolder(folder / "run")
    run.path.mkdir()
    content = {
        role: heard(ids, hears_quality=hears_quality, deaf_network=deaf_network)
        for role, ids in (("validation", divided.validation), ("test", divided.test))
    }
    hashes = {"model_hashes": {"network": "0"}}
    run.write_json(f"{run.fold(divided).name}/answers.json", {**hashes, **content})
    rows = tuple(
        PredictionRow(system, divided.test[0], "g", "s", 0, 0, "absent", (1.0, 0.0), "0")
        for system in ("blend", "network")
    )
    table = PredictionsTable(("absent", "present"), rows, "0")
    return enter_contests(corpus(folder), [divided], run, {"circor-murmur": table}, Silent())


def test_patients_are_told_apart_by_murmur_and_quality(tmp_path: Path) -> None:
    found = entered(tmp_path, split())["circor"]
    assert found.n_rows == 12
    assert found.systems["blend"]["weighted_accuracy"].value == pytest.approx(1)
    assert list(found.systems) == ["blend", "network", "majority", "group copy", "rate + duration"]


def test_the_network_alone_is_entered_beside_both(tmp_path: Path) -> None:
    found = entered(tmp_path, split(), deaf_network=True)["circor"]
    both, alone = (found.systems[name]["balanced_accuracy"].value for name in ("blend", "network"))
    assert both == pytest.approx(1)
    assert alone == pytest.approx(1 / 3)


def test_without_quality_nobody_is_unknown_and_known_both(tmp_path: Path) -> None:
    found = entered(tmp_path, split(), hears_quality=False)["circor"]
    recalls = [found.systems["blend"][f"recall_{g.lower()}"].value for g in GRADES]
    assert recalls == [1, 1, 0]  # unknown earns three times what absent does


def test_a_dataset_that_validates_on_nobody_is_left_out(tmp_path: Path) -> None:
    assert entered(tmp_path, replace(split(), validation=())) == {}


def test_patients_whose_recordings_are_divided_are_not_graded(tmp_path: Path) -> None:
    whole = split()
    astray = replace(whole, train=whole.train[1:], test=(*whole.test, whole.train[0]))
    assert entered(tmp_path, astray) == {}


def test_validation_patients_of_one_grade_are_no_crash(tmp_path: Path) -> None:
    one = tuple(i for i in split().validation if grade(int(i[7:].partition("_")[0])) == "Absent")
    assert entered(tmp_path, replace(split(), validation=one)) == {}


def test_the_step_to_patients_is_never_fitted_on_the_test_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auscult.training import out_of_fold

    monkeypatch.setattr(
        "auscult.verbs.joint_contests.Unseen",
        lambda ids, scores, _: out_of_fold.Unseen(ids, scores, frozenset({"test"})),
    )
    with pytest.raises(SplitError, match="test part"):
        entered(tmp_path, split())
