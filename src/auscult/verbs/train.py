"""Train: a dataset and a model's name → a run folder with honest figures."""

from collections.abc import Sequence
from pathlib import Path

from auscult.datasets import DATASETS, find_dataset
from auscult.errors import DatasetError
from auscult.evaluation import Evaluation
from auscult.frontend import FRONTENDS
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS, Row, count_leaks, make_rows
from auscult.training.cross_validate import cross_validate
from auscult.training.examples import Examples, make_examples
from auscult.training.options import HOLD_OUT_FOLDS, TrainOptions
from auscult.training.run_folder import RunFolder, describe_data
from auscult.types import CLASSES_3, CLASSES_3_OF_5, CLASSES_5, Entry, Split
from auscult.verbs.predictions import (
    audio_free_answers,
    known_without_hearing,
    model_answers,
    predictions_table,
)
from auscult.verbs.report import write_report


def train(
    path: str | Path,
    options: TrainOptions,
    out: str | Path,
    progress: Progress | None = None,
) -> Evaluation:
    """Cross-validate ``options.model`` on the dataset at ``path``; return its evaluation.

    Everything found stands in ``out``; giving the same call again continues a broken run.

    Raises
    ------
    AuscultError
        If the dataset, the options or the folder do not allow it.
    """
    progress = progress or Silent()
    entries, labels = labelled(path, options)
    rows = make_rows(entries, labels, options.copies)
    splits = make_splits(rows, options)
    folder = RunFolder(Path(out))
    folder.start(options, describe_data(entries[0].dataset, entries, labels))
    warnings = leak_warnings(rows, splits)
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    examples = examples_of(entries, rows, options, folder, progress)
    scores = cross_validate(options, examples, splits, folder, progress)
    answers = model_answers(options, splits, scores)
    answers += audio_free_answers(options, splits, known_without_hearing(entries, rows, options))
    table = predictions_table(options, rows, answers, split_hash)
    table.write(folder.path / "predictions.csv")
    return write_report(folder.path)


def labelled(path: str | Path, options: TrainOptions) -> tuple[list[Entry], list[str]]:
    """Return the labelled entries of the dataset at ``path`` and their class in the chosen view.

    Raises
    ------
    DatasetError
        If there is no dataset or nothing labelled in it.
    """
    dataset = find_dataset(path, DATASETS.values())
    entries = [entry for entry in dataset.scan(Path(path)) if entry.label is not None]
    if not entries:
        raise DatasetError(f"{path}: holds no labelled recording; nothing can be learned from it")
    view = CLASSES_3_OF_5 if options.classes == CLASSES_3 else {name: name for name in CLASSES_5}
    return entries, [view[entry.label] for entry in entries if entry.label is not None]


def make_splits(rows: Sequence[Row], options: TrainOptions) -> list[Split]:
    """Return the splits of every repeat; one fold means a fifth of the groups is held out."""
    divide = PROTOCOLS[options.protocol]
    hold_out = options.protocol == "grouped" and options.n_folds == 1
    n_folds = HOLD_OUT_FOLDS if hold_out else options.n_folds
    return [
        split
        for repeat in range(options.n_repeats)
        for split in divide(rows, n_folds, repeat, options.seed)[: 1 if hold_out else None]
    ]


def examples_of(
    entries: Sequence[Entry],
    rows: Sequence[Row],
    options: TrainOptions,
    folder: RunFolder,
    progress: Progress,
) -> Examples:
    """Return the features of every row, computed once and kept in the run's folder."""
    return make_examples(
        entries,
        rows,
        options.classes,
        FRONTENDS[options.frontend],
        cache=folder.path / "features.npz",
        progress=progress,
    )


def leak_warnings(rows: Sequence[Row], splits: Sequence[Split]) -> list[str]:
    """Return a sentence for each way in which a test part is known to its training part."""
    return list(dict.fromkeys(s for split in splits for s in count_leaks(rows, split).sentences()))
