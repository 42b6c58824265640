"""What fits no question is refused; classes of one's own fit one's own question."""

import pytest

from auscult.aggregate import Calibration
from auscult.asked import Asked
from auscult.errors import ConfigError
from auscult.patient_rule import PatientRule
from auscult.thresholds import Thresholds
from auscult.types import CLASSES_3, STATES

OWN = Asked("label", ("blue", "green"), ("label",))
HEARD = Asked("heard", CLASSES_3, ("heard5", "murmur"))


def rule(question: str, name: str) -> PatientRule:
    return PatientRule(((question, name),), ("a", "b"), (1, 1), ((1, 0), (0, 0)), (0, 0))


def test_classes_of_ones_own_and_sums_of_five_fit() -> None:
    OWN.check({"label": Calibration(1.0, (0, 0))}, {"label": Thresholds(0.5, "green", ())}, None)
    HEARD.check(
        {"heard": Calibration(1.0, (0,) * 3), "heard5": Calibration(1.0, (0,) * 5)},
        {"heard": Thresholds(0.5, "murmur", ())},
        rule("murmur", "present"),
    )
    assert Asked("states", STATES, ("states",)).classes_of("states") == STATES


@pytest.mark.parametrize(
    ("question", "classes", "told", "why"),
    [
        ("what", ("a", "b"), ("what",), "question 'what' is unknown; known are heard, "),
        ("heard", CLASSES_3, ("heard", "label"), "question 'label' is unknown"),
        ("heard", ("a", "b"), ("heard",), "classes of 'heard' are artifact, murmur, normal, not a"),
        ("states", ("a", "b"), ("states",), "classes of 'states' are S1, systole"),
        ("label", (), ("label",), "classes are missing"),
        ("label", ("a", "\x1b[31m"), ("label",), "cannot be printed"),
        ("heard", CLASSES_3, ("murmur",), "listeners do not answer the question 'heard'"),
        ("heard", CLASSES_3, (), "listeners do not answer the question 'heard'"),
    ],
)
def test_a_question_has_its_own_classes(
    question: str, classes: tuple[str, ...], told: tuple[str, ...], why: str
) -> None:
    with pytest.raises(ConfigError, match=why):
        Asked(question, classes, told)


@pytest.mark.parametrize(("question", "n_offsets"), [("heard5", 1), ("heard", 5), ("refer", 2)])
def test_offsets_are_one_a_class_of_what_is_answered(question: str, n_offsets: int) -> None:
    with pytest.raises(ConfigError, match=f"{n_offsets} offsets for the . classes of '{question}'"):
        HEARD.check({question: Calibration(1.0, (0.0,) * n_offsets)}, {}, None)


def test_what_is_looked_for_is_an_answer() -> None:
    for question, name in (("heard", "extrahls"), ("refer", "abnormal")):
        why = f"look for '{name}', which '{question}' does not answer"
        with pytest.raises(ConfigError, match=f"thresholds {why}"):
            HEARD.check({}, {question: Thresholds(0.5, name, ())}, None)
        with pytest.raises(ConfigError, match=f"patients {why}"):
            HEARD.check({}, {}, rule(question, name))
