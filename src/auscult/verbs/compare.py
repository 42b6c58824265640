"""Compare: two predictions tables of the same rows → which answers better, and how surely."""

from collections.abc import Sequence
from pathlib import Path

from auscult.errors import EvaluationError
from auscult.evaluation import PredictionsTable
from auscult.evaluation.compare import HEADLINE, Comparison
from auscult.evaluation.compare import compare as compare_tables

TABLE = "predictions.csv"


def compare(
    a: str | Path,
    b: str | Path,
    *,
    metrics: Sequence[str] = (),
    systems: tuple[str, str] = ("", ""),
    n_bootstrap: int = 1000,
    seed: int = 0,
) -> Comparison:
    """Compare one system of the table ``a`` with one of ``b``.

    Parameters
    ----------
    a, b
        Predictions tables, or run folders that hold one called ``predictions.csv``; both may be the
        same file when two systems of it are named.
    metrics
        Names in ``METRICS``; the usual ones by default.
    systems
        Which system of each; the first, which is the model, by default.
    n_bootstrap, seed
        Resamples of groups, and what they are drawn with.

    Raises
    ------
    EvaluationError
        If a table cannot be read, has no such system, or the two are not of the same rows.
    ConfigError
        If a metric is unknown or there are too few resamples.
    """
    tables = []
    for path, system in zip((a, b), systems, strict=True):
        table = PredictionsTable.read(_table_at(Path(path)))
        tables.append(table.of(system or table.systems[0]))
    return compare_tables(
        tables[0],
        tables[1],
        metrics=tuple(metrics) or HEADLINE,
        n_bootstrap=n_bootstrap,
        seed=seed,
    )


def _table_at(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / TABLE).is_file():
        raise EvaluationError(f"{path}: holds no {TABLE}; is the run finished?")
    return path / TABLE
