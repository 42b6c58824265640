"""Joint training on PASCAL, CirCor and CinC 2016: every protocol, every question.

Each contest is one ``auscult train-joint`` run in ``--runs``; finished folds are read, broken ones
continued, so the script can be stopped and started at will. A fold takes about eight minutes of
two cores. The folds of `auscult train-segmenter` tell the states of CirCor's people, and must be in
``runs/segmenter``.

Prints progress and writes a page a contest: ``joint.json`` and ``joint.md``, and so on.

Run: python benchmarks/joint.py FOLDER_OF_DATASETS (holding pascal/, circor/, cinc2016/)
"""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from ablation import gap

from auscult.cli.show import Bars
from auscult.evaluation import Evaluation, Interval, PredictionsTable
from auscult.evaluation.bootstrap import figures, interval, resampled_figures
from auscult.evaluation.compare import Difference, compare
from auscult.evaluation.contest import ContestResult
from auscult.models.crnn import Crnn
from auscult.training.card import cell, markdown_table
from auscult.training.joint.card import BY_BAND, CHOICES, DRAWN_AGAIN
from auscult.training.joint.corpus import ASKED, read_corpus
from auscult.training.joint.fit import JointSchedule
from auscult.training.joint.run import LISTENERS, JointOptions
from auscult.verbs.train_joint import BALANCED, BLEND, JointFindings, train_joint

METRICS = {
    "accuracy": "accuracy",
    "accuracy_at_90": "accuracy of the surest 90 %",
    "balanced_accuracy": "UAR",
    "macro_f1": "macro F1",
    "macro_auc": "ROC AUC",
    "mcc": "MCC",
    "ece": "ECE",
}
UAR = "balanced_accuracy"
COMPARED = ("macro_auc", "accuracy", "ece")
HEARING = (BLEND, BALANCED, *LISTENERS)
N_RESAMPLES = 1000
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)
REFER, BY_DATABASE = "cinc2016-refer", "leave-one-database-out"
ALL = ("pascal", "circor", "cinc2016")
JOINT = JointOptions(n_folds=5, segmenter="runs/segmenter")
THRICE = replace(JOINT, n_repeats=3)
UNHEARD = replace(JOINT, protocol="leave-one-dataset-out", n_folds=None)
AT_ONCE = Crnn()
"""Every band of a window is heard at one level, a device's response with it."""
NOTE = (
    "Value [95 % interval from resampling patients and sessions]. `blend`: network and ensemble, "
    "calibrated on validation recordings; `blend, balanced`: the same as if every class were "
    "equally frequent, which is what UAR, that is (Se + Sp) / 2, asks for. Rows in italics never "
    "hear a sound. `heard`: artifact, murmur, normal; `heard5`: PASCAL's five; `murmur`: audible "
    "in this recording; `refer`: CinC 2016's abnormal; `quality`: poor, as listeners said; "
    "`beats`: unclear, half of them or more having been corrected by hand. "
    f"{CHOICES} {DRAWN_AGAIN} The states of the cycle are told by "
    "segmenters that learned from CirCor's people, but never from the one heard: where CirCor is "
    "left out, only `network` has heard nothing of it."
)

NOT_BESIDE = (
    "The run `{0}`, beside which this one is to be read, was not at hand: the two were not "
    "compared in pairs. Its figures stand on [its page]({1}.md)."
)


@dataclass(frozen=True, slots=True)
class Contest:
    """One run: its folder's name, what it is called on the page, what it tests and what helps.

    ``beside`` names the run that it is to be read beside.
    """

    name: str
    title: str
    tested: tuple[str, ...]
    options: JointOptions
    published: str | None = None
    beside: str | None = None

    @property
    def page(self) -> str:
        """Its page's name, without an ending."""
        return self.name.replace("-", "_")

    @property
    def helpers(self) -> tuple[str, ...]:
        """The other datasets, which only train."""
        return tuple(name for name in ALL if name not in self.tested)


