"""What choosing the model costs: the choice made inside each training part, on PASCAL.

The features and settings of `auscult train`'s ensemble were compared on folds of the same
recordings that its published figure is computed on. Here a written-out list of candidates stands
for that search. In every fold of ``grouped``, the candidates are compared by inner grouped folds of
the training part alone; the best by pooled macro F1 is fitted on that whole part and scored once on
the test part.
Beside it, on the same rows: that ensemble, fixed, and guessers that never hear a sound.

A fold's temperature is fitted on its inner answers, which did not train the model that gave them.
Features are computed once a front end and kept; each finished fold is a file in ``--runs``, so the
script can be stopped and started at will, also with more ``--repeats``.

Prints progress and writes ``nested.json`` and ``nested.md``.

Run: python benchmarks/nested.py PATH_TO_PASCAL
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy loads

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from auscult.cli.show import Bars
from auscult.config import digest, to_config
from auscult.evaluation import Evaluation, evaluate
from auscult.features import Joined
from auscult.frontend import FRONTENDS
from auscult.metrics import METRICS
from auscult.models import MODELS, Model
from auscult.models.model import NOTEBOOK_VARIANTS
from auscult.splits import Row, check_fitting, grouped_split, make_rows
from auscult.training.calibrate import fit_temperature
from auscult.training.card import cell, markdown_table
from auscult.training.cross_validate import fit_and_calibrate
from auscult.training.examples import Examples, make_examples
from auscult.training.fitted import FittedClassifier
from auscult.training.options import TrainOptions
from auscult.training.run_folder import FoldScores, RunFolder, describe_data
from auscult.types import FloatArray, Split
from auscult.verbs.predictions import (
    audio_free_answers,
    known_without_hearing,
    model_answers,
    predictions_table,
)
from auscult.verbs.train import labelled, make_splits

CHOSEN, FIXED = "chosen inside", "ensemble, fixed"
INNER_FOLDS, INNER_SEED = 4, 1
SCORES = {"accuracy": "accuracy", "macro_f1": "macro F1", "balanced_accuracy": "UAR"}
METRICS_SHOWN = {**SCORES, "macro_auc": "ROC AUC", "mcc": "MCC", "ece": "ECE"}
COPIES = MODELS["ensemble"].variants
NOTE = (
    "Value [95 % interval from resampling patients and sessions]; a difference is resampled in "
    "pairs. Rows in italics never hear a sound."
)
HEART_PARTS = ("correlation", "modulation", "shape")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One setting of everything: model, front end, which of its joined parts, training copies."""

    name: str
    model: Model
    frontend: str = "heart"
    parts: tuple[str, ...] = HEART_PARTS
    copies: tuple[str, ...] = COPIES


def candidates() -> list[Candidate]:
    """Return the list that is chosen from; where two score alike, the earlier is taken."""
    yardsticks: dict[str, dict[str, float]] = {
        "logistic-regression": {"c": 0.01},
        "svm": {},
        "random-forest": {"n_trees": 100},
        "gradient-boosting": {"n_rounds": 40, "max_leaves": 7, "learning_rate": 0.1},
        "ensemble": {},
    }
    settings: list[dict[str, float]] = [
        {},
        {"c": 0.003},
        {"c": 0.03},
        {"min_leaf": 2},
        {"min_leaf": 8},
        {"feature_share": 0.1},
        {"feature_share": 0.4},
    ]
    parts = [
        *((part,) for part in HEART_PARTS),
        *(tuple(p for p in HEART_PARTS if p != left_out) for left_out in HEART_PARTS),
    ]
    ensemble = MODELS["ensemble"]
    return [
        *(
            Candidate(f"{name}, notebook", MODELS[name](**given), "notebook", (), NOTEBOOK_VARIANTS)
            for name, given in yardsticks.items()
        ),
        *(
            Candidate(f"{name}, heart", MODELS[name](**given))
            for name, given in yardsticks.items()
            if name not in ("ensemble", "gradient-boosting")  # boosting 333 columns takes too long
        ),
        *(Candidate(_titled("heart", given), ensemble(**given)) for given in settings),
        *(Candidate(f"ensemble, {' + '.join(part)}", ensemble(), parts=part) for part in parts),
        Candidate("ensemble, heart, stretched copies only", ensemble(), copies=NOTEBOOK_VARIANTS),
        Candidate("ensemble, heart, no copies", ensemble(), copies=()),
    ]


