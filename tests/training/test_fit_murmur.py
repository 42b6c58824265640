"""The murmur's regressions: against scikit-learn's own answers, and on what may be learned."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from auscult.cycle.figures import EXCESS
from auscult.cycle.murmur import DIASTOLIC, PITCH, QUESTIONS, figures_for, read_model
from auscult.training.fit_murmur import (
    PENALTY,
    Described,
    answers_of,
    as_text,
    fit_murmur,
    fit_regression,
)
from auscult.types import Entry

WORDS = {
    "timing": ("holosystolic", "early-systolic", "mid-systolic"),
    "shape": ("plateau", "diamond", "decrescendo"),
    PITCH: ("low", "medium", "high"),
}


def heard(n: int = 60) -> list[Described]:
    rng = np.random.default_rng(0)
    made = []
    for index in range(n):
        answers = {name: words[index % 3] for name, words in WORDS.items()}
        answers[DIASTOLIC] = "yes" if index % 6 == 0 else "no"
        systole = rng.normal(0, 1, 11) + index % 3 * np.arange(11) / 3
        diastole = rng.normal(0, 1, 9) + 3 * (index % 6 == 0)
        made.append(Described(str(index), systole, diastole, answers))
    return made


@pytest.mark.parametrize("n_answers", [2, 3])
def test_plain_numbers_answer_as_scikit_learn_does(n_answers: int) -> None:
    rng = np.random.default_rng(1)
    answers = np.array(["a", "b", "c"])[rng.integers(0, n_answers, 90)]
    figures = rng.normal(0, 3, (90, 4)) + np.unique(answers, return_inverse=True)[1][:, None]
    ours = fit_regression(figures, answers.tolist())
    standard = (figures - figures.mean(0)) / figures.std(0)
    theirs = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=2_000)
    theirs.fit(standard, answers)
    for row, expected in zip(figures, theirs.predict_proba(standard), strict=True):
        assert list(ours(row).values()) == pytest.approx(expected, abs=1e-4)
    assert ours.classes == tuple(theirs.classes_)


def test_the_model_survives_being_written() -> None:
    model = fit_murmur(heard())
    again = read_model(as_text(model, {"dataset": "made"}))
    assert again.regressions == model.regressions
    assert again.least_excess_db == pytest.approx(model.least_excess_db, abs=1e-3)
    assert set(model.regressions) == set(QUESTIONS)


def test_the_limit_leaves_one_in_twenty_below() -> None:
    patients = heard(200)
    limit_db = fit_murmur(patients).least_excess_db
    excess = np.array([each.systole[EXCESS].mean() for each in patients])
    assert (excess < limit_db).mean() == pytest.approx(0.05, abs=0.01)


def test_pitch_is_deaf_to_loudness() -> None:
    soft = np.arange(11.0)
    loud = soft.copy()
    loud[EXCESS] += 20.0
    pitch = [figures_for(PITCH, systole, np.zeros(9)) for systole in (soft, loud)]
    assert pitch[0] == pytest.approx(pitch[1])
    assert pitch[0].tolist() == [10.0]


def test_answers_are_those_of_the_publisher_and_rare_ones_none() -> None:
    facts = {
        "systolic_murmur_timing": "Late-systolic",
        "systolic_murmur_shape": "Plateau",
        "diastolic_murmur_timing": "Early-diastolic",
    }
    entry = Entry("1", Path("1.wav"), "circor", "", "Present", "1", facts=facts)
    assert answers_of(entry) == {
        "timing": None, "shape": "plateau", PITCH: None, DIASTOLIC: "yes",
    }  # fmt: skip
