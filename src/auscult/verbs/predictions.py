"""Fold scores → one predictions table: the model's answers, then every audio-free guesser's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auscult.aggregate import tempered
from auscult.audio import read_header
from auscult.evaluation.table import PredictionRow, PredictionsTable
from auscult.models.audio_free import AUDIO_FREE, Known
from auscult.splits import Row
from auscult.training.options import Asked
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
    options: Asked, splits: Sequence[Split], scores: Sequence[FoldScores]
) -> list[Answers]:
    """Return the model's calibrated answers, fold by fold."""
    return [
        Answers(options.model, split, tempered(fold.raw, fold.temperature), fold.model_hash)
        for split, fold in zip(splits, scores, strict=True)
    ]


def audio_free_answers(
    options: Asked,
    splits: Sequence[Split],
    known: Mapping[str, Known],
    names: Iterable[str] = AUDIO_FREE,
) -> list[Answers]:
    """Return the answers of the guessers called ``names``; they learn from what is not scored."""
    answers = []
    for name in names:
        guess = AUDIO_FREE[name]
        for split in splits:
            told = split.train if split.stops_on_test else (*split.train, *split.validation)
            probabilities = guess(
                [known[i] for i in told], [known[i] for i in split.test], len(options.classes)
            )
            answers.append(Answers(name, split, probabilities, AUDIO_FREE_HASH))
    return answers


def known_without_hearing(
    entries: Sequence[Entry], rows: Sequence[Row], classes: Sequence[str]
) -> dict[str, Known]:
    """Return row id → what names and headers tell of its recording."""
    headers = {entry.recording_id: read_header(entry.path) for entry in entries}
    entry_of = {entry.recording_id: entry for entry in entries}
    return {
        row.row_id: Known(
            entry_of[row.recording_id],
            headers[row.recording_id].rate_hz,
            headers[row.recording_id].duration_s,
            classes.index(row.label),
        )
        for row in rows
    }


def guessers_for(known: Iterable[Known]) -> tuple[str, ...]:
    """Return the names of the guessers that have something to go on."""
    timed = any(one.entry.taken_at_s is not None for one in known)
    return tuple(name for name in AUDIO_FREE if timed or name != "nearest in time")


def predictions_table(
    options: Asked, rows: Sequence[Row], answers: Sequence[Answers], split_hash: str
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