def _titled(frontend: str, given: Mapping[str, float]) -> str:
    values = [f"{name}={value}" for name, value in given.items()] or ["as `auscult train` has it"]
    return ", ".join(["ensemble", frontend, *values])


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Rows and, by front end, their features; which columns each joined part of heart fills."""

    rows: tuple[Row, ...]
    examples: Mapping[str, Examples]
    columns: Mapping[str, slice]
    options: TrainOptions

    def split_for(self, candidate: Candidate, split: Split) -> Split:
        """Return ``split`` with only those training copies that the candidate has."""
        kept = {row.row_id for row in self.rows if row.variant in ("", *candidate.copies)}
        return replace(split, train=tuple(row_id for row_id in split.train if row_id in kept))

    def features(self, candidate: Candidate, part: Examples) -> FloatArray:
        """Return the columns of ``part`` that the candidate sees."""
        if not candidate.parts:
            return part.features
        return np.hstack([part.features[:, self.columns[name]] for name in candidate.parts])


def heart_columns() -> dict[str, slice]:
    """Return which columns of ``heart`` each of its joined features fills."""
    heart = FRONTENDS["heart"]
    assert isinstance(heart.feature, Joined)  # noqa: S101 - its parts are left out in turn
    sound = np.random.default_rng(0).standard_normal(2 * heart.rate_hz).astype(np.float32)
    ends = np.cumsum([feature(sound, heart.rate_hz).size for feature in heart.feature.features])
    starts = [0, *ends[:-1]]
    return {name: slice(a, b) for name, a, b in zip(HEART_PARTS, starts, ends, strict=True)}


def answer(data: Data, candidate: Candidate, split: Split) -> tuple[FloatArray, Examples]:
    """Fit on the split's training and validation rows; return what is said of its test rows."""
    split = data.split_for(candidate, split)
    examples = data.examples[candidate.frontend]
    known, test = examples.of(split, "train", "validation"), examples.of(split, "test")
    check_fitting(known.roles, candidate.name)
    features, n_classes = data.features(candidate, known), data.options.n_classes
    seed = data.options.seed * 1000 + split.repeat * 100 + split.fold
    built = candidate.model.build(features.shape[1], n_classes, seed)
    built.fit(features, known.window_labels)
    fitted = FittedClassifier(built, n_classes, features.shape[1])
    return test.by_row(fitted.probabilities(data.features(candidate, test))), test


def one_fold(data: Data, split: Split, progress: Bars) -> dict[str, Any]:
    """Choose on the split's training part, answer for its test part, and let the fixed one."""
    inside = {*split.train, *split.validation}
    rows = [row for row in data.rows if row.row_id in inside]
    inner = grouped_split(rows, INNER_FOLDS, split.repeat * 100 + split.fold, INNER_SEED)
    listed = candidates()
    scores, answers = {}, {}
    title = f"repeat {split.repeat} fold {split.fold}"
    for candidate in progress.track(listed, title, len(listed)):
        answered = [answer(data, candidate, part) for part in inner]
        answers[candidate.name] = np.concatenate([probabilities for probabilities, _ in answered])
        truth = np.concatenate([test.labels for _, test in answered])
        scores[candidate.name] = {
            name: METRICS[name](truth, answers[candidate.name]) for name in SCORES
        }
    best = max(listed, key=lambda candidate: scores[candidate.name]["macro_f1"])
    inner_rows = tuple(row_id for part in inner for row_id in part.test)
    told = data.examples[best.frontend].of(replace(split, train=inner_rows, validation=()), "train")
    raw, test = answer(data, best, split)
    return {
        "chosen": best.name,
        "inner": scores,
        CHOSEN: _stored(test, raw, fit_temperature(answers[best.name], told), digest(best)),
        FIXED: fixed(data, split, progress),
    }


def fixed(data: Data, split: Split, progress: Bars) -> dict[str, Any]:
    """Return what the ensemble of ``auscult train`` answers, fitted as that fits it."""
    examples = data.examples["heart"]
    fitted, temperature = fit_and_calibrate(
        data.options, examples, split, checkpoint=Path(), title=FIXED, progress=progress
    )
    test = examples.of(split, "test")
    raw = test.by_row(fitted.probabilities(test.features))
    return _stored(test, raw, temperature, digest(data.options))


def _stored(test: Examples, raw: FloatArray, temperature: float, hash_: str) -> dict[str, Any]:
    return {
        "row_ids": test.row_ids,
        "raw": raw.astype(float).tolist(),
        "temperature": temperature,
        "model_hash": hash_,
    }


def scores_of(found: Mapping[str, Any], system: str) -> FoldScores:
    """Return one system's scores of a stored fold."""
    stored = found[system]
    raw = np.array(stored["raw"], np.float32)
    return FoldScores(tuple(stored["row_ids"]), raw, stored["temperature"], stored["model_hash"])