CONTESTS = (
    Contest("joint", "new patients of known datasets", ALL, THRICE, beside="joint-at-once"),
    Contest(
        "joint-at-once",
        "new patients, every band heard at one level",
        ALL,
        replace(THRICE, network=AT_ONCE),
    ),
    Contest(
        "joint-student",
        "new patients, the network taught by the ensembles too",
        ALL,
        replace(THRICE, trust=0.5),
        beside="joint",
    ),
    Contest(
        "joint-same-ears",
        "new patients, every band heard at one level, in training as they are",
        ALL,
        replace(JOINT, network=AT_ONCE, ears=None),
    ),
    Contest(
        "joint-zero-shot",
        "a dataset never heard before",
        ALL,
        replace(UNHEARD, n_repeats=3),
        beside="joint-zero-shot-at-once",
    ),
    Contest(
        "joint-zero-shot-at-once",
        "a dataset never heard before, every band heard at one level",
        ALL,
        replace(UNHEARD, network=AT_ONCE, n_repeats=3),
    ),
    Contest(
        "joint-zero-shot-same-ears",
        "a dataset never heard before, every band heard at one level, in training as they are",
        ALL,
        replace(UNHEARD, network=AT_ONCE, ears=None),
        beside="joint-zero-shot-at-once",
    ),
    Contest(
        "joint-databases",
        "CinC 2016, a database never heard before",
        ("cinc2016",),
        replace(JOINT, protocol=BY_DATABASE, n_folds=None, n_repeats=3),
    ),
    Contest(
        "joint-m2d",
        "CirCor, the published splits of M2D",
        ("circor",),
        replace(JOINT, protocol="published", n_folds=None, n_repeats=3),
        published="circor/m2d_splits.csv",
    ),
    Contest(
        "joint-m2d-repaired",
        "CirCor, M2D's splits with the two numbers of one person joined",
        ("circor",),
        replace(JOINT, protocol="published-repaired", n_folds=None, n_repeats=3),
        published="circor/m2d_splits.csv",
    ),
    Contest(
        "joint-by-recording",
        "recordings divided at random, people on both sides, as published figures often are",
        ALL,
        replace(JOINT, protocol="by-recording"),
    ),
)


def mean_over_subsets(table: PredictionsTable) -> dict[str, Interval]:
    """Return the UAR of every system, mean over the subsets; each resamples its own people."""
    means = {}
    for system in table.systems:
        rng = np.random.default_rng(0)
        told = table.of(system)
        parts = [told.of_subset(subset) for subset in told.subsets]
        groups = [[row.group for row in part.rows] for part in parts]
        plain = [figures(part.cases()).metrics[UAR] for part in parts]
        resampled = [
            resampled_figures(part.cases(), own, N_RESAMPLES, rng).metrics[UAR]
            for part, own in zip(parts, groups, strict=True)
        ]
        means[system] = interval(
            float(np.mean(plain)),
            np.mean(resampled, axis=0),
            sum(len(set(own)) for own in groups),
            "a subset lacks a class",
        )
    return means


Beside = Mapping[str, Mapping[str, Mapping[str, Difference]]]
"""Dataset and question → system → metric → what it has more or less than in another run."""


def compared(contest: Contest, keys: Iterable[str], runs: Path) -> Beside:
    """Return how each listener differs from the run beside, in the divisions both were tested in.

    Nothing where that run was not made.
    """
    if contest.beside is None or not (runs / contest.beside / "splits.json").is_file():
        return {}
    found = {}
    for key in keys:
        own, other = (
            PredictionsTable.read(runs / name / key / "predictions.csv")
            for name in (contest.name, contest.beside)
        )
        both = {row.repeat for row in own.rows} & {row.repeat for row in other.rows}
        found[key] = {
            system: {
                one.metric: one
                for one in compare(_of(own, system, both), _of(other, system, both)).differences
                if one.metric in COMPARED
            }
            for system in HEARING
            if system in own.systems and system in other.systems
        }
    return found


