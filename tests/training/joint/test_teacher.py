"""What a teacher may say, and of whom."""

from pathlib import Path

import numpy as np
import pytest

from auscult.training.joint import teacher as rooms
from auscult.training.joint.corpus import ASKED, COLUMNS, N_LOGITS, UNTOLD, Corpus
from auscult.training.joint.fit import recording_weights, targets_of
from auscult.training.joint.teacher import Teacher, ensemble_teacher
from auscult.types import Entry

MURMUR, REFER = ASKED.index("murmur"), ASKED.index("refer")
N = 40


@pytest.fixture
def corpus() -> Corpus:
    """Twenty people, two recordings each, who tell of a murmur; half tell whether to refer."""
    answers = np.full((N, len(ASKED)), UNTOLD)
    answers[:, MURMUR] = np.arange(N) // 2 % 2
    answers[: N // 2, REFER] = np.arange(N // 2) // 2 % 2
    entries = [Entry(f"own/{i}", Path(), "own", "", "told", f"own/g{i // 2}") for i in range(N)]
    return Corpus(tuple(entries), answers)


def told(value: float) -> Teacher:
    """A teacher who says the same of everybody, and of what is heard nothing."""
    said = np.full((N, N_LOGITS), np.nan, np.float32)
    for question in ("murmur", "refer"):
        said[:, COLUMNS[question]] = [1 - value, value]
    return Teacher(said, trust=0.5)


def test_labels_are_softened_and_open_questions_answered(corpus: Corpus) -> None:
    train = list(range(N))
    targets, weights = targets_of(corpus), recording_weights(corpus, train)
    soft, heavy = told(0.8).softened(targets, weights, corpus, train)
    np.testing.assert_allclose(soft[0, COLUMNS["murmur"]], [0.6, 0.4], atol=1e-6)
    np.testing.assert_allclose(soft[2, COLUMNS["murmur"]], [0.1, 0.9], atol=1e-6)
    np.testing.assert_allclose(soft[-1, COLUMNS["refer"]], [0.2, 0.8], atol=1e-6)
    np.testing.assert_array_equal(heavy[:, MURMUR], weights[:, MURMUR])
    assert (heavy[N // 2 :, REFER] == 0.5).all()
    assert not heavy[:, ASKED.index("heard5")].any()


def test_who_does_not_train_is_not_taught(corpus: Corpus) -> None:
    train = [0, 1, 2, 3]
    targets, weights = targets_of(corpus), recording_weights(corpus, train)
    soft, heavy = told(0.8).softened(targets, weights, corpus, train)
    np.testing.assert_array_equal(soft[4:], targets[4:])
    assert not heavy[4:].any()


def test_no_trust_changes_no_label(corpus: Corpus) -> None:
    targets, weights = targets_of(corpus), recording_weights(corpus, range(N))
    teacher = Teacher(told(0.8).said, trust=0.0)
    soft, heavy = teacher.softened(targets, weights, corpus, range(N))
    np.testing.assert_array_equal(heavy, weights)
    np.testing.assert_array_equal(soft[heavy[:, REFER] > 0], targets[heavy[:, REFER] > 0])


def test_nobody_is_taught_about_by_who_met_them(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[set[str]] = []

    def export(question: str, corpus: Corpus, measured: object, train: list[int], seed: int) -> str:  # noqa: ARG001
        learned.append({corpus.entries[i].group for i in train})
        return question

    class Answers:
        def __init__(self, question: str) -> None:
            self.question = question

        def probabilities(self, groups: np.ndarray) -> np.ndarray:
            met = learned[-1]
            assert not met.intersection(f"own/g{int(g)}" for g in groups[:, 0])
            return np.full((len(groups), 2), 0.5, np.float32)

    monkeypatch.setattr(rooms, "export_ensemble", export)
    monkeypatch.setattr(rooms, "Network", Answers)
    measured = (np.arange(N) // 2).astype(np.float32)[:, None]
    train = list(range(30))
    teacher = ensemble_teacher(corpus, measured, train, seed=0)
    assert np.isfinite(teacher.said[:30, COLUMNS["murmur"]]).all()
    assert np.isnan(teacher.said[30:]).all()
    assert np.isnan(teacher.said[:, COLUMNS["heard5"]]).all()
    assert all(met <= {f"own/g{g}" for g in range(15)} for met in learned)
