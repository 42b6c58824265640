"""PhysioNet/CinC 2016: normal, abnormal, or unsure; final and early formula.

Conventions
-----------
counts : shape (…, truth, answer, quality), in the order of ``TRUTHS``, ``ANSWERS`` and
         ``QUALITIES``; the last place of the quality is "not given"
A, N   : abnormal and normal records; Aa, Aq, An: abnormal ones called abnormal, unsure, normal
1, 2   : clean and noisy. Of an abnormal clean record only "abnormal" is right; of a noisy one
         "unsure" is right as well
wa, wn : share of clean (1) and noisy (2) records among the abnormal and the normal

Sources
-------
Clifford et al., Computing in Cardiology 43, 2016; Liu et al., Physiol. Meas. 37(12):2181, 2016,
doi:10.1088/0967-3334/37/12/2181; the challenge's page (final formula) and its scoring script, which
names the weights of the whole training set.

Quirks
------
- Final MAcc: the weights are those of the complete set scored, whatever part an entry is scored
  on. With the table's own weights they cancel: Se is (Aa1 + Aa2 + Aq2) / A, and the formula is
  nothing but "unsure is right if noisy". The textbook's twin is the balanced accuracy with unsure
  always wrong.
- Early formula: an unsure answer is half right (½ TP + ½ FN, ½ TN + ½ FP), clean or noisy, so
  answering unsure throughout scores 0.5.

Differences from the official script
------------------------------------
- Without a noisy (or clean) record of a class the script divides 0 by 0; with the table's own
  weights the cancelled form is taken here, its limit.
- A record without an answer counts as unsure there. Here an empty cell is refused: write 0.
"""

from functools import partial
from typing import NamedTuple

from auscult.challenges.challenge import Figure
from auscult.challenges.labels import label_challenge
from auscult.challenges.table import Column
from auscult.metrics.counts import Array, ratio

TRUTHS = ("normal", "abnormal")
ANSWERS = ("normal", "abnormal", "unsure")
QUALITIES = ("clean", "noisy")
NORMAL, ABNORMAL, UNSURE = range(3)
CLEAN, NOISY, NOT_GIVEN = range(3)


class Weights(NamedTuple):
    """Shares of clean and noisy records among the abnormal (wa) and the normal (wn)."""

    wa1: float
    wa2: float
    wn1: float
    wn2: float


TRAINING_WEIGHTS = Weights(0.8602, 0.1398, 0.9252, 0.0748)
"""Of the whole training set, as the official scoring script names them."""


def sensitivity(counts: Array, weights: Weights | None = None) -> Array:
    """Return the modified Se; ``weights`` None means the table's own. NaN without a quality."""
    wanted = weights and (weights.wa1, weights.wa2)
    return _modified(counts[..., ABNORMAL, :, :], ABNORMAL, wanted)


def specificity(counts: Array, weights: Weights | None = None) -> Array:
    """Return the modified Sp, likewise."""
    wanted = weights and (weights.wn1, weights.wn2)
    return _modified(counts[..., NORMAL, :, :], NORMAL, wanted)


def modified_accuracy(counts: Array, weights: Weights | None = None) -> Array:
    """Return MAcc = (Se + Sp) / 2 of the final formula, in [0, 1]."""
    mean: Array = (sensitivity(counts, weights) + specificity(counts, weights)) / 2
    return mean


def early_score(counts: Array) -> Array:
    """Return (Se + Sp) / 2 of the early phase: an unsure answer is half right."""
    return _mean_of_both(counts, worth_of_unsure=0.5)


def balanced_accuracy(counts: Array) -> Array:
    """Return the mean recall of normal and abnormal; an unsure answer is wrong."""
    return _mean_of_both(counts, worth_of_unsure=0.0)


def share_unsure(counts: Array) -> Array:
    """Return the share of records answered unsure."""
    return ratio(counts[..., UNSURE, :].sum(axis=(-2, -1)), counts.sum(axis=(-3, -2, -1)))


