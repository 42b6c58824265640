"""PASCAL challenge 2, set A: normal, murmur, extra heart sound or artifact.

Conventions as in :mod:`auscult.challenges.pascal2`; the classes are N, M, E and X.

Source
------
As there. F measure: van Rijsbergen, Information Retrieval, 1979.

Quirks, each with the textbook value beside it
----------------------------------------------
- total precision: a sum, not a mean, and a class never called counts 0.
- Youden's index of artifact: a murmur called normal counts as if it had been called artifact.
- F0.9 of heart problems: the numerator has 0.81 where 1 + 0.81 belongs; perfect answers score
  0.4475.
"""

from functools import partial

from auscult.challenges.challenge import Figure
from auscult.challenges.labels import label_challenge
from auscult.challenges.pascal2 import (
    ARTIFACT,
    PROBLEM_SENSITIVITY,
    PROBLEMS,
    SOURCE,
    called,
    compared_with_test_set,
    hits,
    precision_figures,
    problem_sensitivity,
    share,
    true,
)
from auscult.challenges.table import Column
from auscult.metrics.counts import Array, ratio

CLASSES = ("normal", "murmur", "extrahls", "artifact")
TEST_SET = (14, 14, 8, 16)
BETA_SQUARED = 0.9**2

_SPELLINGS = {
    "n": "normal",
    "m": "murmur",
    "e": "extrahls",
    "x": "artifact",
    "extra heart sound": "extrahls",
}


def sheet_artifact_youden(counts: Array) -> Array:
    """Return TP_X / n_X - (1 - (TP_N + TP_M + TP_E) / n_NME).

    Quirk: another class that is wrong but no artifact either counts against it. Textbook:
    :func:`artifact_youden`.
    """
    right = share(hits(counts)[..., :ARTIFACT], true(counts)[..., :ARTIFACT])
    return _artifact_sensitivity(counts) - (1 - right)


def artifact_youden(counts: Array) -> Array:
    """Return sensitivity + specificity - 1 of artifact against the rest."""
    alarms = share(counts[..., :ARTIFACT, ARTIFACT], true(counts)[..., :ARTIFACT])
    return _artifact_sensitivity(counts) - alarms


def problem_precision(counts: Array) -> Array:
    """Return the share of the calls of heart problems that have the right class."""
    return share(hits(counts)[..., PROBLEMS], called(counts)[..., PROBLEMS])


def problem_f(counts: Array, numerator: float) -> Array:
    """Return numerator·S·P / (0.81·P + S); undefined where no heart problem was found.

    Quirk: the sheet's ``numerator`` is 0.81, the textbook's 1.81.
    """
    found, right = problem_sensitivity(counts), problem_precision(counts)
    return ratio(numerator * found * right, BETA_SQUARED * right + found)


def _artifact_sensitivity(counts: Array) -> Array:
    return ratio(counts[..., ARTIFACT, ARTIFACT], true(counts)[..., ARTIFACT])


FIGURES: tuple[Figure[Array], ...] = (
    *precision_figures(CLASSES),
    Figure(
        "artifact_youden",
        "Youden's index of artifact (sheet)",
        "TP_X / n_X - (1 - (TP_N + TP_M + TP_E) / n_NME)",
        sheet_artifact_youden,
        "an artifact and another file",
        quirk="a file that is no artifact, called by another wrong class that is none either, "
        "counts against it",
        twin="artifact_youden_textbook",
        bounds=(-1, 1),
    ),
    Figure(
        "artifact_youden_textbook",
        "Youden's index of artifact against the rest",
        "sensitivity + specificity - 1",
        artifact_youden,
        "an artifact and another file",
        bounds=(-1, 1),
    ),
    PROBLEM_SENSITIVITY,
    Figure(
        "heart_problem_precision",
        "heart-problem precision",
        "(TP_M + TP_E) / (P_M + P_E)",
        problem_precision,
        "a call of a heart problem",
    ),
    Figure(
        "heart_problem_f",
        "heart-problem F (sheet)",
        "0.81·S·P / (0.81·P + S)",
        partial(problem_f, numerator=BETA_SQUARED),
        "a heart problem called by its own class",
        quirk="0.81 stands where 1.81 belongs: perfect answers score 0.4475",
        twin="heart_problem_f09",
        bounds=(0, BETA_SQUARED / (1 + BETA_SQUARED)),
    ),
    Figure(
        "heart_problem_f09",
        "heart-problem F0.9",
        "1.81·S·P / (0.81·P + S)",
        partial(problem_f, numerator=1 + BETA_SQUARED),
        "a heart problem called by its own class",
    ),
)

COLUMNS = (
    Column("truth", "the file's class", CLASSES, _SPELLINGS),
    Column("answer", "the class it was called", CLASSES, _SPELLINGS),
)

CHALLENGE = label_challenge(
    title="PASCAL challenge 2, set A: four classes",
    source=SOURCE,
    row="a file",
    columns=COLUMNS,
    key="recording",
    figures=FIGURES,
    remarks=partial(compared_with_test_set, classes=CLASSES, official=TEST_SET),
)