def _of(table: PredictionsTable, system: str, repeats: set[int]) -> PredictionsTable:
    rows = tuple(row for row in table.rows if row.system == system and row.repeat in repeats)
    return replace(table, rows=rows)


def page(
    contest: Contest, found: JointFindings, means: Mapping[str, Interval], beside: Beside
) -> str:
    """Return the results page as Markdown; ``means`` over subsets, where each was left out."""
    first = next(iter(found.evaluations.values()))
    length = _length(contest.options)
    blocks = [
        f"# Joint training: {contest.title}",
        f"One network over three datasets, {length}. {first.protocol}. Run `{contest.name}`.",
    ]
    if contest.options.network.by_band:
        blocks.append(BY_BAND.strip())
    if first.warnings:
        blocks.append("\n".join(f"- {warning}" for warning in first.warnings))
    for name, evaluation in found.evaluations.items():
        blocks += [f"## {name}", _systems(evaluation), _coverage(evaluation)]
        blocks.append(_subsets(evaluation))
    if means:
        rows = [[_named(system), cell(value)] for system, value in means.items()]
        blocks += ["## Mean over databases", markdown_table(["system", METRICS[UAR]], rows)]
    for entered in found.contests.values():
        blocks += [f"## {entered.title}", _contest(entered)]
    if beside:
        blocks += [f"## Less the same of `{contest.beside}`", _beside(beside)]
    elif contest.beside is not None:
        blocks.append(NOT_BESIDE.format(contest.beside, contest.beside.replace("-", "_")))
    schedule = contest.options.schedule
    asked = f"--only {contest.name} --epochs {schedule.n_epochs}"
    listed = next(each for each in CONTESTS if each.name == contest.name)
    if contest.options.n_repeats != listed.options.n_repeats:
        asked += f" --repeats {contest.options.n_repeats}"
    if schedule.batch_size != JointSchedule().batch_size:
        asked += f" --batch-size {schedule.batch_size}"
    written = f"Written by `python benchmarks/joint.py {asked}`."
    return "\n\n".join([*blocks, NOTE, written]) + "\n"


def as_json(
    contest: Contest,
    found: JointFindings,
    means: Mapping[str, Interval],
    beside: Beside,
    taught: Sequence[str],
) -> dict[str, object]:
    """Return what the page says, for whoever reads it by program."""
    content: dict[str, object] = {
        "trained": _length(contest.options),
        "by_band": contest.options.network.by_band,
        "taught": list(taught),
        **{key: _figures(evaluation) for key, evaluation in found.evaluations.items()},
        **{f"{key}-contest": asdict(entered) for key, entered in found.contests.items()},
        "mean over subsets": {name: asdict(value) for name, value in means.items()},
    }
    if beside:
        content[f"less {contest.beside}"] = {
            key: {
                system: {metric: asdict(one) for metric, one in told.items()}
                for system, told in systems.items()
            }
            for key, systems in beside.items()
        }
    return content


def _beside(beside: Beside) -> str:
    """Return the differences in hundredths, of the divisions both runs were tested in."""
    rows = []
    for key, systems in beside.items():
        for system, told in systems.items():
            rows.append([key, system, *(gap(told[metric]) for metric in COMPARED)])
    header = ["question", "system", *(METRICS[metric] for metric in COMPARED)]
    said = (
        "The same people tested in the same folds, each in both: difference in hundredths [95 % "
        "interval from resampling patients and sessions, in pairs]."
    )
    return f"{said}\n\n{markdown_table(header, rows)}"


def _length(options: JointOptions) -> str:
    """Say how long it was trained, and how often."""
    trained = f"{options.schedule.n_epochs} epochs"
    if options.schedule.batch_size != JointSchedule().batch_size:
        trained += f" of {options.schedule.batch_size} windows a step"
    if options.n_repeats == 1:
        return f"{trained}, each split once"
    drawn = "each split trained" if options.n_folds is None else "the folds drawn"
    return f"{trained}, {drawn} {options.n_repeats} times"


