"""PASCAL, three classes: every model under the honest protocol, the notebook's system under both.

Each row is one ``auscult train`` run in ``--runs``; finished runs are read, broken ones continued,
so the script can be stopped and started at will. The CNN-LSTM takes about a minute of one core per
epoch; ``--epochs-grouped`` and ``--epochs-notebook`` limit it, and the page says how many were
run.

Prints progress and writes ``pascal.json`` and ``pascal.md``.

Run: python benchmarks/pascal.py PATH_TO_PASCAL
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.cli.show import Bars
from auscult.evaluation import Evaluation
from auscult.evaluation.result import SystemResult
from auscult.training.card import cell, markdown_table
from auscult.training.options import TrainOptions
from auscult.training.run_folder import RunFolder
from auscult.verbs.report import read_histories
from auscult.verbs.train import train

METRICS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "UAR",
    "macro_f1": "macro F1",
    "macro_auc": "ROC AUC",
    "mcc": "MCC",
    "kappa": "kappa",
    "ece": "ECE",
}
NOTE = (
    "Value [95 % interval from resampling patients and sessions]. Rows in italics never hear a "
    "sound. Epochs: run per fold, of at most 250; early stopping has a patience of 20. The "
    "features and settings of the ensemble were compared on other divisions of the same "
    "recordings, not inside each training part: its row keeps some optimism of that choice."
)
CLASSICAL = ("logistic-regression", "svm", "random-forest", "gradient-boosting")


@dataclass(frozen=True, slots=True)
class Contest:
    """One run: its folder's name, what it is called on the page, its options."""

    name: str
    title: str
    options: TrainOptions


def contests(epochs_grouped: int, epochs_notebook: int) -> list[Contest]:
    """Return every run, the quick ones first."""
    grouped = [
        Contest(f"{model}-grouped", f"{model}, notebook features", TrainOptions(model, n_folds=5))
        for model in CLASSICAL
    ]
    heart = [
        Contest("ensemble-grouped", "ensemble, heart features", TrainOptions("ensemble", n_folds=5))
    ]
    boosting_leaks = Contest(
        "gradient-boosting-notebook",
        "gradient-boosting, notebook features",
        TrainOptions("gradient-boosting", protocol="notebook"),
    )
    network = [
        Contest(
            "cnn-lstm-grouped",
            "cnn-lstm, notebook features",
            TrainOptions("cnn-lstm", n_folds=5, n_epochs=epochs_grouped),
        ),
        Contest(
            "cnn-lstm-notebook",
            "cnn-lstm, notebook features",
            TrainOptions("cnn-lstm", protocol="notebook", n_epochs=epochs_notebook),
        ),
    ]
    return [*grouped, *heart, boosting_leaks, *network]


def row(contest: Contest, system: SystemResult, epochs: str) -> list[str]:
    """Return one line of the table."""
    title = contest.title if system.name == contest.options.model else f"*{system.name}*"
    return [title, epochs, *(cell(system.metrics.get(metric)) for metric in METRICS)]


def page(done: dict[str, tuple[Contest, Evaluation, str]]) -> str:
    """Return the results page as Markdown."""
    header = ["system", "epochs", *METRICS.values()]
    blocks = ["# PASCAL, three classes: artifact, murmur, normal"]
    for protocol in ("grouped", "notebook"):
        members = [m for m in done.values() if m[0].options.protocol == protocol]
        if not members:
            continue
        _, first, _ = members[0]
        rows = [row(contest, ev.model, epochs) for contest, ev, epochs in members]
        rows += [row(members[0][0], system, "") for system in first.baselines]
        blocks += [f"## {first.protocol}", *_notes(first), markdown_table(header, rows)]
    blocks += ["## Recall by class", _recalls(done)]
    blocks += [
        NOTE,
        "Written by `python benchmarks/pascal.py` from the predictions of each run.",
    ]
    return "\n\n".join(blocks) + "\n"


def _notes(evaluation: Evaluation) -> list[str]:
    return ["\n".join(f"- {warning}" for warning in evaluation.warnings)] * bool(
        evaluation.warnings
    )


def _recalls(done: dict[str, tuple[Contest, Evaluation, str]]) -> str:
    rows = []
    for contest, evaluation, _ in done.values():
        recalls = [cell(f.get("recall")) for f in evaluation.model.per_class.values()]
        rows.append([contest.title, contest.options.protocol, *recalls])
    classes = next(iter(done.values()))[1].classes
    return markdown_table(["system", "protocol", *classes], rows)


def epochs_run(folder: Path) -> str:
    """Return how many epochs each fold of a network was trained for."""
    counts = [len(history) for history in read_histories(RunFolder(folder)).values()]
    return ", ".join(map(str, counts))


def without_curves(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as JSON without its ROC points, which each run's own file holds."""
    content = evaluation.to_json()
    for system in content["systems"]:
        del system["roc"]
    return content


def main() -> None:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="folder of the PASCAL recordings")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--only", nargs="*", help="names of runs to do; all by default")
    parser.add_argument("--epochs-grouped", type=int, default=250)
    parser.add_argument("--epochs-notebook", type=int, default=250)
    options = parser.parse_args()
    done = {}
    for contest in contests(options.epochs_grouped, options.epochs_notebook):
        if options.only and contest.name not in options.only:
            continue
        folder = options.runs / contest.name
        evaluation = train(options.path, contest.options, folder, Bars())
        done[contest.name] = (contest, evaluation, epochs_run(folder))
        print(f"{contest.name}: accuracy {cell(evaluation.model.metrics['accuracy'])}", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    content = {name: without_curves(evaluation) for name, (_, evaluation, _) in done.items()}
    (options.out / "pascal.json").write_text(json.dumps(content, indent=1) + "\n")
    (options.out / "pascal.md").write_text(page(done))
    print(page(done))


if __name__ == "__main__":
    main()
