"""Fold scores → one predictions table: the model's answers, then every audio-free guesser's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auscult.aggregate import tempered
from auscult.audio import read_header
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.splits import Row
from auscult.training.options import TrainOptions
from auscult.training.run_folder import FoldScores
from auscult.types import Entry, FloatArray, Split

AUDIO_FREE_HASH = "audio-free"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What one system says about the test rows of one split: float32, (n_test, n_classes)."""

    system: str
    split: Split
    probabilities: FloatArray
    model_hash: str


def model_answers(
    options: TrainOptions, splits: Sequence[Split], scores: Sequence[FoldScores]
) -> list[Answers]:
    """Return the model's calibrated answers, fold by fold."""
    return [
        Answers(options.model, split, tempered(fold.raw, fold.temperature), fold.model_hash)
        for split, fold in zip(splits, scores, strict=True)
    ]


def audio_free_answers(
    options: TrainOptions, splits: Sequence[Split], known: Mapping[str, Known]
) -> list[Answers]:
    """Return the guessers' answers; they may learn from every row that is not scored."""
    answers = []
    for name, guess in AUDIO_FREE.items():
        for split in splits:
            told = split.train if split.stops_on_test else (*split.train, *split.validation)
            probabilities = guess(
                [known[i] for i in told], [known[i] for i in split.test], options.n_classes
            )
            answers.append(Answers(name, split, probabilities, AUDIO_FREE_HASH))
    return answers


def known_without_hearing(
    entries: Sequence[Entry], rows: Sequence[Row], options: TrainOptions
) -> dict[str, Known]:
    """Return row id → what names and headers tell of its recording."""
    headers = {entry.recording_id: read_header(entry.path) for entry in entries}
    entry_of = {entry.recording_id: entry for entry in entries}
    return {
        row.row_id: Known(
            entry_of[row.recording_id],
            headers[row.recording_id].rate_hz,
            headers[row.recording_id].duration_s,
            options.classes.index(row.label),
        )
        for row in rows
    }


def predictions_table(
    options: TrainOptions, rows: Sequence[Row], answers: Sequence[Answers], split_hash: str
) -> PredictionsTable:
    """Return one row a system, repeat and test row."""
    row_of = {row.row_id: row for row in rows}
    lines = [
        PredictionRow(
            system=answer.system,
            recording=row_id,
            group=row_of[row_id].group,
            subset=_subset(answer.split, row_of[row_id]),
            repeat=answer.split.repeat,
            fold=answer.split.fold,
            truth=row_of[row_id].label,
            probabilities=tuple(round(float(p), 6) for p in probabilities),
            model_hash=answer.model_hash,
        )
        for answer in answers
        for row_id, probabilities in zip(answer.split.test, answer.probabilities, strict=True)
    ]
    return PredictionsTable(options.classes, tuple(lines), split_hash)


def _subset(split: Split, row: Row) -> str:
    """Return the part of the dataset or, where training watches its test, whether it did."""
    if split.stops_on_test:
        return "watched while training" if row.row_id in split.validation else "spare"
    return f"set {row.subset}"
