"""A challenge's own figures, with intervals: decided answers → what its scorer says of them.

A challenge scores answers, not probabilities, and often of patients, not of recordings. What was
decided, and by which rule, is the business of whoever ran the model; here the answers are counted
by the challenge's own scorer.

Conventions
-----------
With several repeats (the three published divisions of CirCor, say) a figure is computed in each
repeat and the mean is shown, as papers do. Intervals come from resampling groups; a group comes
along in every repeat in which it was tested.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from auscult.challenges import CHALLENGES, Figure, Labels, Table
from auscult.errors import EvaluationError
from auscult.evaluation.bootstrap import draw_groups, interval
from auscult.evaluation.result import Interval
from auscult.metrics.counts import Array, ratio


@dataclass(frozen=True, slots=True)
class Decision:
    """What one system answered about one row of a challenge.

    ``cells`` are the challenge's columns: ``truth``, ``answer`` and what else it reads.
    """

    system: str
    repeat: int
    name: str
    group: str
    cells: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class ContestResult:
    """The figures of one challenge.

    Parameters
    ----------
    challenge, title, row
        The challenge's key, its name, and what one row is.
    rule
        How scores became answers, in words.
    n_rows, n_groups
        Distinct rows (patients, records) and groups.
    labels, better
        Figure → its name for readers, and which way is good.
    systems
        System → figure → value; the model first. Recalls of each label follow the challenge's own
        figures, as ``recall_<label>``.
    confusion
        System → truth → answer → count, over all repeats.
    remarks
        How far the figures compare with published ones.
    """

    challenge: str
    title: str
    row: str
    rule: str
    n_rows: int
    n_groups: int
    labels: Mapping[str, str]
    better: Mapping[str, str]
    systems: Mapping[str, Mapping[str, Interval]]
    confusion: Mapping[str, Mapping[str, Mapping[str, int]]]
    remarks: tuple[str, ...] = ()


def score_contest(
    challenge: str,
    decisions: Sequence[Decision],
    *,
    rule: str,
    remarks: tuple[str, ...] = (),
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> ContestResult:
    """Score decisions as ``challenge`` does, every system on the same resamples of groups.

    Raises
    ------
    EvaluationError
        If there is no decision, the challenge scores no labels, or a cell is none of its labels.
    """
    if not decisions:
        raise EvaluationError(f"{challenge}: there is no answer to score")
    chosen = CHALLENGES[challenge]
    if not isinstance(chosen.read, Labels):
        raise EvaluationError(f"{challenge}: scores no labels; there are no groups to resample")
    figures = (*chosen.figures, *_recalls(chosen.read))
    systems = list(dict.fromkeys(decision.system for decision in decisions))
    of_system = {name: [d for d in decisions if d.system == name] for name in systems}
    first = of_system[systems[0]]
    groups = sorted({decision.group for decision in first})
    drawn = draw_groups(len(groups), n_bootstrap, np.random.default_rng(seed))
    weighted = {
        name: [_counts(chosen.read, part, groups, drawn) for part in _repeats(of_system[name])]
        for name in systems
    }
    return ContestResult(
        challenge=challenge,
        title=chosen.title,
        row=chosen.row,
        rule=rule,
        n_rows=len({decision.name for decision in first}),
        n_groups=len(groups),
        labels={figure.name: figure.label for figure in figures},
        better={figure.name: figure.better for figure in figures},
        systems={
            name: {f.name: _figure(f, counts, len(groups)) for f in figures}
            for name, counts in weighted.items()
        },
        confusion={name: _confusion(chosen.read, counts) for name, counts in weighted.items()},
        remarks=(*chosen.remarks(weighted[systems[0]][0][0]), *remarks),
    )


def _repeats(decisions: Sequence[Decision]) -> Iterator[list[Decision]]:
    for repeat in sorted({decision.repeat for decision in decisions}):
        yield [decision for decision in decisions if decision.repeat == repeat]


def _counts(read: Labels, part: Sequence[Decision], groups: Sequence[str], drawn: Array) -> Array:
    """Count the rows of one repeat: first as they are, then under every resample of groups."""
    columns = {name: [decision.cells[name] for decision in part] for name in part[0].cells}
    table = Table.of("answers", **{read.key: [decision.name for decision in part]}, **columns)
    place = {group: index for index, group in enumerate(groups)}
    weights = drawn[:, [place[decision.group] for decision in part]]
    return read.weighted(table, np.vstack([np.ones(len(part)), weights]))


def _figure(figure: Figure[Array], repeats: Sequence[Array], n_groups: int) -> Interval:
    """Return the mean of the repeats' figures, with its interval."""
    with np.errstate(invalid="ignore"):
        values = np.mean([np.asarray(figure.compute(counts)) for counts in repeats], axis=0)
    why = f"{figure.label} is undefined: it needs {figure.needs}"
    return interval(values[0], values[1:], n_groups, why)


def _recalls(read: Labels) -> Iterator[Figure[Array]]:
    """Yield the recall of each label of the truth."""
    truth = next(column for column in read.columns if column.name == "truth")
    for index, label in enumerate(truth.labels):
        yield Figure(
            f"recall_{label.lower()}",
            f"recall of {label}",
            f"rows of {label} answered {label} / rows of {label}",
            partial(_recall, index=index, n_further=len(read.columns) - 2),
            f"a row of {label}",
        )


def _recall(counts: Array, index: int, n_further: int) -> Array:
    of_label = _answers(counts, n_further)[..., index, :]
    return ratio(of_label[..., index], of_label.sum(axis=-1))


def _answers(counts: Array, n_further: int) -> Array:
    """Return (…, truth, answer), whatever the further columns say."""
    answers: Array = counts.sum(axis=tuple(range(-n_further, 0)))
    return answers


def _confusion(read: Labels, repeats: Sequence[Array]) -> dict[str, dict[str, int]]:
    truth, answer, *further = read.columns
    table = sum(_answers(counts[0], len(further)) for counts in repeats)
    return {
        was: {called: int(n) for called, n in zip(answer.labels, row, strict=True)}
        for was, row in zip(truth.labels, np.asarray(table), strict=True)
    }
