"""What a bundle's classes say about other questions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from auscult.audio import write_wav
from auscult.bundle import Bundle, find_bundle, read_bundle
from auscult.errors import ConfigError, RunError
from auscult.frontend import FRONTENDS
from auscult.progress import Silent
from auscult.types import CLASSES_5, QUESTIONS, Entry, Recording
from auscult.verbs.zero_shot import MEANS, ZeroShot, answers_of, hear_all, open_bundle


def bundle(*classes: str) -> Bundle:
    return Bundle.of_one("b", b"", FRONTENDS["heart"], classes, question="label")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_class_stands_for_one_answer(question: str) -> None:
    answers = QUESTIONS[question]
    assert set(MEANS[question].values()) <= set(answers)
    np.testing.assert_array_equal(answers_of(bundle(*answers), question), np.eye(len(answers)))


def test_the_shipped_model_says_whether_a_murmur_is_present() -> None:
    made = read_bundle(find_bundle("default"))
    assert made.classes == ("artifact", "murmur", "normal")
    np.testing.assert_array_equal(answers_of(made, "murmur"), [[1, 0], [0, 1], [1, 0]])
    np.testing.assert_array_equal(answers_of(made, "refer"), [[1, 0], [0, 1], [1, 0]])


def test_five_classes_are_seen_as_three() -> None:
    folded = answers_of(bundle(*CLASSES_5), "heard")
    assert folded.sum(axis=0).tolist() == [1, 1, 3]


def test_what_does_not_answer_is_refused() -> None:
    with pytest.raises(ConfigError, match="its class 'cat' says nothing about 'murmur'"):
        answers_of(bundle("murmur", "cat"), "murmur")
    with pytest.raises(ConfigError, match=r"none of its classes .* says extrahls, extrastole"):
        answers_of(read_bundle(find_bundle("default")), "heard5")
    with pytest.raises(ConfigError, match="question='hear' must be one of"):
        ZeroShot("default", question="hear")
    with pytest.raises(ConfigError, match="n_repeats=0 must be at least 1"):
        ZeroShot("default", n_repeats=0)


def test_a_folder_is_a_bundle_too(tmp_path: Path) -> None:
    shipped = read_bundle(find_bundle("default"))
    again = open_bundle(ZeroShot(str(shipped.write(tmp_path / "mine")))).bundle
    assert again.listeners == shipped.listeners


class Says:
    """Stands for a classifier; counts how often it is asked."""

    def __init__(self, made: Bundle, **answers: dict[str, float]) -> None:
        self.bundle = made
        self.said = answers
        self.n_asked = 0

    def answers(self, _: Recording) -> dict[str, dict[str, float]]:
        self.n_asked += 1
        return self.said


HEARD = {"artifact": 0.125, "murmur": 0.25, "normal": 0.625}


def entries(folder: Path) -> list[Entry]:
    path = folder / "a.wav"
    write_wav(path, Recording(np.zeros(4_000, np.float32), 4_000))
    return [Entry("a", path, "circor", "x", "Absent", "g")]


def test_its_own_answer_goes_before_its_label(tmp_path: Path) -> None:
    alone = Bundle.of_one("b", b"", FRONTENDS["heart"], tuple(HEARD))
    label = Says(alone, heard=HEARD)
    one = replace(alone.listeners[0], questions=("heard", "murmur"))
    both = replace(alone, listeners=(one,))
    own = Says(both, heard=HEARD, murmur={"present": 0.75, "absent": 0.25})
    for made, wanted in ((label, [0.75, 0.25]), (own, [0.25, 0.75])):
        kept = tmp_path / f"{wanted[0]}.json"
        for _ in range(2):
            said = hear_all(made, entries(tmp_path), "murmur", kept, Silent())  # type: ignore[arg-type]
            np.testing.assert_array_equal(said["a"], wanted)
        assert made.n_asked == 1
    kept.write_text("{")
    with pytest.raises(RunError, match=r"0.25.json: is damaged"):
        hear_all(own, entries(tmp_path), "murmur", kept, Silent())  # type: ignore[arg-type]
