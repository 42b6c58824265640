"""Score a run's predictions and write its table, JSON, page and curves."""

from pathlib import Path

from auscult.errors import RunError
from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.table import PredictionsTable
from auscult.splits import count_leaks
from auscult.training.run_folder import RunFolder


def write_report(run: str | Path) -> Evaluation:
    """Score ``predictions.csv`` of a run folder and write ``evaluation.json``."""
    folder = RunFolder(Path(run))
    options = folder.options()
    table = PredictionsTable.read(folder.path / "predictions.csv")
    evaluation = evaluate(table, title=options.model, protocol=options.protocol)
    folder.write_json("evaluation.json", evaluation.to_json())
    return evaluation
