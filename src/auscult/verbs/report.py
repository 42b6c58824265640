"""Score a run's predictions: table, JSON and page, always from the files in its folder."""

from pathlib import Path
from typing import Any

from auscult.errors import RunError
from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.table import PredictionsTable
from auscult.reports import evaluation_page, save, save_page
from auscult.reports.plots import training_curves
from auscult.splits import PROTOCOLS
from auscult.training.run_folder import RunFolder


def evaluated(run: str | Path) -> Evaluation:
    """Return the figures of a finished run; nothing is written.

    Raises
    ------
    RunError
        If the folder holds no finished run.
    EvaluationError
        If its predictions cannot be scored.
    """
    folder = RunFolder(Path(run))
    options = folder.options()
    predictions = folder.path / "predictions.csv"
    if not predictions.is_file():
        raise RunError(f"{run}: the run is not finished; give its `auscult train` command again")
    return evaluate(
        PredictionsTable.read(predictions),
        title=f"{options.model}: {options.question}, {options.n_classes} classes",
        protocol=PROTOCOLS[options.protocol].words,
        warnings=folder.warnings(),
    )


def write_report(run: str | Path) -> Evaluation:
    """Write ``evaluation.json``, ``report.html`` and, for networks, ``curves.png`` into the run.

    Raises
    ------
    RunError, EvaluationError
        As :func:`evaluated`.
    """
    evaluation, folder = evaluated(run), RunFolder(Path(run))
    folder.write_json("evaluation.json", evaluation.to_json())
    histories = read_histories(folder)
    first = next(iter(histories.values()), None)
    if first:
        save(training_curves(first), folder.path / "curves.png")
    save_page(evaluation_page(evaluation, first), folder.path / "report.html")
    return evaluation


def read_histories(folder: RunFolder) -> dict[str, list[dict[str, Any]]]:
    """Return fold → one record an epoch, for the folds of a network."""
    found = sorted(folder.path.glob("r*-f*/history.json"))
    return {p.parent.name: folder.read_json(f"{p.parent.name}/history.json") for p in found}
