"""George B. Moody Challenge 2022 (CirCor): murmur and outcome of a patient, and what it costs.

Conventions
-----------
murmur counts  : shape (…, truth, answer, outcome), in the order of ``MURMURS`` twice and
                 ``OUTCOMES``; the last place of the outcome is "not given"
outcome counts : shape (…, truth, answer), in the order of ``OUTCOMES``
positive       : referred to an expert, that is Present, Unknown or Abnormal
cost           : mean cost of one patient, in the challenge's units

Source
------
Reyna et al., PLOS Digital Health 2(9):e0000324, 2023, doi:10.1371/journal.pdig.0000324, and the
challenge's evaluation script.

Quirks
------
- Weighted accuracy: a patient weighs 5, 3 or 1 by the true label, whatever the answer. The figure
  moves with how many Present a set holds. Textbook: the mean recall (UAR).
- Cost: the murmur answer, too, is held against the outcome label, which it does not try to tell.
  The expert's price is a polynomial of the share referred, so one patient's cost depends on the
  others. There is no textbook twin; beside it stands what it costs to refer everybody, and nobody.
- Where the outcome of one patient is not known, the cost is undefined: no row is left out.

Differences from the official script
------------------------------------
A patient without an answer, or with several, counts as Present (Abnormal) there; here an empty cell
is refused: write Present (Abnormal).
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from auscult.challenges.challenge import Figure
from auscult.challenges.labels import label_challenge
from auscult.challenges.table import Column
from auscult.metrics.counts import Array, ratio

MURMURS = ("Present", "Unknown", "Absent")
OUTCOMES = ("Abnormal", "Normal")
MURMUR_WEIGHTS = np.array([5.0, 3.0, 1.0])
OUTCOME_WEIGHTS = np.array([5.0, 1.0])
REFERRED_MURMURS = slice(0, 2)

PRESCREEN_COST, TREATMENT_COST, MISSED_COST = 10.0, 10_000.0, 50_000.0
EXPERT_COST = (11_296.0, 0.0, -1_718.0, 397.0, 25.0)
"""Polynomial of the share referred, highest power first."""
COST_FORMULA = "10 + 25 + 397x - 1718x² + 11296x⁴ + 10,000·TP/n + 50,000·FN/n, x = (TP + FP)/n"


def weighted_accuracy(counts: Array, weights: Array) -> Array:
    """Return Σ w·right / Σ w over (…, truth, answer), weights by true label, in [0, 1]."""
    right: Array = counts.diagonal(axis1=-2, axis2=-1)
    return ratio((weights * right).sum(axis=-1), (weights * counts.sum(axis=-1)).sum(axis=-1))


def balanced_accuracy(counts: Array) -> Array:
    """Return the mean recall (UAR) over (…, truth, answer); undefined if a class has no case."""
    right: Array = counts.diagonal(axis1=-2, axis2=-1)
    mean: Array = ratio(right, counts.sum(axis=-1)).mean(axis=-1)
    return mean


def cost(referrals: Array) -> Array:
    """Return the mean cost of a patient.

    Parameters
    ----------
    referrals
        Shape (…, outcome, referred): abnormal and normal patients, referred and not.

    Returns
    -------
    Array
        10 + 25 + 397x - 1718x² + 11296x⁴ + 10,000·TP/n + 50,000·FN/n, x the share referred;
        NaN without a patient.
    """
    shares = ratio(referrals, referrals.sum(axis=(-2, -1), keepdims=True))
    expert = np.polyval(EXPERT_COST, shares[..., 0].sum(axis=-1))
    treated, missed = shares[..., 0, 0], shares[..., 0, 1]
    total: Array = PRESCREEN_COST + expert + TREATMENT_COST * treated + MISSED_COST * missed
    return total


def everybody_referred(referrals: Array) -> Array:
    """Return the same patients, all of them referred."""
    all_of_them = referrals.sum(axis=-1)
    return np.stack([all_of_them, np.zeros_like(all_of_them)], axis=-1)


def nobody_referred(referrals: Array) -> Array:
    """Return the same patients, none of them referred."""
    return everybody_referred(referrals)[..., ::-1]


def murmur_answers(counts: Array) -> Array:
    """Return (…, truth, answer) of murmur counts, outcome or no outcome."""
    answers: Array = counts.sum(axis=-1)
    return answers


def murmur_referrals(counts: Array) -> Array:
    """Return (…, outcome, referred) of murmur counts; NaN if an outcome is not given."""
    by_answer = np.swapaxes(counts.sum(axis=-3), -2, -1)
    referred = by_answer[..., REFERRED_MURMURS].sum(axis=-1)
    both = np.stack([referred, by_answer[..., -1]], axis=-1)
    unknown = both[..., -1, :].sum(axis=-1)[..., None, None]
    known: Array = np.where(unknown > 0, np.nan, both[..., : len(OUTCOMES), :])
    return known


def _cost_figures(
    referrals: Callable[[Array], Array], needs: str, quirk: str
) -> tuple[Figure[Array], ...]:
    """Return the cost of the answers and of the two answers that need no ear."""
    cases: tuple[tuple[str, str, str, Callable[[Array], Array], str], ...] = (
        ("cost", "cost of a patient", COST_FORMULA, cost, quirk),
        (
            "cost_refer_everybody",
            "cost if everybody is referred",
            "the same with x = 1",
            lambda given: cost(everybody_referred(given)),
            "",
        ),
        (
            "cost_refer_nobody",
            "cost if nobody is referred",
            "the same with x = 0",
            lambda given: cost(nobody_referred(given)),
            "",
        ),
    )
    return tuple(
        Figure(
            name,
            label,
            formula,
            partial(_after, referrals, of),
            needs,
            quirk=odd,
            better="lower",
            bounds=(PRESCREEN_COST + EXPERT_COST[-1], np.inf),
        )
        for name, label, formula, of, odd in cases
    )


def _after(first: Callable[[Array], Array], then: Callable[[Array], Array], counts: Array) -> Array:
    return then(first(counts))


_NO_OUTCOME = (
    "the outcome, Abnormal or Normal, of every patient (column outcome), because murmur answers, "
    "too, are held against it; a copy of CirCor's table without outcomes cannot be costed"
)
_POLYNOMIAL = "the expert's price is a polynomial of the share referred, by all patients together"

MURMUR_FIGURES: tuple[Figure[Array], ...] = (
    Figure(
        "weighted_accuracy",
        "murmur weighted accuracy",
        "(5·m_PP + 3·m_UU + m_AA) / (5·n_P + 3·n_U + n_A)",
        lambda counts: weighted_accuracy(murmur_answers(counts), MURMUR_WEIGHTS),
        "a patient",
        quirk="a patient weighs 5, 3 or 1 by the true label, so it moves with the mix of a set",
        twin="balanced_accuracy",
    ),
    Figure(
        "balanced_accuracy",
        "mean recall (UAR)",
        "(m_PP / n_P + m_UU / n_U + m_AA / n_A) / 3",
        lambda counts: balanced_accuracy(murmur_answers(counts)),
        "a patient of each label",
    ),
    *_cost_figures(
        murmur_referrals,
        _NO_OUTCOME,
        f"{_POLYNOMIAL}; the murmur answer is held against the outcome",
    ),
)

OUTCOME_FIGURES: tuple[Figure[Array], ...] = (
    Figure(
        "weighted_accuracy",
        "outcome weighted accuracy",
        "(5·TP + TN) / (5·(TP + FN) + FP + TN)",
        partial(weighted_accuracy, weights=OUTCOME_WEIGHTS),
        "a patient",
        quirk="a patient weighs 5 or 1 by the true label, so it moves with the mix of a set",
        twin="balanced_accuracy",
    ),
    Figure(
        "balanced_accuracy",
        "mean recall (UAR)",
        "(TP / (TP + FN) + TN / (FP + TN)) / 2",
        balanced_accuracy,
        "a patient of each label",
    ),
    *_cost_figures(np.asarray, "a patient", _POLYNOMIAL),
)

MURMUR_COLUMNS = (
    Column("truth", "the patient's murmur", MURMURS),
    Column("answer", "the murmur answered", MURMURS),
    Column("outcome", "the true outcome; only the cost needs it", OUTCOMES, optional=True),
)
OUTCOME_COLUMNS = (
    Column("truth", "the patient's outcome", OUTCOMES),
    Column("answer", "the outcome answered", OUTCOMES),
)
SOURCE = "Reyna et al., PLOS Digital Health 2(9):e0000324, 2023"

MURMUR = label_challenge(
    title="George B. Moody Challenge 2022: murmur",
    source=SOURCE,
    row="a patient, not a recording",
    columns=MURMUR_COLUMNS,
    key="patient",
    figures=MURMUR_FIGURES,
)
OUTCOME = label_challenge(
    title="George B. Moody Challenge 2022: outcome",
    source=SOURCE,
    row="a patient, not a recording",
    columns=OUTCOME_COLUMNS,
    key="patient",
    figures=OUTCOME_FIGURES,
)
