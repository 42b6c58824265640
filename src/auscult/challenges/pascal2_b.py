"""PASCAL challenge 2, set B: normal, murmur or extrasystole.

Conventions as in :mod:`auscult.challenges.pascal2`; the classes are N, M and E. The official table
has 195 rows, of which 193 have a sound.

Source
------
As there. Discriminant power: Sokolova et al., AI 2006, doi:10.1007/11941439_114.

Quirks, each with the textbook value beside it
----------------------------------------------
- total precision: a sum, not a mean, and a class never called counts 0.
- Youden's index of heart problems: a murmur called extrasystole counts as missed.
- discriminant power: log10 where the definition has the natural logarithm, so 2.3026 times too
  small. Undefined where sensitivity or specificity is 0 or 1: perfect answers have none.
"""

from functools import partial

import numpy as np

from auscult.challenges.challenge import Figure
from auscult.challenges.labels import label_challenge
from auscult.challenges.pascal2 import (
    NORMAL,
    PROBLEM_SENSITIVITY,
    PROBLEMS,
    SOURCE,
    compared_with_test_set,
    precision_figures,
    problem_sensitivity,
    share,
    true,
)
from auscult.challenges.table import Column
from auscult.metrics.counts import Array, ratio

CLASSES = ("normal", "murmur", "extrastole")
TEST_SET = (136, 39, 20)

_SPELLINGS = {"n": "normal", "m": "murmur", "e": "extrastole", "extrasystole": "extrastole"}


def specificity(counts: Array) -> Array:
    """Return the share of normals called normal."""
    return ratio(counts[..., NORMAL, NORMAL], true(counts)[..., NORMAL])


def sheet_problem_youden(counts: Array) -> Array:
    """Return sensitivity + specificity - 1, where a problem must be called by its own class.

    Quirk: a murmur called extrasystole counts as missed. Textbook: :func:`problem_youden`.
    """
    return problem_sensitivity(counts) + specificity(counts) - 1


def problem_youden(counts: Array) -> Array:
    """Return sensitivity + specificity - 1 of any heart problem against normal."""
    missed = share(counts[..., PROBLEMS, NORMAL], true(counts)[..., PROBLEMS])
    return specificity(counts) - missed


def discriminant_power(counts: Array, base: float) -> Array:
    """Return √3/π·(log(sens/(1 - sens)) + log(spec/(1 - spec))); undefined at 0 and 1.

    Quirk: the sheet's ``base`` is 10, the textbook's e.
    """
    shares = np.stack([problem_sensitivity(counts), specificity(counts)])
    odds = ratio(shares, 1 - shares)
    inside = np.where(odds > 0, odds, np.nan)
    power: Array = np.sqrt(3) / np.pi * np.log(inside).sum(axis=0) / np.log(base)
    return power


FIGURES: tuple[Figure[Array], ...] = (
    *precision_figures(CLASSES),
    PROBLEM_SENSITIVITY,
    Figure(
        "specificity",
        "heart-problem specificity",
        "normals called normal / normals",
        specificity,
        "a normal",
    ),
    Figure(
        "heart_problem_youden",
        "Youden's index of heart problem (sheet)",
        "sensitivity + specificity - 1",
        sheet_problem_youden,
        "a heart problem and a normal",
        quirk="a heart problem called by the other heart problem's class counts as missed",
        twin="heart_problem_youden_textbook",
        bounds=(-1, 1),
    ),
    Figure(
        "heart_problem_youden_textbook",
        "Youden's index of any heart problem against normal",
        "sensitivity + specificity - 1",
        problem_youden,
        "a heart problem and a normal",
        bounds=(-1, 1),
    ),
    Figure(
        "discriminant_power",
        "discriminant power (sheet, log10)",
        "√3/π·(log10(sens/(1 - sens)) + log10(spec/(1 - spec)))",
        partial(discriminant_power, base=10.0),
        "sensitivity and specificity strictly between 0 and 1",
        quirk="log10 where the definition has the natural logarithm",
        twin="discriminant_power_ln",
        bounds=(-np.inf, np.inf),
    ),
    Figure(
        "discriminant_power_ln",
        "discriminant power (ln)",
        "√3/π·(ln(sens/(1 - sens)) + ln(spec/(1 - spec)))",
        partial(discriminant_power, base=np.e),
        "sensitivity and specificity strictly between 0 and 1",
        bounds=(-np.inf, np.inf),
    ),
)

COLUMNS = (
    Column("truth", "the file's class", CLASSES, _SPELLINGS),
    Column("answer", "the class it was called", CLASSES, _SPELLINGS),
)

CHALLENGE = label_challenge(
    title="PASCAL challenge 2, set B: three classes",
    source=SOURCE,
    row="a file",
    columns=COLUMNS,
    key="recording",
    figures=FIGURES,
    remarks=partial(compared_with_test_set, classes=CLASSES, official=TEST_SET),
)