def _modified(of_class: Array, right: int, weights: tuple[float, float] | None) -> Array:
    """Return the modified recall of one class from (…, answer, quality)."""
    clean = of_class[..., right, CLEAN]
    noisy = of_class[..., right, NOISY] + of_class[..., UNSURE, NOISY]
    n_clean, n_noisy, n_unknown = (of_class[..., quality].sum(axis=-1) for quality in range(3))
    # subtle: a quality that is not given makes a denominator 0, which stands for undefined.
    complete = n_unknown == 0
    if weights is None:
        return ratio(clean + noisy, complete * (n_clean + n_noisy))
    return weights[0] * ratio(clean, complete * n_clean) + weights[1] * ratio(noisy, n_noisy)


def _mean_of_both(counts: Array, worth_of_unsure: float) -> Array:
    answers = counts.sum(axis=-1)
    recalls = [
        ratio(
            answers[..., name, name] + worth_of_unsure * answers[..., name, UNSURE],
            answers[..., name, :].sum(axis=-1),
        )
        for name in (NORMAL, ABNORMAL)
    ]
    mean: Array = (recalls[0] + recalls[1]) / 2
    return mean


_NEEDS_QUALITY = (
    "a quality, clean or noisy, for every record (column quality), "
    "and a normal and an abnormal record"
)
_NEEDS_BOTH = "a normal and an abnormal record"

FIGURES: tuple[Figure[Array], ...] = (
    Figure(
        "macc",
        "MAcc (final formula)",
        "(Se + Sp) / 2, Se = wa1·Aa1/A1 + wa2·(Aa2 + Aq2)/A2, Sp = wn1·Nn1/N1 + wn2·(Nn2 + Nq2)/N2",
        modified_accuracy,
        _NEEDS_QUALITY,
        quirk="unsure is right if the record is noisy; the weights, taken from the table, cancel",
        twin="balanced_accuracy",
    ),
    Figure(
        "macc_training_weights",
        "MAcc with the whole training set's weights",
        "the same with wa1 = .8602, wa2 = .1398, wn1 = .9252, wn2 = .0748",
        partial(modified_accuracy, weights=TRAINING_WEIGHTS),
        f"{_NEEDS_QUALITY}, clean and noisy",
        quirk="weights of the complete set, whatever part of it is scored",
        twin="balanced_accuracy",
    ),
    Figure("modified_se", "modified sensitivity", "Se of MAcc", sensitivity, _NEEDS_QUALITY),
    Figure("modified_sp", "modified specificity", "Sp of MAcc", specificity, _NEEDS_QUALITY),
    Figure(
        "early",
        "score of the early phase",
        "(Se + Sp) / 2, Se = (Aa + Aq/2) / A, Sp = (Nn + Nq/2) / N",
        early_score,
        _NEEDS_BOTH,
        quirk="an unsure answer is half right: unsure throughout scores 0.5",
        twin="balanced_accuracy",
    ),
    Figure(
        "balanced_accuracy",
        "balanced accuracy, unsure is wrong",
        "(Aa / A + Nn / N) / 2",
        balanced_accuracy,
        _NEEDS_BOTH,
    ),
    Figure(
        "share_unsure",
        "share answered unsure",
        "(Aq + Nq) / (A + N)",
        share_unsure,
        "a record",
        better="lower",
    ),
)

_SPELLINGS = {"-1": "normal", "1": "abnormal"}

NO_TEST_SET = (
    "the hidden test set was never released, and the 301 validation records are copies of "
    "training records: no figure here is the challenge's own"
)

COLUMNS = (
    Column("truth", "normal (-1) or abnormal (1)", TRUTHS, _SPELLINGS),
    Column("answer", "the same, or unsure (0)", ANSWERS, {**_SPELLINGS, "0": "unsure"}),
    Column(
        "quality",
        "clean (1) or noisy (0); only the final formula needs it",
        QUALITIES,
        {"1": "clean", "0": "noisy", "-1": "noisy"},
        optional=True,
    ),
)

CHALLENGE = label_challenge(
    title="PhysioNet/CinC 2016: normal or abnormal",
    source="Clifford et al., Computing in Cardiology 43, 2016; Liu et al., "
    "Physiol. Meas. 37(12):2181, 2016",
    row="a record",
    columns=COLUMNS,
    key="recording",
    figures=FIGURES,
    remarks=lambda _: (NO_TEST_SET,),
)