def run(path: Path, folder: RunFolder, n_repeats: int) -> tuple[list[dict[str, Any]], Evaluation]:
    """Do the folds that are missing; return what every fold found, and the evaluation."""
    progress = Bars()
    options = TrainOptions("ensemble", n_folds=5, n_repeats=n_repeats)
    entries, labels = labelled(path, options)
    rows = make_rows(entries, labels, options.copies)
    splits = make_splits(rows, options)
    examples = {
        name: make_examples(
            entries,
            rows,
            options.classes,
            FRONTENDS[name],
            cache=folder.path / f"{name}.npz",
            progress=progress,
        )
        for name in ("notebook", "heart")
    }
    data = Data(rows, examples, heart_columns(), options)
    facts = [describe_data(entries, labels)["hash"], candidates(), INNER_FOLDS, INNER_SEED]
    found = []
    for split in splits:
        name, key = f"r{split.repeat}-f{split.fold}.json", digest([*facts, split])
        fold = folder.read_json(name)
        if fold is None or fold["key"] != key:
            fold = {"key": key, **one_fold(data, split, progress)}
            folder.write_json(name, fold)
        found.append(folder.read_json(name))
        progress.say(f"{name}: {fold['chosen']}")
    answers = [
        replace(said, system=system)
        for system in (CHOSEN, FIXED)
        for said in model_answers(options, splits, [scores_of(fold, system) for fold in found])
    ]
    known = known_without_hearing(entries, rows, options.classes)
    answers += audio_free_answers(options, splits, known)
    table = predictions_table(options, rows, answers, digest(list(splits)))
    title = "PASCAL, three classes: the model chosen inside each training part"
    return found, evaluate(table, title=title, protocol="grouped, nested choice")


def page(found: Sequence[Mapping[str, Any]], evaluation: Evaluation) -> str:
    """Return the results page as Markdown."""
    systems = [
        [
            system.name if system.name in (CHOSEN, FIXED) else f"*{system.name}*",
            *(cell(system.metrics.get(metric)) for metric in METRICS_SHOWN),
        ]
        for system in evaluation.systems
    ]
    cost = evaluation.differences[FIXED]
    systems.insert(
        2, [f"{CHOSEN}, less fixed", *(cell(cost.get(metric)) for metric in METRICS_SHOWN)]
    )
    recalls = [
        [s.name, *(cell(figures.get("recall")) for figures in s.per_class.values())]
        for s in evaluation.systems[:2]
    ]
    return "\n\n".join(
        [
            f"# {evaluation.title}",
            _introduction(found, evaluation),
            markdown_table(["system", *METRICS_SHOWN.values()], systems),
            NOTE,
            "## Recall by class",
            markdown_table(["system", *evaluation.classes], recalls),
            "## What each fold chose",
            _choices(found, evaluation),
            "## The candidates",
            _candidates(found),
            "Written by `python benchmarks/nested.py` (`make nested`) from each fold's answers.\n",
        ]
    )


def _introduction(found: Sequence[Mapping[str, Any]], evaluation: Evaluation) -> str:
    n_repeats = len({fold.repeat for fold in evaluation.model.per_fold})
    return (
        "This page measures the cost of selection. The ensemble that `auscult train` fits was "
        "found by comparing features and settings on other divisions of the same recordings, so "
        f"its own figure keeps some optimism. Here {len(candidates())} candidates stand for that "
        "search: in each of "
        f"{len(found)} outer folds (5 folds, {n_repeats} repeat{'s' * (n_repeats > 1)}), the one "
        f"with the best macro F1 over {INNER_FOLDS} inner folds of the training part is fitted on "
        f"that part and scored on the test part. `{CHOSEN}` is what such a search delivers on "
        f"people it has not seen; `{FIXED}` is that ensemble on the same rows.\n\n"
        "What it does not measure: the list was written down after the search, and the features "
        "themselves were thought of while these recordings were at hand. Only recordings that took "
        "no part at all can measure that."
    )


def _choices(found: Sequence[Mapping[str, Any]], evaluation: Evaluation) -> str:
    outer = [system.per_fold for system in evaluation.systems[:2]]
    rows = [
        [
            f"{chosen.repeat}.{chosen.fold}",
            fold["chosen"],
            f"{fold['inner'][fold['chosen']]['macro_f1']:.3f}",
            *(_number(scored.metrics["macro_f1"]) for scored in (chosen, shipped)),
        ]
        for fold, chosen, shipped in zip(found, *outer, strict=True)
    ]
    header = ["fold", "chosen", "its inner macro F1", "its outer macro F1", f"{FIXED}, outer"]
    return markdown_table(header, rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _candidates(found: Sequence[Mapping[str, Any]]) -> str:
    times = Counter(fold["chosen"] for fold in found)
    rows = []
    for candidate in candidates():
        inner = [fold["inner"][candidate.name] for fold in found]
        means = [f"{mean(scores[name] for scores in inner):.3f}" for name in SCORES]
        rows.append([candidate.name, *means, str(times[candidate.name] or "")])
    header = ["candidate", *(f"inner {name}" for name in SCORES.values()), "times chosen"]
    return markdown_table(header, rows)


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs/nested"), help="folder of the run")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--repeats", type=int, default=1, help="how often five folds are made")
    options = parser.parse_args()
    found, evaluation = run(options.path, RunFolder(options.runs), options.repeats)
    content = evaluation.to_json()
    for system in content["systems"]:
        del system["roc"]
    folds = [{"chosen": fold["chosen"], "inner": fold["inner"]} for fold in found]
    content = {"evaluation": content, "folds": folds, "candidates": to_config(candidates())}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "nested.json").write_text(json.dumps(content, indent=1) + "\n")
    (options.out / "nested.md").write_text(page(found, evaluation))
    print(page(found, evaluation))


if __name__ == "__main__":
    main()
