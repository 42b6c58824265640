"""Train: a dataset and a model's name → a run folder with honest figures, and a bundle if asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from auscult.aggregate import tempered
from auscult.audio import read_header
from auscult.datasets import DATASETS, find_dataset
from auscult.errors import DatasetError, SplitError
from auscult.evaluation import Evaluation
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.frontend import FRONTENDS
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.progress import Progress, Silent
from auscult.splits import PROTOCOLS, Row, count_leaks, make_rows
from auscult.training.cross_validate import cross_validate
from auscult.training.examples import make_examples
from auscult.training.options import HOLD_OUT_FOLDS, TrainOptions
from auscult.training.run_folder import FoldScores, RunFolder, describe_data
from auscult.types import CLASSES_3_OF_5, Entry, Split
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
    rows = make_rows(entries, labels, options.variants)
    splits = make_splits(rows, options)
    folder = RunFolder(Path(out))
    folder.start(options, describe_data(entries[0].dataset, entries, labels))
    warnings = leak_warnings(rows, splits)
    split_hash = folder.write_splits(splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    frontend = FRONTENDS[options.frontend]
    examples = make_examples(
        entries,
        rows,
        options.classes,
        frontend,
        cache=folder.path / "features.npz",
        progress=progress,
    )
    scores = cross_validate(options, examples, splits, folder, progress)
    table = predictions_table(options, entries, rows, splits, scores, split_hash)
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
    of_five = dict.fromkeys(options.classes) if options.n_classes == len(CLASSES_3_OF_5) else None
    return entries, [e.label if of_five else CLASSES_3_OF_5[e.label] for e in entries if e.label]


def make_splits(rows: Sequence[Row], options: TrainOptions) -> list[Split]:
    """Return the splits of every repeat; one fold means a fifth of the groups is held out."""
    divide = PROTOCOLS[options.protocol]
    hold_out = options.protocol == "grouped" and options.n_folds == 1
    n_folds = HOLD_OUT_FOLDS if hold_out else options.n_folds
    splits = [
        split
        for repeat in range(options.n_repeats)
        for split in divide(rows, n_folds, repeat, options.seed)[: 1 if hold_out else None]
    ]
    if not splits:
        raise SplitError("nothing to do: no fold")
    return splits


def leak_warnings(rows: Sequence[Row], splits: Sequence[Split]) -> list[str]:
    """Return a sentence for each way in which a test part is known to its training part."""
    return list(dict.fromkeys(s for split in splits for s in count_leaks(rows, split).sentences()))


def predictions_table(
    options: TrainOptions,
    entries: Sequence[Entry],
    rows: Sequence[Row],
    splits: Sequence[Split],
    scores: Sequence[FoldScores],
    split_hash: str,
) -> PredictionsTable:
    """Return the model's predictions, then those of the audio-free guessers, on the same rows."""
    headers = {e.recording_id: read_header(e.path) for e in entries}
    entry_of = {e.recording_id: e for e in entries}
    known = {
        row.row_id: Known(
            entry_of[row.recording_id],
            headers[row.recording_id].rate_hz,
            headers[row.recording_id].duration_s,
            options.classes.index(row.label),
        )
        for row in rows
    }
    row_of = {row.row_id: row for row in rows}
    out: list[PredictionRow] = []
    for split, fold_scores in zip(splits, scores, strict=True):
        watched = set(split.validation) if split.stops_on_test else set()
        templates = [
            PredictionRow(
                system="",
                recording=row_id,
                group=row_of[row_id].group,
                subset=_subset(split, row_id in watched, known[row_id].entry),
                repeat=split.repeat,
                fold=split.fold,
                truth=row_of[row_id].label,
                probabilities=(),
                model_hash="",
            )
            for row_id in split.test
        ]
        trained_on = split.train if split.stops_on_test else (*split.train, *split.validation)
        train_known, test_known = [known[i] for i in trained_on], [known[i] for i in split.test]
        answers = {options.model: tempered(fold_scores.raw, fold_scores.temperature)} | {
            name: guess(train_known, test_known, options.n_classes)
            for name, guess in AUDIO_FREE.items()
        }
        for system, probabilities in answers.items():
            model_hash = fold_scores.model_hash if system == options.model else "audio-free"
            out += [
                replace(
                    row,
                    system=system,
                    probabilities=tuple(round(float(p), 6) for p in answer),
                    model_hash=model_hash,
                )
                for row, answer in zip(templates, probabilities, strict=True)
            ]
    out.sort(key=lambda row: row.system != options.model)
    return PredictionsTable(options.classes, tuple(out), split_hash)


def _subset(split: Split, is_watched: bool, entry: Entry) -> str:
    if split.stops_on_test:
        return "watched while training" if is_watched else "spare"
    return f"set {entry.subset}"
