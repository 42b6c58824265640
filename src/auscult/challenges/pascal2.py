"""PASCAL challenge 2, what its two sets share: precision by class, heart problems, the test sets.

Conventions
-----------
counts   : shape (…, truth, answer); the classes are normal, two heart problems and, in set A,
           artifact, in this order
TP, P, n : files of a class called so, files called so, files of that class
heart problem : murmur or extra heart sound (A), murmur or extrasystole (B)

The published sheets write the test sets' sizes into their formulas (16 artifacts and 36 others, 22
and 59 heart problems, 136 normals). Here they come from the table; on the test sets they are the
same, and any other table is remarked upon.

Source
------
Bentley, Nordehn, Coimbra, Mannor, The PASCAL Classifying Heart Sounds Challenge, 2011, and its
evaluation sheets.
"""

from functools import partial

import numpy as np

from auscult.challenges.challenge import Figure
from auscult.metrics.counts import Array, ratio

SOURCE = "Bentley, Nordehn, Coimbra, Mannor, The PASCAL Classifying Heart Sounds Challenge, 2011"
NORMAL, PROBLEMS, ARTIFACT = 0, slice(1, 3), 3


def hits(counts: Array) -> Array:
    """Return TP of each class, shape (…, n_classes)."""
    on_diagonal: Array = counts.diagonal(axis1=-2, axis2=-1)
    return on_diagonal


def called(counts: Array) -> Array:
    """Return P of each class, shape (…, n_classes)."""
    by_answer: Array = counts.sum(axis=-2)
    return by_answer


def true(counts: Array) -> Array:
    """Return n of each class, shape (…, n_classes)."""
    by_truth: Array = counts.sum(axis=-1)
    return by_truth


def share(some: Array, everything: Array) -> Array:
    """Return the sum of ``some`` over the sum of ``everything``, last axis; NaN over nothing."""
    return ratio(some.sum(axis=-1), everything.sum(axis=-1))


def precisions(counts: Array) -> Array:
    """Return TP / P of each class, 0 for one never called, as in the sheet; NaN without a file."""
    of_calls = np.nan_to_num(ratio(hits(counts), called(counts)))
    some: Array = np.where(counts.sum(axis=(-2, -1)) > 0, 1.0, np.nan)[..., None] * of_calls
    return some


def precision(counts: Array, index: int) -> Array:
    """Return TP / P of one class, 0 if it is never called."""
    one: Array = precisions(counts)[..., index]
    return one


def total_precision(counts: Array) -> Array:
    """Return the sum of the classes' precisions, 0 for a class never called.

    Quirk: a sum and not a mean; a class never called counts 0. Textbook: :func:`mean_precision`.
    """
    total: Array = precisions(counts).sum(axis=-1)
    return total


def mean_precision(counts: Array) -> Array:
    """Return the mean precision; undefined if a class is never called."""
    mean: Array = ratio(hits(counts), called(counts)).mean(axis=-1)
    return mean


def problem_sensitivity(counts: Array) -> Array:
    """Return the share of heart problems that were called by their own class."""
    return share(hits(counts)[..., PROBLEMS], true(counts)[..., PROBLEMS])


def precision_figures(classes: tuple[str, ...]) -> tuple[Figure[Array], ...]:
    """Return total precision, its twin, and the precision of each class."""
    highest = len(classes)
    return (
        Figure(
            "total_precision",
            "total precision",
            "Σ TP / P over the classes, 0 for a class never called",
            total_precision,
            "a file",
            quirk=f"a sum (at most {highest}), and a class never called counts 0",
            twin="mean_precision",
            bounds=(0, highest),
        ),
        Figure(
            "mean_precision",
            "mean precision",
            "mean of TP / P over the classes",
            mean_precision,
            "a call of every class",
        ),
        *(
            Figure(
                f"precision_{name}",
                f"precision of {name}",
                "TP / P, 0 if never called",
                partial(precision, index=index),
                "a file",
            )
            for index, name in enumerate(classes)
        ),
    )


PROBLEM_SENSITIVITY: Figure[Array] = Figure(
    "heart_problem_sensitivity",
    "heart-problem sensitivity",
    "heart problems called by their own class / heart problems",
    problem_sensitivity,
    "a heart problem",
)


def compared_with_test_set(
    counts: Array, classes: tuple[str, ...], official: tuple[int, ...]
) -> tuple[str, ...]:
    """Return a sentence if the table is not the official test set's composition."""
    here = tuple(int(n) for n in true(counts))
    if here == official:
        return ()
    wanted, found = (
        ", ".join(f"{n} {name}" for n, name in zip(ns, classes, strict=True))
        for ns in (official, here)
    )
    sentence = (
        f"the official test set has {wanted}; this table has {found}, "
        "so its figures are not comparable with published ones"
    )
    return (sentence,)