def _systems(evaluation: Evaluation) -> str:
    rows = [
        [_named(system.name), *(cell(system.metrics.get(metric)) for metric in METRICS)]
        for system in evaluation.systems
    ]
    return markdown_table(["system", *METRICS.values()], rows)


def _contest(entered: ContestResult) -> str:
    labels = {
        name: label
        for name, label in entered.labels.items()
        if any(figures[name].value is not None for figures in entered.systems.values())
    }
    rows = [
        [_named(system), *(cell(figures[name]) for name in labels)]
        for system, figures in entered.systems.items()
    ]
    counted = f"{entered.n_rows} rows of {entered.n_groups} groups; a row is {entered.row}."
    rule = f"From scores to answers: {entered.rule}."
    return "\n\n".join([counted, markdown_table(["system", *labels.values()], rows), rule])


def _coverage(evaluation: Evaluation) -> str:
    right = evaluation.model.right_among(COVERAGES)
    header = ["blend, the surest", *(f"{share:.0%}" for share in right)]
    return markdown_table(header, [["right", *(f"{value:.3f}" for value in right.values())]])


def _named(system: str) -> str:
    return system if system in HEARING else f"*{system}*"


def _subsets(evaluation: Evaluation) -> str:
    rows = [
        [subset, *(cell(figures.get(metric)) for metric in METRICS)]
        for subset, figures in evaluation.model.per_subset.items()
    ]
    return markdown_table(["blend on", *METRICS.values()], rows)


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder that holds pascal/, circor/ and cinc2016/")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    names = [contest.name for contest in CONTESTS]
    parser.add_argument("--only", nargs="*", choices=names, help="contests; all by default")
    parser.add_argument(
        "--epochs", type=int, default=JointSchedule().n_epochs, help="of the network"
    )
    parser.add_argument(
        "--batch-size", type=int, default=JointSchedule().batch_size, help="windows a step"
    )
    parser.add_argument("--repeats", type=int, help="draw folds so often, not as often as listed")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus([options.path / name for name in ALL])
    taught = [question for question in ASKED if corpus.told(question).any()]
    schedule = JointSchedule(options.epochs, options.batch_size)
    for contest in _trained_for(schedule, options.repeats):
        if options.only and contest.name not in options.only:
            continue
        found = train_joint(
            [options.path / name for name in contest.tested],
            contest.options,
            options.runs / contest.name,
            Bars(),
            also=[options.path / name for name in contest.helpers],
            published=contest.published and options.path / contest.published,
        )
        means = {}
        if contest.options.protocol == BY_DATABASE:
            folder = options.runs / contest.name / REFER
            means = mean_over_subsets(PredictionsTable.read(folder / "predictions.csv"))
        beside = compared(contest, found.evaluations, options.runs)
        content = as_json(contest, found, means, beside, taught)
        (options.out / f"{contest.page}.json").write_text(json.dumps(content, indent=1) + "\n")
        written = page(contest, found, means, beside)
        (options.out / f"{contest.page}.md").write_text(written)
        print(written)


def _trained_for(schedule: JointSchedule, n_repeats: int | None) -> list[Contest]:
    """Return the contests, each with this schedule, and drawn so often if that is told."""
    return [
        replace(
            each,
            options=replace(
                each.options, schedule=schedule, n_repeats=n_repeats or each.options.n_repeats
            ),
        )
        for each in CONTESTS
    ]


def _figures(evaluation: Evaluation) -> dict[str, object]:
    """Return the evaluation as JSON without its ROC points, which each run's own file holds."""
    content = evaluation.to_json()
    for system in content["systems"]:
        del system["roc"]
    return content


if __name__ == "__main__":
    main()
